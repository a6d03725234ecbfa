//! A secret that is shown this once.

use leptos::prelude::*;
use ui::{Code, Notice, Tone};

/// The secret with its copy button, and that it will not come again.
#[component]
pub fn ShownOnce(
    /// The secret.
    #[prop(into)]
    secret: Signal<String>,
    /// What it is: "API key".
    what: &'static str,
    /// What to do with it.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    view! {
        <div class="stack" data-gap="3">
            <p>{text}</p>
            <Code text=secret what />
            <Notice tone=Tone::Paused>
                <p>"It is shown this once. Copy it before you close this."</p>
            </Notice>
        </div>
    }
    .into_any()
}
