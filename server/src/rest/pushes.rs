//! Pushes: drafts, results and tests.

use axum::response::{IntoResponse, Response};
use axum::{Json as Answer, extract::State};
use domain::push::PushContent;
use domain::validate::FieldError;
use domain::view::{PushDraft, PushSummary, PushView, Results, SendRef};
use domain::{CampaignId, PushId, RevisionId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::ApiState;
use super::extract::{Caller, Json, Path, Query};
use super::paging::{self, Page};
use super::problem::{Problem, Result};
use super::time::Time;

/// What a push is made of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushInput {
    /// What people call it.
    #[schema(example = "Welcome")]
    name: String,
    /// The campaign that it belongs to.
    #[serde(default)]
    campaign_id: Option<CampaignId>,
    /// What is sent. A draft may have mistakes; they keep it from being sent.
    content: PushContent,
    /// `version` as it was read: saving over a later one is refused. Absent:
    /// saved over whatever is there.
    #[serde(default)]
    version: Option<i64>,
}

impl PushInput {
    fn draft(self) -> PushDraft {
        PushDraft {
            name: self.name,
            campaign_id: self.campaign_id,
            content: self.content,
        }
    }
}

/// A push.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Push)]
pub struct PushBody {
    /// Our identifier.
    id: PushId,
    /// What people call it.
    name: String,
    /// The campaign that it belongs to.
    campaign_id: Option<CampaignId>,
    /// What is sent.
    content: PushContent,
    /// What keeps it from being sent.
    mistakes: Vec<FieldError>,
    /// Counts the draft's changes.
    version: i64,
    /// The last revision that was made of it, by publishing or testing.
    revision_id: Option<RevisionId>,
    /// When it was made.
    created_at: Time,
    /// When it last changed.
    updated_at: Time,
}

impl From<PushView> for PushBody {
    fn from(push: PushView) -> Self {
        Self {
            id: push.id,
            name: push.name,
            campaign_id: push.campaign_id,
            mistakes: push.content.check().0,
            content: push.content,
            version: push.version,
            revision_id: push.revision_id,
            created_at: push.created_at.into(),
            updated_at: push.updated_at.into(),
        }
    }
}

/// A push in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PushListed {
    /// Our identifier.
    id: PushId,
    /// What people call it.
    name: String,
    /// The campaign that it belongs to.
    campaign_id: Option<CampaignId>,
    /// First line.
    title: String,
    /// The text.
    body: String,
    /// Whether mistakes keep it from being sent.
    has_mistakes: bool,
    /// When it last changed.
    updated_at: Time,
}

impl From<PushSummary> for PushListed {
    fn from(push: PushSummary) -> Self {
        Self {
            id: push.id,
            name: push.name,
            campaign_id: push.campaign_id,
            title: push.title,
            body: push.body,
            has_mistakes: push.has_mistakes,
            updated_at: push.updated_at.into(),
        }
    }
}

/// Which pushes or workflows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct OfCampaign {
    /// Those of one campaign.
    pub campaign_id: Option<CampaignId>,
    /// Items on the page, 1 to 500; 50 when absent.
    #[param(minimum = 1, maximum = 500)]
    pub limit: Option<u32>,
    /// `next` of the page before; the first page when absent.
    pub cursor: Option<String>,
}

