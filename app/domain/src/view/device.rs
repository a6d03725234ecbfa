//! The devices' pages: what was found, one binding, what was refused.

use serde::{Deserialize, Serialize};

use super::{DeliveryView, DeviceView, SendOrigin, SendRef};
use crate::consent::Way;
use crate::contact::Contact;
use crate::device::{BindingState, Channel, DeviceHistory, DeviceVerdict};
use crate::{BindingId, PushId, Timestamp};

/// What a device was found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// Its whole push token.
    Token,
    /// The beginning of its own identifier.
    DeviceId,
    /// The beginning of its contact's identifier or email address.
    Contact,
    /// The beginning of its push token.
    TokenStart,
    /// The end of its push token.
    TokenEnd,
}

impl FoundBy {
    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Token => "whole token",
            Self::DeviceId => "device id",
            Self::Contact => "contact",
            Self::TokenStart => "token’s beginning",
            Self::TokenEnd => "token’s end",
        }
    }
}

/// A device in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundDevice {
    /// The device.
    pub device: DeviceView,
    /// What it was found by, if something was looked for.
    pub by: Option<FoundBy>,
}

/// What a list of devices is narrowed to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceFilter {
    /// Slug of an app.
    pub app: Option<String>,
    /// A push service.
    pub channel: Option<Channel>,
    /// A state that keeps pushes away.
    pub state: Option<BindingState>,
}

impl DeviceFilter {
    /// Whether it lets everything pass.
    pub const fn is_open(&self) -> bool {
        self.app.is_none() && self.channel.is_none() && self.state.is_none()
    }
}

/// A binding's page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BindingView {
    /// The binding and its app.
    pub device: DeviceView,
    /// Whose it is.
    pub contact: Contact,
    /// Why a push would or would not be shown on it.
    pub verdict: DeviceVerdict,
    /// By which way it was last registered, if that is known.
    pub way: Option<Way>,
    /// What happened to it while it was this contact's, newest first.
    pub history: Vec<DeviceHistory>,
    /// The last pushes to it, newest first.
    pub deliveries: Vec<BindingDelivery>,
    /// Whether more is to come of a push that was just decided.
    pub under_way: bool,
}

/// A push to one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindingDelivery {
    /// The contact's send that it belongs to.
    pub send: SendRef,
    /// The push.
    pub push_id: PushId,
    /// The push's name.
    pub push: String,
    /// What it came from.
    pub origin: SendOrigin,
    /// When it was decided.
    pub decided_at: Timestamp,
    /// What became of it.
    pub delivery: DeliveryView,
}

/// How a binding was checked, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// How.
    pub how: VerifiedBy,
    /// What came of it.
    pub outcome: VerifyOutcome,
    /// What was seen, in sentences.
    pub seen: Vec<String>,
}

/// How a binding can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerifiedBy {
    /// The provider checked a message to it, and sent nothing.
    DryRun,
    /// Carillon looked at the token and the credential: the provider has no
    /// dry run.
    Form,
}

/// What a check of a binding came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VerifyOutcome {
    /// Nothing is wrong.
    Fine,
    /// Something is wrong.
    Wrong,
    /// The provider could not say.
    Undecided,
}

/// A registration that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedRegistration {
    /// When.
    pub at: Timestamp,
    /// Where it came in.
    pub door: String,
    /// Why it was refused.
    pub reason: String,
    /// Slug of the app, if it is known.
    pub app: Option<String>,
    /// The contact's identifier, if it is known.
    pub contact: Option<String>,
    /// The device's identifier, if it is known.
    pub device: Option<String>,
    /// The request as received, secrets masked.
    pub request: String,
}

/// A registration that came in lately.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenRegistration {
    /// When.
    pub at: Timestamp,
    /// The contact's identifier, if it is known.
    pub contact: Option<String>,
    /// The device's identifier, if it is known.
    pub device: Option<String>,
    /// Slug of the app, if it is known.
    pub app: Option<String>,
    /// The push service, if it is known.
    pub channel: Option<Channel>,
    /// What became of it.
    pub outcome: SeenOutcome,
}

impl SeenRegistration {
    /// Every text that a person may look for.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let outcome = match &self.outcome {
            SeenOutcome::Refused { reason } => reason.as_str(),
            taken => taken.label(),
        };
        let named = [&self.contact, &self.device, &self.app];
        named
            .into_iter()
            .filter_map(|text| text.as_deref())
            .chain(self.channel.map(Channel::label))
            .chain(std::iter::once(outcome))
    }
}

/// What became of a registration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "became", rename_all = "snake_case")]
pub enum SeenOutcome {
    /// The device is new.
    New {
        /// Which.
        id: BindingId,
    },
    /// It came from another contact.
    Moved {
        /// Which.
        id: BindingId,
    },
    /// Something about it changed.
    Changed {
        /// Which.
        id: BindingId,
    },
    /// It said what was known.
    Same {
        /// Which.
        id: BindingId,
    },
    /// It was refused.
    Refused {
        /// Why.
        reason: String,
    },
}

impl SeenOutcome {
    /// A few words.
    pub const fn label(&self) -> &'static str {
        match self {
            Self::New { .. } => "New",
            Self::Moved { .. } => "Moved here",
            Self::Changed { .. } => "Changed",
            Self::Same { .. } => "As known",
            Self::Refused { .. } => "Refused",
        }
    }
}
