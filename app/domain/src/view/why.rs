//! Why a push did or did not reach a contact: the whole chain.

use serde::{Deserialize, Serialize};

use super::{DeliveryView, SendView};
use crate::contact::Contact;
use crate::why::{Entrance, GateSaw, Standing};
use crate::workflow::WorkflowState;
use crate::{CampaignId, EnrollmentId, PushId, Timestamp, WorkflowId};

/// The chain from audience to provider, for one contact and one push.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WhyView {
    /// The contact.
    pub contact: Contact,
    /// The push.
    pub push_id: PushId,
    /// Its name.
    pub push: String,
    /// Slugs of the contact's apps and of the app that the push is for, the
    /// latter first: where credentials and code are.
    pub apps: Vec<String>,
    /// Each workflow that sends the push, or sent it to this contact.
    pub journeys: Vec<WhyJourney>,
    /// Tests, and sends whose pass is not known any more, newest first.
    pub others: Vec<WhySend>,
}

/// A workflow, and the contact in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WhyJourney {
    /// Which workflow.
    pub workflow_id: WorkflowId,
    /// Its name.
    pub workflow: String,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// Where it is in its life.
    pub state: WorkflowState,
    /// What lets contacts in, in words.
    pub trigger: Option<String>,
    /// Whether the contact's last doing let it in, and if not, why.
    pub entrance: Entrance,
    /// The contact's passes, newest first.
    pub passes: Vec<WhyPass>,
}

/// One pass of the contact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WhyPass {
    /// Which.
    pub id: EnrollmentId,
    /// When it began.
    pub entered_at: Timestamp,
    /// The event that let the contact in.
    pub event: String,
    /// The revision's number.
    pub revision: Option<i64>,
    /// Where the contact stands.
    pub standing: Standing,
    /// The push's sends on this pass.
    pub sends: Vec<WhySend>,
}

/// A send with what each gate saw at its time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WhySend {
    /// The send; its deliveries are in `devices`.
    pub send: SendView,
    /// What the gates for the contact saw.
    pub gates: Vec<GateSaw>,
    /// Each device.
    pub devices: Vec<WhyDevice>,
}

/// A delivery with what each gate saw at its time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyDevice {
    /// The delivery, with its calls and reports.
    pub delivery: DeliveryView,
    /// Slug of the device's app, while the device is there.
    pub app: Option<String>,
    /// What the gates for the device saw.
    pub gates: Vec<GateSaw>,
}
