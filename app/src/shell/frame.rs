//! The frame around every signed-in page: rail, top bar, palette, messages.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use ui::{ToastRegion, provide_page_clock, provide_toaster};
use wasm_bindgen::JsCast;

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
    focus_new_pages();
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

/// A new page gets the focus when the control that led to it is gone: otherwise keyboards
/// would begin at the top of the document.
fn focus_new_pages() {
    let place = use_location().pathname;
    Effect::new(move |before: Option<String>| {
        let now = place.get();
        if before.is_some_and(|before| before != now) {
            request_animation_frame(|| {
                let lost = document()
                    .active_element()
                    .is_none_or(|focused| focused.tag_name() == "BODY");
                if let Some(page) = document().get_element_by_id("page").filter(|_| lost) {
                    // A page that cannot take the focus leaves it where it is.
                    let _ = page.unchecked_into::<web_sys::HtmlElement>().focus();
                }
            });
        }
        now
    });
}
