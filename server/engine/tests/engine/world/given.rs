//! What a test is given: contacts with devices, pushes, workflows, events and
//! decided sends.

use domain::consent::Way;
use domain::contact::{AttributeValue, ContactInput};
use domain::device::{Channel, DeviceInput, Platform};
use domain::event::EventInput;
use domain::push::{DeliveryClass, PushContent};
use domain::time::Clock;
use domain::workflow::{Graph, Step, StepId};
use domain::{BindingId, ChunkId, PushId, WorkflowId};
use serde_json::json;
use storage::sends::{self, NewSend, SendKey, TEST_STEP};
use storage::{
    Tx, campaigns, chunks, contacts, devices, events, push_revisions, pushes, workflow_revisions,
    workflows,
};

use super::World;

impl World {
    /// A contact called `name` who opted in or out, with a device of each of
    /// these channels.
    pub(crate) async fn contact(&self, name: &str, opted_in: bool, channels: &[Channel]) {
        let now = self.clock.now();
        let input = ContactInput {
            first_name: Some(name.to_uppercase()),
            opted_in: Some(opted_in),
            attributes: [("plan".to_owned(), Some(AttributeValue::Text("gold".into())))].into(),
            ..ContactInput::default()
        };
        let mut tx = self.store.begin().await.unwrap();
        let inputs = [(name.to_owned(), input)];
        contacts::upsert(&mut tx, &inputs, now, Way::Api, "test")
            .await
            .unwrap();
        for channel in channels {
            self.register(&mut tx, name, *channel, None).await;
        }
        tx.commit().await.unwrap();
    }

    /// A contact called `name` who opted in, with one device of that system.
    pub(crate) async fn device(&self, name: &str, channel: Channel, platform: Platform) {
        self.contact(name, true, &[]).await;
        let mut tx = self.store.begin().await.unwrap();
        self.register(&mut tx, name, channel, Some(platform)).await;
        tx.commit().await.unwrap();
    }

    async fn register(
        &self,
        tx: &mut Tx,
        name: &str,
        channel: Channel,
        platform: Option<Platform>,
    ) {
        let input = DeviceInput {
            app: "shop".to_owned(),
            channel,
            token: self.token(name, channel),
            address_kind: None,
            platform,
            os_permission: None,
            opted_in: None,
            app_version: None,
            os_version: None,
            model: None,
            locale: None,
            time_zone: None,
            label: None,
        };
        let device_id = format!("{name}-{}", channel.name());
        let registration = devices::Registration {
            external_id: name,
            device_id: &device_id,
            app_id: self.app,
            input: &input,
        };
        devices::register(tx, &[registration], self.clock.now(), Way::Api, "test")
            .await
            .unwrap();
    }

    pub(crate) async fn push(&self, class: DeliveryClass) -> PushId {
        let content = PushContent {
            title: "Hello {{ contact.first_name }}".to_owned(),
            body: "Order {{ event.order }}, {{ contact.plan }}".to_owned(),
            class,
            ..PushContent::default()
        };
        self.push_of(&content).await
    }

    pub(crate) async fn push_of(&self, content: &PushContent) -> PushId {
        let mut tx = self.store.begin().await.unwrap();
        let now = self.clock.now();
        let push = pushes::create(&mut tx, None, "Hello", content, now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        push.id
    }

    /// A live workflow: on `order_placed`, the steps between, the push, exit.
    pub(crate) async fn workflow(&self, push: PushId, graph: Graph) -> WorkflowId {
        let now = self.clock.now();
        let mut tx = self.store.begin().await.unwrap();
        let campaign = campaigns::create(&mut tx, "Orders", now).await.unwrap();
        let made = workflows::create(&mut tx, campaign.id, "Orders", &graph, now)
            .await
            .unwrap();
        let revision = push_revisions::make(&mut tx, push, "test", now)
            .await
            .unwrap();
        let sends = graph
            .nodes
            .iter()
            .filter(|node| matches!(node.step, Step::Push { .. }))
            .map(|node| (node.id.clone(), revision.id))
            .collect();
        workflow_revisions::publish(&mut tx, made.id, 1, &sends, "test", now)
            .await
            .unwrap();
        tx.commit().await.unwrap();
        made.id
    }

    pub(crate) async fn event(&self, name: &str, order: i64) {
        let input = EventInput {
            id: Some(format!("{name}-{order}")),
            external_id: name.to_owned(),
            name: "order_placed".to_owned(),
            occurred_at: None,
            properties: json!({"order": order}).as_object().unwrap().clone().into(),
        };
        let mut tx = self.store.begin().await.unwrap();
        events::ingest(&mut tx, &[input], self.clock.now())
            .await
            .unwrap();
        tx.commit().await.unwrap();
        if let Some(engine) = &self.engine {
            engine.events_arrived();
        }
    }

    /// Sends a test to a contact.
    pub(crate) async fn test(&self, push: PushId, name: &str) -> ChunkId {
        self.decide(push, name, true).await
    }

    /// Sends a test to one of a contact's devices.
    pub(crate) async fn test_device(&self, push: PushId, name: &str, only: BindingId) -> ChunkId {
        let step = sends::test_step(Some(only));
        self.decide_as(push, name, true, step).await
    }

    /// Decides a send to a contact, in a chunk of its own.
    pub(crate) async fn decide(&self, push: PushId, name: &str, test: bool) -> ChunkId {
        self.decide_as(push, name, test, TEST_STEP.to_owned()).await
    }

    async fn decide_as(&self, push: PushId, name: &str, test: bool, step: String) -> ChunkId {
        let now = self.clock.now();
        let mut tx = self.store.begin().await.unwrap();
        let contact = contacts::find_by_external_id(&mut tx, name)
            .await
            .unwrap()
            .unwrap();
        let revision = push_revisions::make(&mut tx, push, "test", now)
            .await
            .unwrap();
        let id = tx.ids().next_chunk(now);
        let chunk = chunks::NewChunk {
            id,
            push_id: push,
            push_revision_id: revision.id,
            campaign_id: None,
            class: revision.content.class,
            test,
            shard_lo: contact.shard,
            shard_hi: contact.shard,
            recipients: 1,
        };
        chunks::insert(&mut tx, &[chunk], now).await.unwrap();
        let key = SendKey {
            shard: contact.shard,
            contact_id: contact.id,
            source_id: id.0,
            step,
        };
        let send = NewSend {
            key,
            chunk_id: id,
            push_id: push,
            push_revision_id: revision.id,
        };
        sends::insert(&mut tx, &[send], now).await.unwrap();
        tx.commit().await.unwrap();
        if let Some(engine) = &self.engine {
            engine.sends_decided();
        }
        id
    }
}

/// Trigger, the steps given, push, exit: one after the other.
pub(crate) fn line(push: PushId, between: &[serde_json::Value]) -> Graph {
    let mut steps = vec![json!({
        "kind": "trigger",
        "trigger": {"on": "event", "name": "order_placed"},
        "re_entry": {"rule": "any_time"},
    })];
    steps.extend_from_slice(between);
    steps.push(json!({"kind": "push", "push_id": push}));
    steps.push(json!({"kind": "exit"}));
    let id = |n: usize| StepId(format!("s{n}"));
    let nodes: Vec<_> = steps
        .iter()
        .enumerate()
        .map(|(n, step)| json!({"id": id(n), "step": step, "x": 0.0, "y": 0.0}))
        .collect();
    let edges: Vec<_> = (1..nodes.len())
        .map(|n| json!({"from": id(n - 1), "to": id(n)}))
        .collect();
    serde_json::from_value(json!({"nodes": nodes, "edges": edges})).expect("a graph")
}
