//! Whose eyes the preview looks through, and how to change them.

use leptos::prelude::*;
use ui::{Button, ButtonSize, Dialog, DialogBody, Glyph, TextArea};

use super::{contact_picker::ContactPicker, sample::SampleContact};

/// Names the sample contact, with the ways to take another.
#[component]
pub fn SampleFields(
    /// The contact to begin with.
    sample: SampleContact,
) -> impl IntoView {
    view! {
        <section class="sample" aria-label="Sample contact">
            <div class="row row--apart">
                <div class="sample__who">
                    <span class="quiet small">"Seen as"</span>
                    <strong class="clip" data-part="sample-name">
                        {sample.name}
                    </strong>
                </div>
                <span class="row">
                    <Button
                        size=ButtonSize::Small
                        attr:data-part="make-up"
                        attr:hidden=sample.made_up
                    >
                        "Make somebody up"
                    </Button>
                    <Button
                        size=ButtonSize::Small
                        glyph=Glyph::Contact
                        attr:data-part="choose-sample"
                    >
                        "Choose a contact"
                    </Button>
                </span>
            </div>
            <details class="sample__event">
                <summary>"With an event’s properties"</summary>
                <TextArea
                    label="Properties of the event, as {{ event.… }} reads them"
                    name="sample_event"
                    rows=2
                    mono=true
                    placeholder="{\"product\": \"Lamp\"}"
                />
            </details>
            <Dialog id="choose-sample" title="Look at it as…">
                <DialogBody>
                    <ContactPicker name="sample" />
                </DialogBody>
            </Dialog>
        </section>
    }
    .into_any()
}
