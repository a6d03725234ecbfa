use std::time::Duration;

use domain::PushId;
use domain::delivery::DeliveryState::Waiting;
use domain::device::Channel;
use domain::push::DeliveryClass::Promotional;
use serde_json::json;
use storage::rollups::{self, Metric};

use crate::world::{World, line};

on_both!(a_provider_that_never_answers_does_not_hold_up_the_others);

const CONTACTS: usize = 800;

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

async fn a_provider_that_never_answers_does_not_hold_up_the_others(mut world: World) {
    let name = |n: usize| format!("c{n}");
    for n in 0..CONTACTS {
        let channels = [Channel::Fcm, Channel::Adm];
        world.contact(&name(n), true, &channels).await;
    }
    let push = world.push(Promotional).await;
    world.workflow(push, line(push, &[])).await;
    for n in 0..CONTACTS {
        world.event(&name(n), 7).await;
    }
    world.faults(&json!([{"channel": "adm", "do": "never_answer"}]));
    world.start().await;
    world
        .until("all of FCM's are accepted", || async {
            let accepted = counted(&world, push, Metric::Accepted).await;
            (accepted == CONTACTS).then_some(())
        })
        .await;
    // Side by side in the same chunks, as many would have gone to either.
    let received = usize::try_from(world.sandbox.received()).unwrap();
    let silent = received - CONTACTS;
    assert!(silent < CONTACTS / 2, "{silent} went to who never answers");
    let put_off = world
        .until("the rest is put off", || async {
            for n in 0..CONTACTS {
                let mut deliveries = world.deliveries(&name(n)).await.into_iter();
                if let Some(found) = deliveries.find(|found| found.state == Waiting) {
                    return Some(found);
                }
            }
            None
        })
        .await;
    assert_eq!((put_off.channel, put_off.attempt), (Channel::Adm, 0));
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
    let received = usize::try_from(world.sandbox.received()).unwrap();
    assert_eq!(received, 2 * CONTACTS, "each once");
}
