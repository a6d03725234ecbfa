//! Several lines of text.

use leptos::{html, prelude::*};

use super::frame::{FieldFrame, described_by, field_id};
use crate::follow::follow_area;

/// A labelled text area that grows with its text.
#[component]
pub fn TextArea(
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
    /// Its height in lines when empty.
    #[prop(default = 3)]
    rows: u32,
    /// Tokens, payloads, code.
    #[prop(optional)]
    mono: bool,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> AnyView {
    let control = NodeRef::<html::Textarea>::new();
    if let Some(value) = value {
        follow_area(control, value);
    }
    let start = value.map_or(initial, |value| value.get_untracked());
    let described = {
        let name = name.clone();
        move || described_by(&name, hint.get().is_some(), error.get().is_some())
    };
    view! {
        <FieldFrame label name=name.clone() hint error note over>
            <textarea
                node_ref=control
                class=if mono { "input input--mono" } else { "input" }
                id=field_id(&name)
                name=name.clone()
                rows=rows
                placeholder=placeholder
                disabled=disabled
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                on:input=move |event| {
                    if let Some(value) = value {
                        value.set(event_target_value(&event));
                    }
                }
            >
                {start}
            </textarea>
        </FieldFrame>
    }
    .into_any()
}
