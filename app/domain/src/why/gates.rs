//! What each gate saw at its time, built again from what is dated: consents and
//! the device's history. What was not recorded is not guessed.

use serde::{Deserialize, Serialize};

use super::{WouldPass, would_pass};
use crate::consent::ConsentEvent;
use crate::contact::Contact;
use crate::device::{Binding, BindingState, Channel, DeviceChange, DeviceHistory, OsPermission};
use crate::gate::{Gate, GateFacts, Suppression};
use crate::view::{GateAnswer, GateVerdict};
use crate::{AppId, Timestamp};

/// What a gate said, what it saw, and what would make it let pass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GateSaw {
    /// Which gate.
    pub gate: Gate,
    /// What it said.
    pub verdict: GateVerdict,
    /// What it saw; empty when it was not asked.
    pub saw: String,
    /// Since when that was so, if it is known.
    pub since: Option<Timestamp>,
    /// What would make it let pass, if it stopped the push.
    pub would_pass: Option<WouldPass>,
}

/// What is known of a contact when its gates were asked.
#[derive(Clone, Copy, Debug)]
pub struct ContactThen<'a> {
    /// The contact as it is now.
    pub contact: &'a Contact,
    /// Its consents, newest first.
    pub consent: &'a [ConsentEvent],
    /// Its devices as they are now.
    pub bindings: &'a [Binding],
    /// The one app that the push is for.
    pub app: Option<AppId>,
    /// When the gates were asked.
    pub at: Timestamp,
}

/// What is known of a device when its gates were asked.
#[derive(Clone, Copy, Debug)]
pub struct DeviceThen<'a> {
    /// The device as it is now; `None` when it is gone.
    pub binding: Option<&'a Binding>,
    /// What happened to it, newest first.
    pub history: &'a [DeviceHistory],
    /// The provider.
    pub channel: Channel,
    /// The number of the push's revision that was sent.
    pub revision: Option<i64>,
    /// What the gate that stopped it saw.
    pub facts: Option<&'a GateFacts>,
    /// The most that the channel takes, in bytes.
    pub limit: usize,
    /// When the gates were asked.
    pub at: Timestamp,
}

type Saw = (String, Option<Timestamp>);

fn all(
    answers: &[GateAnswer],
    stopped: Option<Suppression>,
    saw: impl Fn(Gate, Option<Suppression>) -> Saw,
) -> Vec<GateSaw> {
    answers
        .iter()
        .map(|answer| {
            let own = stopped.filter(|_| answer.verdict == GateVerdict::Stopped);
            let (saw, since) = match answer.verdict {
                GateVerdict::NotAsked => (String::new(), None),
                GateVerdict::Passed | GateVerdict::Stopped => saw(answer.gate, own),
            };
            GateSaw {
                gate: answer.gate,
                verdict: answer.verdict,
                saw,
                since,
                would_pass: own.map(would_pass),
            }
        })
        .collect()
}

/// What the gates for the contact saw.
pub fn contact_saw(
    answers: &[GateAnswer],
    stopped: Option<Suppression>,
    then: &ContactThen<'_>,
) -> Vec<GateSaw> {
    all(answers, stopped, |gate, stopped| match gate {
        Gate::Exists => match stopped {
            Some(_) => ("It had been deleted.".to_owned(), None),
            None => ("It is known.".to_owned(), Some(then.contact.created_at)),
        },
        Gate::OptedIn => consent(stopped, then),
        Gate::HasBinding => devices(stopped, then),
        _ => (String::new(), None),
    })
}

fn consent(stopped: Option<Suppression>, then: &ContactThen<'_>) -> Saw {
    let said = then
        .consent
        .iter()
        .find(|event| event.binding.is_none() && event.at <= then.at);
    let since = said.map(|event| event.at);
    let by = said.map_or_else(String::new, |event| match event.actor.as_str() {
        "system" => ", by Carillon itself".to_owned(),
        actor => format!(", by {actor}"),
    });
    match stopped {
        Some(Suppression::NoConsent) => ("Nobody had recorded an opt-in.".to_owned(), None),
        Some(_) => (format!("It had opted out{by}."), since),
        None => (format!("It had opted in{by}."), since),
    }
}

/// Devices that a sentence names.
const NAMED: usize = 3;

fn devices(stopped: Option<Suppression>, then: &ContactThen<'_>) -> Saw {
    let here: Vec<&Binding> = then
        .bindings
        .iter()
        .filter(|binding| binding.created_at <= then.at)
        .collect();
    let names = |of: &[&Binding]| {
        let mut names: Vec<&str> = of
            .iter()
            .take(NAMED)
            .map(|b| b.device_id.as_str())
            .collect();
        if of.len() > NAMED {
            names.push("and more");
        }
        names.join(", ")
    };
    match stopped {
        Some(Suppression::NoBindingOfApp) if !here.is_empty() => (
            format!("It had {}, none with the push's app.", names(&here)),
            None,
        ),
        Some(Suppression::NoBindingOfApp) => (
            "It had devices, none with the push's app; they are not its own any more.".to_owned(),
            None,
        ),
        Some(_) => ("It had no device.".to_owned(), None),
        None => {
            let targeted: Vec<&Binding> = here
                .into_iter()
                .filter(|binding| then.app.is_none_or(|app| app == binding.app_id))
                .collect();
            if targeted.is_empty() {
                let gone = "It had a device, which is not its own any more.";
                return (gone.to_owned(), None);
            }
            (format!("It had {}.", names(&targeted)), None)
        }
    }
}

