//! Campaigns and their workflows.

use serde::{Deserialize, Serialize};

use super::PushSummary;
use crate::workflow::{Graph, GraphProblem, StepId, WorkflowState};
use crate::{CampaignId, RevisionId, Timestamp, WorkflowId};

/// A campaign in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignSummary {
    /// Which.
    pub id: CampaignId,
    /// Its name.
    pub name: String,
    /// Its workflows' states, first made first.
    pub workflows: Vec<WorkflowSummary>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A campaign's page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CampaignView {
    /// The campaign.
    pub campaign: CampaignSummary,
    /// Its pushes, newest first.
    pub pushes: Vec<PushSummary>,
    /// What became of its pushes, over all time.
    pub results: super::Results,
    /// Credentials that a provider refused, and that its pushes go by.
    pub refused_credentials: Vec<super::CredentialView>,
}

/// A workflow in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowSummary {
    /// Which.
    pub id: WorkflowId,
    /// Its name.
    pub name: String,
    /// Whether it runs.
    pub state: WorkflowState,
    /// The revision that runs.
    pub revision: Option<i64>,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A workflow on its canvas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorkflowView {
    /// Which.
    pub id: WorkflowId,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// Its campaign's name.
    pub campaign: String,
    /// Its name.
    pub name: String,
    /// Whether it runs.
    pub state: WorkflowState,
    /// The graph as it is drawn.
    pub draft: Graph,
    /// Counts the draft's changes: given back when saving.
    pub draft_version: i64,
    /// The revision that runs.
    pub revision: Option<RevisionView>,
    /// What keeps the draft from being published.
    pub problems: Vec<GraphProblem>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A published revision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionView {
    /// Which.
    pub id: RevisionId,
    /// 1 for the first.
    pub number: i64,
    /// Who published it.
    pub published_by: String,
    /// When.
    pub created_at: Timestamp,
    /// Whether the draft has changed since.
    pub draft_differs: bool,
}

/// How many contacts came to a step of the revision that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepCount {
    /// Which step.
    pub step: StepId,
    /// How many came.
    pub entered: i64,
    /// How many went on.
    pub passed: i64,
    /// How many ended there.
    pub ended: i64,
}

impl StepCount {
    /// How many stand there now.
    pub const fn inside(&self) -> i64 {
        self.entered - self.passed - self.ended
    }
}
