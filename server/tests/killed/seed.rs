//! What the send needs: an app, contacts with a device each, a push, a live
//! workflow, and the events that let every contact in.

use domain::app::{ApnsEnvironment, Capabilities, CredentialSecret};
use domain::consent::Way;
use domain::contact::ContactInput;
use domain::device::{Channel, DeviceInput};
use domain::event::EventInput;
use domain::people::Principal;
use domain::push::{DeliveryClass, PushContent};
use domain::time::Clock;
use domain::{PushId, Timestamp};
use serde_json::{Map, json};
use service::{NoBell, Parts, Sealer, Service, SystemChance};
use std::path::Path;
use std::sync::Arc;
use storage::devices::Registration;
use storage::{
    Store, campaigns, contacts, devices, events, push_revisions, pushes, workflow_revisions,
    workflows,
};

use crate::server::{SEALING_KEY, Sandbox};

/// How many contacts.
pub(crate) const CONTACTS: usize = 20_000;
/// Rows in one transaction.
const BATCH: usize = 2_000;

/// The machine's clock, for credentials and events of the present.
struct RealClock;

impl Clock for RealClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "the server under test uses the real time too"
    )]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Timestamp(i64::try_from(since.expect("after 1970").as_millis()).expect("before 292277026"))
    }
}

/// The push token of contact `n`.
pub(crate) fn token(n: usize) -> String {
    format!("{n:064x}")
}

/// Fills a fresh database, and returns the push.
pub(crate) async fn fill(
    store: &Store,
    sandbox: &Sandbox,
    directory: &Path,
    class: DeliveryClass,
) -> PushId {
    let service = Service::new(Parts {
        store: store.clone(),
        twilio_notify: false,
        clock: Arc::new(RealClock),
        chance: Arc::new(SystemChance),
        sealer: Sealer::from_text(SEALING_KEY, "the test").expect("a key"),
        bell: Arc::new(NoBell),
        connector: Arc::new(delivery::Connector::new(
            Arc::new(RealClock),
            delivery::Reach::default(),
        )),
        uploads: directory.join("uploads"),
    });
    service
        .check_sealing_key()
        .await
        .expect("a fresh database takes the key");
    let system = Principal::System;
    let (app, _) = service
        .put_app(&system, "shop", "Shop", &Capabilities::default())
        .await
        .expect("an app");
    let secret = CredentialSecret::Apns {
        team_id: sandbox.team.clone(),
        key_id: sandbox.key.clone(),
        topic: "com.example.shop".to_owned(),
        environment: ApnsEnvironment::Production,
        private_key: sandbox.read("key.p8"),
        endpoint: Some(sandbox.url.clone()),
        ca: Some(sandbox.read("ca.pem")),
    };
    service
        .put_credential(&system, "shop", &secret)
        .await
        .expect("a credential");
    let now = RealClock.now();
    let push = live_workflow(store, class, now).await;
    for start in (0..CONTACTS).step_by(BATCH) {
        people(store, app.app.id, start..start + BATCH, now).await;
    }
    push
}

async fn live_workflow(store: &Store, class: DeliveryClass, now: Timestamp) -> PushId {
    let content = PushContent {
        title: "Hello {{ contact.first_name | default: \"there\" }}".to_owned(),
        body: "Your order {{ event.order }} is on its way".to_owned(),
        class,
        ..PushContent::default()
    };
    let mut tx = store.begin().await.expect("a transaction");
    let campaign = campaigns::create(&mut tx, "Orders", now)
        .await
        .expect("a campaign");
    let push = pushes::create(&mut tx, Some(campaign.id), "Order", &content, now)
        .await
        .expect("a push");
    let revision = push_revisions::make(&mut tx, push.id, "test", now)
        .await
        .expect("a revision");
    let graph = serde_json::from_value(json!({
        "nodes": [
            {"id": "in", "x": 0.0, "y": 0.0, "step": {
                "kind": "trigger", "trigger": {"on": "event", "name": "order_placed"},
            }},
            {"id": "push", "x": 0.0, "y": 1.0, "step": {"kind": "push", "push_id": push.id}},
            {"id": "out", "x": 0.0, "y": 2.0, "step": {"kind": "exit"}},
        ],
        "edges": [{"from": "in", "to": "push"}, {"from": "push", "to": "out"}],
    }))
    .expect("a graph");
    let workflow = workflows::create(&mut tx, campaign.id, "Orders", &graph, now)
        .await
        .expect("a workflow");
    let sends = [("push".into(), revision.id)].into();
    workflow_revisions::publish(&mut tx, workflow.id, 1, &sends, "test", now)
        .await
        .expect("it goes live");
    tx.commit().await.expect("it is kept");
    push.id
}

async fn people(store: &Store, app: domain::AppId, range: std::ops::Range<usize>, now: Timestamp) {
    let names: Vec<String> = range.clone().map(|n| format!("contact-{n}")).collect();
    let inputs: Vec<(String, ContactInput)> = names
        .iter()
        .map(|name| {
            let input = ContactInput {
                first_name: Some(name.to_uppercase()),
                opted_in: Some(true),
                ..ContactInput::default()
            };
            (name.clone(), input)
        })
        .collect();
    let bindings: Vec<DeviceInput> = range
        .clone()
        .map(|n| {
            let input = json!({"app": "shop", "channel": Channel::Apns, "token": token(n)});
            serde_json::from_value(input).expect("a device")
        })
        .collect();
    let registrations: Vec<Registration<'_>> = names
        .iter()
        .zip(&bindings)
        .map(|(name, input)| Registration {
            external_id: name,
            device_id: name,
            app_id: app,
            input,
        })
        .collect();
    let placed: Vec<EventInput> = names
        .iter()
        .zip(range)
        .map(|(name, n)| EventInput {
            id: None,
            external_id: name.clone(),
            name: "order_placed".to_owned(),
            occurred_at: Some(now),
            properties: Map::from_iter([("order".to_owned(), n.into())]).into(),
        })
        .collect();
    let mut tx = store.begin().await.expect("a transaction");
    contacts::upsert(&mut tx, &inputs, now, Way::Import, "test")
        .await
        .expect("contacts");
    devices::register(&mut tx, &registrations, now, Way::Import, "test")
        .await
        .expect("devices");
    events::ingest(&mut tx, &placed, now).await.expect("events");
    tx.commit().await.expect("they are kept");
}
