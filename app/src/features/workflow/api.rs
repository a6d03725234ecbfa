//! What the editor asks of the server.

#![expect(
    missing_docs,
    reason = "the server macro makes structs of the arguments"
)]

use crate::AppError;
use domain::view::{PushSummary, StepCount, WorkflowView};
use domain::workflow::{Graph, GraphProblem};
use domain::{CampaignId, WorkflowId};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

/// Workflows and pushes to choose from.
#[cfg(feature = "ssr")]
const CHOICES: u32 = 200;

/// A workflow on its canvas.
#[server(input = Json)]
pub async fn load_workflow(id: WorkflowId) -> Result<WorkflowView, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.workflow(&principal, id).await?)
}

/// Saves a draft over the version that the editor knows, and gives the new
/// version.
#[server(input = Json)]
pub async fn save_draft(id: WorkflowId, version: i64, draft: Graph) -> Result<i64, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.save_draft(&principal, id, version, &draft).await?)
}

/// What publishing answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Published {
    /// It runs.
    Live(Box<WorkflowView>),
    /// It does not, for these reasons.
    Refused(Vec<GraphProblem>),
}

/// Publishes the draft at `version` as a revision, unless something is wrong
/// with it.
#[server(input = Json)]
pub async fn publish_workflow(id: WorkflowId, version: i64) -> Result<Published, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let draft = service.workflow(&principal, id).await?;
    if draft.draft_version == version && !draft.problems.is_empty() {
        return Ok(Published::Refused(draft.problems));
    }
    let live = service
        .publish_workflow(&principal, id, Some(version))
        .await?;
    Ok(Published::Live(Box::new(live)))
}

/// Pauses or resumes.
#[server(input = Json)]
pub async fn set_paused(id: WorkflowId, paused: bool) -> Result<WorkflowView, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(if paused {
        service.pause_workflow(&principal, id).await?
    } else {
        service.resume_workflow(&principal, id).await?
    })
}

/// How many contacts came to each step.
#[server(input = Json)]
pub async fn step_counts(id: WorkflowId) -> Result<Vec<StepCount>, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.step_counts(&principal, id).await?)
}

/// All that the editor starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditorData {
    /// The campaign's first workflow; none before one was made.
    pub workflow: Option<WorkflowView>,
    /// The campaign's name.
    pub campaign: String,
    /// The pushes that its steps can send: the campaign's own first.
    pub pushes: Vec<PushSummary>,
    /// The person may change it.
    pub may_edit: bool,
}

/// A campaign's workflow, ready to be drawn.
#[server(input = Json)]
pub async fn open_workflow(campaign: CampaignId) -> Result<EditorData, AppError> {
    use domain::people::Permission;
    use service::PageRequest;
    let (service, principal) = crate::caller::caller()?;
    let name = service.campaign(&principal, campaign).await?.name;
    // Newest first: the campaign's first is the last.
    let all = PageRequest::first(CHOICES);
    let mut workflows = service
        .list_workflows(&principal, Some(campaign), &all)
        .await?;
    let mut pushes = service.list_pushes(&principal, None, &all).await?.items;
    pushes.sort_by_key(|push| push.campaign_id != Some(campaign));
    Ok(EditorData {
        workflow: workflows.items.pop(),
        campaign: name,
        pushes,
        may_edit: principal.may(Permission::EditContent),
    })
}

/// Makes a campaign's first workflow, empty.
#[server(input = Json)]
pub async fn begin_workflow(campaign: CampaignId) -> Result<WorkflowView, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let name = service.campaign(&principal, campaign).await?.name;
    Ok(service
        .create_workflow(&principal, campaign, &name, &Graph::default())
        .await?)
}

/// The pushes that steps can send, asked again when one was composed
/// meanwhile.
#[server(input = Json)]
pub async fn push_choices(campaign: CampaignId) -> Result<Vec<PushSummary>, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let all = service::PageRequest::first(CHOICES);
    let mut pushes = service.list_pushes(&principal, None, &all).await?.items;
    pushes.sort_by_key(|push| push.campaign_id != Some(campaign));
    Ok(pushes)
}
