//! One of many, from a list.

use leptos::prelude::*;

use super::frame::{FieldFrame, described_by, field_id};
use crate::icon::{Glyph, Icon};

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOption {
    /// What the form posts and the signal holds.
    pub value: String,
    /// What the person reads.
    pub label: String,
}

impl SelectOption {
    /// An entry.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            value: value.into(),
            label: label.into(),
        }
    }
}

/// A labelled native list.
#[component]
pub fn SelectField(
    /// The label.
    #[prop(into)]
    label: Signal<String>,
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// The entries.
    #[prop(into)]
    options: Signal<Vec<SelectOption>>,
    /// The value chosen, followed and set.
    value: RwSignal<String>,
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
    let described = {
        let name = name.clone();
        move || described_by(&name, hint.get().is_some(), error.get().is_some())
    };
    let entries = move || {
        options
            .get()
            .into_iter()
            .map(|option| {
                let chosen = {
                    let own = option.value.clone();
                    move || value.get() == own
                };
                view! {
                    <option
                        value=option.value.clone()
                        selected=chosen.clone()
                        prop:selected=chosen
                    >
                        {option.label}
                    </option>
                }
            })
            .collect_view()
    };
    view! {
        <FieldFrame label name=name.clone() hint error note>
            <div class="select">
                <select
                    class="input"
                    id=field_id(&name)
                    name=name.clone()
                    disabled=disabled
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=described
                    on:change=move |event| value.set(event_target_value(&event))
                >
                    {entries}
                </select>
                <Icon glyph=Glyph::ChevronDown />
            </div>
        </FieldFrame>
    }
    .into_any()
}
