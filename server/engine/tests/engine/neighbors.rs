//! Several providers at once: what one of them does, and what that is to the
//! others.

use std::time::Duration;

use domain::PushId;
use domain::delivery::DeliveryState::Waiting;
use domain::device::Channel;
use domain::push::DeliveryClass::Promotional;
use serde_json::{Value, json};
use storage::credentials;
use storage::deliveries::Delivery;
use storage::rollups::{self, Metric};

use crate::world::{World, line};

on_both!(
    a_provider_that_never_answers_does_not_hold_up_the_others,
    a_provider_that_asks_for_less_is_called_less_and_recovers,
    a_provider_that_is_slow_does_not_slow_the_others,
    a_limited_credential_has_no_more_calls_in_flight,
);

/// With two devices each, not more than the sandbox remembers arrivals.
const CONTACTS: usize = 480;

async fn counted(world: &World, push: PushId, metric: Metric) -> usize {
    let mut reader = world.store.read().await.unwrap();
    let counts = rollups::of_push(&mut reader, push).await.unwrap();
    let n: i64 = counts
        .iter()
        .filter(|count| count.metric == metric)
        .map(|count| count.n)
        .sum();
    usize::try_from(n).unwrap()
}

fn name(n: usize) -> String {
    format!("c{n}")
}

/// Everybody has a device of each of these channels and ordered something, with
/// these faults in force.
async fn everybody_orders(world: &mut World, channels: &[Channel], faults: Value) -> PushId {
    for n in 0..CONTACTS {
        world.contact(&name(n), true, channels).await;
    }
    let push = world.push(Promotional).await;
    world.workflow(push, line(push, &[])).await;
    for n in 0..CONTACTS {
        world.event(&name(n), 7).await;
    }
    world.faults(&faults);
    world.start().await;
    push
}

async fn accepted(world: &World, push: PushId, wanted: usize) {
    world
        .until("so many are accepted", || async {
            let accepted = counted(world, push, Metric::Accepted).await;
            (accepted >= wanted).then_some(())
        })
        .await;
}

fn received(world: &World) -> usize {
    usize::try_from(world.sandbox.received()).unwrap()
}

/// A delivery that waits and was never called.
async fn put_off(world: &World) -> Delivery {
    world
        .until("something is put off", || async {
            for n in 0..CONTACTS {
                let mut deliveries = world.deliveries(&name(n)).await.into_iter();
                let waits = |found: &Delivery| found.state == Waiting && found.attempt == 0;
                if let Some(found) = deliveries.find(waits) {
                    return Some(found);
                }
            }
            None
        })
        .await
}

async fn a_provider_that_never_answers_does_not_hold_up_the_others(mut world: World) {
    let faults = json!([{"channel": "adm", "do": "never_answer"}]);
    let push = everybody_orders(&mut world, &[Channel::Fcm, Channel::Adm], faults).await;
    accepted(&world, push, CONTACTS).await;
    // Side by side in the same chunks, as many would have gone to either.
    let silent = received(&world) - CONTACTS;
    assert!(silent < CONTACTS / 2, "{silent} went to who never answers");
    let put_off = put_off(&world).await;
    assert_eq!(put_off.channel, Channel::Adm);
    let reason = put_off.reason.unwrap_or_default();
    assert_eq!(reason, "the provider does not answer at present");
    world.faults(&json!([]));
    world.pass(Duration::from_secs(30));
    let (accepted, unknown) = world
        .until("every delivery has ended", || async {
            let accepted = counted(&world, push, Metric::Accepted).await;
            let unknown = counted(&world, push, Metric::Unknown).await;
            (accepted + unknown == 2 * CONTACTS).then_some((accepted, unknown))
        })
        .await;
    assert!(accepted > CONTACTS && unknown > 0, "{accepted}, {unknown}");
    assert_eq!(received(&world), 2 * CONTACTS, "each once");
}

async fn a_provider_that_asks_for_less_is_called_less_and_recovers(mut world: World) {
    let faults = json!([{"channel": "adm",
        "do": {"answer": {"status": 429, "reason": "MaxRateExceeded"}}}]);
    let push = everybody_orders(&mut world, &[Channel::Fcm, Channel::Adm], faults).await;
    accepted(&world, push, CONTACTS).await;
    put_off(&world).await;
    let asked = received(&world) - CONTACTS;
    assert!(
        asked < CONTACTS / 2,
        "{asked} calls to who refuses them all"
    );
    let app = world.app;
    let allowed = |world: &World, channel| world.engine().calls_allowed(app, channel);
    assert_eq!(allowed(&world, Channel::Adm), Some(1));
    assert!(allowed(&world, Channel::Fcm) > Some(64));
    world.faults(&json!([]));
    world.pass(Duration::from_mins(2));
    accepted(&world, push, 2 * CONTACTS).await;
    assert!(allowed(&world, Channel::Adm) > Some(8), "it came back");
}

async fn a_provider_that_is_slow_does_not_slow_the_others(mut world: World) {
    let faults = json!([{"channel": "adm", "delay_ms": 1000}]);
    let push = everybody_orders(&mut world, &[Channel::Fcm, Channel::Adm], faults).await;
    let fcm = || {
        let arrived = |n| world.arrived(&name(n), Channel::Fcm);
        (0..CONTACTS).map(arrived).sum::<usize>()
    };
    // The slow one's did not stand in the way: a part of them was put off.
    let put_off = put_off(&world).await;
    assert_eq!(put_off.channel, Channel::Adm);
    world
        .until("all of FCM's arrived", || async {
            (fcm() == CONTACTS).then_some(())
        })
        .await;
    // What was put off for want of room comes by itself.
    accepted(&world, push, CONTACTS).await;
    for _ in 0..10 {
        world.pass(Duration::from_secs(2));
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    accepted(&world, push, 2 * CONTACTS).await;
    assert_eq!(received(&world), 2 * CONTACTS, "each once");
}

async fn a_limited_credential_has_no_more_calls_in_flight(mut world: World) {
    let mut tx = world.store.begin().await.unwrap();
    let app = world.app;
    credentials::limit(&mut tx, app, Channel::Adm, Some(3))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let faults = json!([{"channel": "adm", "do": "never_answer"}]);
    everybody_orders(&mut world, &[Channel::Adm], faults).await;
    put_off(&world).await;
    assert_eq!(received(&world), 3, "as many as it may have in flight");
    assert_eq!(world.engine().calls_allowed(app, Channel::Adm), Some(3));
}
