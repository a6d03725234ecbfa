//! Workflows: drafts, publishing, pausing, counts.

use axum::response::{IntoResponse, Response};
use axum::{Json as Answer, extract::State};
use domain::view::WorkflowView;
use domain::workflow::{Graph, GraphProblem, StepId, WorkflowState};
use domain::{CampaignId, RevisionId, WorkflowId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::ApiState;
use super::extract::{Caller, Json, Path, Query};
use super::paging::{self, Page};
use super::problem::{Problem, Result};
use super::pushes::OfCampaign;
use super::time::Time;

/// A new workflow.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWorkflow {
    /// The campaign that it belongs to.
    campaign_id: CampaignId,
    /// What people call it.
    #[schema(example = "Welcome journey")]
    name: String,
    /// The graph; it may have mistakes, which keep it from being published.
    #[serde(default)]
    draft: Graph,
}

/// A workflow's draft.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DraftInput {
    /// What people call it; as before when absent.
    #[serde(default)]
    name: Option<String>,
    /// The graph.
    draft: Graph,
    /// `draft_version` as it was read: saving over a later one is refused.
    /// Absent: saved over whatever is there.
    #[serde(default)]
    draft_version: Option<i64>,
}

/// A workflow.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Workflow)]
pub struct WorkflowBody {
    /// Our identifier.
    id: WorkflowId,
    /// The campaign that it belongs to.
    campaign_id: CampaignId,
    /// What people call it.
    name: String,
    /// Whether it runs.
    state: WorkflowState,
    /// The graph as it is drawn.
    draft: Graph,
    /// Counts the draft's changes.
    draft_version: i64,
    /// What keeps the draft from being published.
    problems: Vec<GraphProblem>,
    /// The revision that runs.
    revision: Option<RevisionBody>,
    /// When it was made.
    created_at: Time,
    /// When it last changed.
    updated_at: Time,
}

/// A published revision, which never changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WorkflowRevision)]
pub struct RevisionBody {
    /// Our identifier.
    id: RevisionId,
    /// 1 for the first.
    number: i64,
    /// Who published it.
    published_by: String,
    /// When.
    published_at: Time,
}

impl From<WorkflowView> for WorkflowBody {
    fn from(view: WorkflowView) -> Self {
        Self {
            id: view.id,
            campaign_id: view.campaign_id,
            name: view.name,
            state: view.state,
            draft: view.draft,
            draft_version: view.draft_version,
            problems: view.problems,
            revision: view.revision.map(|revision| RevisionBody {
                id: revision.id,
                number: revision.number,
                published_by: revision.published_by,
                published_at: revision.created_at.into(),
            }),
            created_at: view.created_at.into(),
            updated_at: view.updated_at.into(),
        }
    }
}

