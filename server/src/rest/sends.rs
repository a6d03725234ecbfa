//! Sends and deliveries: read.

use axum::{Json as Answer, extract::State};
use domain::delivery::{Attempt, DeliveryState, SendState};
use domain::device::Channel;
use domain::gate::{Gate, GateFacts, Suppression};
use domain::view::{DeliveryView, GateAnswer, GateVerdict, SendOrigin, SendRef, SendView};
use domain::{BindingId, CampaignId, ChunkId, ContactId, PushId, RevisionId, WorkflowId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::ApiState;
use super::extract::{Caller, Path, Query};
use super::paging::{Page, PageQuery};
use super::problem::{Problem, Result};
use super::reports::KeptBody;
use super::time::Time;

/// A send: the decision to push to one contact.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Send)]
pub struct SendBody {
    /// Our identifier of the contact.
    contact_id: ContactId,
    /// The enrollment or the test that it came from.
    source_id: Uuid,
    /// The step that decided it; `test` for a test.
    step: String,
    /// The push.
    push_id: PushId,
    /// The push's name.
    push: String,
    /// What was sent.
    revision_id: RevisionId,
    /// The workflow that it came from.
    workflow_id: Option<WorkflowId>,
    /// The workflow's campaign.
    campaign_id: Option<CampaignId>,
    /// What became of it.
    state: SendState,
    /// Why a gate stopped it.
    reason: Option<Suppression>,
    /// What each gate for the contact said, in order.
    gates: Vec<GateBody>,
    /// When it was decided.
    created_at: Time,
    /// One for each device.
    deliveries: Vec<DeliveryBody>,
}

/// What a gate said.
#[derive(Debug, Serialize, ToSchema)]
pub struct GateBody {
    /// Which gate.
    gate: Gate,
    /// What it said.
    verdict: Verdict,
}

/// What a gate can say.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Passed.
    Passed,
    /// Stopped.
    Stopped,
    /// An earlier gate stopped it.
    NotAsked,
}

impl From<GateAnswer> for GateBody {
    fn from(answer: GateAnswer) -> Self {
        Self {
            gate: answer.gate,
            verdict: match answer.verdict {
                GateVerdict::Passed => Verdict::Passed,
                GateVerdict::Stopped => Verdict::Stopped,
                GateVerdict::NotAsked => Verdict::NotAsked,
            },
        }
    }
}

/// A delivery: one push to one device.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
pub struct DeliveryBody {
    /// The identifier that the provider and the app were told.
    id: Uuid,
    /// With `seq`, the address of this delivery.
    chunk_id: ChunkId,
    /// With `chunk_id`, the address of this delivery.
    seq: i32,
    /// The device's binding.
    binding_id: BindingId,
    /// The device, while it is there.
    device_id: Option<String>,
    /// The provider.
    channel: Channel,
    /// What became of it.
    state: DeliveryState,
    /// Why a gate stopped it.
    suppression: Option<Suppression>,
    /// What that gate saw: where a template failed, or the payload's size.
    facts: Option<GateFacts>,
    /// The provider's reason.
    reason: Option<String>,
    /// What each gate for the device said, in order.
    gates: Vec<GateBody>,
    /// How many calls were made.
    attempts: i16,
    /// The provider's own identifier.
    provider_id: Option<String>,
    /// When its outcome was recorded.
    finished_at: Option<Time>,
    /// What the device told back, in order of time.
    reports: Vec<KeptBody>,
    /// The calls: kept for tests and for whatever was not accepted.
    calls: Vec<CallBody>,
}

/// One provider call.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Call)]
pub struct CallBody {
    /// 1 for the first.
    number: i16,
    /// When it was made.
    at: Time,
    /// The provider's HTTP status, if it answered.
    status: Option<u16>,
    /// What it came to.
    outcome: String,
    /// The provider's answer.
    answer: Option<String>,
    /// The payload as sent.
    payload: Option<String>,
}

impl From<Attempt> for CallBody {
    fn from(attempt: Attempt) -> Self {
        Self {
            number: attempt.number,
            at: attempt.at.into(),
            status: attempt.status,
            outcome: attempt.outcome,
            answer: attempt.answer,
            payload: attempt.payload,
        }
    }
}

