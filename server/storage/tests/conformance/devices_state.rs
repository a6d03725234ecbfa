use domain::consent::Way;
use domain::device::{BindingState, DeviceChange};
use storage::Store;
use storage::contacts::Change;
use storage::devices::{self, Registered, StateChange, TokenChange};

use crate::bed::{NOW, later};
use crate::devices::{app, changes, input, register, register_as};

conformance!(
    a_gone_token_is_marked_once_with_its_reason,
    an_answer_about_an_older_token_or_registration_is_ignored,
    a_gone_binding_comes_back_when_the_app_registers_but_not_by_the_same_file,
    no_providers_answer_undoes_a_revocation,
    a_provider_can_replace_a_token,
    a_replacing_token_is_not_taken_from_another_binding,
);

fn gone(of: &Registered, token: &str) -> StateChange {
    StateChange {
        shard: of.shard,
        contact_id: of.contact_id,
        binding_id: of.binding_id,
        token: Some(token.into()),
        since: None,
        to: BindingState::Gone,
        reason: "Unregistered".into(),
    }
}

async fn set(store: &Store, change: StateChange) -> usize {
    let changes = [change];
    write!(store, |tx| devices::set_states(
        tx,
        &changes,
        later(9),
        Way::Provider
    ))
    .unwrap()
    .len()
}

async fn a_gone_token_is_marked_once_with_its_reason(store: Store) {
    let app = app(&store).await;
    let done = register(&store, app, "ada", "phone", "aa11").await;
    assert_eq!(set(&store, gone(&done, "aa11")).await, 1);
    assert_eq!(set(&store, gone(&done, "aa11")).await, 0);
    let binding = read!(store, |db| devices::find(db, done.binding_id)).unwrap();
    assert_eq!(binding.state, BindingState::Gone);
    assert_eq!(binding.state_reason.as_deref(), Some("Unregistered"));
    assert_eq!((binding.registered_at, binding.updated_at), (NOW, later(9)));
    let changes = changes(&store, "ada").await;
    let marked = DeviceChange::StateChanged {
        from: BindingState::Active,
        to: BindingState::Gone,
        reason: "Unregistered".into(),
    };
    assert_eq!(changes[1..], [marked]);
}

async fn an_answer_about_an_older_token_or_registration_is_ignored(store: Store) {
    let app = app(&store).await;
    let done = register(&store, app, "ada", "phone", "aa11").await;
    assert_eq!(set(&store, gone(&done, "0000")).await, 0);
    let before = StateChange {
        since: Some(later(-1)),
        ..gone(&done, "aa11")
    };
    assert_eq!(set(&store, before).await, 0);
    let elsewhere = StateChange {
        contact_id: uuid::Uuid::nil().into(),
        ..gone(&done, "aa11")
    };
    assert_eq!(set(&store, elsewhere).await, 0);
    let since = StateChange {
        since: Some(NOW),
        ..gone(&done, "aa11")
    };
    assert_eq!(set(&store, since).await, 1);
}

async fn no_providers_answer_undoes_a_revocation(store: Store) {
    let app = app(&store).await;
    let done = register(&store, app, "ada", "phone", "aa11").await;
    let revoked = [StateChange {
        to: BindingState::Revoked,
        reason: "signed out".into(),
        ..gone(&done, "aa11")
    }];
    let by = Way::Api;
    let changed = write!(store, |tx| devices::set_states(tx, &revoked, later(5), by));
    assert_eq!(changed.unwrap().len(), 1);
    assert_eq!(set(&store, gone(&done, "aa11")).await, 0);
    let binding = read!(store, |db| devices::find(db, done.binding_id)).unwrap();
    assert_eq!(binding.state, BindingState::Revoked);
    // The app's own registration does.
    let who = ("ada", "phone");
    register_as(&store, app, who, &input("aa11"), (later(20), Way::Api)).await;
    let binding = read!(store, |db| devices::find(db, done.binding_id)).unwrap();
    assert_eq!(binding.state, BindingState::Active);
}

async fn a_gone_binding_comes_back_when_the_app_registers_but_not_by_the_same_file(store: Store) {
    let app = app(&store).await;
    let done = register(&store, app, "ada", "phone", "aa11").await;
    set(&store, gone(&done, "aa11")).await;
    let same = input("aa11");
    let who = ("ada", "phone");
    let file = register_as(&store, app, who, &same, (later(20), Way::Import)).await;
    assert_eq!(file.change, Change::Unchanged);
    let live = register_as(&store, app, who, &same, (later(30), Way::Api)).await;
    assert_eq!(
        (live.change, live.binding_id),
        (Change::Changed, done.binding_id)
    );
    let binding = read!(store, |db| devices::find(db, done.binding_id)).unwrap();
    assert_eq!(
        (binding.state, binding.state_reason),
        (BindingState::Active, None)
    );
    assert_eq!(binding.registered_at, later(30));
    // Now Apple's older news does not count any more.
    let stale = StateChange {
        since: Some(later(25)),
        ..gone(&done, "aa11")
    };
    assert_eq!(set(&store, stale).await, 0);
    // A file with another token is news.
    set(&store, gone(&done, "aa11")).await;
    let other = input("bb22");
    let file = register_as(&store, app, who, &other, (later(40), Way::Import)).await;
    assert_eq!(file.change, Change::Changed);
    let binding = read!(store, |db| devices::find(db, done.binding_id)).unwrap();
    assert_eq!(binding.state, BindingState::Active);
}

fn replaced(of: &Registered, from: &str, to: &str) -> TokenChange {
    TokenChange {
        shard: of.shard,
        contact_id: of.contact_id,
        binding_id: of.binding_id,
        from: from.into(),
        to: to.into(),
    }
}

async fn a_provider_can_replace_a_token(store: Store) {
    let app = app(&store).await;
    let done = register(&store, app, "ada", "phone", "aa11").await;
    let news = [
        replaced(&done, "aa11", "bb22"),
        replaced(&done, "aa11", "cc33"),
    ];
    let written = write!(store, |tx| devices::replace_tokens(
        tx,
        &news,
        later(9),
        Way::Provider
    ))
    .unwrap();
    assert_eq!(written.len(), 1);
    assert!(read!(store, |db| devices::find_by_token(db, "aa11")).is_empty());
    let found = read!(store, |db| devices::find_by_token(db, "bb22"));
    assert_eq!((found.len(), found[0].registered_at), (1, later(9)));
    let changed = DeviceChange::TokenChanged {
        from: "aa11".into(),
        to: "bb22".into(),
    };
    assert_eq!(changes(&store, "ada").await[1..], [changed]);
}

async fn a_replacing_token_is_not_taken_from_another_binding(store: Store) {
    let app = app(&store).await;
    let adas = register(&store, app, "ada", "phone", "aa11").await;
    let bobs = register(&store, app, "bob", "tablet", "bb22").await;
    let news = [replaced(&adas, "aa11", "bb22")];
    let written = write!(store, |tx| devices::replace_tokens(
        tx,
        &news,
        later(9),
        Way::Provider
    ))
    .unwrap();
    assert!(written.is_empty());
    let found = read!(store, |db| devices::find_by_token(db, "bb22"));
    assert_eq!(found[0].id, bobs.binding_id);
    assert_eq!(
        read!(store, |db| devices::find_by_token(db, "aa11"))[0].id,
        adas.binding_id
    );
}
