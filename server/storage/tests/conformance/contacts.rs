use domain::consent::Way;
use domain::contact::{AttributeValue, ContactInput};
use domain::{Shard, Timestamp};
use storage::contacts::{self, Change, Upserted};
use storage::{Store, consent, devices, events};

use crate::bed::{NOW, later};

conformance!(
    a_new_contact_is_as_its_input_says,
    importing_the_same_again_writes_no_row_and_no_consent,
    an_absent_field_stays_and_an_empty_one_is_cleared,
    each_change_of_consent_is_recorded,
    one_batch_may_name_a_contact_twice,
    a_batch_larger_than_a_statement_is_taken_whole,
    two_writers_of_the_same_new_contacts_agree,
    deleting_a_contact_takes_all_that_is_its_own,
);

pub(crate) fn named(external_id: &str, first_name: &str) -> (String, ContactInput) {
    let first_name = Some(first_name.to_owned());
    (
        external_id.to_owned(),
        ContactInput {
            first_name,
            ..ContactInput::default()
        },
    )
}

pub(crate) async fn put(
    store: &Store,
    inputs: &[(String, ContactInput)],
    now: Timestamp,
) -> Vec<Upserted> {
    write!(store, |tx| contacts::upsert(
        tx,
        inputs,
        now,
        Way::Import,
        "people.csv"
    ))
    .unwrap()
}

fn changes(outcomes: &[Upserted]) -> Vec<Change> {
    outcomes.iter().map(|outcome| outcome.change).collect()
}

async fn a_new_contact_is_as_its_input_says(store: Store) {
    let input = ContactInput {
        first_name: Some("Ada".into()),
        last_name: Some("Lovelace".into()),
        email: Some("ada@example.org".into()),
        locale: Some("en-GB".into()),
        time_zone: Some("Europe/London".into()),
        opted_in: Some(true),
        attributes: [
            (
                "plan".to_owned(),
                Some(AttributeValue::Text("gold \"\u{1f514}\"".into())),
            ),
            ("orders".to_owned(), Some(AttributeValue::Int(i64::MAX))),
            ("score".to_owned(), Some(AttributeValue::Float(0.1))),
            ("vip".to_owned(), Some(AttributeValue::Bool(true))),
            ("never".to_owned(), None),
        ]
        .into(),
    };
    let outcome = put(&store, &[("ada".to_owned(), input)], NOW).await[0];
    assert_eq!(
        (outcome.change, outcome.shard),
        (Change::Created, Shard::of("ada"))
    );
    let contact = read!(store, |db| contacts::find(db, outcome.id)).unwrap();
    assert_eq!(contact.external_id, "ada");
    assert_eq!(contact.display_name(), "Ada Lovelace");
    assert_eq!(contact.email.as_deref(), Some("ada@example.org"));
    assert_eq!(contact.time_zone.as_deref(), Some("Europe/London"));
    assert_eq!(contact.opted_in, Some(true));
    assert_eq!((contact.created_at, contact.updated_at), (NOW, NOW));
    assert_eq!(contact.attributes.len(), 4);
    assert_eq!(contact.attributes["score"], AttributeValue::Float(0.1));
    assert_eq!(contact.attributes["orders"], AttributeValue::Int(i64::MAX));
    let same = read!(store, |db| contacts::find_by_external_id(db, "ada")).unwrap();
    assert_eq!(same, contact);
}

async fn importing_the_same_again_writes_no_row_and_no_consent(store: Store) {
    let mut inputs: Vec<_> = (0..40).map(|n| named(&format!("c{n}"), "Same")).collect();
    inputs[0].1.opted_in = Some(true);
    inputs[0].1.attributes = [("n".to_owned(), Some(AttributeValue::Float(1.5)))].into();
    let first = put(&store, &inputs, NOW).await;
    let again = put(&store, &inputs, later(60)).await;
    assert_eq!(changes(&first), vec![Change::Created; 40]);
    assert_eq!(changes(&again), vec![Change::Unchanged; 40]);
    let contact = read!(store, |db| contacts::find(db, first[0].id)).unwrap();
    assert_eq!(contact.updated_at, NOW);
    let consents = read!(store, |db| consent::of_contact(
        db,
        (contact.shard, contact.id),
        None,
        10
    ));
    assert_eq!(consents.items.len(), 1);
}

async fn an_absent_field_stays_and_an_empty_one_is_cleared(store: Store) {
    let mut input = named("ada", "Ada");
    input.1.email = Some("ada@example.org".into());
    input.1.attributes = [
        ("kept".to_owned(), Some(AttributeValue::Int(1))),
        ("removed".to_owned(), Some(AttributeValue::Int(2))),
    ]
    .into();
    put(&store, &[input], NOW).await;
    let change = ContactInput {
        email: Some(String::new()),
        attributes: [("removed".to_owned(), None)].into(),
        ..ContactInput::default()
    };
    let outcome = put(&store, &[("ada".to_owned(), change)], later(5)).await[0];
    assert_eq!(outcome.change, Change::Changed);
    let contact = read!(store, |db| contacts::find(db, outcome.id)).unwrap();
    assert_eq!(
        (contact.first_name.as_deref(), contact.email),
        (Some("Ada"), None)
    );
    assert_eq!(contact.attributes.keys().collect::<Vec<_>>(), ["kept"]);
    assert_eq!((contact.created_at, contact.updated_at), (NOW, later(5)));
}

