//! Rows after which the credential rests for a while.

use std::time::Duration;

use domain::app::CredentialState;
use domain::delivery::DeliveryState::{Accepted, Waiting};
use domain::device::Channel;
use domain::push::DeliveryClass::Promotional;
use serde_json::{Value, json};

use super::table::{attempts, credential, next_attempt, sign_in, tried};
use crate::world::World;

/// One row: an answer, how its words begin, and how long the rest is.
pub(super) type Pause = (Value, &'static str, Duration);

/// Plays every pause: others wait with the one that met it, unasked, and all
/// go on when it is over.
pub(super) async fn every_pause(world: &mut World, channel: Channel, rows: Vec<Pause>) {
    sign_in(world, channel).await;
    let push = world.push(Promotional).await;
    for (n, (answer, words, rest)) in rows.into_iter().enumerate() {
        // Past the life of what was fetched or signed before: it is young now.
        world.pass(Duration::from_hours(1));
        let [before, met, other] = ["a", "b", "c"].map(|which| format!("p{n}{which}"));
        for name in [&before, &met, &other] {
            world.contact(name, true, &[channel]).await;
        }
        world.faults(&json!([]));
        world.test(push, &before).await;
        assert_eq!(world.settled(&before, 1).await[0].state, Accepted);
        world.faults(&json!([{"channel": channel.name(), "do": answer}]));
        world.test(push, &met).await;
        let waits = tried(world, &met).await;
        assert_eq!((waits.state, waits.attempt), (Waiting, 1), "{answer}");
        assert!(
            waits.reason.unwrap_or_default().starts_with(words),
            "{answer}"
        );
        let waits = tried(world, &met).await;
        let calls = attempts(world, &waits).await;
        let next = next_attempt(world, &waits)
            .await
            .expect("it is tried again");
        let wait = next.as_millis() - calls[0].at.as_millis();
        let least = i64::try_from(rest.as_millis()).unwrap() - 60_000;
        assert!(wait > least, "{answer}: after {wait} ms");
        let received = world.sandbox.received();
        world.test(push, &other).await;
        let held = tried(world, &other).await;
        assert_eq!((held.state, held.attempt), (Waiting, 0), "{answer}");
        assert_eq!(world.sandbox.received(), received, "nobody asks meanwhile");
        let state = credential(world, channel).await;
        assert_eq!(state, (CredentialState::Usable, None), "{answer}");
        world.faults(&json!([]));
        world.pass(rest * 2);
        for name in [&met, &other] {
            assert_eq!(world.settled(name, 1).await[0].state, Accepted, "{answer}");
        }
    }
}
