//! The list of what will not be seen, and why.

use leptos::prelude::*;
use ui::{Glyph, Icon};

use crate::features::pushes::remarks::{About, Remark};

const ABOUT: [About; 3] = [About::LeftOut, About::Silence, About::Cut];

const fn dress(about: About) -> (Glyph, &'static str) {
    match about {
        About::LeftOut => (Glyph::Warning, "paused"),
        About::Silence => (Glyph::Sound, "plain"),
        About::Cut => (Glyph::Info, "waiting"),
    }
}

/// The list beside the device: what the platform leaves out, where texts are cut. Where
/// they are cut is measured in the browser.
#[component]
pub fn Notes(
    /// What is left out; nothing while nothing can be rendered.
    remarks: Option<Vec<Remark>>,
) -> impl IntoView {
    let in_full = remarks.as_ref().is_some_and(Vec::is_empty);
    let remarks = remarks.unwrap_or_default();
    let none = remarks.is_empty();
    let list = remarks
        .into_iter()
        .map(|remark| line(remark.about, remark.words))
        .collect_view();
    let templates = ABOUT
        .map(|about| {
            view! { <template id=about.template()>{line(about, String::new())}</template> }
        })
        .collect_view();
    view! {
        <div class="remarks" aria-live="polite">
            <ul class="remarks__list" data-part="remarks" hidden=none>
                {list}
            </ul>
            <p class="remarks__none" data-part="in-full" hidden=!in_full>
                <Icon glyph=Glyph::Check />
                "Everything is shown in full."
            </p>
            <p class="field__hint">
                "Measured at the default text size, in a font close to the system’s: the last word may differ."
            </p>
        </div>
        {templates}
    }
    .into_any()
}

fn line(about: About, words: String) -> AnyView {
    let (glyph, tone) = dress(about);
    view! {
        <li data-tone=tone>
            <Icon glyph />
            <span>{words}</span>
        </li>
    }
    .into_any()
}
