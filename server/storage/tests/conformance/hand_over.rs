//! One contact's devices and events go to another.

use domain::Shard;
use domain::consent::Way;
use domain::contact::Contact;
use domain::device::{BindingState, DeviceChange};
use domain::event::EventInput;
use storage::devices::{self, StateChange};
use storage::{Store, contacts, events, triggers};

use crate::bed::{NOW, later};
use crate::devices::{app, changes, register, registered};
use crate::events::event;

conformance!(
    devices_are_handed_over_as_they_are_and_both_histories_say_so,
    a_device_that_was_handed_over_is_found_and_registers_where_it_is,
    events_are_handed_over_with_those_that_wait,
    many_events_are_handed_over_and_nobody_elses,
    an_identifier_is_claimed_once_and_is_the_ingests_own,
);

async fn contact(store: &Store, external_id: &str) -> Contact {
    write!(store, |tx| contacts::ensure(tx, [external_id], NOW)).unwrap();
    read!(store, |db| contacts::find_by_external_id(db, external_id)).unwrap()
}

async fn pair(store: &Store) -> (Contact, Contact) {
    (contact(store, "visitor").await, contact(store, "ada").await)
}

async fn devices_are_handed_over_as_they_are_and_both_histories_say_so(store: Store) {
    let app = app(&store).await;
    let phone = register(&store, app, "visitor", "phone", "aa11").await;
    let tablet = register(&store, app, "visitor", "tablet", "aa12").await;
    register(&store, app, "ada", "watch", "aa13").await;
    let gone = StateChange {
        shard: tablet.shard,
        contact_id: tablet.contact_id,
        binding_id: tablet.binding_id,
        token: None,
        since: None,
        to: BindingState::Gone,
        reason: "Unregistered".into(),
    };
    let gone = [gone];
    write!(store, |tx| devices::set_states(
        tx,
        &gone,
        later(1),
        Way::Provider
    ))
    .unwrap();
    let (from, to) = pair(&store).await;
    let moved = write!(store, |tx| devices::hand_over(
        tx,
        &from,
        &to,
        &[],
        (later(5), Way::Api)
    ))
    .unwrap();
    assert_eq!(moved.len(), 2);
    assert!(read!(store, |db| devices::of_contact(db, from.shard, from.id)).is_empty());
    let of_ada = read!(store, |db| devices::of_contact(db, to.shard, to.id));
    let known: Vec<_> = of_ada
        .iter()
        .map(|b| (b.device_id.as_str(), b.state, b.registered_at))
        .collect();
    assert_eq!(
        known,
        [
            ("phone", BindingState::Active, NOW),
            ("tablet", BindingState::Gone, NOW),
            ("watch", BindingState::Active, NOW),
        ]
    );
    assert_eq!(of_ada[0].id, phone.binding_id);
    let moved_to = DeviceChange::MovedTo {
        external_id: "ada".into(),
    };
    let moved_from = DeviceChange::MovedFrom {
        external_id: "visitor".into(),
    };
    let left = changes(&store, "visitor").await;
    assert_eq!(left[left.len() - 2..], [moved_to.clone(), moved_to]);
    let came = [registered(), moved_from.clone(), moved_from];
    assert_eq!(changes(&store, "ada").await, came);
}

async fn a_device_that_was_handed_over_is_found_and_registers_where_it_is(store: Store) {
    let app = app(&store).await;
    let phone = register(&store, app, "visitor", "phone", "aa11").await;
    let (from, to) = pair(&store).await;
    write!(store, |tx| devices::hand_over(
        tx,
        &from,
        &to,
        &[],
        (NOW, Way::Api)
    ))
    .unwrap();
    let by_device = read!(store, |db| devices::find_by_device(db, app, "phone")).unwrap();
    let by_token = read!(store, |db| devices::find_by_token(db, "aa11"));
    assert_eq!(
        (by_device.id, by_device.contact_id),
        (phone.binding_id, to.id)
    );
    assert_eq!(by_token, [by_device]);
    let again = register(&store, app, "ada", "phone", "aa22").await;
    assert_eq!(
        (again.binding_id, again.moved_from),
        (phone.binding_id, None)
    );
    let back = register(&store, app, "visitor", "phone", "aa22").await;
    assert_eq!(back.moved_from, Some(to.id));
    let nothing = write!(store, |tx| devices::hand_over(
        tx,
        &to,
        &from,
        &[],
        (NOW, Way::Api)
    ))
    .unwrap();
    assert!(nothing.is_empty());
}

