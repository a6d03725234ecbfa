use domain::event::EventInput;
use domain::people::Scope;
use storage::events::journal;
use storage::{Store, keys};

use crate::bed::{NOW, later};
use crate::events::event;

conformance!(
    accepted_events_are_taken_out_in_order_by_portions,
    a_portion_that_is_not_committed_stays,
    a_row_can_be_passed_over,
    what_comes_with_a_key_that_is_revoked_is_not_appended,
);

fn named(name: &str) -> EventInput {
    EventInput {
        id: Some(format!("id of {name}")),
        occurred_at: Some(later(-60)),
        ..event("ada", name)
    }
}

/// Appends these events in one row.
async fn append(store: &Store, names: &[&str]) {
    let events: Vec<EventInput> = names.iter().map(|name| named(name)).collect();
    let events: Vec<&EventInput> = events.iter().collect();
    let mut single = store.single().await.unwrap();
    let appended = journal::append(&mut single, &[(None, events)]).await;
    assert!(appended.unwrap());
}

/// Takes out a portion, and says what its events are called.
async fn take(store: &Store, after: i64, most: usize) -> Vec<String> {
    let taken = write!(store, |tx| journal::take(tx, after, most)).unwrap();
    let events = taken.events().unwrap();
    events.into_iter().map(|event| event.name).collect()
}

async fn accepted_events_are_taken_out_in_order_by_portions(store: Store) {
    append(&store, &["a", "b"]).await;
    append(&store, &["c"]).await;
    append(&store, &["d", "e"]).await;
    assert_eq!(read!(store, |db| journal::waiting(db)), 5);
    assert_eq!(
        take(&store, 0, 4).await,
        ["a", "b", "c"],
        "no more than four"
    );
    assert_eq!(read!(store, |db| journal::waiting(db)), 2);
    assert_eq!(take(&store, 0, 0).await, ["d", "e"], "at least a row");
    assert!(take(&store, 0, 4).await.is_empty());
    assert_eq!(read!(store, |db| journal::waiting(db)), 0);
    append(&store, &["f"]).await;
    let taken = write!(store, |tx| journal::take(tx, 0, 1)).unwrap();
    assert_eq!(taken.events().unwrap(), [named("f")]);
}

async fn a_portion_that_is_not_committed_stays(store: Store) {
    append(&store, &["a"]).await;
    let mut tx = store.begin().await.unwrap();
    let taken = journal::take(&mut tx, 0, 10).await.unwrap();
    assert_eq!(taken.events().unwrap().len(), 1);
    assert!(taken.first.is_some());
    tx.rollback().await.unwrap();
    assert_eq!(take(&store, 0, 10).await, ["a"]);
}

async fn a_row_can_be_passed_over(store: Store) {
    assert_eq!(read!(store, |db| journal::last(db)), None);
    append(&store, &["a"]).await;
    append(&store, &["b"]).await;
    let last = read!(store, |db| journal::last(db)).unwrap();
    let first = read!(store, |db| journal::next(db, 0)).unwrap();
    assert!(first < last);
    assert_eq!(read!(store, |db| journal::next(db, first)), Some(last));
    assert_eq!(read!(store, |db| journal::next(db, last)), None);
    assert_eq!(take(&store, first, 10).await, ["b"]);
    append(&store, &["c"]).await;
    assert!(
        read!(store, |db| journal::last(db)).unwrap() > last,
        "no number comes again"
    );
    assert_eq!(take(&store, 0, 10).await, ["a", "c"]);
}

async fn what_comes_with_a_key_that_is_revoked_is_not_appended(store: Store) {
    let mut made = Vec::new();
    for name in ["good", "revoked"] {
        let hash = name.as_bytes();
        let scopes = [Scope::Ingest];
        let add = write!(store, |tx| keys::add(
            tx,
            name,
            "carillon_x",
            hash,
            &scopes,
            NOW
        ));
        made.push(add.unwrap().id);
    }
    write!(store, |tx| keys::revoke(tx, made[1], NOW)).unwrap();
    let event = named("a");
    let mut single = store.single().await.unwrap();
    for (keys, appended) in [
        (vec![Some(made[0])], true),
        (vec![Some(made[0]), None], true),
        (vec![Some(made[0]), Some(made[1])], false),
        (vec![Some(uuid::Uuid::nil().into())], false),
    ] {
        let events: Vec<_> = keys.iter().map(|key| (*key, vec![&event])).collect();
        let done = journal::append(&mut single, &events).await.unwrap();
        assert_eq!(done, appended, "{keys:?}");
    }
    drop(single);
    assert_eq!(read!(store, |db| journal::waiting(db)), 3);
}
