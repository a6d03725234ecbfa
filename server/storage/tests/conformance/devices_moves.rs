use domain::consent::Way;
use domain::device::DeviceChange;
use storage::Store;
use storage::contacts::Change;
use storage::devices::{self, Registration};

use crate::bed::{NOW, later};
use crate::devices::{app, app_called, changes, input, register, register_as, registered};

conformance!(
    a_device_seen_on_another_contact_moves_and_both_say_so,
    a_token_seen_on_another_contacts_device_moves_with_its_binding,
    a_token_of_another_binding_leaves_it_without_one,
    one_batch_may_pass_a_token_around,
    the_same_device_and_token_live_in_two_apps,
    an_apns_token_in_capitals_is_the_token_that_is_known,
);

fn to(external_id: &str) -> DeviceChange {
    DeviceChange::MovedTo {
        external_id: external_id.into(),
    }
}

fn from(external_id: &str) -> DeviceChange {
    DeviceChange::MovedFrom {
        external_id: external_id.into(),
    }
}

async fn a_device_seen_on_another_contact_moves_and_both_say_so(store: Store) {
    let app = app(&store).await;
    let first = register(&store, app, "ada", "tablet", "aa11").await;
    let input = input("aa11");
    let moved = register_as(&store, app, ("bob", "tablet"), &input, (later(5), Way::Api)).await;
    assert_eq!(
        (moved.change, moved.moved_from),
        (Change::Changed, Some(first.contact_id))
    );
    assert_eq!(moved.binding_id, first.binding_id);
    assert!(
        read!(store, |db| devices::of_contact(
            db,
            first.shard,
            first.contact_id
        ))
        .is_empty()
    );
    let of_bob = read!(store, |db| devices::of_contact(
        db,
        moved.shard,
        moved.contact_id
    ));
    assert_eq!(of_bob.len(), 1);
    assert_eq!(
        (of_bob[0].registered_at, of_bob[0].created_at),
        (later(5), NOW)
    );
    assert_eq!(
        read!(store, |db| devices::find_by_device(db, app, "tablet")).unwrap(),
        of_bob[0]
    );
    assert_eq!(
        read!(store, |db| devices::find_by_token(db, "aa11")),
        of_bob
    );
    assert_eq!(changes(&store, "ada").await, [registered(), to("bob")]);
    assert_eq!(changes(&store, "bob").await, [from("ada")]);
}

async fn a_token_seen_on_another_contacts_device_moves_with_its_binding(store: Store) {
    let app = app(&store).await;
    let first = register(&store, app, "ada", "old-install", "aa11").await;
    let moved = register(&store, app, "bob", "new-install", "aa11").await;
    assert_eq!(
        (moved.binding_id, moved.moved_from),
        (first.binding_id, Some(first.contact_id))
    );
    assert!(read!(store, |db| devices::find_by_device(db, app, "old-install")).is_none());
    let binding = read!(store, |db| devices::find_by_device(db, app, "new-install")).unwrap();
    assert_eq!(
        (binding.contact_id, binding.token.as_str()),
        (moved.contact_id, "aa11")
    );
    assert_eq!(changes(&store, "ada").await, [registered(), to("bob")]);
    assert_eq!(changes(&store, "bob").await, [from("ada")]);
}

async fn a_token_of_another_binding_leaves_it_without_one(store: Store) {
    let app = app(&store).await;
    let adas = register(&store, app, "ada", "phone-a", "aa11").await;
    let bobs = register(&store, app, "bob", "phone-b", "bb22").await;
    let taken = register(&store, app, "bob", "phone-b", "aa11").await;
    assert_eq!(
        (taken.binding_id, taken.moved_from),
        (bobs.binding_id, Some(adas.contact_id))
    );
    assert!(read!(store, |db| devices::find(db, adas.binding_id)).is_none());
    assert!(read!(store, |db| devices::find_by_device(db, app, "phone-a")).is_none());
    assert!(read!(store, |db| devices::find_by_token(db, "bb22")).is_empty());
    let holder = read!(store, |db| devices::find_by_token(db, "aa11"));
    assert_eq!((holder.len(), holder[0].id), (1, bobs.binding_id));
    assert_eq!(changes(&store, "ada").await, [registered(), to("bob")]);
    let rotated = DeviceChange::TokenChanged {
        from: "bb22".into(),
        to: "aa11".into(),
    };
    assert_eq!(
        changes(&store, "bob").await,
        [registered(), from("ada"), rotated]
    );
}

async fn one_batch_may_pass_a_token_around(store: Store) {
    let app = app(&store).await;
    let (a, b) = (input("aa11"), input("bb22"));
    let line = |external_id, device_id, input| Registration {
        external_id,
        device_id,
        app_id: app,
        input,
    };
    let batch = [
        line("ada", "one", &a),
        line("bob", "two", &a),
        line("bob", "two", &b),
        line("eve", "one", &a),
    ];
    let done = write!(store, |tx| devices::register(
        tx,
        &batch,
        NOW,
        Way::Import,
        "f.csv"
    ))
    .unwrap();
    let of = |change| done.iter().filter(|d| d.change == change).count();
    assert_eq!((of(Change::Created), of(Change::Changed)), (2, 2));
    let all = read!(store, |db| devices::list(db, None, 10)).items;
    assert_eq!(all.len(), 2);
    let one = read!(store, |db| devices::find_by_device(db, app, "one")).unwrap();
    let two = read!(store, |db| devices::find_by_device(db, app, "two")).unwrap();
    assert_eq!(
        (one.token.as_str(), one.contact_id),
        ("aa11", done[3].contact_id)
    );
    assert_eq!(
        (two.token.as_str(), two.contact_id),
        ("bb22", done[1].contact_id)
    );
    assert_eq!(
        read!(store, |db| devices::find_by_token(db, "aa11")),
        vec![one]
    );
    assert_eq!(
        read!(store, |db| devices::find_by_token(db, "bb22")),
        vec![two]
    );
}

async fn the_same_device_and_token_live_in_two_apps(store: Store) {
    let (shop, bank) = (app(&store).await, app_called(&store, "bank").await);
    let in_shop = register(&store, shop, "ada", "phone", "aa11").await;
    let in_bank = register(&store, bank, "bob", "phone", "aa11").await;
    assert_ne!(in_shop.binding_id, in_bank.binding_id);
    assert_eq!(in_bank.moved_from, None);
    assert_eq!(
        read!(store, |db| devices::find_by_token(db, "aa11")).len(),
        2
    );
    assert_eq!(
        read!(store, |db| devices::search(db, "pho", None, 10))
            .items
            .len(),
        2
    );
}

async fn an_apns_token_in_capitals_is_the_token_that_is_known(store: Store) {
    let app = app(&store).await;
    let first = register(&store, app, "ada", "phone", "aa11bb").await;
    let capitals = input("AA11BB");
    let of_phone = (later(5), Way::Api);
    let again = register_as(&store, app, ("ada", "phone"), &capitals, of_phone).await;
    assert_eq!(again.change, Change::Unchanged);
    let other = register_as(&store, app, ("ada", "new-phone"), &capitals, of_phone).await;
    assert_eq!(
        other.binding_id, first.binding_id,
        "the token's binding goes along, so that nothing arrives twice"
    );
    for written in ["aa11bb", "AA11BB", "Aa11bB"] {
        let found = read!(store, |db| devices::find_by_token(db, written));
        assert_eq!(found.len(), 1, "{written}");
        assert_eq!(found[0].token, "aa11bb");
    }
}
