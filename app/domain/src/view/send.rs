//! Sends and deliveries, and why each became what it did.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::delivery::{Attempt, DeliveryState, SendState};
use crate::device::{Channel, Platform};
use crate::gate::{Gate, GateFacts, Suppression};
use crate::report::Report;
use crate::{BindingId, CampaignId, ChunkId, ContactId, PushId, RevisionId, Timestamp, WorkflowId};

/// What tells one send of a contact from every other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SendRef {
    /// The contact.
    pub contact_id: ContactId,
    /// The enrollment or the test that it came from.
    pub source_id: Uuid,
    /// The step that decided it.
    pub step: String,
}

/// A send: the decision to push to one contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SendView {
    /// Which.
    pub key: SendRef,
    /// The push.
    pub push_id: PushId,
    /// The push's name.
    pub push: String,
    /// What was sent.
    pub revision_id: RevisionId,
    /// What it came from.
    pub origin: SendOrigin,
    /// What became of it.
    pub state: SendState,
    /// The gate's reason, if one stopped it.
    pub reason: Option<Suppression>,
    /// Each gate for the contact, in order.
    pub gates: Vec<GateAnswer>,
    /// When it was decided.
    pub created_at: Timestamp,
    /// One for each device.
    pub deliveries: Vec<DeliveryView>,
}

/// What a send came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "snake_case")]
pub enum SendOrigin {
    /// Somebody's test.
    Test,
    /// A step of a workflow.
    Workflow {
        /// The workflow; absent when the pass is not known any more.
        workflow_id: Option<WorkflowId>,
        /// Its name.
        workflow: Option<String>,
        /// Its campaign.
        campaign_id: Option<CampaignId>,
    },
}

/// What a gate said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateAnswer {
    /// Which gate.
    pub gate: Gate,
    /// What it said.
    pub verdict: GateVerdict,
}

/// What a gate can say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GateVerdict {
    /// Passed.
    Passed,
    /// Stopped.
    Stopped,
    /// An earlier gate stopped it, so that this one was not asked.
    NotAsked,
}

/// A delivery: one push to one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryView {
    /// The identifier that the provider and the app were told.
    pub id: Uuid,
    /// The chunk that carries it.
    pub chunk_id: ChunkId,
    /// Its number in the chunk.
    pub seq: i32,
    /// The device.
    pub binding_id: BindingId,
    /// The device's identifier, while the device is there.
    pub device_id: Option<String>,
    /// The device's system, while the device is there.
    pub platform: Option<Platform>,
    /// The provider.
    pub channel: Channel,
    /// What became of it.
    pub state: DeliveryState,
    /// The gate's reason, if a gate stopped it.
    pub suppression: Option<Suppression>,
    /// What that gate saw, where its reason does not say it all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<GateFacts>,
    /// The provider's reason, if it gave one.
    pub reason: Option<String>,
    /// Each gate for the device, in order.
    pub gates: Vec<GateAnswer>,
    /// How many calls were made.
    pub attempts: i16,
    /// The provider's own identifier.
    pub provider_id: Option<String>,
    /// When its outcome was recorded.
    pub finished_at: Option<Timestamp>,
    /// What the device told back, in order of time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Report>,
    /// The calls, for those who may inspect: kept for tests and for whatever
    /// was not accepted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<Attempt>,
}

/// A delivery's payload, built again from what was sent and the contact as it
/// is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RenderedAgain {
    /// What was sent.
    pub revision_id: RevisionId,
    /// Its number among the push's revisions.
    pub revision: i64,
    /// The payload.
    pub payload: String,
}

/// What a test would do, said before the click.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestForecast {
    /// What stops it for the contact, if anything does.
    pub stopped: Option<Suppression>,
    /// What would happen on each device.
    pub devices: Vec<DeviceForecast>,
}

/// What a test would do on one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceForecast {
    /// The device.
    pub device: super::DeviceView,
    /// What stops it, if anything does.
    pub stopped: Option<Suppression>,
    /// The size of its payload and the platform's limit, in bytes, if it
    /// renders.
    pub payload: Option<(usize, usize)>,
    /// Why it does not render.
    pub problem: Option<String>,
}