async fn each_change_of_consent_is_recorded(store: Store) {
    let with = |opted_in| {
        (
            "ada".to_owned(),
            ContactInput {
                opted_in,
                ..ContactInput::default()
            },
        )
    };
    let mut outcome = None;
    for (n, opted_in) in [None, Some(true), None, Some(true), Some(false)]
        .into_iter()
        .enumerate()
    {
        outcome = put(&store, &[with(opted_in)], later(n.try_into().unwrap()))
            .await
            .pop();
    }
    let outcome = outcome.unwrap();
    let contact = (outcome.shard, outcome.id);
    let first = read!(store, |db| consent::of_contact(db, contact, None, 1));
    assert_eq!(
        (first.items[0].opted_in, first.items[0].at),
        (false, later(4))
    );
    assert_eq!(
        (first.items[0].way, first.items[0].actor.as_str()),
        (Way::Import, "people.csv")
    );
    let rest = read!(store, |db| consent::of_contact(
        db,
        contact,
        first.next.as_ref(),
        5
    ));
    assert_eq!(rest.items.len(), 1);
    assert_eq!((rest.items[0].opted_in, rest.items[0].at), (true, later(1)));
    assert_eq!((rest.items[0].binding, rest.next), (None, None));
}

async fn one_batch_may_name_a_contact_twice(store: Store) {
    let outcomes = put(
        &store,
        &[named("a", "One"), named("b", "B"), named("a", "Two")],
        NOW,
    )
    .await;
    assert_eq!(
        changes(&outcomes),
        [Change::Created, Change::Created, Change::Changed]
    );
    assert_eq!(outcomes[0].id, outcomes[2].id);
    let contact = read!(store, |db| contacts::find(db, outcomes[0].id)).unwrap();
    assert_eq!(contact.first_name.as_deref(), Some("Two"));
    // To and fro within one batch leaves nothing to write.
    put(&store, &[named("a", "Three"), named("a", "Two")], later(9)).await;
    let contact = read!(store, |db| contacts::find(db, outcomes[0].id)).unwrap();
    assert_eq!(
        (contact.first_name.as_deref(), contact.updated_at),
        (Some("Two"), NOW)
    );
}

async fn a_batch_larger_than_a_statement_is_taken_whole(store: Store) {
    let inputs: Vec<_> = (0..1501).map(|n| named(&format!("c{n}"), "Many")).collect();
    let outcomes = put(&store, &inputs, NOW).await;
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.change == Change::Created)
    );
    assert_eq!(read!(store, |db| contacts::count_to(db, 10_000)), 1501);
    assert_eq!(read!(store, |db| contacts::count(db)), 1501);
    assert_eq!(read!(store, |db| contacts::count_to(db, 1000)), 1000);
    let inputs: Vec<_> = (0..1501).map(|n| named(&format!("c{n}"), "All")).collect();
    let outcomes = put(&store, &inputs, later(1)).await;
    assert!(
        outcomes
            .iter()
            .all(|outcome| outcome.change == Change::Changed)
    );
    let keys: Vec<_> = outcomes.iter().map(|o| (o.shard, o.id)).collect();
    let found = read!(store, |db| contacts::find_many(db, &keys));
    assert_eq!(found.len(), 1501);
    assert!(
        found
            .iter()
            .all(|contact| contact.first_name.as_deref() == Some("All"))
    );
    assert!(found.is_sorted_by_key(|contact| (contact.shard, contact.id)));
}

async fn two_writers_of_the_same_new_contacts_agree(store: Store) {
    let writer = |from: usize, name: &'static str| {
        let store = store.clone();
        tokio::spawn(async move {
            let inputs: Vec<_> = (from..from + 60)
                .map(|n| named(&format!("c{n}"), name))
                .collect();
            put(&store, &inputs, NOW).await
        })
    };
    let (one, two) = (writer(0, "One"), writer(30, "Two"));
    let (one, two) = (one.await.unwrap(), two.await.unwrap());
    assert_eq!(read!(store, |db| contacts::count_to(db, 1000)), 90);
    for (a, b) in one[30..].iter().zip(&two) {
        assert_eq!(a.id, b.id);
        assert_ne!(a.change == Change::Created, b.change == Change::Created);
    }
}

async fn deleting_a_contact_takes_all_that_is_its_own(store: Store) {
    let app = crate::devices::app(&store).await;
    let outcome = crate::devices::register(&store, app, "ada", "phone", "aa11").await;
    let mut event = crate::events::event("ada", "opened_app");
    event.id = Some("e1".into());
    write!(store, |tx| events::ingest(tx, &[event], NOW)).unwrap();
    let contact = (outcome.shard, outcome.contact_id);
    assert!(write!(store, |tx| contacts::delete(tx, contact.1)).unwrap());
    assert!(read!(store, |db| contacts::find(db, contact.1)).is_none());
    assert!(read!(store, |db| devices::of_contact(db, contact.0, contact.1)).is_empty());
    assert!(read!(store, |db| devices::find_by_device(db, app, "phone")).is_none());
    assert!(read!(store, |db| devices::find_by_token(db, "aa11")).is_empty());
    assert!(
        read!(store, |db| devices::history(db, contact, None, 10))
            .items
            .is_empty()
    );
    assert!(
        read!(store, |db| events::of_contact(db, contact, None, 10))
            .items
            .is_empty()
    );
    assert!(!write!(store, |tx| contacts::delete(tx, contact.1)).unwrap());
    // The name is free for somebody new.
    let again = put(&store, &[named("ada", "Ada")], later(1)).await[0];
    assert_eq!(again.change, Change::Created);
    assert_ne!(again.id, contact.1);
}