async fn events_are_handed_over_with_those_that_wait(store: Store) {
    crate::workflows::live(&store, "order_placed").await;
    let batch = [event("visitor", "order_placed"), event("visitor", "seen")];
    let taken = write!(store, |tx| events::ingest(tx, &batch, NOW)).unwrap();
    let (from, to) = pair(&store).await;
    let moved = write!(store, |tx| events::hand_over(tx, &from, &to)).unwrap();
    assert_eq!(moved, 2);
    let of = |contact: (Shard, domain::ContactId)| {
        let store = store.clone();
        async move { read!(store, |db| events::of_contact(db, contact, None, 10)).items }
    };
    assert!(of((from.shard, from.id)).await.is_empty());
    let came = of((to.shard, to.id)).await;
    let mut ids: Vec<_> = came.iter().map(|event| Some(event.id)).collect();
    ids.sort_unstable();
    assert_eq!(ids, [taken[0].id, taken[1].id]);
    let (lo, hi) = (Shard::from_number(0), Shard::from_number(1023));
    let waiting = read!(store, |db| triggers::pending(db, lo, hi, 10));
    assert_eq!(waiting.len(), 1);
    let place = (waiting[0].shard, waiting[0].contact_id);
    assert_eq!(place, (to.shard, to.id));
    assert_eq!(Some(waiting[0].event_id), taken[0].id);
    let again = write!(store, |tx| events::hand_over(tx, &from, &to)).unwrap();
    assert_eq!(again, 0);
}

async fn many_events_are_handed_over_and_nobody_elses(store: Store) {
    let mut batch: Vec<_> = (0..2300)
        .map(|n| EventInput {
            occurred_at: Some(later(n % 7)),
            ..event("visitor", "seen")
        })
        .collect();
    batch.push(event("bob", "seen"));
    write!(store, |tx| events::ingest(tx, &batch, NOW)).unwrap();
    let (from, to) = pair(&store).await;
    let moved = write!(store, |tx| events::hand_over(tx, &from, &to)).unwrap();
    assert_eq!(moved, 2300);
    let bob = contact(&store, "bob").await;
    let left = read!(store, |db| events::of_contact(
        db,
        (bob.shard, bob.id),
        None,
        10
    ));
    assert_eq!(left.items.len(), 1);
}

async fn an_identifier_is_claimed_once_and_is_the_ingests_own(store: Store) {
    let ids = [("ada", "m1"), ("ada", "m1"), ("bob", "m1"), ("ada", "m2")];
    let first = write!(store, |tx| events::claim(tx, &ids, NOW)).unwrap();
    assert_eq!(first, [true, false, true, true]);
    let again = write!(store, |tx| events::claim(tx, &ids, later(5))).unwrap();
    assert_eq!(again, [false; 4]);
    assert!(
        write!(store, |tx| events::claim(tx, &[], NOW))
            .unwrap()
            .is_empty()
    );
    let known = read!(store, |db| contacts::find_by_external_id(db, "ada"));
    assert!(known.is_none(), "nobody is created for it");
    let named = |id: &str| EventInput {
        id: Some(id.into()),
        ..event("ada", "seen")
    };
    let batch = [named("m1"), named("m3")];
    let taken = write!(store, |tx| events::ingest(tx, &batch, NOW)).unwrap();
    assert_eq!(
        (taken[0].id.is_some(), taken[1].id.is_some()),
        (false, true)
    );
}
