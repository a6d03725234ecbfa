//! What a test would do: for the contact, and on each device.

use domain::{
    gate::Suppression,
    view::{DeviceForecast, TestForecast},
};
use leptos::prelude::*;
use ui::{Glyph, Icon, Notice, State, StateChip, Tone, grouped};

/// The forecast.
#[component]
pub fn Forecast(
    /// What would happen.
    forecast: TestForecast,
) -> impl IntoView {
    let stopped = forecast.stopped.map(|reason| {
        view! {
            <Notice tone=Tone::Paused title=format!("Nothing will be sent: {}", lower(reason.label()))>
                <p>{reason.explanation()}</p>
            </Notice>
        }
    });
    let none = (forecast.devices.is_empty() && forecast.stopped.is_none()).then(|| {
        view! { <p class="quiet">"This contact has no device."</p> }
    });
    let whole = forecast.stopped;
    let devices = forecast.devices.into_iter();
    view! {
        {stopped}
        {none}
        <ul class="answers">{devices.map(|forecast| device(forecast, whole)).collect_view()}</ul>
    }
    .into_any()
}

/// One device, and what would happen there; `whole` is what stops the push for the
/// contact, whatever the device.
fn device(forecast: DeviceForecast, whole: Option<Suppression>) -> AnyView {
    let (chip, words) = match whole {
        Some(reason) => (stopped_chip(reason), None),
        None => verdict(&forecast),
    };
    let binding = forecast.device.binding;
    let name = super::name_of(&binding);
    let detail = format!(
        "{} · {} · {}",
        binding.platform.label(),
        forecast.device.app.name,
        binding.channel.label()
    );
    view! {
        <li class="answers__row">
            <Icon glyph=Glyph::Device />
            <div class="answers__what">
                <span class="strong">{name}</span>
                <span class="quiet small">{detail}</span>
                {words.map(|words| view! { <span class="small">{words}</span> })}
            </div>
            {chip}
        </li>
    }
    .into_any()
}

fn verdict(forecast: &DeviceForecast) -> (AnyView, Option<String>) {
    if let Some(problem) = &forecast.problem {
        return (
            view! { <StateChip state=State::Failed label="Cannot be sent" /> }.into_any(),
            Some(problem.clone()),
        );
    }
    if let Some(reason) = forecast.stopped {
        return (stopped_chip(reason), Some(reason.explanation().to_owned()));
    }
    let size = forecast.payload.map(|(bytes, most)| {
        format!(
            "{} of {} bytes",
            grouped(bytes as u64),
            grouped(most as u64)
        )
    });
    (
        view! { <StateChip state=State::Active label="Will be sent" /> }.into_any(),
        size,
    )
}

fn stopped_chip(reason: Suppression) -> AnyView {
    view! { <StateChip state=State::Suppressed label=reason.label() /> }.into_any()
}

fn lower(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(chars).collect()
    })
}
