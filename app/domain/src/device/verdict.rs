//! Why a device is silent, or that it is not: what is known of a binding, put
//! into plain words, each with what to do about it.

mod last;

use serde::{Deserialize, Serialize};

use super::{Binding, BindingState, DeviceChange, DeviceHistory, OsPermission, Platform};
use crate::Timestamp;
use crate::app::CredentialState;
use crate::delivery::DeliveryState;
use crate::gate::Suppression;

/// How a finding looks at the next push.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outlook {
    /// It will be sent, and shown.
    Ready,
    /// One is on its way.
    UnderWay,
    /// It will be sent; whether it is shown cannot be said.
    Doubtful,
    /// It will not be sent.
    Stopped,
    /// It would be refused.
    Refused,
}

/// Where something can be done about a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// On the device itself, or in the app's code.
    Device,
    /// On the contact's page.
    Contact,
    /// On the app's page, among the credentials.
    Credential,
    /// On the device's page, by an action there.
    Page,
    /// Nothing needs to be done.
    None,
}

/// One thing that decides about the next push.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// How it looks at the next push.
    pub outlook: Outlook,
    /// What is so, without a full stop.
    pub headline: String,
    /// Since when, if that is known.
    pub at: Option<Timestamp>,
    /// What to do, in whole sentences.
    pub act: String,
    /// Where.
    pub remedy: Remedy,
}

/// Everything that decides about the next push, what matters most first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceVerdict {
    /// The answer.
    pub first: Finding,
    /// What else is to be known.
    pub others: Vec<Finding>,
}

/// The last push to a device.
#[derive(Clone, Copy, Debug)]
pub struct LastPush<'a> {
    /// What became of it.
    pub state: DeliveryState,
    /// The gate's reason, if one stopped it.
    pub stopped: Option<Suppression>,
    /// The provider's reason, if it gave one.
    pub reason: Option<&'a str>,
    /// When that was known, or else when it was decided.
    pub at: Timestamp,
}

/// What is known around a binding.
#[derive(Clone, Copy, Debug)]
pub struct DeviceFacts<'a> {
    /// The binding.
    pub binding: &'a Binding,
    /// What happened to it, newest first.
    pub history: &'a [DeviceHistory],
    /// Whether the contact takes pushes; `None` when nobody asked.
    pub contact_opted_in: Option<bool>,
    /// When the contact last said so.
    pub contact_said_at: Option<Timestamp>,
    /// The credential of its app for its channel, if there is one, and why it
    /// was refused.
    pub credential: Option<(CredentialState, Option<&'a str>)>,
    /// The last push to it.
    pub last: Option<LastPush<'a>>,
}

/// Why a push would or would not be shown on a device, and what to do.
pub fn verdict(facts: &DeviceFacts<'_>) -> DeviceVerdict {
    let mut found: Vec<Finding> = [
        of_state(facts),
        of_permission(facts),
        of_device_opt_in(facts),
        of_contact(facts),
        of_credential(facts),
    ]
    .into_iter()
    .flatten()
    .collect();
    if found.is_empty() {
        found.push(last::of_last(facts));
    }
    found.extend(of_quiet_permission(facts));
    let first = found.remove(0);
    DeviceVerdict {
        first,
        others: found,
    }
}

fn finding(
    outlook: Outlook,
    headline: impl Into<String>,
    at: Option<Timestamp>,
    act: &str,
    remedy: Remedy,
) -> Finding {
    Finding {
        outlook,
        headline: headline.into(),
        at,
        act: act.to_owned(),
        remedy,
    }
}

/// When the newest change of this kind was.
fn when(facts: &DeviceFacts<'_>, is: impl Fn(&DeviceChange) -> bool) -> Option<Timestamp> {
    let line = facts.history.iter().find(|line| is(&line.change))?;
    Some(line.at)
}

/// A provider's reason, after a colon.
fn because(reason: Option<&str>) -> String {
    reason
        .filter(|reason| !reason.is_empty())
        .map_or_else(String::new, |reason| format!(": {reason}"))
}

