//! Rows in which the provider does not take the credential.

use std::time::Duration;

use domain::app::CredentialState;
use domain::delivery::DeliveryState::{Accepted, Suppressed};
use domain::device::{BindingState, Channel};
use domain::push::DeliveryClass::Promotional;
use domain::time::Clock;
use serde_json::{Value, json};
use storage::credentials::{self, NewCredential};

use super::table::{attempts, binding, credential, next_attempt, sign_in};
use crate::world::World;

/// One row: a fault, and how the provider's own words begin.
pub(super) struct Refusal {
    fault: Value,
    words: &'static str,
}

impl Refusal {
    /// An answer to a push.
    pub(super) fn of_a_push(answer: &Value, words: &'static str) -> Self {
        Self {
            fault: json!({"do": answer}),
            words,
        }
    }

    /// An answer of the token endpoint.
    pub(super) fn of_a_token(answer: &Value, words: &'static str) -> Self {
        Self {
            fault: json!({"on": "oauth", "do": answer}),
            words,
        }
    }
}

/// Plays every refusal: nothing more is tried until the credential is entered
/// again, and then all goes on.
pub(super) async fn every_refusal(world: &mut World, channel: Channel, rows: Vec<Refusal>) {
    sign_in(world, channel).await;
    let push = world.push(Promotional).await;
    for (n, Refusal { mut fault, words }) in rows.into_iter().enumerate() {
        // Past the life of what was fetched or signed before.
        world.pass(Duration::from_hours(1));
        let name = format!("c{n}");
        world.contact(&name, true, &[channel]).await;
        fault["channel"] = json!(channel.name());
        world.faults(&json!([fault]));
        world.test(push, &name).await;
        let stopped = world.settled(&name, 1).await.remove(0);
        let refused = (Suppressed, Some("credential_refused"));
        assert_eq!(
            (stopped.state, stopped.reason.as_deref()),
            refused,
            "{fault}"
        );
        let calls = attempts(world, &stopped).await;
        assert_eq!(calls.len(), 1, "{fault}");
        assert!(calls[0].outcome.contains(words), "{}", calls[0].outcome);
        assert_eq!(next_attempt(world, &stopped).await, None, "{fault}");
        assert_eq!(binding(world, &name).await.state, BindingState::Active);
        let reason = world
            .until("the credential is refused", || async {
                let (state, reason) = credential(world, channel).await;
                (state == CredentialState::Refused).then_some(reason)
            })
            .await;
        assert!(reason.unwrap_or_default().starts_with(words), "{fault}");
        let before = world.sandbox.received();
        world.test(push, &name).await;
        let second = world.settled(&name, 2).await.remove(1);
        assert_eq!((second.state, second.reason.as_deref()), refused, "{fault}");
        assert_eq!(world.sandbox.received(), before, "nothing more is tried");
        mend(world, channel).await;
        world.test(push, &name).await;
        assert_eq!(world.settled(&name, 3).await[2].state, Accepted, "{fault}");
    }
}

/// Enters the credential again, with the provider at peace.
async fn mend(world: &World, channel: Channel) {
    world.faults(&json!([]));
    // A refusal of the token endpoint stands for a while.
    world.pass(Duration::from_mins(1));
    let mut tx = world.store.begin().await.unwrap();
    let new = NewCredential {
        app_id: world.app,
        channel,
        sealed: b"elsewhere",
        summary: "of the sandbox, entered again",
        topic: "com.example.shop",
    };
    credentials::put(&mut tx, &new, world.clock.now())
        .await
        .unwrap();
    tx.commit().await.unwrap();
    world.engine().content_changed();
}
