//! Pushes: the list and the editor.

use serde::{Deserialize, Serialize};

use crate::push::PushContent;
use crate::{CampaignId, PushId, RevisionId, Timestamp};

/// A push in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushSummary {
    /// Which.
    pub id: PushId,
    /// Its name.
    pub name: String,
    /// Its campaign.
    pub campaign_id: Option<CampaignId>,
    /// Its campaign's name.
    pub campaign: Option<String>,
    /// First line of the draft.
    pub title: String,
    /// Text of the draft.
    pub body: String,
    /// Whether the draft has mistakes.
    pub has_mistakes: bool,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A push in the editor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushView {
    /// Which.
    pub id: PushId,
    /// Its name.
    pub name: String,
    /// Its campaign.
    pub campaign_id: Option<CampaignId>,
    /// Its campaign's name.
    pub campaign: Option<String>,
    /// What is composed.
    pub content: PushContent,
    /// Counts the draft's changes: given back when saving.
    pub version: i64,
    /// The revision that was made last, when a workflow was published or a
    /// test sent.
    pub revision_id: Option<RevisionId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// What a push is saved with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushDraft {
    /// Its name.
    pub name: String,
    /// Its campaign.
    pub campaign_id: Option<CampaignId>,
    /// What is composed; it may have mistakes.
    pub content: PushContent,
}
