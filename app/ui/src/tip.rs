//! A word that appears on hover and focus.

use leptos::prelude::*;

/// Adds a word to whatever it surrounds. The word repeats or explains; it never
/// carries what cannot be read elsewhere.
#[component]
pub fn Tip(
    /// What it explains.
    children: Children,
    /// The word.
    #[prop(into)]
    words: Signal<String>,
    /// Where it appears: `above`, `below`, `right`.
    #[prop(default = "above")]
    side: &'static str,
) -> AnyView {
    view! {
        <span class="tip" data-side=side>
            {children()}
            <span class="tip__words" role="tooltip">
                {words}
            </span>
        </span>
    }
    .into_any()
}
