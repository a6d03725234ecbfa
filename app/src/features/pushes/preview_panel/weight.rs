//! The payload's bytes against what the push service takes.

use leptos::prelude::*;

use crate::features::pushes::weighed::Weighed;

/// The byte count and its bar.
#[component]
pub fn Weight(
    /// What the push weighs.
    weighed: Weighed,
) -> impl IntoView {
    let fits = weighed.over.is_none();
    let filled = weighed.filled().to_string();
    view! {
        <div class="weight" data-part="weight" data-tone=weighed.tone>
            <div class="row row--apart small">
                <span class="quiet">"Payload"</span>
                <span
                    class="weight__count"
                    data-bytes=weighed.counted.map(|counted| counted.to_string())
                >
                    {weighed.words}
                </span>
            </div>
            <progress
                class="progress__bar"
                aria-label="Payload size"
                max=weighed.limit.to_string()
                value=filled
            ></progress>
            <p class="field__error" data-part="too-large" hidden=fits>
                {weighed.over}
            </p>
        </div>
    }
    .into_any()
}
