use domain::consent::Way;
use domain::device::{BindingState, Channel, DeviceInput};
use storage::devices::{self, Narrowed, StateChange};
use storage::{Page, Store};

use crate::bed::NOW;
use crate::devices::{app, app_called, input, register, register_as};

conformance!(
    a_device_is_found_by_the_beginning_of_its_token,
    a_device_is_found_by_the_end_of_its_token,
    a_browser_is_found_by_the_end_that_masks_show,
    a_part_that_is_too_short_or_no_part_finds_nothing,
    the_list_is_narrowed_to_app_channel_and_state,
    a_devices_own_history_leaves_the_others_out,
);

fn ids(page: &Page<domain::device::Binding>) -> Vec<&str> {
    page.items.iter().map(|b| b.device_id.as_str()).collect()
}

async fn a_device_is_found_by_the_beginning_of_its_token(store: Store) {
    let app = app(&store).await;
    for (device, token) in [
        ("a", "00112233445566778899"),
        ("b", "00112233445566ffffff"),
        ("c", "001122ff"),
        ("d", "ff112233"),
    ] {
        register(&store, app, "ada", device, token).await;
    }
    let found = read!(store, |db| devices::by_token_start(db, "001122", None, 2));
    assert_eq!(ids(&found), ["a", "b"]);
    let rest = read!(store, |db| devices::by_token_start(
        db,
        "001122",
        found.next.as_ref(),
        2
    ));
    assert_eq!((ids(&rest), &rest.next), (vec!["c"], &None));
    let longer = "00112233445566f";
    let found = read!(store, |db| devices::by_token_start(db, longer, None, 5));
    assert_eq!(ids(&found), ["b"], "past what the index holds");
}

async fn a_device_is_found_by_the_end_of_its_token(store: Store) {
    let app = app(&store).await;
    for (device, token) in [
        ("a", "11aabbcc"),
        ("b", "22aabbcc"),
        ("c", "aabbcc"),
        ("d", "aabbccdd"),
    ] {
        register(&store, app, "ada", device, token).await;
    }
    let found = read!(store, |db| devices::by_token_end(db, "aabbcc", None, 2));
    assert_eq!(ids(&found), ["a", "b"]);
    let rest = read!(store, |db| devices::by_token_end(
        db,
        "aabbcc",
        found.next.as_ref(),
        2
    ));
    assert_eq!((ids(&rest), &rest.next), (vec!["c"], &None));
    let found = read!(store, |db| devices::by_token_end(db, "2aabbcc", None, 2));
    assert_eq!(ids(&found), ["b"]);
}

async fn a_browser_is_found_by_the_end_that_masks_show(store: Store) {
    let app = app(&store).await;
    let keys = r#""keys":{"p256dh":"BPx","auth":"xyz"}"#;
    for (device, token) in [
        (
            "a",
            format!(r#"{{{keys},"endpoint":"https://push.example/Ab_12-z9"}}"#),
        ),
        (
            "b",
            format!(r#"{{"endpoint":"https://p.example/1",{keys}}}"#),
        ),
    ] {
        let input = DeviceInput {
            channel: Channel::Webpush,
            ..input(&token)
        };
        register_as(&store, app, ("ada", device), &input, (NOW, Way::Api)).await;
    }
    let whole = "example/Ab_12-z9\"}";
    for end in ["_12-z9", "Ab_12-z9", whole] {
        let found = read!(store, |db| devices::by_token_end(db, end, None, 5));
        assert_eq!(ids(&found), ["a"], "{end}");
    }
    let found = read!(store, |db| devices::by_token_end(db, "\"}\"}\"}", None, 5));
    assert!(found.items.is_empty());
}

async fn a_part_that_is_too_short_or_no_part_finds_nothing(store: Store) {
    let app = app(&store).await;
    register(&store, app, "ada", "phone", "00112233445566").await;
    for part in ["00112", "", "\0\0\0\0\0\0", "001122\0", "%%%%%%", "______"] {
        let start = read!(store, |db| devices::by_token_start(db, part, None, 5));
        let end = read!(store, |db| devices::by_token_end(db, part, None, 5));
        assert!(start.items.is_empty() && end.items.is_empty(), "{part:?}");
    }
}

async fn the_list_is_narrowed_to_app_channel_and_state(store: Store) {
    let (shop, other) = (app(&store).await, app_called(&store, "other").await);
    let fcm = |token: &str| DeviceInput {
        channel: Channel::Fcm,
        ..input(token)
    };
    let when = (NOW, Way::Api);
    register(&store, shop, "ada", "a1", "aa").await;
    register_as(&store, shop, ("ada", "f1"), &fcm("f1"), when).await;
    let gone = register(&store, shop, "ada", "a2", "ab").await;
    register(&store, other, "ada", "a3", "ac").await;
    let change = StateChange {
        shard: gone.shard,
        contact_id: gone.contact_id,
        binding_id: gone.binding_id,
        token: None,
        since: None,
        to: BindingState::Gone,
        reason: "Unregistered".into(),
    };
    write!(store, |tx| devices::set_states(
        tx,
        std::slice::from_ref(&change),
        NOW,
        Way::Provider
    ))
    .unwrap();

    let mut to = Narrowed {
        apps: vec![shop],
        channels: Channel::ALL.to_vec(),
        state: None,
    };
    let first = read!(store, |db| devices::narrowed(db, &to, None, 2));
    assert_eq!(ids(&first), ["a2", "f1"], "newest first, of every channel");
    let rest = read!(store, |db| devices::narrowed(
        db,
        &to,
        first.next.as_ref(),
        2
    ));
    assert_eq!((ids(&rest), &rest.next), (vec!["a1"], &None));

    to.channels = vec![Channel::Fcm];
    let found = read!(store, |db| devices::narrowed(db, &to, None, 5));
    assert_eq!(ids(&found), ["f1"]);

    to = Narrowed {
        apps: vec![shop, other],
        channels: Channel::ALL.to_vec(),
        state: Some(BindingState::Gone),
    };
    let found = read!(store, |db| devices::narrowed(db, &to, None, 5));
    assert_eq!(ids(&found), ["a2"]);
    to.state = Some(BindingState::Revoked);
    let found = read!(store, |db| devices::narrowed(db, &to, None, 5));
    assert!(found.items.is_empty());
}

async fn a_devices_own_history_leaves_the_others_out(store: Store) {
    let app = app(&store).await;
    let phone = register(&store, app, "ada", "phone", "aa").await;
    register(&store, app, "ada", "tablet", "ab").await;
    register(&store, app, "ada", "phone", "ac").await;
    let contact = (phone.shard, phone.contact_id);
    let lines = read!(store, |db| devices::history_of_binding(
        db,
        contact,
        phone.binding_id,
        10
    ));
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.binding_id == phone.binding_id));
}
