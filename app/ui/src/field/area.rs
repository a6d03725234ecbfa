//! Several lines of text.

use leptos::prelude::*;

use super::frame::{FieldFrame, described_by, field_id};

/// A labelled text area that grows with its text.
#[component]
pub fn TextArea(
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
    /// One sentence of help.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and what to do.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// A note at the end of the label's line.
    #[prop(optional, into)]
    note: MaybeProp<String>,
    /// The note tells of too much.
    #[prop(optional, into)]
    over: Signal<bool>,
    /// An example of what to type.
    #[prop(optional, into)]
    placeholder: Option<String>,
    /// What a form sends of it, where that is not the text: `json`, the JSON that
    /// it is, or `lines`, the list of its lines.
    #[prop(optional, into)]
    read_as: Option<&'static str>,
    /// Its height in lines when empty.
    #[prop(default = 3)]
    rows: u32,
    /// Tokens, payloads, code.
    #[prop(optional)]
    mono: bool,
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
    view! {
        <FieldFrame label name=name.clone() key=key.clone() hint error note over>
            <textarea
                class=if mono { "input input--mono" } else { "input" }
                id=field_id(&key)
                name=name.clone()
                rows=rows
                placeholder=placeholder
                disabled=disabled
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                data-type=read_as
                data-empty=or_none.then_some("null")
            >
                {value}
            </textarea>
        </FieldFrame>
    }
    .into_any()
}