/// List workflows
///
/// Newest first.
#[utoipa::path(
    get, path = "/workflows", tag = "workflows", params(OfCampaign),
    responses(
        (status = 200, body = Page<WorkflowBody>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Query(query): Query<OfCampaign>,
) -> Result<Answer<Page<WorkflowBody>>> {
    let wish = paging::page(query.limit, query.cursor)?;
    let page = state
        .service
        .list_workflows(&caller, query.campaign_id, &wish)
        .await?;
    Ok(Answer(Page::of(page, WorkflowBody::from)))
}

/// Make a workflow
#[utoipa::path(
    post, path = "/workflows", tag = "workflows", request_body = NewWorkflow,
    params(("Idempotency-Key" = Option<String>, Header, description = "Done once within a day")),
    responses(
        (status = 201, body = WorkflowBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Json(input): Json<NewWorkflow>,
) -> Result<Response> {
    let service = &state.service;
    let workflow = service
        .create_workflow(&caller, input.campaign_id, &input.name, &input.draft)
        .await?;
    Ok((StatusCode::CREATED, Answer(WorkflowBody::from(workflow))).into_response())
}

/// Read a workflow
#[utoipa::path(
    get, path = "/workflows/{workflow_id}", tag = "workflows",
    params(("workflow_id" = WorkflowId, Path, description = "Our identifier")),
    responses(
        (status = 200, body = WorkflowBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<WorkflowId>,
) -> Result<Answer<WorkflowBody>> {
    Ok(Answer(state.service.workflow(&caller, id).await?.into()))
}

/// Save a workflow's draft
///
/// What is published goes on as it was.
#[utoipa::path(
    put, path = "/workflows/{workflow_id}", tag = "workflows",
    params(("workflow_id" = WorkflowId, Path, description = "Our identifier")),
    request_body = DraftInput,
    responses(
        (status = 200, body = WorkflowBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<WorkflowId>,
    Json(input): Json<DraftInput>,
) -> Result<Answer<WorkflowBody>> {
    let service = &state.service;
    let name = input.name.as_deref();
    let view = service
        .put_workflow(&caller, id, name, input.draft_version, &input.draft)
        .await?;
    Ok(Answer(view.into()))
}

/// Delete a workflow
///
/// One that was never published.
#[utoipa::path(
    delete, path = "/workflows/{workflow_id}", tag = "workflows",
    params(("workflow_id" = WorkflowId, Path, description = "Our identifier")),
    responses(
        (status = 204, description = "It is gone"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<WorkflowId>,
) -> Result<StatusCode> {
    state.service.delete_workflow(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which draft is published.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PublishQuery {
    /// The draft that was looked at: a later one is refused. Absent: whatever
    /// is there.
    draft_version: Option<i64>,
}

/// Publish a workflow
///
/// Makes an immutable revision of the draft, with its pushes as they are now,
/// and lets contacts in.
#[utoipa::path(
    post, path = "/workflows/{workflow_id}/publish", tag = "workflows",
    params(
        ("workflow_id" = WorkflowId, Path, description = "Our identifier"),
        PublishQuery,
        ("Idempotency-Key" = Option<String>, Header, description = "Done once within a day"),
    ),
    responses(
        (status = 200, body = WorkflowBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn publish(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<WorkflowId>,
    Query(query): Query<PublishQuery>,
) -> Result<Answer<WorkflowBody>> {
    let workflow = state
        .service
        .publish_workflow(&caller, id, query.draft_version)
        .await?;
    Ok(Answer(workflow.into()))
}

/// Pause a workflow
///
/// Nobody comes in, and those inside stand still.
#[utoipa::path(
    post, path = "/workflows/{workflow_id}/pause", tag = "workflows",
    params(("workflow_id" = WorkflowId, Path, description = "Our identifier")),
    responses(
        (status = 200, body = WorkflowBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn pause(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<WorkflowId>,
) -> Result<Answer<WorkflowBody>> {
    Ok(Answer(
        state.service.pause_workflow(&caller, id).await?.into(),
    ))
}

/// Resume a workflow
#[utoipa::path(
    post, path = "/workflows/{workflow_id}/resume", tag = "workflows",
    params(("workflow_id" = WorkflowId, Path, description = "Our identifier")),
    responses(
        (status = 200, body = WorkflowBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn resume(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<WorkflowId>,
) -> Result<Answer<WorkflowBody>> {
    Ok(Answer(
        state.service.resume_workflow(&caller, id).await?.into(),
    ))
}

/// How many contacts came to a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepCountBody {
    /// Which step.
    step: StepId,
    /// How many came.
    entered: i64,
    /// How many went on.
    passed: i64,
    /// How many ended there.
    ended: i64,
    /// How many stand there now.
    inside: i64,
}

/// A workflow's counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct StepCounts {
    /// One for each step that anybody came to.
    items: Vec<StepCountBody>,
}

/// Read a workflow's counts
///
/// Of the revision that runs.
#[utoipa::path(
    get, path = "/workflows/{workflow_id}/counts", tag = "workflows",
    params(("workflow_id" = WorkflowId, Path, description = "Our identifier")),
    responses(
        (status = 200, body = StepCounts),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn counts(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<WorkflowId>,
) -> Result<Answer<StepCounts>> {
    let counts = state.service.step_counts(&caller, id).await?;
    let items = counts
        .into_iter()
        .map(|count| StepCountBody {
            entered: count.entered,
            passed: count.passed,
            ended: count.ended,
            inside: count.inside(),
            step: count.step,
        })
        .collect();
    Ok(Answer(StepCounts { items }))
}
