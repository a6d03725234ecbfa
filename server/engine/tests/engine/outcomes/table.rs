//! Rows that leave the credential alone: many contacts, one row each.

use std::time::Duration;

use domain::Timestamp;
use domain::app::CredentialState;
use domain::delivery::Attempt;
use domain::delivery::DeliveryState::{self, Accepted, Rejected, Unknown, Waiting};
use domain::device::{Binding, BindingState, Channel, DeviceChange};
use domain::push::DeliveryClass::{self, Promotional, Transactional};
use serde_json::{Value, json};
use storage::attempts;
use storage::deliveries::Delivery;
use storage::{contacts, credentials, devices, retries};

use crate::world::{World, token};

/// One row: what the provider does, and what must follow.
pub(super) struct Row {
    does: Value,
    /// How often it does so.
    times: u64,
    class: DeliveryClass,
    state: DeliveryState,
    /// How the delivery's reason begins; none is expected where this is empty.
    reason: &'static str,
    /// Calls that arrive for the one attempt.
    calls: usize,
    then: Then,
}

/// What must follow beyond the delivery.
pub(super) enum Then {
    /// Nothing: the device stays as it is, and nobody tries again.
    Nothing,
    /// The device is set aside, and the next push to it is stopped for this.
    Device(BindingState, &'static str),
    /// The device has this token from now on.
    Token(&'static str),
    /// Another attempt, not before so long after this one.
    Again(Duration),
    /// The push stops for everybody.
    StopsPush,
}

/// A fault that answers.
pub(super) fn answer(status: u16, reason: &str) -> Value {
    json!({"answer": {"status": status, "reason": reason}})
}

/// A fault that answers, and asks to wait.
pub(super) fn wait(status: u16, reason: &str, retry_after: &Value) -> Value {
    json!({"answer": {"status": status, "reason": reason, "retry_after": retry_after}})
}

impl Row {
    pub(super) fn new(does: Value, state: DeliveryState, reason: &'static str, then: Then) -> Self {
        Self {
            does,
            times: 1,
            class: Promotional,
            state,
            reason,
            calls: 1,
            then,
        }
    }

    pub(super) fn accepted() -> Self {
        Self::new(json!("deliver"), Accepted, "", Then::Nothing)
    }

    pub(super) fn rejected(status: u16, reason: &'static str) -> Self {
        Self::new(answer(status, reason), Rejected, reason, Then::Nothing)
    }

    /// Waits `seconds` at the least, and is tried again.
    pub(super) fn again(does: Value, reason: &'static str, seconds: u64) -> Self {
        let least = Duration::from_secs(seconds);
        Self::new(does, Waiting, reason, Then::Again(least))
    }

    /// Taken at once in a second call of the same attempt.
    pub(super) fn mended_at_once(does: Value) -> Self {
        Self {
            calls: 2,
            ..Self::new(does, Accepted, "", Then::Nothing)
        }
    }

    /// What is the same on every wire.
    pub(super) fn of_the_wire() -> Vec<Self> {
        let reset = || json!("reset_stream");
        vec![
            Self::accepted(),
            Self::new(reset(), Unknown, "", Then::Nothing),
            Self {
                class: Transactional,
                ..Self::again(reset(), "", 0)
            },
            // Refused too often to be tried within the same attempt.
            Self {
                times: 8,
                calls: 0,
                ..Self::again(json!("refuse_stream"), "", 0)
            },
        ]
    }

    fn status(&self) -> Option<i64> {
        self.does["answer"]["status"].as_i64()
    }
}

/// Plays every row on a device of its own, and looks at all that follows.
pub(super) async fn every_row(world: &mut World, channel: Channel, rows: Vec<Row>) {
    let name = |n: usize| format!("r{n}");
    let mut pushes = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        world.contact(&name(n), true, &[channel]).await;
        pushes.push(world.push(row.class).await);
    }
    sign_in(world, channel).await;
    let faults: Vec<Value> = rows
        .iter()
        .enumerate()
        .map(|(n, row)| {
            json!({"channel": channel.name(), "token": address(&name(n), channel),
                "first": row.times, "do": row.does})
        })
        .collect();
    world.faults(&json!(faults));
    // Nobody tries again before all first attempts were looked at.
    world.stand_still();
    for (n, push) in pushes.iter().enumerate() {
        world.test(*push, &name(n)).await;
    }
    for (n, row) in rows.iter().enumerate() {
        let delivery = tried(world, &name(n)).await;
        look_at(world, channel, &name(n), row, &delivery).await;
    }
    let state = credential(world, channel).await;
    assert_eq!(state, (CredentialState::Usable, None), "no row refuses it");
    // Past every wait that was asked for.
    world.pass(Duration::from_hours(2));
    for (n, row) in rows.iter().enumerate() {
        let (name, push) = (name(n), pushes[n]);
        match &row.then {
            Then::Nothing => {}
            Then::Again(_) => {
                let delivery = world.settled(&name, 1).await.remove(0);
                assert_eq!(
                    (delivery.state, delivery.attempt),
                    (Accepted, 2),
                    "{}",
                    row.does
                );
                assert_eq!(world.arrived(&name, channel), row.calls + 1, "{}", row.does);
            }
            Then::Token(new) => {
                world.test(push, &name).await;
                assert_eq!(world.settled(&name, 2).await[1].state, Accepted);
                assert_eq!(world.sandbox.recent(new).len(), 1, "it goes to the new one");
            }
            Then::StopsPush => {
                world.test(push, "first").await;
                let stopped = world.settled("first", 2).await.remove(1);
                assert_eq!(stopped.reason.as_deref(), Some("push_stopped"));
            }
            Then::Device(_, gate) => {
                world.test(push, &name).await;
                let stopped = world.settled(&name, 2).await.remove(1);
                assert_eq!(stopped.reason.as_deref(), Some(*gate), "{}", row.does);
                assert_eq!(world.arrived(&name, channel), row.calls, "nothing is tried");
                // Registering again revives it.
                world.contact(&name, true, &[channel]).await;
                assert_eq!(binding(world, &name).await.state, BindingState::Active);
                world.test(push, &name).await;
                assert_eq!(world.settled(&name, 3).await[2].state, Accepted);
            }
        }
    }
}

/// What a fault knows the device by: a browser by its id.
fn address(name: &str, channel: Channel) -> String {
    match channel {
        Channel::Webpush => name.to_owned(),
        _ => token(name, channel),
    }
}

/// A push that is taken, so that connection and tokens are there; half an hour
/// later they still are.
pub(super) async fn sign_in(world: &mut World, channel: Channel) {
    world.contact("first", true, &[channel]).await;
    let push = world.push(Promotional).await;
    world.start().await;
    world.test(push, "first").await;
    assert_eq!(world.settled("first", 1).await[0].state, Accepted);
    world.pass(Duration::from_mins(30));
}

/// The contact's one delivery, once its first attempt has ended.
pub(super) async fn tried(world: &World, name: &str) -> Delivery {
    world
        .until("the first attempt has ended", || async {
            let found = world.deliveries(name).await.pop()?;
            (found.state.is_final() || found.state == Waiting).then_some(found)
        })
        .await
}

async fn look_at(world: &World, channel: Channel, name: &str, row: &Row, delivery: &Delivery) {
    let does = &row.does;
    assert_eq!(delivery.state, row.state, "{does}: {delivery:?}");
    assert_eq!(delivery.attempt, 1, "{does}");
    let reason = delivery.reason.as_deref().unwrap_or_default();
    let good = match row.reason {
        // Resets are told in the transport's own words.
        "" => (row.state == Accepted) == reason.is_empty(),
        wanted => reason.starts_with(wanted),
    };
    assert!(good, "{does}: {reason}");
    assert_eq!(world.arrived(name, channel), row.calls, "{does}");
    let calls = attempts(world, delivery).await;
    assert_eq!(calls.len(), 1, "{does}");
    assert!(calls[0].outcome.starts_with(row.state.name()), "{does}");
    if row.calls == 1 && row.status().is_some() {
        assert_eq!(calls[0].status.map(i64::from), row.status(), "{does}");
    }
    look_at_device(world, channel, name, row).await;
    let next = next_attempt(world, delivery).await;
    match row.then {
        Then::Again(least) => {
            let wait = next.expect("it is tried again").as_millis() - calls[0].at.as_millis();
            let least = i64::try_from(least.as_millis()).unwrap();
            assert!(wait > least, "{does}: after {wait} ms");
            assert!(wait < least * 5 / 4 + 10_000, "{does}: after {wait} ms");
        }
        _ => assert_eq!(next, None, "{does}"),
    }
}

async fn look_at_device(world: &World, channel: Channel, name: &str, row: &Row) {
    let does = &row.does;
    let device = binding(world, name).await;
    let (state, now_token) = match row.then {
        Then::Device(state, _) => (state, world.token(name, channel)),
        Then::Token(new) => (BindingState::Active, new.to_owned()),
        _ => (BindingState::Active, world.token(name, channel)),
    };
    assert_eq!((device.state, &device.token), (state, &now_token), "{does}");
    let mut reader = world.store.read().await.unwrap();
    let lines = devices::history(&mut reader, (device.shard, device.contact_id), None, 10)
        .await
        .unwrap()
        .items;
    let newest = &lines.first().expect("its registration").change;
    let good = match (&row.then, newest) {
        (Then::Device(state, _), DeviceChange::StateChanged { to, reason, .. }) => {
            to == state && reason.starts_with(row.reason)
        }
        (Then::Token(_), DeviceChange::TokenChanged { .. }) => true,
        (Then::Device(..) | Then::Token(_), _) => false,
        (_, change) => matches!(change, DeviceChange::Registered { .. }),
    };
    assert!(good, "{does}: {newest:?}");
}

pub(super) async fn attempts(world: &World, delivery: &Delivery) -> Vec<Attempt> {
    let mut reader = world.store.read().await.unwrap();
    let (home, chunk) = (delivery.home, delivery.chunk_id);
    attempts::of_delivery(&mut reader, home, chunk, delivery.seq)
        .await
        .unwrap()
}

/// When a delivery is tried again, if it is.
pub(super) async fn next_attempt(world: &World, delivery: &Delivery) -> Option<Timestamp> {
    let mut reader = world.store.read().await.unwrap();
    let (home, ever) = (delivery.home, Timestamp(i64::MAX));
    let mut found = Vec::new();
    for route in retries::routes(&mut reader).await.unwrap() {
        let due = retries::due(&mut reader, route, home, home, ever, 1000);
        found.extend(due.await.unwrap());
    }
    found
        .into_iter()
        .find(|retry| (retry.place.chunk_id, retry.place.seq) == (delivery.chunk_id, delivery.seq))
        .map(|retry| retry.due_at)
}

pub(super) async fn binding(world: &World, name: &str) -> Binding {
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

/// The credential's state, and why.
pub(super) async fn credential(
    world: &World,
    channel: Channel,
) -> (CredentialState, Option<String>) {
    let mut reader = world.store.read().await.unwrap();
    let all = credentials::of_app(&mut reader, world.app).await.unwrap();
    let found = all
        .into_iter()
        .find(|stored| stored.credential.channel == channel)
        .expect("it was entered");
    (found.credential.state, found.credential.state_reason)
}