/// What the gates for a device saw.
pub fn device_saw(
    answers: &[GateAnswer],
    stopped: Option<Suppression>,
    then: &DeviceThen<'_>,
) -> Vec<GateSaw> {
    all(answers, stopped, |gate, stopped| match gate {
        Gate::Permission => permission(stopped, then),
        Gate::BindingUsable => usable(stopped, then),
        Gate::Renders => renders(stopped, then),
        Gate::Fits => match (stopped, then.facts) {
            (Some(_), Some(facts)) => (facts.sentence(), None),
            (Some(_), None) => (format!("It was more than {} bytes.", then.limit), None),
            (None, _) => (
                format!(
                    "It was within the {} bytes that {} takes.",
                    then.limit,
                    then.channel.label()
                ),
                None,
            ),
        },
        Gate::Credential => {
            let provider = then.channel.label();
            let saw = match stopped {
                Some(Suppression::NoCredential) => {
                    format!("The app had no credential for {provider}.")
                }
                Some(_) => format!("{provider} had refused the app's credential."),
                None => format!("The app's credential for {provider} was in use."),
            };
            (saw, None)
        }
        _ => (String::new(), None),
    })
}

/// What the history says at the moment asked about, newest first.
fn by_then<'a, T>(
    then: &'a DeviceThen<'_>,
    of: impl Fn(&'a DeviceChange) -> Option<T>,
) -> Option<(Timestamp, T)> {
    then.history
        .iter()
        .filter(|line| line.at <= then.at)
        .find_map(|line| Some((line.at, of(&line.change)?)))
}

fn permission(stopped: Option<Suppression>, then: &DeviceThen<'_>) -> Saw {
    if stopped == Some(Suppression::DeviceOptedOut) {
        let since = by_then(then, |change| match change {
            DeviceChange::OptInChanged { opted_in: false } => Some(()),
            _ => None,
        });
        let saw = "The device had opted out inside the app.".to_owned();
        return (saw, since.map(|(at, ())| at));
    }
    let changed = by_then(then, |change| match change {
        DeviceChange::PermissionChanged { to, .. } => Some(*to),
        _ => None,
    });
    // What it was before a later change, or what it is when nothing changed.
    let later = then
        .history
        .iter()
        .rev()
        .find_map(|line| match &line.change {
            DeviceChange::PermissionChanged { from, .. } if line.at > then.at => Some(*from),
            _ => None,
        });
    let was = changed
        .map(|(_, to)| to)
        .or(later)
        .or(then.binding.map(|binding| binding.os_permission));
    let saw = match (stopped, was) {
        (Some(_), _) => "Notifications were switched off in the system's settings.",
        (None, Some(OsPermission::Granted)) => "The system allowed notifications.",
        (None, Some(OsPermission::Provisional)) => "The system allowed quiet notifications.",
        (None, _) => "The app had not said whether the system allows notifications.",
    };
    (saw.to_owned(), changed.map(|(at, _)| at))
}

fn usable(stopped: Option<Suppression>, then: &DeviceThen<'_>) -> Saw {
    let Some(stopped) = stopped else {
        let registered = by_then(then, |change| match change {
            DeviceChange::Registered { .. }
            | DeviceChange::TokenChanged { .. }
            | DeviceChange::StateChanged {
                to: BindingState::Active,
                ..
            } => Some(()),
            _ => None,
        });
        return (
            "Its token was in use.".to_owned(),
            registered.map(|(at, ())| at),
        );
    };
    let changed = by_then(then, |change| match change {
        DeviceChange::StateChanged { to, reason, .. } if *to != BindingState::Active => {
            Some(reason.as_str())
        }
        _ => None,
    });
    let what = match stopped {
        Suppression::TokenGone => "The provider had said that the token is gone",
        Suppression::WrongEnvironment => "The token was of the provider's other environment",
        Suppression::WrongProject => "The token was of another project",
        Suppression::Quarantined => "The device was set aside, since token and app did not fit",
        _ => "The device had been signed out or revoked",
    };
    let reason = changed.map_or("", |(_, reason)| reason);
    let because = if reason.is_empty() {
        String::new()
    } else {
        format!(": {reason}")
    };
    (format!("{what}{because}."), changed.map(|(at, _)| at))
}

fn renders(stopped: Option<Suppression>, then: &DeviceThen<'_>) -> Saw {
    let of = then
        .revision
        .map_or_else(String::new, |number| format!(" of revision {number}"));
    let saw = match (stopped, then.facts) {
        (Some(Suppression::PushStopped), _) => {
            format!("The provider had refused the content{of} on another device.")
        }
        (Some(_), Some(facts)) => facts.sentence(),
        (Some(_), None) => format!("The content{of} failed for this contact."),
        (None, _) => format!("The content{of} rendered."),
    };
    (saw, None)
}
