//! One of many, from a list.

use leptos::prelude::*;

use super::frame::{FieldFrame, described_by, field_id};
use crate::icon::{Glyph, Icon};

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectOption {
    /// What the form posts.
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
    /// What its ids are made of, where two forms of a page have a field of that name.
    #[prop(optional, into)]
    key: Option<String>,
    /// The entries.
    options: Vec<SelectOption>,
    /// What it starts with.
    #[prop(optional, into)]
    value: String,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and what to do.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// A note at the end of the label's line.
    #[prop(optional, into)]
    note: MaybeProp<String>,
    /// Nothing typed means no value rather than an empty one.
    #[prop(optional)]
    or_none: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> AnyView {
    let key = key.unwrap_or_else(|| name.clone());
    let described = {
        let key = key.clone();
        move || described_by(&key, hint.get().is_some(), error.get().is_some())
    };
    let entries = options
        .into_iter()
        .map(|option| {
            let chosen = option.value == value;
            view! {
                <option value=option.value selected=chosen>
                    {option.label}
                </option>
            }
        })
        .collect_view();
    view! {
        <FieldFrame label name=name.clone() key=key.clone() hint error note>
            <div class="select">
                <select
                    class="input"
                    id=field_id(&key)
                    name=name.clone()
                    disabled=disabled
                    aria-invalid=move || error.get().map(|_| "true")
                    aria-describedby=described
                    data-empty=or_none.then_some("null")
                >
                    {entries}
                </select>
                <Icon glyph=Glyph::ChevronDown />
            </div>
        </FieldFrame>
    }
    .into_any()
}
