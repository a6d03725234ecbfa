//! Short messages about what was just done, in the corner of the page. The pages' script
//! makes them of the templates that stand here.

use leptos::prelude::*;

use crate::{
    badge::Tone,
    button::{ButtonSize, IconButton},
    icon::{Glyph, Icon},
};

/// Where toasts appear. One to a page.
#[component]
pub fn ToastRegion() -> AnyView {
    view! {
        <div class="toasts" role="region" aria-label="Messages" aria-live="polite"></div>
        {toast("toast-done", Tone::Accepted)}
        {toast("toast-failed", Tone::Rejected)}
    }
    .into_any()
}

fn toast(id: &'static str, tone: Tone) -> AnyView {
    view! {
        <template id=id>
            <div class="toast" data-tone=tone.name()>
                <Icon glyph=tone.glyph() />
                <p class="toast__words"></p>
                <IconButton glyph=Glyph::Close label="Dismiss" size=ButtonSize::Small />
            </div>
        </template>
    }
    .into_any()
}
