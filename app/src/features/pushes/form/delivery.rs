//! How it is delivered: sound, badge, lifetime, urgency, class.

use leptos::prelude::*;
use ui::{InputKind, NumberField, Segment, Segmented, SelectField, SelectOption, TextField};

use super::Editing;

/// Sound, badge, collapse id, time to live, priority, class.
#[component]
pub fn DeliveryFields(
    /// The form.
    editing: Editing,
) -> impl IntoView {
    let form = editing.form;
    let disabled = editing.read_only;
    let sounds = [
        ("default", "The device’s own"),
        ("none", "Silent"),
        ("file", "A file in the app"),
    ];
    let units = ["minutes", "hours", "days", "seconds"];
    let class_hint = move || {
        if form.class.get() == "transactional" {
            "At least once: after a crash an uncertain push is sent again and replaces itself on the screen."
        } else {
            "At most once: after a crash an uncertain push stays unknown rather than arriving twice."
        }
    };
    view! {
        <div class="form__section">
            <div class="field">
                <span class="field__label">"Class"</span>
                <Segmented
                    label="Class"
                    name="class"
                    parts=vec![
                        Segment::new("promotional", "Promotional"),
                        Segment::new("transactional", "Transactional"),
                    ]
                    value=form.class
                />
                <p class="field__hint">{class_hint}</p>
            </div>
            <div class="field">
                <span class="field__label">"Priority"</span>
                <Segmented
                    label="Priority"
                    name="priority"
                    parts=vec![Segment::new("high", "At once"), Segment::new("normal", "Spare the battery")]
                    value=form.priority
                />
            </div>
            <div class="form__pair">
                <NumberField
                    label="Time to live"
                    name="ttl_seconds"
                    value=form.ttl
                    min=0
                    hint="How long the push service keeps trying; 28 days at most."
                    error=editing.error("ttl_seconds")
                    disabled
                />
                <SelectField
                    label="Counted in"
                    name="ttl_unit"
                    options=Signal::stored(units.map(|unit| SelectOption::new(unit, unit)).to_vec())
                    value=form.ttl_unit
                    disabled
                />
            </div>
            <div class="form__pair">
                <SelectField
                    label="Sound"
                    name="sound_choice"
                    options=Signal::stored(sounds.map(|(value, label)| SelectOption::new(value, label)).to_vec())
                    value=form.sound
                    disabled
                />
                <NumberField
                    label="Badge"
                    name="badge"
                    value=form.badge
                    min=0
                    hint="Number on the icon; empty leaves it as it is."
                    error=editing.error("badge")
                    disabled
                />
            </div>
            <Show when=move || form.sound.with(|sound| sound == "file")>
                <TextField
                    label="Sound file"
                    name="sound"
                    value=form.sound_file
                    kind=InputKind::Mono
                    placeholder="bell.caf"
                    error=editing.error("sound")
                />
            </Show>
            <TextField
                label="Collapse id"
                name="collapse_id"
                value=form.collapse_id
                kind=InputKind::Mono
                note="optional"
                hint="A later push with the same id takes this one’s place on the screen."
                error=editing.error("collapse_id")
                disabled
            />
        </div>
    }
    .into_any()
}
