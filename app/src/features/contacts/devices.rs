//! A contact's devices: each with its state and what happened to it.

use domain::{
    device::{BindingState, DeviceHistory},
    view::DeviceView,
};
use leptos::prelude::*;
use ui::{
    EmptyState, ExactTime, Fact, Facts, Glyph, Icon, RelativeTime, State, StateChip, Timeline,
    TimelineItem, Token,
};

use super::search_row::encoded;
use super::words::{change_said, device_name, permission, state_means, way};
use crate::features::states;

/// Every device of a contact.
#[component]
pub fn ContactDevices(
    /// The devices.
    devices: Vec<DeviceView>,
    /// What happened to them, newest first.
    history: Vec<DeviceHistory>,
    /// The contact's own identifier.
    external_id: String,
) -> impl IntoView {
    if devices.is_empty() {
        let by_hand = format!("/devices/register?contact={}", encoded(&external_id));
        return view! {
            <EmptyState
                glyph=Glyph::Device
                title="No devices"
                text="A device appears when the app registers its push token for this contact, or by an import. Without one, no push can arrive."
            >
                <a href="/contacts/import?kind=devices">"Import devices"</a>
                <a href=by_hand>"Register one by hand"</a>
            </EmptyState>
        }
        .into_any();
    }
    devices
        .into_iter()
        .map(|device| {
            let own = history
                .iter()
                .filter(|line| line.binding_id == device.binding.id)
                .cloned()
                .collect();
            card(device, own)
        })
        .collect_view()
        .into_any()
}

/// A device's state as a chip; a working one that may not be sent to says so.
pub fn device_chip(device: &DeviceView) -> AnyView {
    let binding = &device.binding;
    let (state, label) = match binding.state {
        BindingState::Active if binding.os_permission == domain::device::OsPermission::Denied => {
            (State::Suppressed, "Notifications off")
        }
        BindingState::Active if !binding.opted_in => (State::OptedOut, "Opted out"),
        other => (states::of_binding(other), other.label()),
    };
    view! { <StateChip state label /> }.into_any()
}

fn card(device: DeviceView, history: Vec<DeviceHistory>) -> AnyView {
    let chip = device_chip(&device);
    let binding = device.binding;
    let name = device_name(&binding);
    let page = format!("/devices/{}", binding.id);
    let means = state_means(binding.state);
    let because = binding.state_reason.clone();
    let opted = if binding.opted_in {
        "Opted in"
    } else {
        "Opted out"
    };
    let versions: Vec<String> = [
        binding
            .os_version
            .as_ref()
            .map(|version| format!("{} {version}", binding.platform.label())),
        binding
            .app_version
            .as_ref()
            .map(|version| format!("app {version}")),
        binding.locale.clone(),
        binding.time_zone.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let lines = history
        .into_iter()
        .map(|line| {
            let (glyph, tone, said) = change_said(&line.change);
            view! {
                <TimelineItem glyph tone at=line.at.as_millis()>
                    <p>{said} <span class="quiet">", " {way(line.way)}</span></p>
                </TimelineItem>
            }
        })
        .collect_view();
    view! {
        <section class="card device-card">
            <header class="card__head">
                <h2 class="card__title row">
                    <Icon glyph=Glyph::Device />
                    <a href=page>{name}</a>
                </h2>
                {chip}
            </header>
            <div class="card__body">
                <p class="quiet">
                    {means} {because.map(|because| format!(" It said: {because}."))}
                </p>
                <Facts>
                    <Fact name="Device">
                        <Token text=binding.device_id what="device's id" />
                    </Fact>
                    <Fact name="Push token">
                        <Token text=binding.token what="push token" />
                    </Fact>
                    <Fact name="App">
                        {device.app.name} <span class="quiet">" by " {binding.channel.label()}</span>
                    </Fact>
                    <Fact name="Notifications">{permission(binding.os_permission)}</Fact>
                    <Fact name="Opt-in">{opted}</Fact>
                    {(!versions.is_empty())
                        .then(|| view! { <Fact name="Runs">{versions.join(", ")}</Fact> })}
                    <Fact name="First seen">
                        <ExactTime at=binding.created_at.as_millis() />
                    </Fact>
                    <Fact name="Last registered">
                        <RelativeTime at=binding.registered_at.as_millis() />
                    </Fact>
                </Facts>
                <details class="fold">
                    <summary>"History"</summary>
                    <Timeline>{lines}</Timeline>
                </details>
            </div>
        </section>
    }
    .into_any()
}
