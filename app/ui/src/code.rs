//! Payloads, tokens and ids, and the button that copies them.

use std::time::Duration;

use leptos::prelude::*;

use crate::{
    button::{ButtonSize, IconButton},
    icon::Glyph,
};

/// Copies a text to the clipboard and says so.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: Signal<String>,
    /// What it is called: "token", "link".
    #[prop(into)]
    what: String,
) -> AnyView {
    let copied = RwSignal::new(false);
    let label = format!("Copy {what}");
    let copy = move |_| {
        // The promise fails only without permission; the text stays selectable.
        let _ = window()
            .navigator()
            .clipboard()
            .write_text(&text.get_untracked());
        copied.set(true);
        set_timeout(move || copied.set(false), Duration::from_millis(1600));
    };
    view! {
        <span>
            {move || {
                let (glyph, label) = if copied.get() {
                    (Glyph::Check, "Copied".to_owned())
                } else {
                    (Glyph::Copy, label.clone())
                };
                view! { <IconButton glyph label size=ButtonSize::Small on:click=copy /> }
            }}
            <span class="spoken" aria-live="polite">
                {move || if copied.get() { "Copied" } else { "" }}
            </span>
        </span>
    }
    .into_any()
}

/// A block of code or a payload.
#[component]
pub fn Code(
    /// The text.
    #[prop(into)]
    text: Signal<String>,
    /// What it is, read aloud and on the copy button: "payload".
    #[prop(into)]
    what: String,
) -> AnyView {
    let label = what.clone();
    view! {
        <div class="code">
            <pre class="code__text" tabindex="0" aria-label=label>
                {text}
            </pre>
            <span class="code__acts">
                <CopyButton text what />
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
    text: Signal<String>,
    /// What it is: "token".
    #[prop(into)]
    what: String,
) -> AnyView {
    view! {
        <span class="token">
            <span class="token__text" title=text>
                {text}
            </span>
            <CopyButton text what />
        </span>
    }
    .into_any()
}
