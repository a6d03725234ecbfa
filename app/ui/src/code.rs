//! Payloads, tokens and ids, and the button that copies them.

use leptos::prelude::*;

use crate::{
    button::{ButtonSize, IconButton},
    icon::{Glyph, Icon},
};

/// Copies a text to the clipboard and says so.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(optional, into)]
    text: Option<String>,
    /// The id of the element that holds what is copied, where the page does not know it
    /// yet.
    #[prop(optional, into)]
    of: Option<String>,
    /// What it is called: "token", "link".
    #[prop(into)]
    what: String,
) -> AnyView {
    view! {
        <span class="copy">
            <IconButton
                glyph=Glyph::Copy
                label=format!("Copy {what}")
                size=ButtonSize::Small
                attr:data-copy-text=text
                attr:data-copy=of.map(|id| format!("#{id}"))
            />
            <span class="copy__done">
                <Icon glyph=Glyph::Check />
            </span>
            <span class="spoken" aria-live="polite"></span>
        </span>
    }
    .into_any()
}

/// A block of code or a payload.
#[component]
pub fn Code(
    /// The text.
    #[prop(into)]
    text: String,
    /// What it is, read aloud and on the copy button: "payload".
    #[prop(into)]
    what: String,
) -> AnyView {
    let label = what.clone();
    view! {
        <div class="code">
            <pre class="code__text" tabindex="0" aria-label=label>
                {text.clone()}
            </pre>
            <span class="code__acts">
                <CopyButton text what />
            </span>
        </div>
    }
    .into_any()
}

/// A block of code that a form's answer is put into, in the dialog that shows it.
#[component]
pub fn AnsweredCode(
    /// An id of its own.
    #[prop(into)]
    id: String,
    /// What it is, read aloud and on the copy button: "link".
    #[prop(into)]
    what: String,
    /// Which field of the answer; empty for the whole of it.
    #[prop(optional, into)]
    part: String,
    /// What is made of it, such as `{origin}/welcome/{}`.
    #[prop(optional, into)]
    pattern: Option<String>,
) -> AnyView {
    view! {
        <div class="code">
            <pre
                class="code__text"
                id=id.clone()
                tabindex="0"
                aria-label=what.clone()
                data-answer=part
                data-pattern=pattern
            ></pre>
            <span class="code__acts">
                <CopyButton of=id what />
            </span>
        </div>
    }
    .into_any()
}

/// An id or a push token in a line: shortened by the space there is, copied
/// whole.
#[component]
pub fn Token(
    /// The whole token.
    #[prop(into)]
    text: String,
    /// What it is: "token".
    #[prop(into)]
    what: String,
) -> AnyView {
    view! {
        <span class="token">
            <span class="token__text" title=text.clone()>
                {text.clone()}
            </span>
            <CopyButton text what />
        </span>
    }
    .into_any()
}
