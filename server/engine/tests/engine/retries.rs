use std::time::Duration;

use domain::delivery::DeliveryState;
use domain::device::Channel;
use domain::push::DeliveryClass::{Promotional, Transactional};
use serde_json::json;
use storage::attempts;

use crate::world::World;

on_both!(
    a_fault_that_passes_is_waited_out,
    retry_after_is_honored,
    a_push_that_is_too_old_expires,
    what_nobody_can_know_is_sent_again_only_at_least_once,
);

/// Waits until the contact's one delivery waits for a retry.
async fn waiting(world: &World, name: &str) -> storage::deliveries::Delivery {
    world
        .until("it waits for a retry", || async {
            world
                .deliveries(name)
                .await
                .into_iter()
                .find(|d| d.state == DeliveryState::Waiting)
        })
        .await
}

async fn a_fault_that_passes_is_waited_out(mut world: World) {
    world.contact("ada", true, &[Channel::Apns]).await;
    let push = world.push(Promotional).await;
    world.faults(&json!([{
        "first": 1,
        "do": {"answer": {"status": 503, "reason": "ServiceUnavailable"}},
    }]));
    world.start().await;
    world.test(push, "ada").await;
    let delivery = waiting(&world, "ada").await;
    assert_eq!(delivery.attempt, 1);
    assert_eq!(delivery.reason.as_deref(), Some("ServiceUnavailable"));
    // Apple asks for a quarter of an hour.
    world.pass(Duration::from_mins(20));
    let delivery = world.settled("ada", 1).await.remove(0);
    assert_eq!(
        (delivery.state, delivery.attempt),
        (DeliveryState::Accepted, 2)
    );
    let mut reader = world.store.read().await.unwrap();
    let (home, chunk) = (delivery.home, delivery.chunk_id);
    let calls = attempts::of_delivery(&mut reader, home, chunk, delivery.seq)
        .await
        .unwrap();
    let outcomes: Vec<_> = calls.iter().map(|call| call.outcome.as_str()).collect();
    assert_eq!(outcomes, ["waiting: ServiceUnavailable", "accepted"]);
}

async fn retry_after_is_honored(mut world: World) {
    world.contact("ada", true, &[Channel::Fcm]).await;
    let push = world.push(Promotional).await;
    world.faults(&json!([{
        "first": 1,
        "do": {"answer": {"status": 429, "reason": "QUOTA_EXCEEDED", "retry_after": 600}},
    }]));
    world.start().await;
    world.test(push, "ada").await;
    waiting(&world, "ada").await;
    world.pass(Duration::from_secs(500));
    tokio::time::sleep(Duration::from_millis(300)).await;
    waiting(&world, "ada").await;
    world.pass(Duration::from_secs(200));
    assert_eq!(
        world.settled("ada", 1).await[0].state,
        DeliveryState::Accepted
    );
}

async fn a_push_that_is_too_old_expires(mut world: World) {
    world.contact("ada", true, &[Channel::Apns]).await;
    let push = world.push(Promotional).await;
    world.faults(&json!([{"do": {"answer": {"status": 500, "reason": "InternalServerError"}}}]));
    world.start().await;
    world.test(push, "ada").await;
    waiting(&world, "ada").await;
    world.pass(Duration::from_hours(25));
    let delivery = world.settled("ada", 1).await.remove(0);
    assert_eq!(delivery.state, DeliveryState::Expired);
    assert_eq!(delivery.reason.as_deref(), Some("InternalServerError"));
}

async fn what_nobody_can_know_is_sent_again_only_at_least_once(mut world: World) {
    world.contact("ada", true, &[Channel::Apns]).await;
    world.contact("bob", true, &[Channel::Apns]).await;
    let news = world.push(Promotional).await;
    let order = world.push(Transactional).await;
    world.faults(&json!([{"first": 2, "do": "reset_stream"}]));
    world.start().await;
    world.test(news, "ada").await;
    assert_eq!(
        world.settled("ada", 1).await[0].state,
        DeliveryState::Unknown
    );
    assert_eq!(world.arrived("ada", Channel::Apns), 1);
    world.stand_still();
    world.test(order, "bob").await;
    waiting(&world, "bob").await;
    world.pass(Duration::from_secs(30));
    let delivery = world.settled("bob", 1).await.remove(0);
    assert_eq!(
        (delivery.state, delivery.attempt),
        (DeliveryState::Accepted, 2)
    );
    let arrivals = world
        .sandbox
        .recent(&crate::world::token("bob", Channel::Apns));
    let keys: Vec<_> = arrivals
        .iter()
        .map(|a| a.headers["apns-collapse-id"].clone())
        .collect();
    assert_eq!(keys.len(), 2);
    assert_eq!(keys[0], keys[1], "a repeat replaces");
}
