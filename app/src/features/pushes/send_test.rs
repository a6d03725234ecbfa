//! Send a test: choose a contact, read what will happen, send, watch each device answer.
//! The server writes the dialog, and as parts of it what would happen and what did; the
//! editor's module asks for these and puts them in place.

pub mod forecast;
pub mod progress;

use domain::{device::Binding, view::TestForecast};
use leptos::prelude::*;
use ui::{Button, ButtonKind, Dialog, DialogBody, DialogFoot, Glyph, Loading, Notice, Tone};

use super::contact_picker::ContactPicker;

/// The dialog, with all its stages; the module shows one.
#[component]
pub fn SendTestDialog() -> impl IntoView {
    view! {
        <Dialog id="send-test" title="Send a test" wide=true>
            <Choose />
            <Ready />
            <Sent />
        </Dialog>
        <template id="refusal">
            <Notice tone=Tone::Rejected>
                <p></p>
                <ul></ul>
            </Notice>
        </template>
        <template id="looking-at-devices">
            <Loading label="Looking at the devices" />
        </template>
        <template id="waiting-for-answers">
            <Loading label="Waiting for the first answer" />
        </template>
    }
    .into_any()
}

/// Nobody is chosen.
#[component]
fn Choose() -> impl IntoView {
    view! {
        <DialogBody attr:data-stage="choosing">
            <p class="quiet">"It goes to the devices of one contact, and to nobody else."</p>
            <ContactPicker name="test_contact" />
        </DialogBody>
    }
    .into_any()
}

/// What will happen, before the click.
#[component]
fn Ready() -> impl IntoView {
    view! {
        <DialogBody attr:data-stage="ready" attr:hidden=true>
            <div class="row row--apart">
                <strong data-part="test-contact"></strong>
                <Button kind=ButtonKind::Quiet attr:data-part="somebody-else">
                    "Somebody else"
                </Button>
            </div>
            <div class="stack" data-part="forecast"></div>
            <div class="stack" data-part="refused" hidden></div>
        </DialogBody>
        <DialogFoot attr:data-stage="ready" attr:hidden=true>
            <Button kind=ButtonKind::Primary glyph=Glyph::Send disabled=true attr:data-part="send">
                "Nothing to send to"
            </Button>
        </DialogFoot>
    }
    .into_any()
}

/// Each device's answer, as it comes.
#[component]
fn Sent() -> impl IntoView {
    view! {
        <DialogBody attr:data-stage="sent" attr:hidden=true>
            <p>
                "Sent to " <strong data-part="test-contact"></strong>
                ". Each device answers on its own:"
            </p>
            <div aria-live="polite">
                <div data-part="answers"></div>
                <Notice tone=Tone::Paused attr:data-part="not-heard" attr:hidden=true>
                    <p><span data-words=""></span> " It was sent all the same."</p>
                </Notice>
                <Notice attr:data-part="late" attr:hidden=true>
                    <p>"Still waiting for a retry. The contact’s page shows what comes of it."</p>
                </Notice>
            </div>
        </DialogBody>
        <DialogFoot attr:data-stage="sent" attr:hidden=true>
            <a class="button" data-kind="quiet" data-part="contact-page" href="/contacts">
                "See it at the contact"
            </a>
            <Button attr:data-part="send-again">"Send again"</Button>
            <Button kind=ButtonKind::Primary closes=true>
                "Done"
            </Button>
        </DialogFoot>
    }
    .into_any()
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
