//! Campaigns.

use axum::response::{IntoResponse, Response};
use axum::{Json as Answer, extract::State};
use domain::view::{CampaignSummary, WorkflowSummary};
use domain::workflow::WorkflowState;
use domain::{CampaignId, WorkflowId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApiState;
use super::extract::{Caller, Json, Path, Query};
use super::paging::{Page, PageQuery};
use super::problem::{Problem, Result};
use super::time::Time;

/// What a campaign is made of.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CampaignInput {
    /// What people call it.
    #[schema(example = "Welcome series")]
    name: String,
}

/// A campaign.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Campaign)]
pub struct CampaignBody {
    /// Our identifier.
    id: CampaignId,
    /// What people call it.
    name: String,
    /// Its workflows, oldest first.
    workflows: Vec<CampaignWorkflow>,
    /// When it was made.
    created_at: Time,
    /// When it last changed.
    updated_at: Time,
}

/// A workflow of a campaign.
#[derive(Debug, Serialize, ToSchema)]
pub struct CampaignWorkflow {
    /// Our identifier.
    id: WorkflowId,
    /// What people call it.
    name: String,
    /// Whether it runs.
    state: WorkflowState,
    /// Number of the revision that runs.
    revision: Option<i64>,
}

impl From<WorkflowSummary> for CampaignWorkflow {
    fn from(workflow: WorkflowSummary) -> Self {
        Self {
            id: workflow.id,
            name: workflow.name,
            state: workflow.state,
            revision: workflow.revision,
        }
    }
}

impl From<CampaignSummary> for CampaignBody {
    fn from(campaign: CampaignSummary) -> Self {
        Self {
            id: campaign.id,
            name: campaign.name,
            workflows: campaign.workflows.into_iter().map(Into::into).collect(),
            created_at: campaign.created_at.into(),
            updated_at: campaign.updated_at.into(),
        }
    }
}

/// List campaigns
///
/// Newest first.
#[utoipa::path(
    get, path = "/campaigns", tag = "campaigns", params(PageQuery),
    responses(
        (status = 200, body = Page<CampaignBody>),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Query(query): Query<PageQuery>,
) -> Result<Answer<Page<CampaignBody>>> {
    let page = state
        .service
        .list_campaigns(&caller, &query.request()?)
        .await?;
    Ok(Answer(Page::of(page, CampaignBody::from)))
}

/// Make a campaign
#[utoipa::path(
    post, path = "/campaigns", tag = "campaigns", request_body = CampaignInput,
    params(("Idempotency-Key" = Option<String>, Header, description = "Done once within a day")),
    responses(
        (status = 201, body = CampaignBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Json(input): Json<CampaignInput>,
) -> Result<Response> {
    let campaign = state.service.create_campaign(&caller, &input.name).await?;
    Ok((StatusCode::CREATED, Answer(CampaignBody::from(campaign))).into_response())
}

/// Read a campaign
#[utoipa::path(
    get, path = "/campaigns/{campaign_id}", tag = "campaigns",
    params(("campaign_id" = CampaignId, Path, description = "Our identifier")),
    responses(
        (status = 200, body = CampaignBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<CampaignId>,
) -> Result<Answer<CampaignBody>> {
    Ok(Answer(state.service.campaign(&caller, id).await?.into()))
}

/// Rename a campaign
#[utoipa::path(
    put, path = "/campaigns/{campaign_id}", tag = "campaigns",
    params(("campaign_id" = CampaignId, Path, description = "Our identifier")),
    request_body = CampaignInput,
    responses(
        (status = 200, body = CampaignBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<CampaignId>,
    Json(input): Json<CampaignInput>,
) -> Result<Answer<CampaignBody>> {
    Ok(Answer(
        state
            .service
            .rename_campaign(&caller, id, &input.name)
            .await?
            .into(),
    ))
}

/// Delete a campaign
///
/// One that holds nothing.
#[utoipa::path(
    delete, path = "/campaigns/{campaign_id}", tag = "campaigns",
    params(("campaign_id" = CampaignId, Path, description = "Our identifier")),
    responses(
        (status = 204, description = "It is gone"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(id): Path<CampaignId>,
) -> Result<StatusCode> {
    state.service.delete_campaign(&caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
