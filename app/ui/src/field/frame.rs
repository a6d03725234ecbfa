//! What every field has around its control.

use leptos::prelude::*;

use crate::icon::{Glyph, Icon};

/// The element id of the control named `name`; error summaries jump to it.
pub fn field_id(name: &str) -> String {
    format!("field-{name}")
}

pub(crate) fn hint_id(name: &str) -> String {
    format!("hint-{name}")
}

pub(crate) fn error_id(name: &str) -> String {
    format!("error-{name}")
}

/// The ids that describe a control: its hint and, while there is one, its error.
pub(crate) fn described_by(name: &str, has_hint: bool, has_error: bool) -> Option<String> {
    match (has_hint, has_error) {
        (false, false) => None,
        (true, false) => Some(hint_id(name)),
        (false, true) => Some(error_id(name)),
        (true, true) => Some(format!("{} {}", error_id(name), hint_id(name))),
    }
}

/// Label above, control in the middle, hint and error below. For controls of
/// your own: give the control `id=field_id(name)`.
#[component]
pub fn FieldFrame(
    /// The control.
    children: Children,
    /// Its label.
    #[prop(into)]
    label: Signal<String>,
    /// Its name in the form.
    #[prop(into)]
    name: String,
    /// What its ids are made of, where two forms of a page have a field of that name.
    #[prop(optional, into)]
    key: Option<String>,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: MaybeProp<String>,
    /// What is wrong and what to do.
    #[prop(optional, into)]
    error: MaybeProp<String>,
    /// A note at the end of the label's line: "optional", a count.
    #[prop(optional, into)]
    note: MaybeProp<String>,
    /// The note tells of too much.
    #[prop(optional, into)]
    over: Signal<bool>,
) -> AnyView {
    let key = key.unwrap_or_else(|| name.clone());
    let hint_id = hint_id(&key);
    let error_id = error_id(&key);
    let shown_note = move || {
        note.get().map(|words| {
            view! {
                <span class="field__counter" data-over=move || over.get().then_some("true")>
                    {words}
                </span>
            }
        })
    };
    view! {
        <div class="field">
            <div class="field__head">
                <label class="field__label" for=field_id(&key)>
                    {label}
                </label>
                {shown_note}
            </div>
            {children()}
            <div
                class="field__error"
                id=error_id
                aria-live="polite"
                data-error=name
                hidden=move || error.get().is_none()
            >
                <Icon glyph=Glyph::AlertCircle />
                <span data-words="">{move || error.get()}</span>
            </div>
            {move || {
                let id = hint_id.clone();
                hint.get()
                    .map(|words| {
                        view! {
                            <p class="field__hint" id=id>
                                {words}
                            </p>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}
