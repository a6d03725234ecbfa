//! Whose eyes the preview looks through, and how to change them.

use domain::contact::Contact;
use leptos::prelude::*;
use serde_json::{Map, Value};
use ui::{Button, ButtonSize, Dialog, DialogBody, Glyph, TextArea};

use super::{contact_picker::ContactPicker, look::made_up_contact, preview_panel::Sample};

impl Sample {
    /// Looks as `contact`, or as somebody made up.
    pub fn new(contact: Option<Contact>) -> Self {
        Self {
            contact: RwSignal::new(contact.unwrap_or_else(made_up_contact)),
            event: RwSignal::new(String::new()),
        }
    }
}

/// Names the sample contact, with the ways to take another.
#[component]
pub fn SampleFields(
    /// The sample.
    sample: Sample,
) -> impl IntoView {
    let choosing = RwSignal::new(false);
    let made_up = Memo::new(move |_| sample.contact.with(|contact| contact.id.as_uuid().is_nil()));
    let name = move || {
        let name = sample.contact.with(Contact::display_name);
        if made_up.get() {
            format!("{name}, made up")
        } else {
            name
        }
    };
    let event_error = Signal::derive(move || {
        sample.event.with(|json| {
            let wrong = !json.trim().is_empty()
                && serde_json::from_str::<Map<String, Value>>(json).is_err();
            wrong.then(|| "Must be a JSON object, such as {\"product\": \"Lamp\"}.".to_owned())
        })
    });
    let take = move |contact: Contact| {
        sample.contact.set(contact);
        choosing.set(false);
    };
    view! {
        <section class="sample" aria-label="Sample contact">
            <div class="row row--apart">
                <div class="sample__who">
                    <span class="quiet small">"Seen as"</span>
                    <strong class="clip">{name}</strong>
                </div>
                <span class="row">
                    <Show when=move || !made_up.get()>
                        <Button size=ButtonSize::Small on:click=move |_| sample.contact.set(made_up_contact())>
                            "Make somebody up"
                        </Button>
                    </Show>
                    <Button size=ButtonSize::Small glyph=Glyph::Contact on:click=move |_| choosing.set(true)>
                        "Choose a contact"
                    </Button>
                </span>
            </div>
            <details class="sample__event">
                <summary>"With an event’s properties"</summary>
                <TextArea
                    label="Properties of the event, as {{ event.… }} reads them"
                    name="sample_event"
                    value=sample.event
                    rows=2
                    mono=true
                    placeholder="{\"product\": \"Lamp\"}"
                    error=event_error
                />
            </details>
            <Dialog open=choosing id="choose-sample" title="Look at it as…">
                <DialogBody>
                    <ContactPicker name="sample" chosen=take />
                </DialogBody>
            </Dialog>
        </section>
    }
    .into_any()
}
