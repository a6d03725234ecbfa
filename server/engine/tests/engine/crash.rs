use std::time::Duration;

use domain::delivery::DeliveryState;
use domain::device::Channel;
use domain::push::DeliveryClass::{Promotional, Transactional};
use serde_json::json;
use storage::chunks;

use crate::world::World;

on_both!(
    an_orderly_end_leaves_nothing_uncertain,
    calls_cut_off_are_unknown_at_most_once_and_repeated_at_least_once,
);

async fn an_orderly_end_leaves_nothing_uncertain(mut world: World) {
    for n in 0..300 {
        world
            .contact(&format!("c{n}"), true, &[Channel::Apns])
            .await;
    }
    let push = world.push(Promotional).await;
    world.workflow(push, crate::world::line(push, &[])).await;
    for n in 0..300 {
        world.event(&format!("c{n}"), n).await;
    }
    world.faults(&json!([{"delay_ms": 1000}]));
    world.start().await;
    world
        .until("some have arrived", || async {
            (world.sandbox.received() > 20).then_some(())
        })
        .await;
    assert!(world.stop().await, "it ends within its time");
    let sent = world.sandbox.received();
    assert!(sent < 300, "it ended while there was more to send");
    let mut accepted = 0;
    for n in 0..300 {
        for delivery in world.deliveries(&format!("c{n}")).await {
            match delivery.state {
                DeliveryState::Accepted => accepted += 1,
                DeliveryState::Planned => {}
                other => panic!("{other:?} after an orderly end"),
            }
        }
    }
    assert_eq!(accepted, sent);
    world.faults(&json!([]));
    world.start().await;
    for n in 0..300 {
        let deliveries = world.settled(&format!("c{n}"), 1).await;
        assert_eq!(deliveries[0].state, DeliveryState::Accepted, "c{n}");
        assert_eq!(world.arrived(&format!("c{n}"), Channel::Apns), 1, "c{n}");
    }
}

async fn calls_cut_off_are_unknown_at_most_once_and_repeated_at_least_once(mut world: World) {
    world.contact("ada", true, &[Channel::Apns]).await;
    world.contact("bob", true, &[Channel::Apns]).await;
    let news = world.push(Promotional).await;
    let order = world.push(Transactional).await;
    world.contact("cat", true, &[Channel::Apns]).await;
    world.start().await;
    // A connection takes several at once when its first was answered.
    world.test(news, "cat").await;
    world.settled("cat", 1).await;
    world.faults(&json!([{"do": "never_answer"}]));
    world.test(news, "ada").await;
    world.test(order, "bob").await;
    world
        .until("both have left", || async {
            (world.sandbox.received() == 3).then_some(())
        })
        .await;
    // No grace: as after a crash, but for the lease, which is voided here as
    // the next engine does on SQLite.
    let ended = world.stop_at_once().await;
    assert!(!ended);
    let mut tx = world.store.begin().await.unwrap();
    chunks::void_leases(&mut tx).await.unwrap();
    tx.commit().await.unwrap();
    world.faults(&json!([]));
    world.start().await;
    let ada = world.settled("ada", 1).await.remove(0);
    assert_eq!(ada.state, DeliveryState::Unknown);
    let bob = world.settled("bob", 1).await.remove(0);
    assert_eq!((bob.state, bob.attempt), (DeliveryState::Accepted, 2));
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(world.arrived("ada", Channel::Apns), 1, "at most once");
    assert_eq!(world.arrived("bob", Channel::Apns), 2);
}
