use domain::app::Capabilities;
use domain::contact::ContactInput;
use domain::delivery::{DeliveryState, SendState};
use domain::device::{Channel, DeviceInput};
use domain::gate::{GateFacts, GateMask, Suppression};
use domain::people::{Permission, Principal, Role};
use domain::push::PushContent;
use domain::view::{PushDraft, SendRef};
use domain::{ChunkId, ContactId};
use serde_json::{Value, json};
use service::{PageRequest, ServiceError};
use storage::chunks::{self, Chunk};
use storage::deliveries::NewDelivery;
use storage::devices;
use storage::ledger::{self, Owner, Plan};
use storage::rollups::Counts;
use storage::sends::SendVerdict;
use uuid::Uuid;

use crate::bed::{Bed, user};

/// A test of a personal push to Ada's phone, planned as the engine plans it,
/// with a delivery in `state`.
pub(crate) async fn planned(
    bed: &Bed,
    state: DeliveryState,
    stopped: Option<(Suppression, GateFacts)>,
) -> (ContactId, ChunkId) {
    let (s, system) = (&bed.service, &Principal::System);
    let capabilities = Capabilities::default();
    s.put_app(system, "shop", "Shop", &capabilities)
        .await
        .expect("an app");
    let input: DeviceInput =
        serde_json::from_value(json!({"app": "shop", "channel": "apns", "token": "AA11"}))
            .expect("a device");
    s.register_device(system, "ada", "phone", input)
        .await
        .expect("registered");
    name(bed, "Ada").await;
    let content: PushContent = serde_json::from_value(json!({
        "title": "Hi {{ contact.first_name }}",
        "buttons": [
            {"id": "shop", "title": "Shop now"},
            {"id": "call", "title": "Call {{ contact.first_name }}"},
        ],
    }))
    .expect("content");
    let draft = PushDraft {
        name: "Hello".into(),
        campaign_id: None,
        content,
    };
    let push = s.create_push(system, &draft).await.expect("a push").id;
    let contact = s.contact(system, "ada").await.expect("Ada");
    let test = s.send_test(system, push, contact.id).await.expect("sent");
    let owner = Owner {
        id: Uuid::from_u128(9),
        lease_millis: 60_000,
    };
    let mut tx = s.store().begin().await.expect("a transaction");
    let claimed = chunks::claim(&mut tx, owner.id, s.now(), owner.lease_millis, 1, false).await;
    let chunk: Chunk = claimed.expect("claimed").remove(0);
    let bindings = devices::of_contact(&mut tx, contact.shard, contact.id).await;
    let (reason, facts) = stopped.unzip();
    let delivery = NewDelivery {
        seq: 0,
        contact_shard: contact.shard,
        contact_id: contact.id,
        binding_id: bindings.expect("devices")[0].id,
        channel: Channel::Apns,
        source_id: test.source_id,
        step: test.step.as_str().into(),
        state,
        reason: reason.map(Suppression::name),
        facts,
        mask: GateMask(31),
    };
    let plan = Plan {
        chunk: chunk.id,
        epoch: chunk.epoch,
        home: chunk.home,
        account: None,
        deliveries: vec![delivery],
        usual: SendVerdict {
            state: SendState::Released,
            reason: None,
            mask: GateMask(7),
        },
        usual_count: 1,
        others: Vec::new(),
    };
    let written = ledger::write_plan(&mut tx, owner, &plan, s.now(), &mut Counts::default()).await;
    assert!(written.expect("written"));
    tx.commit().await.expect("committed");
    let SendRef { contact_id, .. } = test;
    (contact_id, chunk.id)
}

async fn name(bed: &Bed, first_name: &str) {
    let input = ContactInput {
        first_name: Some(first_name.to_owned()),
        opted_in: Some(true),
        ..ContactInput::default()
    };
    let done = bed
        .service
        .upsert_contact(&Principal::System, "ada", input)
        .await;
    done.expect("named");
}

#[tokio::test]
async fn a_payload_that_was_not_kept_is_rendered_again_for_the_contact_as_it_is_now() {
    let bed = Bed::new().await;
    let (_, chunk) = planned(&bed, DeliveryState::Planned, None).await;
    name(&bed, "Augusta").await;
    let developer = user(Role::Developer);
    let again = bed.service.render_again(&developer, chunk, 0).await;
    let again = again.expect("it renders");
    assert_eq!(again.revision, 1);
    let payload: Value = serde_json::from_str(&again.payload).expect("JSON");
    assert_eq!(payload["aps"]["alert"]["title"], "Hi Augusta");
    let id = domain::delivery::delivery_uuid(chunk, 0).to_string();
    assert_eq!(payload["carillon_id"], id);

    let refused = bed
        .service
        .render_again(&user(Role::Viewer), chunk, 0)
        .await;
    assert!(matches!(
        refused,
        Err(ServiceError::Forbidden {
            permission: Permission::Inspect
        })
    ));
    let missing = bed.service.render_again(&developer, chunk, 7).await;
    assert!(matches!(missing, Err(ServiceError::NotFound { .. })));
}

#[tokio::test]
async fn a_delivery_that_a_gate_stopped_comes_with_what_the_gate_saw() {
    let bed = Bed::new().await;
    let facts = GateFacts::Size {
        bytes: 4321,
        limit: 4096,
    };
    let stopped = Some((Suppression::TooLarge, facts.clone()));
    let (contact, _) = planned(&bed, DeliveryState::Suppressed, stopped).await;
    let page = bed
        .service
        .list_sends(&user(Role::Viewer), contact, &PageRequest::first(5))
        .await
        .expect("sends");
    let delivery = &page.items[0].deliveries[0];
    assert_eq!(delivery.suppression, Some(Suppression::TooLarge));
    assert_eq!(delivery.facts, Some(facts));
}

#[tokio::test]
async fn a_forecast_names_the_field_that_keeps_a_push_from_being_sent() {
    let bed = Bed::new().await;
    let (contact, _) = planned(&bed, DeliveryState::Accepted, None).await;
    let forecast = |image: &str| {
        let content = PushContent {
            title: "Hi".to_owned(),
            image: Some(image.to_owned()),
            ..PushContent::default()
        };
        let by = user(Role::Marketer);
        let service = bed.service.clone();
        async move {
            let forecast = service.forecast_test(&by, &content, contact).await;
            forecast.expect("a forecast").devices.remove(0).problem
        }
    };
    let problem = forecast("http://example.org/a.png").await;
    assert!(problem.is_some_and(|problem| problem.starts_with("image")));
    assert_eq!(forecast("https://example.org/a.png").await, None);
}
