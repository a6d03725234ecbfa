//! A number with its unit.

use leptos::{html, prelude::*};

use super::frame::{FieldFrame, described_by, field_id};
use crate::follow::follow_input;

/// A labelled number. Its signal holds the text, so that a half-typed number is
/// never lost; parse it where it is used.
#[component]
pub fn NumberField(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// Followed and set while the person types.
    #[prop(optional)]
    value: Option<RwSignal<String>>,
    /// What it starts with, when no signal is given.
    #[prop(optional, into)]
    initial: String,
    /// The unit, in words, after the number.
    #[prop(optional, into)]
    unit: MaybeProp<String>,
    /// The smallest number taken.
    #[prop(optional)]
    min: Option<i64>,
    /// The largest number taken.
    #[prop(optional)]
    max: Option<i64>,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and what to do.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// A note at the end of the label's line.
    #[prop(optional, into)]
    note: MaybeProp<String>,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> AnyView {
    let control = NodeRef::<html::Input>::new();
    if let Some(value) = value {
        follow_input(control, value);
    }
    let start = value.map_or(initial, |value| value.get_untracked());
    let described = {
        let name = name.clone();
        move || described_by(&name, hint.get().is_some(), error.get().is_some())
    };
    view! {
        <FieldFrame label name=name.clone() hint error note>
            <div class="field__group">
                <input
                    node_ref=control
                    class="input"
                    id=field_id(&name)
                    name=name.clone()
                    type="number"
                    inputmode="numeric"
                    value=start
                    min=min
                    max=max
                    disabled=disabled
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=described
                    on:input=move |event| {
                        if let Some(value) = value {
                            value.set(event_target_value(&event));
                        }
                    }
                />
                {move || unit.get().map(|unit| view! { <span class="field__unit">{unit}</span> })}
            </div>
        </FieldFrame>
    }
    .into_any()
}
