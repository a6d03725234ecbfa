//! A number with its unit.

use leptos::prelude::*;

use super::frame::{FieldFrame, described_by, field_id};

/// A labelled number; a form sends none when it is empty.
#[component]
pub fn NumberField(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// What its ids are made of, where two forms of a page have a field of that name.
    #[prop(optional, into)]
    key: Option<String>,
    /// What it starts with.
    #[prop(optional, into)]
    value: String,
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
    let key = key.unwrap_or_else(|| name.clone());
    let described = {
        let key = key.clone();
        move || described_by(&key, hint.get().is_some(), error.get().is_some())
    };
    view! {
        <FieldFrame label name=name.clone() key=key.clone() hint error note>
            <div class="field__group">
                <input
                    class="input"
                    id=field_id(&key)
                    name=name.clone()
                    type="number"
                    data-type="number"
                    inputmode="numeric"
                    value=value
                    min=min
                    max=max
                    disabled=disabled
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=described
                />
                {move || unit.get().map(|unit| view! { <span class="field__unit">{unit}</span> })}
            </div>
        </FieldFrame>
    }
    .into_any()
}
