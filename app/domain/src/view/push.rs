//! Pushes: the list and the editor.

use serde::{Deserialize, Serialize};

use crate::device::{Channel, Platform};
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

/// What a channel would be sent of a push for one contact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// The channel.
    pub channel: Channel,
    /// The system that would show it.
    pub platform: Platform,
    /// Whether the app uses the channel, as far as it says.
    pub used: bool,
    /// What goes beside the body; or why there would be no request.
    pub request: Result<InspectedRequest, String>,
    /// The body, as JSON.
    pub body: String,
    /// Bytes that count.
    pub counted: usize,
    /// Bytes that the channel takes.
    pub limit: usize,
}

/// What goes beside a body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InspectedRequest {
    /// Method and address.
    pub line: String,
    /// Headers, the credential left out.
    pub headers: Vec<(String, String)>,
}

/// What becomes of an image that a push names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImageVerdict {
    /// Devices show it: what it is.
    Fine(String),
    /// Some or all devices will not: what is wrong, and what to do.
    Doubtful(String),
}
