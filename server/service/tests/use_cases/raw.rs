//! Payloads typed by hand, and what was sent before once more.

use domain::BindingId;
use domain::delivery::{DeliveryState, delivery_uuid};
use domain::people::{Permission, Principal, Role};
use domain::push::{Priority, RawPush, RawPushType};
use domain::view::SendRef;
use service::ServiceError;
use storage::{devices, raw_payloads, sends};

use crate::bed::{Bed, user};
use crate::sends::planned;

fn raw(body: &str) -> RawPush {
    RawPush {
        body: body.into(),
        push_type: RawPushType::Alert,
        priority: Priority::High,
        ttl_seconds: 60,
        collapse_id: None,
    }
}

async fn the_phone(bed: &Bed) -> BindingId {
    let ada = bed.service.contact(&Principal::System, "ada").await;
    let ada = ada.expect("Ada");
    let mut reader = bed.service.store().read().await.expect("a reader");
    let all = devices::of_contact(&mut reader, ada.shard, ada.id).await;
    all.expect("devices")[0].id
}

/// What a test sends, if it was typed by hand.
async fn typed(bed: &Bed, test: &SendRef) -> Option<RawPush> {
    let ada = bed.service.contact(&Principal::System, "ada").await;
    let key = sends::SendKey {
        shard: ada.expect("Ada").shard,
        contact_id: test.contact_id,
        source_id: test.source_id,
        step: test.step.clone(),
    };
    let mut reader = bed.service.store().read().await.expect("a reader");
    let send = sends::get(&mut reader, &key).await.expect("a send");
    let content = raw_payloads::find(&mut reader, send.push_revision_id).await;
    content
        .expect("read")
        .map(|content| *content.raw.expect("it is raw"))
}

#[tokio::test]
async fn a_typed_payload_is_a_developers_and_is_checked_for_the_devices_channel() {
    let bed = Bed::new().await;
    planned(&bed, DeliveryState::Planned, None).await;
    let (s, phone) = (&bed.service, the_phone(&bed).await);
    let push = raw(r#"{"aps": {"alert": "Hi"}}"#);
    for role in [Role::Viewer, Role::Marketer] {
        let refused = s.send_raw(&user(role), phone, push.clone()).await;
        assert!(
            matches!(
                refused,
                Err(ServiceError::Forbidden {
                    permission: Permission::SendRaw
                })
            ),
            "{role:?}: {refused:?}"
        );
    }
    let developer = user(Role::Developer);
    let wrong = s
        .send_raw(&developer, phone, raw(r#"{"message": {}}"#))
        .await;
    let Err(ServiceError::Invalid(errors)) = wrong else {
        panic!("{wrong:?}");
    };
    assert!(errors.of("body").is_some_and(|words| words.contains("aps")));
    let sent = s.send_raw(&developer, phone, push.clone()).await;
    let sent = sent.expect("sent");
    assert_eq!(typed(&bed, &sent).await, Some(push));
    let view = s.send(&developer, &sent).await.expect("its send");
    assert_eq!(view.push, "Raw payload");
}

#[tokio::test]
async fn what_was_not_kept_is_sent_again_as_content() {
    let bed = Bed::new().await;
    let (_, chunk) = planned(&bed, DeliveryState::Planned, None).await;
    let developer = user(Role::Developer);
    let again = bed.service.send_again(&developer, chunk, 0).await;
    let again = again.expect("sent again");
    assert_eq!(typed(&bed, &again).await, None, "rendered anew");
    let view = bed
        .service
        .send(&developer, &again)
        .await
        .expect("its send");
    assert_eq!(view.push, "Hello");
    let nothing = bed.service.send_again(&developer, chunk, 9).await;
    assert!(matches!(nothing, Err(ServiceError::NotFound { .. })));
    assert_ne!(delivery_uuid(chunk, 0), delivery_uuid(chunk, 9));
}
