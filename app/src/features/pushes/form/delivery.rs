//! How it is delivered: sound, badge, lifetime, urgency, class.

use leptos::prelude::*;
use ui::{InputKind, NumberField, Segment, Segmented, SelectField, SelectOption, TextField};

use super::{Editing, When};

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
                    value=form.class.get_untracked()
                />
                <When field="class" is="promotional".to_owned() now=form.class>
                    <p class="field__hint">
                        "At most once: after a crash an uncertain push stays unknown rather than arriving twice."
                    </p>
                </When>
                <When field="class" is="transactional".to_owned() now=form.class>
                    <p class="field__hint">
                        "At least once: after a crash an uncertain push is sent again and replaces itself on the screen."
                    </p>
                </When>
            </div>
            <div class="field">
                <span class="field__label">"Priority"</span>
                <Segmented
                    label="Priority"
                    name="priority"
                    parts=vec![Segment::new("high", "At once"), Segment::new("normal", "Spare the battery")]
                    value=form.priority.get_untracked()
                />
            </div>
            <div class="form__pair">
                <NumberField
                    label="Time to live"
                    name="ttl_seconds"
                    value=form.ttl.get_untracked()
                    min=0
                    hint="How long the push service keeps trying; 28 days at most."
                        disabled
                />
                <SelectField
                    label="Counted in"
                    name="ttl_unit"
                    options=units.map(|unit| SelectOption::new(unit, unit)).to_vec()
                    value=form.ttl_unit.get_untracked()
                    disabled
                />
            </div>
            <div class="form__pair">
                <SelectField
                    label="Sound"
                    name="sound_choice"
                    options=sounds.map(|(value, label)| SelectOption::new(value, label)).to_vec()
                    value=form.sound.get_untracked()
                    disabled
                />
                <NumberField
                    label="Badge"
                    name="badge"
                    value=form.badge.get_untracked()
                    min=0
                    hint="Number on the icon; empty leaves it as it is."
                        disabled
                />
            </div>
            <When field="sound_choice" is="file".to_owned() now=form.sound>
                <TextField
                    label="Sound file"
                    name="sound"
                    value=form.sound_file.get_untracked()
                    kind=InputKind::Mono
                    placeholder="bell.caf"
                    />
            </When>
            <TextField
                label="Collapse id"
                name="collapse_id"
                value=form.collapse_id.get_untracked()
                kind=InputKind::Mono
                note="optional"
                hint="A later push with the same id takes this one’s place on the screen."
                disabled
            />
        </div>
    }
    .into_any()
}
