//! What would make a gate let pass, and where to do it.

use serde::{Deserialize, Serialize};

use crate::gate::Suppression;

/// Where something can be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The contact's consent.
    Consent,
    /// The contact's devices.
    Devices,
    /// The device.
    Device,
    /// How the app is connected to Carillon.
    Connect,
    /// The app's credentials.
    Credentials,
    /// The push.
    Push,
    /// The workflow.
    Workflow,
    /// Nowhere in Carillon.
    Nowhere,
}

/// What would make it pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WouldPass {
    /// What to do, as a sentence.
    pub sentence: String,
    /// Where.
    pub place: Place,
}

impl WouldPass {
    pub(super) fn new(place: Place, sentence: impl Into<String>) -> Self {
        Self {
            sentence: sentence.into(),
            place,
        }
    }
}

/// What would make a push pass that a gate stopped for this reason.
pub fn would_pass(reason: Suppression) -> WouldPass {
    let (place, sentence) = match reason {
        Suppression::ContactDeleted => (
            Place::Nowhere,
            "Nothing: the contact is gone. Imported or registered anew, it is another contact.",
        ),
        Suppression::OptedOut => (
            Place::Consent,
            "It passes when the contact opts in again, in the app or on your site, and you send that: “opted_in”: true.",
        ),
        Suppression::NoConsent => (
            Place::Consent,
            "It passes when an opt-in is recorded: import it, or send “opted_in”: true with the contact.",
        ),
        Suppression::NoBinding => (
            Place::Connect,
            "It passes when the app registers a device for this contact.",
        ),
        Suppression::NoBindingOfApp => (
            Place::Push,
            "It passes when the push is for every app, or when this contact registers a device with the app that it is for.",
        ),
        Suppression::PermissionDenied => (
            Place::Device,
            "It passes when the person allows notifications in the system's settings, and the app registers again and says so.",
        ),
        Suppression::DeviceOptedOut => (
            Place::Device,
            "It passes when the person opts in again inside the app on this device.",
        ),
        Suppression::TokenGone | Suppression::Revoked => (
            Place::Device,
            "It passes when the app registers this device again with its present token.",
        ),
        Suppression::WrongEnvironment => (
            Place::Credentials,
            "It passes when credential and build are of one environment: a sandbox credential for development builds, a production credential for the others. Then the app registers again.",
        ),
        Suppression::WrongProject => (
            Place::Credentials,
            "It passes with the credential of the project that the app was built with. Then the app registers again.",
        ),
        Suppression::Quarantined => (
            Place::Device,
            "It passes when the app's topic or project fits its credential, and Verify, or a new registration, brings the device back.",
        ),
        Suppression::DoesNotRender => (
            Place::Push,
            "It passes when the template can do without what this contact lacks: give it a default.",
        ),
        Suppression::TooLarge => (
            Place::Push,
            "It passes when the texts, or what they insert for this contact, are shorter.",
        ),
        Suppression::NoCredential => (
            Place::Credentials,
            "It passes when the app's credential for this channel is entered.",
        ),
        Suppression::CredentialRefused => (
            Place::Credentials,
            "It passes when the credential is replaced by one that the provider takes.",
        ),
        Suppression::PushStopped => (
            Place::Push,
            "It passes when what the provider refused is changed in the push; where a workflow sends it, publish that again.",
        ),
    };
    WouldPass::new(place, sentence)
}
