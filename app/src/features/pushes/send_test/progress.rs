//! Each device's answer, asked for until nothing more will come.

use std::time::Duration;

use domain::{
    delivery::SendState,
    view::{DeliveryView, SendRef, SendView},
};
use gloo_timers::future::sleep;
use leptos::prelude::*;
use ui::{Glyph, Icon, Loading, Notice, StateChip, Tone};

use crate::{
    AppError,
    features::{
        pushes::{api::test_progress, send_test::DeviceNames},
        states::of_delivery,
    },
};

/// Between two looks.
const BETWEEN: Duration = Duration::from_millis(700);
/// A minute and a half: retries past that are seen at the contact.
const LOOKS: u32 = 130;

/// The answers so far.
#[component]
pub fn Answers(
    /// The test.
    test: SendRef,
    /// What people call the devices.
    names: DeviceNames,
) -> impl IntoView {
    let names = StoredValue::new(names);
    let send = RwSignal::new(None::<SendView>);
    let failure = RwSignal::new(None::<AppError>);
    let late = RwSignal::new(false);
    let open = StoredValue::new(true);
    on_cleanup(move || open.set_value(false));
    Effect::new(move || {
        let test = test.clone();
        leptos::task::spawn_local(async move {
            for _ in 0..LOOKS {
                if open.try_get_value() != Some(true) {
                    return;
                }
                match test_progress(test.clone()).await {
                    Ok(view) => {
                        let over = is_over(&view);
                        send.try_set(Some(view));
                        failure.try_set(None);
                        if over {
                            return;
                        }
                    }
                    Err(error) => {
                        failure.try_set(Some(error));
                    }
                }
                sleep(BETWEEN).await;
            }
            late.try_set(true);
        });
    });
    view! {
        <div aria-live="polite">
            {move || match send.get() {
                None => view! { <Loading label="Waiting for the first answer" /> }.into_any(),
                Some(send) => answers(send, names),
            }}
            {move || {
                failure
                    .get()
                    .map(|error| {
                        view! {
                            <Notice tone=Tone::Paused>
                                <p>{error.to_string()} " It was sent all the same."</p>
                            </Notice>
                        }
                    })
            }}
            <Show when=move || late.get()>
                <Notice>
                    <p>"Still waiting for a retry. The contact’s page shows what comes of it."</p>
                </Notice>
            </Show>
        </div>
    }
    .into_any()
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

fn answers(send: SendView, names: StoredValue<DeviceNames>) -> AnyView {
    if let Some(reason) = send.reason {
        return view! {
            <Notice tone=Tone::Paused title=reason.label()>
                <p>{reason.explanation()}</p>
            </Notice>
        }
        .into_any();
    }
    let rows = send.deliveries.into_iter().map(|delivery| {
        let known = names.with_value(|names| {
            let of_it = names.iter().find(|(id, _)| *id == delivery.binding_id);
            of_it.map(|(_, name)| name.clone())
        });
        answer(&delivery, known)
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
