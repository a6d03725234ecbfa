use std::time::Duration;

use domain::app::CredentialState;
use domain::delivery::DeliveryState;
use domain::device::{BindingState, Channel, DeviceChange};
use domain::gate::GateFacts;
use domain::push::DeliveryClass::Promotional;
use domain::push::PushContent;
use domain::time::Clock;
use serde_json::json;
use storage::{contacts, credentials, devices};

use crate::world::{World, token};

on_both!(
    a_gone_token_is_marked_with_history_and_not_sent_to_again,
    a_token_registered_since_is_not_gone,
    a_refused_credential_stops_its_channel_alone,
    a_refused_content_stops_the_push,
    an_endpoint_that_is_not_there_is_not_held_against_the_device,
    what_does_not_render_or_fit_says_where_and_by_how_much,
    a_channel_that_is_off_counts_as_without_a_credential,
    a_test_for_one_device_leaves_the_contacts_others_alone,
);

async fn binding(world: &World, name: &str) -> domain::device::Binding {
    let mut reader = world.store.read().await.unwrap();
    let contact = contacts::find_by_external_id(&mut reader, name)
        .await
        .unwrap()
        .unwrap();
    devices::of_contact(&mut reader, contact.shard, contact.id)
        .await
        .unwrap()
        .remove(0)
}

async fn a_gone_token_is_marked_with_history_and_not_sent_to_again(mut world: World) {
    world.contact("ada", true, &[Channel::Apns]).await;
    let push = world.push(Promotional).await;
    world.pass(Duration::from_mins(1));
    let since = world.clock.now().as_millis();
    world.faults(&json!([{
        "token": token("ada", Channel::Apns),
        "do": {"answer": {"status": 410, "reason": "Unregistered", "timestamp": since}},
    }]));
    world.start().await;
    world.test(push, "ada").await;
    let delivery = world.settled("ada", 1).await.remove(0);
    assert_eq!(delivery.state, DeliveryState::TokenGone);
    assert_eq!(delivery.reason.as_deref(), Some("Unregistered"));
    let gone = binding(&world, "ada").await;
    assert_eq!(gone.state, BindingState::Gone);
    let mut reader = world.store.read().await.unwrap();
    let lines = devices::history(&mut reader, (gone.shard, gone.contact_id), None, 10).await;
    drop(reader);
    let lines = lines.unwrap().items;
    assert!(
        lines.iter().any(|line| matches!(
            &line.change,
            DeviceChange::StateChanged { to: BindingState::Gone, reason, .. }
                if reason == "Unregistered"
        )),
        "{lines:?}"
    );
    let before = world.arrived("ada", Channel::Apns);
    world.test(push, "ada").await;
    let second = world.settled("ada", 2).await.remove(1);
    assert_eq!(second.state, DeliveryState::Suppressed);
    assert_eq!(second.reason.as_deref(), Some("token_gone"));
    assert_eq!(world.arrived("ada", Channel::Apns), before);
}

async fn a_token_registered_since_is_not_gone(mut world: World) {
    let since = world.clock.now().as_millis();
    world.pass(Duration::from_mins(1));
    world.contact("ada", true, &[Channel::Apns]).await;
    let push = world.push(Promotional).await;
    world.faults(&json!([{
        "do": {"answer": {"status": 410, "reason": "Unregistered", "timestamp": since}},
    }]));
    world.start().await;
    world.test(push, "ada").await;
    assert_eq!(
        world.settled("ada", 1).await[0].state,
        DeliveryState::TokenGone
    );
    assert_eq!(binding(&world, "ada").await.state, BindingState::Active);
}

async fn a_refused_credential_stops_its_channel_alone(mut world: World) {
    world
        .contact("ada", true, &[Channel::Apns, Channel::Fcm])
        .await;
    let push = world.push(Promotional).await;
    world.faults(&json!([{
        "channel": "apns",
        "do": {"answer": {"status": 403, "reason": "InvalidProviderToken"}},
    }]));
    world.start().await;
    world.test(push, "ada").await;
    let first = world.settled("ada", 2).await;
    let of = |all: &[domain_delivery::Delivery], channel| {
        let found = all.iter().rev().find(|d| d.channel == channel).unwrap();
        (found.state, found.reason.clone())
    };
    let refused = (
        DeliveryState::Suppressed,
        Some("credential_refused".to_owned()),
    );
    assert_eq!(of(&first, Channel::Apns), refused);
    assert_eq!(of(&first, Channel::Fcm).0, DeliveryState::Accepted);
    let state = world
        .until("the credential is refused", || async {
            let mut reader = world.store.read().await.unwrap();
            let all = credentials::of_app(&mut reader, world.app).await.unwrap();
            let apns = all
                .into_iter()
                .find(|c| c.credential.channel == Channel::Apns)?;
            (apns.credential.state == CredentialState::Refused).then_some(apns.credential)
        })
        .await;
    assert_eq!(state.state_reason.as_deref(), Some("InvalidProviderToken"));
    let before = world.arrived("ada", Channel::Apns);
    world.test(push, "ada").await;
    let second = world.settled("ada", 4).await;
    assert_eq!(of(&second, Channel::Apns), refused);
    assert_eq!(of(&second, Channel::Fcm).0, DeliveryState::Accepted);
    assert_eq!(
        world.arrived("ada", Channel::Apns),
        before,
        "nothing more is tried"
    );
}

