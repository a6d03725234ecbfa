use domain::Shard;
use domain::event::{EventInput, Properties};
use serde_json::json;
use storage::triggers::PendingTrigger;
use storage::{Store, contacts, events, triggers};

use crate::bed::{NOW, later};

conformance!(
    an_event_is_stored_with_its_contact_created,
    an_event_with_the_customers_id_is_taken_once,
    only_events_that_a_live_workflow_listens_to_wait_for_it,
    pending_events_are_found_by_shard_and_taken_once,
    a_contacts_events_come_latest_first_in_pages_that_join,
);

pub(crate) fn event(external_id: &str, name: &str) -> EventInput {
    EventInput {
        id: None,
        external_id: external_id.into(),
        name: name.into(),
        occurred_at: None,
        properties: Properties::default(),
    }
}

async fn an_event_is_stored_with_its_contact_created(store: Store) {
    let mut input = event("ada", "order_placed");
    let properties = json!({"total": 12.5, "items": ["a\u{0}b", "\u{1f514}"], "gift": null});
    input.properties = properties.as_object().unwrap().clone().into();
    input.occurred_at = Some(later(-60));
    let done = write!(store, |tx| events::ingest(tx, &[input], NOW)).unwrap()[0];
    assert!(done.contact_created);
    assert!(!done.triggers);
    let page = read!(store, |db| events::of_contact(
        db,
        (done.shard, done.contact_id),
        None,
        10
    ));
    assert_eq!(page.items.len(), 1);
    let stored = &page.items[0];
    assert_eq!(Some(stored.id), done.id);
    assert_eq!(
        (stored.name.as_str(), stored.occurred_at),
        ("order_placed", later(-60))
    );
    assert_eq!(
        serde_json::Value::Object(stored.properties.clone()),
        properties
    );
    let contact = read!(store, |db| contacts::find_by_external_id(db, "ada")).unwrap();
    assert_eq!((contact.id, contact.opted_in), (done.contact_id, None));
}

async fn an_event_with_the_customers_id_is_taken_once(store: Store) {
    let with_id = |external_id: &str, id: &str| EventInput {
        id: Some(id.into()),
        ..event(external_id, "opened")
    };
    let batch = [
        with_id("ada", "e1"),
        with_id("ada", "e1"),
        with_id("ada", "e2"),
        event("ada", "x"),
    ];
    let first = write!(store, |tx| events::ingest(tx, &batch, NOW)).unwrap();
    let taken: Vec<bool> = first.iter().map(|event| event.id.is_some()).collect();
    assert_eq!(taken, [true, false, true, true]);
    let again = write!(store, |tx| events::ingest(tx, &batch, later(5))).unwrap();
    let taken: Vec<bool> = again.iter().map(|event| event.id.is_some()).collect();
    assert_eq!(taken, [false, false, false, true]);
    let contact = (first[0].shard, first[0].contact_id);
    assert_eq!(
        read!(store, |db| events::of_contact(db, contact, None, 10))
            .items
            .len(),
        4
    );
    // The identifier is the contact's: somebody else may use the same.
    let other = write!(store, |tx| events::ingest(tx, &[with_id("bob", "e1")], NOW)).unwrap();
    assert!(other[0].id.is_some());
}

async fn only_events_that_a_live_workflow_listens_to_wait_for_it(store: Store) {
    crate::workflows::live(&store, "order_placed").await;
    let batch = [event("ada", "order_placed"), event("ada", "page_viewed")];
    let done = write!(store, |tx| events::ingest(tx, &batch, NOW)).unwrap();
    assert_eq!((done[0].triggers, done[1].triggers), (true, false));
    let pending = waiting(&store, (0, 1023), 10).await;
    assert_eq!(pending.len(), 1);
    assert_eq!(Some(pending[0].event_id), done[0].id);
    assert_eq!(
        (pending[0].shard, pending[0].contact_id),
        (done[0].shard, done[0].contact_id)
    );
    assert_eq!(pending[0].name, "order_placed");
}

async fn waiting(store: &Store, (lo, hi): (u16, u16), limit: i64) -> Vec<PendingTrigger> {
    let (lo, hi) = (Shard::from_number(lo), Shard::from_number(hi));
    read!(store, |db| triggers::pending(db, lo, hi, limit))
}

async fn pending_events_are_found_by_shard_and_taken_once(store: Store) {
    crate::workflows::live(&store, "order_placed").await;
    let batch: Vec<_> = (0..20)
        .map(|n| event(&format!("c{n}"), "order_placed"))
        .collect();
    let done = write!(store, |tx| events::ingest(tx, &batch, NOW)).unwrap();
    let (low, high) = ((0, 511), (512, 1023));
    let lower = waiting(&store, low, 100).await;
    let upper = waiting(&store, high, 100).await;
    assert_eq!(lower.len() + upper.len(), 20);
    assert_eq!(
        lower.len(),
        done.iter().filter(|d| d.shard.number() < 512).count()
    );
    assert_eq!(waiting(&store, low, 2).await.len(), 2);
    assert_eq!(
        write!(store, |tx| triggers::take(tx, &lower))
            .unwrap()
            .len(),
        lower.len()
    );
    assert!(
        write!(store, |tx| triggers::take(tx, &lower))
            .unwrap()
            .is_empty()
    );
    assert!(waiting(&store, low, 100).await.is_empty());
    assert_eq!(waiting(&store, high, 100).await.len(), upper.len());
}

async fn a_contacts_events_come_latest_first_in_pages_that_join(store: Store) {
    let at = |seconds| EventInput {
        occurred_at: Some(later(seconds)),
        ..event("ada", &format!("e{seconds}"))
    };
    let batch: Vec<_> = [3, 1, 2, 2, 5].into_iter().map(at).collect();
    let done = write!(store, |tx| events::ingest(tx, &batch, NOW)).unwrap();
    let contact = (done[0].shard, done[0].contact_id);
    let first = read!(store, |db| events::of_contact(db, contact, None, 3));
    let rest = read!(store, |db| events::of_contact(
        db,
        contact,
        first.next.as_ref(),
        3
    ));
    let names: Vec<_> = first
        .items
        .iter()
        .chain(&rest.items)
        .map(|e| e.name.as_str())
        .collect();
    assert_eq!(names, ["e5", "e3", "e2", "e2", "e1"]);
}
