//! Consent, devices and what happened to them, in plain words.

use domain::{
    consent::{ConsentEvent, Way},
    device::{Binding, BindingState, DeviceChange, OsPermission},
};
use leptos::prelude::*;
use ui::{Glyph, State, StateChip, Tone};

/// Whether a contact takes pushes.
pub fn consent_chip(opted_in: Option<bool>) -> AnyView {
    match opted_in {
        Some(true) => view! { <StateChip state=State::Active label="Opted in" /> }.into_any(),
        Some(false) => view! { <StateChip state=State::OptedOut /> }.into_any(),
        None => view! { <StateChip state=State::Unknown label="Never asked" /> }.into_any(),
    }
}

/// By which way something came.
pub const fn way(way: Way) -> &'static str {
    match way {
        Way::Api => "over the API",
        Way::Import => "by an import",
        Way::Dashboard => "in the dashboard",
        Way::Provider => "from the provider's answer",
        Way::Workflow => "by a workflow",
        Way::Demo => "with the sample data",
    }
}

/// What a device says of notifications in its system settings.
pub const fn permission(permission: OsPermission) -> &'static str {
    match permission {
        OsPermission::Granted => "Allowed",
        OsPermission::Provisional => "Allowed quietly",
        OsPermission::Denied => "Switched off",
        OsPermission::Unknown => "Not told",
    }
}

/// What a binding's state means for whoever wonders.
pub const fn state_means(state: BindingState) -> &'static str {
    match state {
        BindingState::Active => "Pushes are sent to it.",
        BindingState::Gone => {
            "The provider no longer knows its token: the app was removed or the token replaced. It comes back when the app registers again."
        }
        BindingState::WrongEnvironment => {
            "Its token belongs to the provider's other environment, such as a development build against production."
        }
        BindingState::WrongProject => {
            "Its token was issued for another project than the credential's."
        }
        BindingState::Quarantined => {
            "The provider said that its token does not belong to this app. Check the credential and its topic."
        }
        BindingState::Revoked => {
            "It was signed out or revoked. It comes back when the app registers again."
        }
    }
}

/// What a person calls a device: its label, else its model, else its system.
pub fn device_name(binding: &Binding) -> String {
    let named = binding.label.as_ref().or(binding.model.as_ref());
    named
        .cloned()
        .unwrap_or_else(|| format!("{} device", binding.platform.label()))
}

/// An opt-in or opt-out, as a sentence without its subject.
pub fn consent_said(event: &ConsentEvent) -> String {
    let what = match (event.opted_in, event.binding.is_some()) {
        (true, false) => "Opted in",
        (false, false) => "Opted out",
        (true, true) => "Opted in on one device",
        (false, true) => "Opted out on one device",
    };
    format!("{what} {}", way(event.way))
}

/// The end of a token, enough to tell two apart.
fn ending(token: &str) -> String {
    let start = token.char_indices().rev().nth(7).map_or(0, |(at, _)| at);
    if start == 0 {
        token.to_owned()
    } else {
        format!("…{}", &token[start..])
    }
}

/// A device's change: icon, colour, and a sentence without its subject.
pub fn change_said(change: &DeviceChange) -> (Glyph, Tone, String) {
    match change {
        DeviceChange::Registered { channel } => (
            Glyph::Device,
            Tone::Plain,
            format!("registered with {}", channel.label()),
        ),
        DeviceChange::TokenChanged { from, to } => (
            Glyph::Refresh,
            Tone::Plain,
            format!(
                "has a new token {}; before it was {}",
                ending(to),
                ending(from)
            ),
        ),
        DeviceChange::MovedTo { external_id } => (
            Glyph::ArrowRight,
            Tone::Paused,
            format!("moved to the contact {external_id}, who signed in on it"),
        ),
        DeviceChange::MovedFrom { external_id } => (
            Glyph::ArrowLeft,
            Tone::Plain,
            format!("came from the contact {external_id}"),
        ),
        DeviceChange::PermissionChanged { to, .. } => {
            let off = *to == OsPermission::Denied;
            let (glyph, tone) = if off {
                (Glyph::EyeOff, Tone::Suppressed)
            } else {
                (Glyph::Eye, Tone::Plain)
            };
            let words = match to {
                OsPermission::Denied => "switched notifications off in the system's settings",
                OsPermission::Granted => "allows notifications",
                OsPermission::Provisional => "allows notifications quietly",
                OsPermission::Unknown => "no longer says whether it allows notifications",
            };
            (glyph, tone, words.to_owned())
        }
        DeviceChange::OptInChanged { opted_in: true } => (
            Glyph::Shield,
            Tone::Accepted,
            "opted in inside the app".to_owned(),
        ),
        DeviceChange::OptInChanged { opted_in: false } => (
            Glyph::Ban,
            Tone::Suppressed,
            "opted out inside the app".to_owned(),
        ),
        DeviceChange::StateChanged { to, reason, .. } => {
            let tone = crate::features::states::of_binding(*to).tone();
            let words = match to {
                BindingState::Active => "is reachable again".to_owned(),
                other => format!("became: {}", other.label().to_lowercase()),
            };
            let words = match to {
                // Its reason says it whole: by whom.
                BindingState::Revoked if !reason.is_empty() => reason.clone(),
                _ if reason.is_empty() => words,
                _ => format!("{words} ({reason})"),
            };
            (tone.glyph(), tone, words)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_told_by_its_end() {
        assert_eq!(
            (ending("short"), ending("0123456789abcdef")),
            ("short".into(), "…89abcdef".into())
        );
    }

    #[test]
    fn a_consent_says_where_it_holds_and_how_it_came() {
        let event = ConsentEvent {
            at: domain::Timestamp(0),
            opted_in: false,
            binding: None,
            way: Way::Api,
            actor: "key app".into(),
        };
        assert_eq!(consent_said(&event), "Opted out over the API");
    }
}
