//! The frame around every signed-in page: rail, top bar, palette, messages.

use leptos::prelude::*;
use ui::{ToastRegion, provide_page_clock, provide_toaster};

use super::{
    frame_palette::{Palette, provide_palette},
    frame_rail::Rail,
    frame_topbar::Topbar,
    session::Session,
};

/// The page within its frame. `session` is who looks at it; everything below
/// finds it in context, as it does the page's clock and the toaster.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
    /// Who is signed in, and to what account.
    session: Session,
) -> impl IntoView {
    provide_page_clock(session.rendered_at, Signal::stored(session.zone.clone()));
    provide_toaster();
    provide_palette();
    provide_context(session.clone());
    view! {
        <a class="skip-link" href="#page">
            "Skip to the page"
        </a>
        <div class="frame">
            <Rail sandbox=session.sandbox />
            <div class="frame__main">
                <Topbar session />
                <main class="frame__page" id="page" tabindex="-1">
                    {children()}
                </main>
            </div>
        </div>
        <Palette />
        <ToastRegion />
    }
    .into_any()
}
