//! Rows in which the provider does not take the credential.

use std::time::Duration;

use domain::PushId;
use domain::app::CredentialState;
use domain::delivery::DeliveryState::{Accepted, Expired, Suppressed, Waiting};
use domain::device::{BindingState, Channel};
use domain::push::DeliveryClass::Promotional;
use domain::time::Clock;
use serde_json::{Value, json};
use storage::credentials::{self, NewCredential};
use storage::deliveries::Delivery;

use super::table::{attempts, binding, credential, next_attempt, sign_in};
use crate::world::{World, token};

// On PostgreSQL a retry is due by the database's own clock, which no test holds
// back: a delivery that waits is not to be caught waiting there.
on_sqlite!(
    what_was_on_its_way_when_a_credential_was_refused_goes_out_when_it_is_mended,
    what_waits_for_a_refused_credential_ends_with_its_time,
);

/// Why what was on its way waits.
const UNMENDED: &str = "the credential was refused, and is not mended yet";

/// Ada's push to FCM waits, its credential was refused meanwhile over Bob's,
/// and her push to ADM went out.
async fn ada_waits(world: &mut World) -> PushId {
    world
        .contact("ada", true, &[Channel::Fcm, Channel::Adm])
        .await;
    world.contact("bob", true, &[Channel::Fcm]).await;
    let push = world.push(Promotional).await;
    let denied = json!({"answer": {"status": 403, "message": "denied"}});
    let fault = json!({"answer": {"status": 503, "reason": "UNAVAILABLE"}});
    world.faults(&json!([
        {"channel": "fcm", "token": token("ada", Channel::Fcm), "first": 1, "do": fault},
        {"channel": "fcm", "token": token("bob", Channel::Fcm), "do": denied},
    ]));
    world.start().await;
    // She is not tried again before the credential is refused.
    world.stand_still();
    world.test(push, "ada").await;
    let waits = fcm_of(world, "ada", |found| found.attempt == 1).await;
    assert_eq!(waits.state, Waiting);
    world.test(push, "bob").await;
    assert_eq!(world.settled("bob", 1).await[0].state, Suppressed);
    let refused = world.until("the refusal stands with the credential", || async {
        credential(world, Channel::Fcm).await.1
    });
    assert!(refused.await.contains("denied"));
    world.pass(Duration::from_secs(10));
    let waits = fcm_of(world, "ada", |found| {
        found.reason.as_deref() == Some(UNMENDED)
    });
    let waits = waits.await;
    assert_eq!((waits.state, waits.attempt), (Waiting, 1));
    let adm = world.deliveries("ada").await;
    let adm = adm.iter().find(|found| found.channel == Channel::Adm);
    assert_eq!(
        adm.map(|found| found.state),
        Some(Accepted),
        "it stops alone"
    );
    assert_eq!(
        credential(world, Channel::Adm).await.0,
        CredentialState::Usable
    );
    push
}

/// A contact's first delivery to FCM, once it `is` so.
async fn fcm_of(world: &World, name: &str, is: impl Fn(&Delivery) -> bool) -> Delivery {
    world
        .until("it is so", || async {
            let all = world.deliveries(name).await.into_iter();
            all.filter(|found| found.channel == Channel::Fcm)
                .find(|found| is(found))
        })
        .await
}

async fn what_was_on_its_way_when_a_credential_was_refused_goes_out_when_it_is_mended(
    mut world: World,
) {
    let push = ada_waits(&mut world).await;
    assert_eq!(world.arrived("ada", Channel::Fcm), 1);
    mend(&world, Channel::Fcm).await;
    world.pass(Duration::from_mins(2));
    let went = fcm_of(&world, "ada", |found| found.state.is_final()).await;
    assert_eq!((went.state, went.attempt), (Accepted, 2));
    assert_eq!(world.arrived("ada", Channel::Fcm), 2);
    world.test(push, "bob").await;
    assert_eq!(
        world.settled("bob", 2).await[1].state,
        Accepted,
        "it resumes"
    );
}

async fn what_waits_for_a_refused_credential_ends_with_its_time(mut world: World) {
    ada_waits(&mut world).await;
    world.pass(Duration::from_hours(25));
    let ended = fcm_of(&world, "ada", |found| found.state.is_final()).await;
    assert_eq!(ended.state, Expired);
    assert_eq!(ended.reason.as_deref(), Some(UNMENDED));
    assert_eq!(
        world.arrived("ada", Channel::Fcm),
        1,
        "nothing more was tried"
    );
}

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
