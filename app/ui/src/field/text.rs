//! One line of text.

use leptos::prelude::*;

use super::frame::{FieldFrame, described_by, field_id};
use crate::icon::{Glyph, Icon};

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
    /// What its ids are made of, where two forms of a page have a field of that name.
    #[prop(optional, into)]
    key: Option<String>,
    /// What it starts with.
    #[prop(optional, into)]
    value: String,
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
    /// Nothing typed means no value rather than an empty one.
    #[prop(optional)]
    or_none: bool,
    /// It is a short name that follows what is typed into the field of that id.
    #[prop(optional, into)]
    slug_of: Option<String>,
    /// Cannot be changed now.
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> AnyView {
    let key = key.unwrap_or_else(|| name.clone());
    let described = {
        let key = key.clone();
        move || described_by(&key, hint.get().is_some(), error.get().is_some())
    };
    let class = if kind == InputKind::Mono {
        "input input--mono"
    } else {
        "input"
    };
    view! {
        <FieldFrame label name=name.clone() key=key.clone() hint error note over>
            <input
                class=class
                id=field_id(&key)
                name=name.clone()
                type=kind.html_type()
                inputmode=kind.input_mode()
                value=value
                placeholder=placeholder
                autocomplete=autocomplete.unwrap_or("off")
                spellcheck=matches!(kind, InputKind::Text).then_some("true").unwrap_or("false")
                required=required
                autofocus=autofocus
                disabled=disabled
                aria-invalid=move || error.get().map(|_| "true")
                aria-describedby=described
                data-empty=or_none.then_some("null")
                data-slug-of=slug_of.map(|id| format!("#{id}"))
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
    /// What it starts with.
    #[prop(optional, into)]
    value: String,
    /// Takes the focus when its dialog opens.
    #[prop(optional)]
    autofocus: bool,
) -> AnyView {
    view! {
        <div class="search" role="search">
            <Icon glyph=Glyph::Search />
            <input
                class="input"
                id=field_id(&name)
                name=name.clone()
                type="search"
                autocomplete="off"
                autofocus=autofocus
                aria-label=label
                placeholder=label
                value=value
            />
        </div>
    }
    .into_any()
}
