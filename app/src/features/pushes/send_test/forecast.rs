//! What a test would do: for the contact, and on each device.

use domain::{
    gate::Suppression,
    view::{DeviceForecast, TestForecast},
};
use leptos::prelude::*;
use ui::{Glyph, Icon, Notice, State, StateChip, Tone, grouped};

use crate::features::pushes::api::DeviceNames;

/// The forecast: `data-reaching` counts the devices that it would reach, `data-names` is
/// what people call each, for the answers to come.
pub fn view(forecast: TestForecast) -> AnyView {
    let reaching = super::reached(&forecast);
    let names: DeviceNames = forecast
        .devices
        .iter()
        .map(|device| {
            let binding = &device.device.binding;
            (binding.id, super::name_of(binding))
        })
        .collect();
    let names = serde_json::to_string(&names).unwrap_or_default();
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
        <div class="stack" data-reaching=reaching.to_string() data-names=names>
            {stopped}
            {none}
            <ul class="answers">{devices.map(|forecast| device(forecast, whole)).collect_view()}</ul>
        </div>
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