/// List pushes
///
/// Newest first.
#[utoipa::path(
    get, path = "/pushes", tag = "pushes", params(OfCampaign),
    responses(
        (status = 200, body = Page<PushListed>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Query(query): Query<OfCampaign>,
) -> Result<Answer<Page<PushListed>>> {
    let wish = paging::page(query.limit, query.cursor)?;
    let page = state
        .service
        .list_pushes(&caller, query.campaign_id, &wish)
        .await?;
    Ok(Answer(Page::of(page, PushListed::from)))
}

/// Make a push
#[utoipa::path(
    post, path = "/pushes", tag = "pushes", request_body = PushInput,
    params(("Idempotency-Key" = Option<String>, Header, description = "Done once within a day")),
    responses(
        (status = 201, body = PushBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Json(input): Json<PushInput>,
) -> Result<Response> {
    let push = state.service.create_push(&caller, &input.draft()).await?;
    Ok((StatusCode::CREATED, Answer(PushBody::from(push))).into_response())
}

/// Read a push
#[utoipa::path(
    get, path = "/pushes/{push_id}", tag = "pushes",
    params(("push_id" = PushId, Path, description = "Our identifier")),
    responses(
        (status = 200, body = PushBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<PushId>,
) -> Result<Answer<PushBody>> {
    Ok(Answer(state.service.push(&caller, id).await?.into()))
}

/// Save a push
///
/// Workflows that are published already go on sending what was published.
#[utoipa::path(
    put, path = "/pushes/{push_id}", tag = "pushes",
    params(("push_id" = PushId, Path, description = "Our identifier")),
    request_body = PushInput,
    responses(
        (status = 200, body = PushBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<PushId>,
    Json(input): Json<PushInput>,
) -> Result<Answer<PushBody>> {
    let version = input.version;
    Ok(Answer(
        state
            .service
            .put_push(&caller, id, version, &input.draft())
            .await?
            .into(),
    ))
}

/// Delete a push
///
/// One that was never tested or published.
#[utoipa::path(
    delete, path = "/pushes/{push_id}", tag = "pushes",
    params(("push_id" = PushId, Path, description = "Our identifier")),
    responses(
        (status = 204, description = "It is gone"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<PushId>,
) -> Result<StatusCode> {
    state.service.delete_push(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom a test goes to.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestInput {
    /// Your own identifier of the contact.
    external_id: String,
}

/// A test that was sent.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestBody {
    /// Your own identifier of the contact.
    external_id: String,
    /// Where it came from: with the contact and `test` as step, its send.
    source_id: Uuid,
    /// Where to read what becomes of it.
    #[schema(example = "/api/v1/contacts/customer-17/sends/0197…/test")]
    send: String,
}

impl TestBody {
    /// A test to the contact called `external_id`.
    pub(super) fn of(external_id: String, test: &SendRef) -> Self {
        let segment = super::sends::path_segment(&external_id);
        Self {
            send: format!(
                "/api/v1/contacts/{segment}/sends/{}/{}",
                test.source_id, test.step
            ),
            source_id: test.source_id,
            external_id,
        }
    }
}

/// Send a test
///
/// To one contact's devices alone, through every gate.
#[utoipa::path(
    post, path = "/pushes/{push_id}/test", tag = "pushes",
    params(
        ("push_id" = PushId, Path, description = "Our identifier"),
        ("Idempotency-Key" = Option<String>, Header, description = "Done once within a day"),
    ),
    request_body = TestInput,
    responses(
        (status = 202, body = TestBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn test(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<PushId>,
    Json(input): Json<TestInput>,
) -> Result<Response> {
    let contact = state.service.contact(&caller, &input.external_id).await?;
    let test = state.service.send_test(&caller, id, contact.id).await?;
    let body = TestBody::of(input.external_id, &test);
    Ok((StatusCode::ACCEPTED, Answer(body)).into_response())
}

/// What became of a push's deliveries, over all time; tests are not counted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Results)]
pub struct ResultsBody {
    /// Deliveries with an outcome.
    sent: i64,
    /// Taken by the provider.
    accepted: i64,
    /// Refused, given up, run out, or the token was gone.
    failed: i64,
    /// Nobody can know.
    unknown: i64,
    /// Displayed, as devices told.
    displayed: i64,
    /// Opened, as devices told.
    opened: i64,
    /// Buttons tapped and replies written, as devices told.
    actions: i64,
    /// Stopped by a gate, by its reason.
    suppressed: BTreeMap<String, i64>,
    /// Failures by their reason.
    failures: BTreeMap<String, i64>,
}

impl From<Results> for ResultsBody {
    fn from(results: Results) -> Self {
        Self {
            sent: results.sent,
            accepted: results.accepted,
            failed: results.failed,
            unknown: results.unknown,
            displayed: results.displayed,
            opened: results.opened,
            actions: results.actions,
            suppressed: results
                .suppressed
                .into_iter()
                .map(|count| (count.reason.name().to_owned(), count.n))
                .collect(),
            failures: results
                .failures
                .into_iter()
                .map(|count| (count.reason, count.n))
                .collect(),
        }
    }
}

/// Read a push's results
#[utoipa::path(
    get, path = "/pushes/{push_id}/results", tag = "pushes",
    params(("push_id" = PushId, Path, description = "Our identifier")),
    responses(
        (status = 200, body = ResultsBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn results(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<PushId>,
) -> Result<Answer<ResultsBody>> {
    state.service.push(&caller, id).await?;
    Ok(Answer(
        state.service.push_results(&caller, id).await?.into(),
    ))
}