use storage::deliveries as domain_delivery;

async fn a_refused_content_stops_the_push(mut world: World) {
    world.contact("ada", true, &[Channel::Fcm]).await;
    world.contact("bob", true, &[Channel::Fcm]).await;
    let push = world.push(Promotional).await;
    world.faults(&json!([{
        "do": {"answer": {
            "status": 400,
            "reason": "INVALID_ARGUMENT",
            "fields": [{"field": "message.android.ttl", "description": "is wrong"}],
        }},
    }]));
    world.start().await;
    world.test(push, "ada").await;
    assert_eq!(
        world.settled("ada", 1).await[0].state,
        DeliveryState::Rejected
    );
    assert_eq!(binding(&world, "ada").await.state, BindingState::Active);
    world.faults(&json!([]));
    world.test(push, "bob").await;
    let second = world.settled("bob", 1).await.remove(0);
    assert_eq!(second.state, DeliveryState::Suppressed);
    assert_eq!(second.reason.as_deref(), Some("push_stopped"));
    assert_eq!(world.arrived("bob", Channel::Fcm), 0);
}

async fn an_endpoint_that_is_not_there_is_not_held_against_the_device(mut world: World) {
    world.contact("ada", true, &[Channel::Fcm]).await;
    let push = world.push(Promotional).await;
    world.faults(&json!([{
        "do": {"answer": {"status": 404, "message": "Requested entity was not found."}},
    }]));
    world.start().await;
    world.test(push, "ada").await;
    let delivery = world.settled("ada", 1).await.remove(0);
    assert_eq!(delivery.reason.as_deref(), Some("credential_refused"));
    assert_eq!(binding(&world, "ada").await.state, BindingState::Active);
}

async fn what_does_not_render_or_fit_says_where_and_by_how_much(mut world: World) {
    world.contact("ada", true, &[Channel::Apns]).await;
    world.contact("bob", true, &[Channel::Apns]).await;
    let broken = PushContent {
        title: "Hello".to_owned(),
        body: "For\n {{ contact.plan | divided_by: 0 }}".to_owned(),
        ..PushContent::default()
    };
    let large = PushContent {
        title: "Hello".to_owned(),
        body: "x".repeat(5000),
        ..PushContent::default()
    };
    let (broken, large) = (world.push_of(&broken).await, world.push_of(&large).await);
    world.start().await;
    world.test(broken, "ada").await;
    world.test(large, "bob").await;
    let stopped = world.settled("ada", 1).await.remove(0);
    assert_eq!(stopped.reason.as_deref(), Some("does_not_render"));
    let Some(GateFacts::Template {
        field,
        line,
        column,
    }) = stopped.facts
    else {
        panic!("{:?}", stopped.facts);
    };
    assert_eq!((field.as_str(), line), ("body", 2));
    assert!(column > 1, "{column}");
    let stopped = world.settled("bob", 1).await.remove(0);
    assert_eq!(stopped.reason.as_deref(), Some("too_large"));
    let Some(GateFacts::Size { bytes, limit }) = stopped.facts else {
        panic!("{:?}", stopped.facts);
    };
    assert!(bytes > 5000 && limit == 4096, "{bytes} of {limit}");
}

async fn a_channel_that_is_off_counts_as_without_a_credential(mut world: World) {
    world.off = Some(Channel::Twilio);
    let channels = [Channel::Fcm, Channel::Twilio];
    world.contact("ada", true, &channels).await;
    let push = world.push(Promotional).await;
    world.start().await;
    world.test(push, "ada").await;
    let mut all = world.settled("ada", 2).await;
    all.sort_by_key(|delivery| delivery.channel);
    assert_eq!(all[0].state, DeliveryState::Accepted);
    assert_eq!(all[1].state, DeliveryState::Suppressed);
    assert_eq!(all[1].reason.as_deref(), Some("no_credential"));
    assert_eq!(world.arrived("ada", Channel::Twilio), 0);
}

async fn a_test_for_one_device_leaves_the_contacts_others_alone(mut world: World) {
    world
        .contact("ada", true, &[Channel::Apns, Channel::Fcm])
        .await;
    let push = world.push(Promotional).await;
    let only = binding(&world, "ada").await;
    assert_eq!(only.channel, Channel::Apns);
    world.start().await;
    world.test_device(push, "ada", only.id).await;
    let delivery = world.settled("ada", 1).await.remove(0);
    assert_eq!(delivery.state, DeliveryState::Accepted);
    assert_eq!(delivery.binding_id, only.id);
    assert_eq!(world.arrived("ada", Channel::Apns), 1);
    assert_eq!(world.arrived("ada", Channel::Fcm), 0);
}
