//! The preview, at the right: the device, what it leaves out, the bytes, and
//! whose eyes one looks through.

pub mod notes;
pub mod weight;

use domain::{device::Platform, validate::FieldErrors};
use leptos::prelude::*;
use ui::{
    Button, ButtonSize, Glyph, IconButton, Notice, Segment, Segmented, SelectField, SelectOption,
    Tone,
};

use super::{
    look::Look, mistakes::nothing_yet, remarks::left_out, sample::SampleContact,
    sample_fields::SampleFields, weighed::Weighed,
};
use crate::features::preview::{Browser, DevicePreview, PreviewTemplates, Setting, Shown};
use notes::Notes;
use weight::Weight;

/// The panel, showing the push on iOS as it arrives.
#[component]
pub fn PreviewPanel(
    /// What the push looks like there.
    look: Result<Look, FieldErrors>,
    /// The app's name.
    app: String,
    /// Whose eyes it is seen through.
    sample: SampleContact,
) -> impl IntoView {
    let platform = Platform::Ios;
    let shown = look
        .as_ref()
        .map_or_else(|_| Shown::nothing(platform), |look| look.shown.clone());
    // Nothing written yet is no mistake.
    let broken = look.as_ref().is_err_and(|errors| !nothing_yet(errors));
    let weighed = Weighed::of(&look);
    let remarks = look.as_ref().ok().map(left_out);
    view! {
        <aside class="preview" aria-label="Preview">
            <Controls />
            <DevicePreview shown setting=Setting::default() app />
            <Notice tone=Tone::Paused attr:data-part="broken" attr:hidden=!broken>
                <p>"The fields at the left have a mistake in them; this is how it looked before."</p>
            </Notice>
            <Weight weighed />
            <div class="row">
                <Button size=ButtonSize::Small glyph=Glyph::Code attr:data-part="inspect">
                    "See what is sent"
                </Button>
            </div>
            <Notes remarks />
            <SampleFields sample />
            <PreviewTemplates />
        </aside>
    }
    .into_any()
}

/// Platform, state, moment, browser, light or dark.
#[component]
fn Controls() -> impl IntoView {
    let moments = [
        ("now", "Just now"),
        ("hours", "Hours ago"),
        ("yesterday", "Yesterday"),
    ];
    view! {
        <div class="preview__controls">
            <Segmented
                label="Platform"
                name="preview_platform"
                parts=vec![
                    Segment::new("ios", "iOS"),
                    Segment::new("android", "Android"),
                    Segment::new("web", "Web"),
                    Segment::new("fireos", "Fire OS"),
                ]
                value="ios"
            />
            <Segmented
                label="State"
                name="preview_state"
                parts=vec![
                    Segment::new("collapsed", "Collapsed"),
                    Segment::new("banner", "Banner"),
                    Segment::new("expanded", "Expanded"),
                ]
                value="collapsed"
            />
            <div class="preview__moment">
                <SelectField
                    label="Seen"
                    name="preview_when"
                    options=moments.map(|(value, label)| SelectOption::new(value, label)).to_vec()
                    value="now"
                />
            </div>
            <div class="preview__moment" data-part="browser" hidden>
                <SelectField
                    label="In"
                    name="preview_browser"
                    options=Browser::ALL
                        .map(|browser| SelectOption::new(browser.name(), browser.label()))
                        .to_vec()
                    value=Browser::default().name()
                />
            </div>
            <IconButton
                glyph=Glyph::Moon
                label="On a dark device"
                pressed=Some(false)
                attr:data-part="dark"
            />
        </div>
    }
    .into_any()
}
