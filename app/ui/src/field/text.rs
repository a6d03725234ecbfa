//! One line of text.

use leptos::{html, prelude::*};

use super::frame::{FieldFrame, described_by, field_id};
use crate::{
    follow::follow_input,
    icon::{Glyph, Icon},
};

/// What kind of text a field takes; it decides keyboard and autofill.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputKind {
    /// Plain text.
    #[default]
    Text,
    /// An e-mail address.
    Email,
    /// A password.
    Password,
    /// A URL, checked by us rather than by the browser: deep links and Liquid
    /// are not what a browser calls a URL.
    Url,
    /// Tokens, ids, expressions.
    Mono,
}

impl InputKind {
    const fn html_type(self) -> &'static str {
        match self {
            Self::Text | Self::Url | Self::Mono => "text",
            Self::Email => "email",
            Self::Password => "password",
        }
    }

    const fn input_mode(self) -> Option<&'static str> {
        match self {
            Self::Url => Some("url"),
            _ => None,
        }
    }
}

/// A labelled line of text.
#[component]
pub fn TextField(
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
    /// What kind of text.
    #[prop(optional)]
    kind: InputKind,
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
    /// The browser's autofill token, such as `email`.
    #[prop(optional)]
    autocomplete: Option<&'static str>,
    /// Must be filled in.
    #[prop(optional)]
    required: bool,
    /// Takes the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
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
    let class = if kind == InputKind::Mono {
        "input input--mono"
    } else {
        "input"
    };
    view! {
        <FieldFrame label name=name.clone() hint error note over>
            <input
                node_ref=control
                class=class
                id=field_id(&name)
                name=name.clone()
                type=kind.html_type()
                inputmode=kind.input_mode()
                value=start
                placeholder=placeholder
                autocomplete=autocomplete.unwrap_or("off")
                spellcheck=matches!(kind, InputKind::Text).then_some("true").unwrap_or("false")
                required=required
                autofocus=autofocus
                disabled=disabled
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                on:input=move |event| {
                    if let Some(value) = value {
                        value.set(event_target_value(&event));
                    }
                }
            />
        </FieldFrame>
    }
    .into_any()
}

/// A search box for a filter row; its label is read aloud.
#[component]
pub fn SearchField(
    /// What it searches, in words.
    #[prop(into)]
    label: Signal<String>,
    /// The name in the form and the URL.
    #[prop(into)]
    name: String,
    /// Followed and set while the person types.
    value: RwSignal<String>,
    /// Takes the focus when its dialog opens.
    #[prop(optional)]
    autofocus: bool,
) -> AnyView {
    let control = NodeRef::<html::Input>::new();
    follow_input(control, value);
    view! {
        <div class="search" role="search">
            <Icon glyph=Glyph::Search />
            <input
                node_ref=control
                class="input"
                id=field_id(&name)
                name=name.clone()
                type="search"
                autocomplete="off"
                autofocus=autofocus
                aria-label=label
                placeholder=label
                value=value.get_untracked()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
    .into_any()
}
