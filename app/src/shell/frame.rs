//! The frame around every signed-in page: rail, top bar, palette, messages.

use leptos::prelude::*;
use ui::{ToastRegion, provide_page_clock};

use super::{frame_palette::Palette, frame_rail::Rail, frame_topbar::Topbar, session::Session};

/// The page within its frame. `session` is who looks at it; everything below
/// finds it in context, as it does the page's clock.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
    /// Who is signed in, and to what account.
    session: Session,
) -> impl IntoView {
    provide_page_clock(session.rendered_at);
    provide_context(session.clone());
    let (sandbox, zone) = (session.sandbox, session.zone.clone());
    view! {
        <a class="skip-link" href="#page">
            "Skip to the page"
        </a>
        <div class="frame" data-zone=zone>
            <Rail sandbox />
            <div class="frame__main">
                <Topbar session />
                <main class="frame__page" id="page" tabindex="-1">
                    {children()}
                </main>
            </div>
        </div>
        <Palette sandbox />
        <ToastRegion />
    }
    .into_any()
}
