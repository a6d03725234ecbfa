//! What the editor asks of the server.
//!
//! Its answers are flat and small: every type that a browser decodes is code
//! that it has to load.

#![expect(
    missing_docs,
    reason = "the server macro makes structs of the arguments"
)]

use crate::AppError;
use domain::workflow::{Graph, GraphProblem, WorkflowState};
use domain::{CampaignId, PushId, WorkflowId};
use leptos::{prelude::*, server_fn::codec::Json};
use serde::{Deserialize, Serialize};

/// Pushes to choose from.
#[cfg(feature = "ssr")]
const CHOICES: u32 = 200;

/// All that the editor starts with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EditorData {
    /// The campaign.
    pub campaign_id: CampaignId,
    /// Its name.
    pub campaign: String,
    /// Its first workflow; none before one was made.
    pub id: Option<WorkflowId>,
    /// The draft: a [`Graph`] as JSON.
    pub draft: String,
    /// Counts the draft's changes; given back when it is saved.
    pub version: i64,
    /// How it stands.
    pub standing: Standing,
    /// The pushes that its steps can send: the campaign's own first.
    pub pushes: Vec<PushChoice>,
    /// The person may change it.
    pub may_edit: bool,
}

/// A push that a step can send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushChoice {
    /// Which.
    pub id: PushId,
    /// Its name.
    pub name: String,
    /// It cannot be sent as it is.
    pub has_mistakes: bool,
}

/// How a workflow stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Whether it runs.
    pub state: WorkflowState,
    /// The number of the revision that runs.
    pub revision: Option<i64>,
    /// Whether the draft differs from it.
    pub differs: bool,
}

#[cfg(feature = "ssr")]
impl Standing {
    fn of(view: &domain::view::WorkflowView) -> Self {
        let revision = view.revision.as_ref();
        Self {
            state: view.state,
            revision: revision.map(|revision| revision.number),
            differs: revision.is_none_or(|revision| revision.draft_differs),
        }
    }
}

/// What publishing answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Published {
    /// It runs.
    Live(Standing),
    /// It does not, for these reasons.
    Refused(Vec<GraphProblem>),
}

/// How many contacts stand at a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Here {
    /// The step's id.
    pub step: String,
    /// How many.
    pub count: u64,
}

/// A campaign's workflow, ready to be drawn.
#[server(input = Json)]
pub async fn open_workflow(campaign: CampaignId) -> Result<EditorData, AppError> {
    use domain::people::Permission;
    use service::PageRequest;
    let (service, principal) = crate::caller::caller()?;
    let found = service.campaign(&principal, campaign).await?;
    let view = match found.workflows.first() {
        Some(first) => Some(service.workflow(&principal, first.id).await?),
        None => None,
    };
    let none = Standing {
        state: WorkflowState::Draft,
        revision: None,
        differs: true,
    };
    let draft = view.as_ref().map(|view| serde_json::to_string(&view.draft));
    let all = PageRequest::first(CHOICES);
    let mut pushes = service.list_pushes(&principal, None, &all).await?.items;
    pushes.sort_by_key(|push| push.campaign_id != Some(campaign));
    Ok(EditorData {
        campaign_id: campaign,
        campaign: found.name,
        id: view.as_ref().map(|view| view.id),
        draft: draft
            .transpose()
            .map_err(|error| crate::error::internal(&error))?
            .unwrap_or_default(),
        version: view.as_ref().map_or(0, |view| view.draft_version),
        standing: view.as_ref().map_or(none, Standing::of),
        pushes: pushes
            .into_iter()
            .map(|push| PushChoice {
                id: push.id,
                name: push.name,
                has_mistakes: push.has_mistakes,
            })
            .collect(),
        may_edit: principal.may(Permission::EditContent),
    })
}

/// Makes a campaign's first workflow, empty.
#[server(input = Json)]
pub async fn begin_workflow(campaign: CampaignId) -> Result<(), AppError> {
    let (service, principal) = crate::caller::caller()?;
    let name = service.campaign(&principal, campaign).await?.name;
    let draft = Graph::default();
    service
        .create_workflow(&principal, campaign, &name, &draft)
        .await?;
    Ok(())
}

/// Saves a draft over the version that the editor knows, and gives the new
/// version.
#[server(input = Json)]
pub async fn save_draft(id: WorkflowId, version: i64, draft: Graph) -> Result<i64, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.save_draft(&principal, id, version, &draft).await?)
}

/// The draft's version on the server, to save over it knowingly.
#[server(input = Json)]
pub async fn draft_version(id: WorkflowId) -> Result<i64, AppError> {
    let (service, principal) = crate::caller::caller()?;
    Ok(service.workflow(&principal, id).await?.draft_version)
}

/// Publishes the draft at `version` as a revision, unless something is wrong
/// with it.
#[server(input = Json)]
pub async fn publish_workflow(id: WorkflowId, version: i64) -> Result<Published, AppError> {
    let (service, principal) = crate::caller::caller()?;
    service.may_publish(&principal)?;
    let draft = service.workflow(&principal, id).await?;
    if draft.draft_version == version && !draft.problems.is_empty() {
        return Ok(Published::Refused(draft.problems));
    }
    let live = service
        .publish_workflow(&principal, id, Some(version))
        .await?;
    Ok(Published::Live(Standing::of(&live)))
}

/// Pauses or resumes.
#[server(input = Json)]
pub async fn set_paused(id: WorkflowId, paused: bool) -> Result<Standing, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let view = if paused {
        service.pause_workflow(&principal, id).await?
    } else {
        service.resume_workflow(&principal, id).await?
    };
    Ok(Standing::of(&view))
}

/// How many contacts stand at each step of the revision that runs.
#[server(input = Json)]
pub async fn step_counts(id: WorkflowId) -> Result<Vec<Here>, AppError> {
    let (service, principal) = crate::caller::caller()?;
    let counts = service.step_counts(&principal, id).await?;
    Ok(counts
        .into_iter()
        .map(|count| Here {
            count: u64::try_from(count.inside()).unwrap_or(0),
            step: count.step.0,
        })
        .collect())
}
