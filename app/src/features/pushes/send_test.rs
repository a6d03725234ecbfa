//! Send a test: choose a contact, read what will happen, send, watch each
//! device answer.

pub mod forecast;
pub mod progress;

use domain::{
    BindingId,
    contact::Contact,
    device::Binding,
    view::{SendRef, TestForecast},
};
use leptos::{prelude::*, task::spawn_local};
use ui::{
    Button, ButtonKind, Dialog, DialogBody, DialogFoot, Glyph, Loading, Notice, Tone, counted,
};

use super::{
    api::{forecast_test, send_test},
    contact_picker::ContactPicker,
    saving::Saving,
    state::PushForm,
};
use crate::{AppError, shell::ask::ask};
use forecast::Forecast;
use progress::Answers;

/// How far the test is.
#[derive(Clone, Debug, PartialEq)]
enum Stage {
    /// Nobody is chosen.
    Choosing,
    /// Somebody is chosen; nothing was sent.
    Ready(Box<Contact>),
    /// It was sent, to devices that the forecast knew by name.
    Sent(Box<Contact>, SendRef, DeviceNames),
}

/// The dialog.
#[component]
pub fn SendTestDialog(
    /// Whether it is open.
    open: RwSignal<bool>,
    /// Saves what is composed before it is sent.
    saving: Saving,
    /// What is composed.
    form: PushForm,
) -> impl IntoView {
    let stage = RwSignal::new(Stage::Choosing);
    Effect::new(move || {
        if open.get() {
            stage.set(Stage::Choosing);
        }
    });
    view! {
        <Dialog open id="send-test" title="Send a test" wide=true>
            {move || match stage.get() {
                Stage::Choosing => view! { <Choose stage /> }.into_any(),
                Stage::Ready(contact) => view! { <Ready stage contact=*contact saving form /> }.into_any(),
                Stage::Sent(contact, test, names) => {
                    view! { <Sent stage contact=*contact test names open /> }.into_any()
                }
            }}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Choose(stage: RwSignal<Stage>) -> impl IntoView {
    view! {
        <DialogBody>
            <p class="quiet">"It goes to the devices of one contact, and to nobody else."</p>
            <ContactPicker
                name="test_contact"
                chosen=move |contact| stage.set(Stage::Ready(Box::new(contact)))
            />
        </DialogBody>
    }
    .into_any()
}

/// What will happen, before the click.
#[component]
fn Ready(
    stage: RwSignal<Stage>,
    contact: Contact,
    saving: Saving,
    form: PushForm,
) -> impl IntoView {
    let id = contact.id;
    let name = contact.display_name();
    let content = Memo::new(move |_| form.content().0);
    let forecast = ask(
        move || content.get(),
        move |content| forecast_test(content, id),
    );
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<AppError>);
    let contact = StoredValue::new(contact);
    let send = move |_| {
        busy.set(true);
        failure.set(None);
        spawn_local(async move {
            let answer = match saving.save().await {
                Some(push) => send_test(push, id).await.map(Some),
                None => Ok(None),
            };
            busy.set(false);
            match answer {
                Ok(Some(test)) => {
                    let names = forecast.with_untracked(|forecast| names_in(forecast.as_ref()));
                    stage.set(Stage::Sent(Box::new(contact.get_value()), test, names));
                }
                Ok(None) => failure.set(Some(AppError::Conflict {
                    message: "The push could not be saved, so nothing was sent. Close this and look at the form.".to_owned(),
                })),
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    let reaching = Memo::new(move |_| {
        forecast
            .get()
            .and_then(Result::ok)
            .map_or(0, |forecast| reached(&forecast))
    });
    let verb = move || match (saving.dirty.get() || saving.id().is_none(), reaching.get()) {
        (_, 0) => "Nothing to send to".to_owned(),
        (true, count) => format!(
            "Save and send to {}",
            counted(count as u64, "device", "devices")
        ),
        (false, count) => format!("Send to {}", counted(count as u64, "device", "devices")),
    };
    view! {
        <DialogBody>
            <div class="row row--apart">
                <strong>{name}</strong>
                <Button kind=ButtonKind::Quiet on:click=move |_| stage.set(Stage::Choosing)>
                    "Somebody else"
                </Button>
            </div>
            {move || match forecast.get() {
                None => view! { <Loading label="Looking at the devices" /> }.into_any(),
                Some(Ok(forecast)) => view! { <Forecast forecast /> }.into_any(),
                Some(Err(error)) => view! { <Refusal error /> }.into_any(),
            }}
            {move || failure.get().map(|error| view! { <Refusal error /> })}
        </DialogBody>
        <DialogFoot>
            <Button
                kind=ButtonKind::Primary
                glyph=Glyph::Send
                busy
                disabled=Signal::derive(move || reaching.get() == 0)
                on:click=send
            >
                {verb}
            </Button>
        </DialogFoot>
    }
    .into_any()
}

/// What people call each device.
pub type DeviceNames = Vec<(BindingId, String)>;

fn names_in(forecast: Option<&Result<TestForecast, AppError>>) -> DeviceNames {
    let Some(Ok(forecast)) = forecast else {
        return Vec::new();
    };
    forecast
        .devices
        .iter()
        .map(|device| (device.device.binding.id, name_of(&device.device.binding)))
        .collect()
}

/// The device's label, else its model, else its identifier.
pub fn name_of(binding: &Binding) -> String {
    let named = binding.label.as_ref().or(binding.model.as_ref());
    named.unwrap_or(&binding.device_id).clone()
}

/// How many devices a test would reach.
fn reached(forecast: &TestForecast) -> usize {
    if forecast.stopped.is_some() {
        return 0;
    }
    forecast
        .devices
        .iter()
        .filter(|device| device.stopped.is_none() && device.problem.is_none())
        .count()
}

#[component]
fn Refusal(error: AppError) -> impl IntoView {
    let details: Vec<String> = match &error {
        AppError::Invalid { fields, .. } if fields.len() > 1 => fields
            .iter()
            .map(|field| {
                format!(
                    "{}: {}",
                    super::labels::label_of(&field.field),
                    field.message
                )
            })
            .collect(),
        _ => Vec::new(),
    };
    view! {
        <Notice tone=Tone::Rejected>
            <p>{error.to_string()}</p>
            <ul>{details.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
        </Notice>
    }
    .into_any()
}

/// Each device's answer, as it comes.
#[component]
fn Sent(
    stage: RwSignal<Stage>,
    contact: Contact,
    test: SendRef,
    names: DeviceNames,
    open: RwSignal<bool>,
) -> impl IntoView {
    let name = contact.display_name();
    let page = format!("/contacts/{}", contact.id);
    let again = contact.clone();
    view! {
        <DialogBody>
            <p>"Sent to " <strong>{name}</strong> ". Each device answers on its own:"</p>
            <Answers test names />
        </DialogBody>
        <DialogFoot>
            <a class="button" data-kind="quiet" href=page>
                "See it at the contact"
            </a>
            <Button on:click=move |_| stage.set(Stage::Ready(Box::new(again.clone())))>"Send again"</Button>
            <Button kind=ButtonKind::Primary on:click=move |_| open.set(false)>
                "Done"
            </Button>
        </DialogFoot>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use domain::gate::Suppression;

    use super::*;

    #[test]
    fn an_opted_out_contact_is_not_reached_however_many_devices_there_are() {
        let forecast = TestForecast {
            stopped: Some(Suppression::OptedOut),
            devices: vec![],
        };
        assert_eq!(reached(&forecast), 0);
    }
}
