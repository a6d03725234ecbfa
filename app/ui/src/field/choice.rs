//! Yes or no.

use leptos::prelude::*;

use super::frame::{field_id, hint_id};

struct Choice {
    role: Option<&'static str>,
    label: String,
    name: String,
    one_of: Option<String>,
    key: Option<String>,
    value: bool,
    hint: Option<String>,
    disabled: bool,
}

impl Choice {
    fn view(self) -> AnyView {
        let key = match (self.key, &self.one_of) {
            (Some(key), _) => key,
            (None, Some(value)) => format!("{}-{value}", self.name),
            (None, None) => self.name.clone(),
        };
        let hint_id = hint_id(&key);
        let (name, kind) = match &self.one_of {
            Some(_) => (format!("{}[]", self.name), None),
            None => (self.name, Some("boolean")),
        };
        view! {
            <label class="choice">
                <input
                    class="choice__box"
                    type="checkbox"
                    role=self.role
                    id=field_id(&key)
                    name=name
                    value=self.one_of.unwrap_or_else(|| "true".to_owned())
                    data-type=kind
                    checked=self.value
                    disabled=self.disabled
                    aria-describedby=self.hint.is_some().then(|| hint_id.clone())
                />
                <span class="choice__words">
                    <span>{self.label}</span>
                    {self
                        .hint
                        .map(|words| {
                            view! {
                                <span class="choice__hint" id=hint_id>
                                    {words}
                                </span>
                            }
                        })}
                </span>
            </label>
        }
        .into_any()
    }
}

/// A box to tick; it takes effect when its form is saved.
#[component]
pub fn Checkbox(
    /// The words beside it.
    #[prop(into)]
    label: String,
    /// The name in the form; it sends `true` or `false`.
    #[prop(into)]
    name: String,
    /// One of several boxes of that name: the form sends the list of those ticked.
    #[prop(optional, into)]
    one_of: Option<String>,
    /// What its ids are made of, where two forms of a page have a field of that name.
    #[prop(optional, into)]
    key: Option<String>,
    /// What it starts with.
    #[prop(optional)]
    value: bool,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Cannot be changed now.
    #[prop(optional)]
    disabled: bool,
) -> AnyView {
    let choice = Choice {
        role: None,
        label,
        name,
        one_of,
        key,
        value,
        hint,
        disabled,
    };
    choice.view()
}

/// A switch.
#[component]
pub fn Switch(
    /// The words beside it.
    #[prop(into)]
    label: String,
    /// The name in the form; it sends `true` or `false`.
    #[prop(into)]
    name: String,
    /// What its ids are made of, where two forms of a page have a field of that name.
    #[prop(optional, into)]
    key: Option<String>,
    /// What it starts with.
    #[prop(optional)]
    value: bool,
    /// One sentence of help.
    #[prop(optional, into)]
    hint: Option<String>,
    /// Cannot be changed now.
    #[prop(optional)]
    disabled: bool,
) -> AnyView {
    let choice = Choice {
        role: Some("switch"),
        label,
        name,
        one_of: None,
        key,
        value,
        hint,
        disabled,
    };
    choice.view()
}