fn of_state(facts: &DeviceFacts<'_>) -> Option<Finding> {
    let binding = facts.binding;
    let provider = binding.channel.label();
    let why = because(binding.state_reason.as_deref());
    let (headline, act, remedy) = match binding.state {
        BindingState::Active => return None,
        BindingState::Gone => (
            format!("{provider} said that the token is gone{why}"),
            "The app must register again: open it on the device, and let it send the token that it has now.",
            Remedy::Device,
        ),
        BindingState::WrongEnvironment => (
            format!("{provider} does not know the token where the credential sends{why}"),
            "A development build's token works with the provider's development environment alone. Install a build of the credential's environment, or enter a credential of the build's; then let the app register again.",
            Remedy::Credential,
        ),
        BindingState::WrongProject => (
            format!("The token belongs to another project than the credential{why}"),
            "Enter the credential of the project that the app was built with, or build the app with the credential's; then verify, or let the app register again.",
            Remedy::Credential,
        ),
        BindingState::Quarantined => (
            format!("Set aside, since {provider} said that the token does not fit this app{why}"),
            "Check that the credential is the one that the app was built with, or that the site subscribes with; then let the app register again.",
            Remedy::Credential,
        ),
        BindingState::Revoked => (
            match binding.state_reason.as_deref() {
                Some(reason) if reason.starts_with("revoked") => format!("The device was {reason}"),
                _ => format!("The device was signed out or revoked{why}"),
            },
            "Nothing is sent to it until the app registers again. Registering it by hand does that too.",
            Remedy::Page,
        ),
    };
    let at = when(
        facts,
        |change| matches!(change, DeviceChange::StateChanged { to, .. } if *to == binding.state),
    );
    let outlook = match binding.state {
        BindingState::Revoked => Outlook::Stopped,
        _ => Outlook::Refused,
    };
    Some(finding(outlook, headline, at, act, remedy))
}

/// Who decides what is shown.
const fn shows(platform: Platform) -> &'static str {
    match platform {
        Platform::Web => "The browser",
        other => other.label(),
    }
}

fn of_permission(facts: &DeviceFacts<'_>) -> Option<Finding> {
    let shows = shows(facts.binding.platform);
    if facts.binding.os_permission != OsPermission::Denied {
        return None;
    }
    let at = when(
        facts,
        |change| matches!(change, DeviceChange::PermissionChanged { to, .. } if *to == OsPermission::Denied),
    );
    let said = if at.is_some() {
        "permission was revoked"
    } else {
        "it was registered without permission"
    };
    Some(finding(
        Outlook::Stopped,
        format!("{shows} will not show a push: {said}"),
        at,
        "Only the person can allow notifications, in the system's settings. The app tells Carillon with its next registration.",
        Remedy::Device,
    ))
}

fn of_device_opt_in(facts: &DeviceFacts<'_>) -> Option<Finding> {
    if facts.binding.opted_in {
        return None;
    }
    let at = when(
        facts,
        |change| matches!(change, DeviceChange::OptInChanged { opted_in } if !*opted_in),
    );
    Some(finding(
        Outlook::Stopped,
        "The device opted out inside the app",
        at,
        "Its person can opt in again inside the app. The contact's other devices are not concerned.",
        Remedy::Device,
    ))
}

fn of_contact(facts: &DeviceFacts<'_>) -> Option<Finding> {
    let (headline, act) = match facts.contact_opted_in {
        Some(true) => return None,
        Some(false) => (
            "The contact opted out of pushes",
            "Only the contact's own opt-in changes that.",
        ),
        None => (
            "Nobody has recorded an opt-in of the contact",
            "Record the contact's consent over the API or by an import; until then nothing is sent.",
        ),
    };
    let at = facts
        .contact_said_at
        .filter(|_| facts.contact_opted_in.is_some());
    Some(finding(
        Outlook::Stopped,
        headline,
        at,
        act,
        Remedy::Contact,
    ))
}

fn of_credential(facts: &DeviceFacts<'_>) -> Option<Finding> {
    let provider = facts.binding.channel.label();
    match facts.credential {
        Some((CredentialState::Usable, _)) => None,
        Some((CredentialState::Refused, reason)) => Some(finding(
            Outlook::Refused,
            format!("{provider} refused the app's credential{}", because(reason)),
            None,
            "Replace the credential, or test it once it is mended at the provider. Every device of this app and channel waits for it.",
            Remedy::Credential,
        )),
        None => Some(finding(
            Outlook::Stopped,
            format!("The app has no credential for {provider}"),
            None,
            "Enter one. Until then nothing can be sent to any device of this app and channel.",
            Remedy::Credential,
        )),
    }
}

/// Permissions that let a push pass but say that it may not be seen.
fn of_quiet_permission(facts: &DeviceFacts<'_>) -> Option<Finding> {
    let platform = shows(facts.binding.platform);
    match facts.binding.os_permission {
        OsPermission::Granted | OsPermission::Denied => None,
        OsPermission::Provisional => Some(finding(
            Outlook::Doubtful,
            format!("{platform} shows pushes quietly: in the notification center alone"),
            None,
            "Banners and sounds need the person's permission. Let the app ask for it at a good moment.",
            Remedy::Device,
        )),
        OsPermission::Unknown => Some(finding(
            Outlook::Doubtful,
            "The app did not say whether notifications are allowed",
            None,
            "Let the app send os_permission with each registration; until then pushes are sent, and may not be shown.",
            Remedy::Device,
        )),
    }
}

#[cfg(test)]
mod tests;
