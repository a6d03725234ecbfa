//! Each device's answer, asked for until nothing more will come.

use domain::{
    delivery::SendState,
    view::{DeliveryView, SendView},
};
use leptos::prelude::*;
use ui::{Glyph, Icon, Notice, StateChip, Tone};

use crate::features::{pushes::api::DeviceNames, states::of_delivery};

/// The answers so far: `data-over` once nothing more will come.
pub fn view(send: SendView, names: &DeviceNames) -> AnyView {
    let over = is_over(&send).then_some("");
    view! { <div data-over=over>{answers(send, names)}</div> }.into_any()
}

/// Whether nothing more will happen.
fn is_over(send: &SendView) -> bool {
    match send.state {
        SendState::Suppressed => true,
        SendState::Released => {
            !send.deliveries.is_empty()
                && send
                    .deliveries
                    .iter()
                    .all(|delivery| delivery.state.is_final())
        }
        SendState::Decided | SendState::Deferred => false,
    }
}

fn answers(send: SendView, names: &DeviceNames) -> AnyView {
    if let Some(reason) = send.reason {
        return view! {
            <Notice tone=Tone::Paused title=reason.label()>
                <p>{reason.explanation()}</p>
            </Notice>
        }
        .into_any();
    }
    let rows = send.deliveries.into_iter().map(|delivery| {
        let of_it = names.iter().find(|(id, _)| *id == delivery.binding_id);
        answer(&delivery, of_it.map(|(_, name)| name.clone()))
    });
    view! { <ul class="answers">{rows.collect_view()}</ul> }.into_any()
}

fn answer(delivery: &DeliveryView, known: Option<String>) -> AnyView {
    let name = known
        .or_else(|| delivery.device_id.clone())
        .unwrap_or_else(|| "A device that is gone".to_owned());
    let platform = delivery
        .platform
        .map_or("", domain::device::Platform::label);
    let said = said_of(delivery);
    let label = delivery.state.label();
    view! {
        <li class="answers__row">
            <Icon glyph=Glyph::Device />
            <div class="answers__what">
                <span class="strong">{name}</span>
                <span class="quiet small">{format!("{platform} · {}", delivery.channel.label())}</span>
                {said.map(|said| view! { <span class="small">{said}</span> })}
            </div>
            <StateChip state=of_delivery(delivery.state) label />
        </li>
    }
    .into_any()
}

/// What the gate or the provider said of it.
fn said_of(delivery: &DeliveryView) -> Option<String> {
    if let Some(reason) = delivery.suppression {
        return Some(reason.explanation().to_owned());
    }
    let call = delivery.calls.last();
    match (&delivery.reason, call.and_then(|call| call.status)) {
        (Some(reason), Some(status)) => Some(format!(
            "{} answered {status}: {reason}",
            delivery.channel.label()
        )),
        (Some(reason), None) => Some(reason.clone()),
        (None, Some(status)) => Some(format!("{} answered {status}", delivery.channel.label())),
        (None, None) => None,
    }
}