impl From<DeliveryView> for DeliveryBody {
    fn from(delivery: DeliveryView) -> Self {
        Self {
            id: delivery.id,
            chunk_id: delivery.chunk_id,
            seq: delivery.seq,
            binding_id: delivery.binding_id,
            device_id: delivery.device_id,
            channel: delivery.channel,
            state: delivery.state,
            suppression: delivery.suppression,
            facts: delivery.facts,
            reason: delivery.reason,
            gates: delivery.gates.into_iter().map(Into::into).collect(),
            attempts: delivery.attempts,
            provider_id: delivery.provider_id,
            finished_at: delivery.finished_at.map(Into::into),
            reports: delivery.reports.into_iter().map(Into::into).collect(),
            calls: delivery.calls.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<SendView> for SendBody {
    fn from(send: SendView) -> Self {
        let (workflow_id, campaign_id) = match send.origin {
            SendOrigin::Test => (None, None),
            SendOrigin::Workflow {
                workflow_id,
                campaign_id,
                ..
            } => (workflow_id, campaign_id),
        };
        Self {
            contact_id: send.key.contact_id,
            source_id: send.key.source_id,
            step: send.key.step,
            push_id: send.push_id,
            push: send.push,
            revision_id: send.revision_id,
            workflow_id,
            campaign_id,
            state: send.state,
            reason: send.reason,
            gates: send.gates.into_iter().map(Into::into).collect(),
            created_at: send.created_at.into(),
            deliveries: send.deliveries.into_iter().map(Into::into).collect(),
        }
    }
}

/// List a contact's sends
///
/// Newest first, each with its deliveries.
#[utoipa::path(
    get, path = "/contacts/{external_id}/sends", tag = "sends",
    params(
        ("external_id" = String, Path, description = "Your own identifier of the contact"),
        PageQuery,
    ),
    responses(
        (status = 200, body = Page<SendBody>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(external_id): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Answer<Page<SendBody>>> {
    let wish = query.request()?;
    let contact = state.service.contact(&caller, &external_id).await?;
    let page = state.service.list_sends(&caller, contact.id, &wish).await?;
    Ok(Answer(Page::of(page, SendBody::from)))
}

/// Read a send
#[utoipa::path(
    get, path = "/contacts/{external_id}/sends/{source_id}/{step}", tag = "sends",
    params(
        ("external_id" = String, Path, description = "Your own identifier of the contact"),
        ("source_id" = Uuid, Path, description = "The enrollment or the test"),
        ("step" = String, Path, description = "The step; `test` for a test"),
    ),
    responses(
        (status = 200, body = SendBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path((external_id, source_id, step)): Path<(String, Uuid, String)>,
) -> Result<Answer<SendBody>> {
    let contact = state.service.contact(&caller, &external_id).await?;
    let key = SendRef {
        contact_id: contact.id,
        source_id,
        step,
    };
    Ok(Answer(state.service.send(&caller, &key).await?.into()))
}

/// Read a delivery
#[utoipa::path(
    get, path = "/deliveries/{chunk_id}/{seq}", tag = "sends",
    params(
        ("chunk_id" = ChunkId, Path, description = "`chunk_id` of the delivery"),
        ("seq" = i32, Path, description = "`seq` of the delivery"),
    ),
    responses(
        (status = 200, body = DeliveryBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delivery(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path((chunk, seq)): Path<(ChunkId, i32)>,
) -> Result<Answer<DeliveryBody>> {
    let (_, delivery) = state.service.delivery(&caller, chunk, seq).await?;
    Ok(Answer(delivery.into()))
}

/// A payload that was rendered again.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RenderedPayload)]
pub struct RenderedBody {
    /// The push revision that was sent.
    revision_id: RevisionId,
    /// Its number among the push's revisions.
    revision: i64,
    /// The payload as it would be sent to the contact as it is now.
    payload: String,
}

/// Render a delivery's payload again
///
/// A payload is kept as it was sent for tests and for whatever was not accepted,
/// and stands among the delivery's `calls`. This renders any delivery's from the
/// push revision that was sent and the event that began the journey, with the
/// contact, the device and the app as they are now. It answers 409 when the push
/// does not render for the contact any more.
#[utoipa::path(
    get, path = "/deliveries/{chunk_id}/{seq}/payload", tag = "sends",
    params(
        ("chunk_id" = ChunkId, Path, description = "`chunk_id` of the delivery"),
        ("seq" = i32, Path, description = "`seq` of the delivery"),
    ),
    responses(
        (status = 200, body = RenderedBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn payload(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path((chunk, seq)): Path<(ChunkId, i32)>,
) -> Result<Answer<RenderedBody>> {
    let again = state.service.render_again(&caller, chunk, seq).await?;
    Ok(Answer(RenderedBody {
        revision_id: again.revision_id,
        revision: again.revision,
        payload: again.payload,
    }))
}

/// A text as one segment of a path.
pub fn path_segment(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect()
}
