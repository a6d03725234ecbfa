use domain::device::DeviceChange;
use storage::{StorageError, Store, registration_secrets};

use crate::bed::{NOW, later};
use crate::devices::{app, app_called, changes, register};

conformance!(
    an_app_has_one_secret_and_a_later_one_takes_its_place,
    a_secret_that_was_rotated_stays_until_it_is_retired,
    devices_of_an_app_may_be_kept_back_when_others_are_handed_over,
);

async fn an_app_has_one_secret_and_a_later_one_takes_its_place(store: Store) {
    let (shop, news) = (app(&store).await, app_called(&store, "news").await);
    assert!(read!(store, |db| registration_secrets::of_app(db, shop)).is_none());
    for (sealed, at) in [(b"one", NOW), (b"two", later(5))] {
        write!(store, |tx| registration_secrets::put(tx, shop, sealed, at)).unwrap();
    }
    let found = read!(store, |db| registration_secrets::of_app(db, shop)).unwrap();
    assert_eq!(
        (found.current.sealed.as_slice(), found.current.entered_at),
        (&b"two"[..], later(5))
    );
    assert_eq!(found.former, None);
    assert_eq!(read!(store, |db| registration_secrets::all(db)), [found]);
    assert!(read!(store, |db| registration_secrets::of_app(db, news)).is_none());
    write!(store, |tx| registration_secrets::delete(tx, shop)).unwrap();
    let again = write!(store, |tx| registration_secrets::delete(tx, shop));
    assert!(matches!(again, Err(StorageError::NotFound)), "{again:?}");
    assert!(read!(store, |db| registration_secrets::all(db)).is_empty());
}

async fn a_secret_that_was_rotated_stays_until_it_is_retired(store: Store) {
    let shop = app(&store).await;
    let none = write!(store, |tx| registration_secrets::rotate(
        tx, shop, b"two", NOW
    ));
    assert!(matches!(none, Err(StorageError::NotFound)), "{none:?}");
    write!(store, |tx| registration_secrets::put(tx, shop, b"one", NOW)).unwrap();
    write!(store, |tx| registration_secrets::rotate(
        tx,
        shop,
        b"two",
        later(5)
    ))
    .unwrap();
    let found = read!(store, |db| registration_secrets::of_app(db, shop)).unwrap();
    let former = found.former.clone().expect("it is kept");
    assert_eq!(
        (former.sealed.as_slice(), former.entered_at),
        (&b"one"[..], NOW)
    );
    assert_eq!(found.current.sealed, b"two");
    assert_eq!(read!(store, |db| registration_secrets::all(db)), [found]);
    let third = write!(store, |tx| registration_secrets::rotate(
        tx,
        shop,
        b"three",
        later(6)
    ));
    assert!(matches!(third, Err(StorageError::NotFound)), "{third:?}");
    write!(store, |tx| registration_secrets::retire(tx, shop)).unwrap();
    let again = write!(store, |tx| registration_secrets::retire(tx, shop));
    assert!(matches!(again, Err(StorageError::NotFound)), "{again:?}");
    write!(store, |tx| registration_secrets::rotate(
        tx,
        shop,
        b"three",
        later(7)
    ))
    .unwrap();
    write!(store, |tx| registration_secrets::put(
        tx,
        shop,
        b"four",
        later(8)
    ))
    .unwrap();
    let found = read!(store, |db| registration_secrets::of_app(db, shop)).unwrap();
    assert_eq!(
        (found.current.sealed.as_slice(), found.former),
        (&b"four"[..], None)
    );
}

async fn devices_of_an_app_may_be_kept_back_when_others_are_handed_over(store: Store) {
    let (shop, news) = (app(&store).await, app_called(&store, "news").await);
    register(&store, shop, "visitor", "phone", "aa11").await;
    register(&store, news, "visitor", "reader", "aa12").await;
    let contact = async |name: &str| {
        write!(store, |tx| storage::contacts::ensure(tx, [name], NOW)).unwrap();
        read!(store, |db| storage::contacts::find_by_external_id(db, name)).unwrap()
    };
    let (from, to) = (contact("visitor").await, contact("ada").await);
    let way = domain::consent::Way::Api;
    let moved = write!(store, |tx| storage::devices::hand_over(
        tx,
        &from,
        &to,
        &[shop],
        (NOW, way)
    ))
    .unwrap();
    let ids: Vec<_> = moved.iter().map(|b| b.device_id.as_str()).collect();
    assert_eq!(ids, ["reader"]);
    let kept = read!(store, |db| storage::devices::of_contact(
        db, from.shard, from.id
    ));
    assert_eq!(kept[0].device_id, "phone");
    let came = [DeviceChange::MovedFrom {
        external_id: "visitor".into(),
    }];
    assert_eq!(changes(&store, "ada").await, came);
}
