use domain::contact::{AttributeValue, ContactInput};
use domain::push::DeliveryClass;
use domain::workflow::StepId;
use domain::{ChunkId, ContactId, EventId, RevisionId, Shard, WorkflowId};
use serde_json::json;
use storage::enrollments::{self, Enrollment, EnrollmentState, enrollment_id};
use storage::recipients::{self, Depth, Recipient, TriggerEvent};
use storage::sends::{self, NewSend, SendKey};
use storage::{Store, chunks};
use uuid::Uuid;

use crate::bed::NOW;
use crate::chunks::{chunk, send};
use crate::contacts::put;
use crate::devices::{app, register};

conformance!(
    as_much_of_a_recipient_is_read_as_was_asked_for,
    a_deleted_contacts_send_is_there_without_a_contact,
);

const CHUNK: u128 = 10;

async fn read(store: &Store, depth: Depth) -> (Vec<Recipient>, usize) {
    let id = ChunkId(Uuid::from_u128(CHUNK));
    let fetched = read!(store, |db| recipients::of_chunk(db, id, depth));
    let (recipients, devices) = fetched.decode().unwrap();
    (
        recipients.collect::<storage::Result<_>>().unwrap(),
        devices.len(),
    )
}

async fn decide(store: &Store, sends: &[NewSend]) {
    let new = chunk(CHUNK, DeliveryClass::Promotional, false);
    write!(store, |tx| chunks::insert(tx, &[new], NOW)).unwrap();
    write!(store, |tx| sends::insert(tx, sends, NOW)).unwrap();
}

async fn as_much_of_a_recipient_is_read_as_was_asked_for(store: Store) {
    let input = ContactInput {
        first_name: Some("Ada".to_owned()),
        opted_in: Some(true),
        attributes: [("orders".to_owned(), Some(AttributeValue::Int(3)))].into(),
        ..ContactInput::default()
    };
    let ada = put(&store, &[("ada".to_owned(), input)], NOW).await[0];
    let app = app(&store).await;
    register(&store, app, "ada", "phone", "01").await;
    register(&store, app, "ada", "tablet", "02").await;
    let source = enrolled(&store, ada.shard, ada.id).await;
    decide(
        &store,
        &[NewSend {
            key: SendKey {
                shard: ada.shard,
                contact_id: ada.id,
                source_id: source,
                step: "push".to_owned(),
            },
            ..send(CHUNK, 0, 0, "")
        }],
    )
    .await;

    let contact = json!({"external_id": "ada", "first_name": "Ada", "orders": 3});
    for (depth, fields, properties) in [
        (Depth::Gates, json!(null), json!({})),
        (Depth::Contact, contact.clone(), json!({})),
        (Depth::Event, contact, json!({"total": 12})),
    ] {
        let (recipients, devices) = read(&store, depth).await;
        assert_eq!((recipients.len(), devices), (1, 2), "{depth:?}");
        let found = &recipients[0];
        assert_eq!(found.facts().unwrap().opted_in, Some(true), "{depth:?}");
        let person = found.contact.as_ref().unwrap();
        assert_eq!(person.fields, liquid::Value::from(&fields), "{depth:?}");
        let properties = liquid::Value::from(&properties);
        assert_eq!(found.properties, properties, "{depth:?}");
    }
}

/// Lets a contact into a workflow by an event with properties.
async fn enrolled(store: &Store, shard: Shard, contact_id: ContactId) -> Uuid {
    let workflow_id = WorkflowId(Uuid::from_u128(1));
    let id = enrollment_id(workflow_id, EventId(Uuid::from_u128(7)));
    let mut event = TriggerEvent::none(NOW);
    event.properties.insert("total".to_owned(), json!(12));
    let enrollment = Enrollment {
        shard,
        id,
        contact_id,
        workflow_id,
        revision_id: RevisionId(Uuid::from_u128(2)),
        step: StepId::from("push"),
        state: EnrollmentState::Arrived,
        due_at: Some(NOW),
        version: 0,
        entered_at: NOW,
        ended_at: None,
        event,
    };
    write!(store, |tx| enrollments::insert(tx, &[enrollment])).unwrap();
    id.0
}

async fn a_deleted_contacts_send_is_there_without_a_contact(store: Store) {
    decide(&store, &[send(CHUNK, 1, 7, "push")]).await;
    for depth in [Depth::Gates, Depth::Contact, Depth::Event] {
        let (recipients, devices) = read(&store, depth).await;
        assert_eq!((recipients.len(), devices), (1, 0), "{depth:?}");
        assert!(recipients[0].contact.is_none(), "{depth:?}");
        assert_eq!(recipients[0].key, send(CHUNK, 1, 7, "push").key);
    }
}
