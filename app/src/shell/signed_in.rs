//! The way into every page that needs somebody signed in.

use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};

use super::loaded::load_first;
use super::{answer::Failure, frame::Frame, session::current_session};
use crate::AppError;

/// The frame with the page that the address names, for whoever is signed in;
/// everybody else is led to the sign-in page and back.
#[component]
pub fn SignedIn() -> impl IntoView {
    let session = load_first(|| (), |()| current_session());
    session.show_answer(
        || (),
        move |answer| match answer {
            Ok(session) => view! {
                <Frame session>
                    <Outlet />
                </Frame>
            }
            .into_any(),
            Err(AppError::Unauthenticated) => view! { <ToSignIn /> }.into_any(),
            Err(error) => view! { <main>{session.failure(error, "Carillon")}</main> }.into_any(),
        },
    )
}

/// Leads to the sign-in page with the way back. The server redirects before it
/// renders; this is for a session that ended while the page was open.
#[component]
fn ToSignIn() -> impl IntoView {
    let here = use_location();
    let href = move || {
        let query = here.search.get();
        let wanted = here.pathname.get() + if query.is_empty() { "" } else { "?" } + &query;
        format!("/sign-in?next={}", js_encoded(&wanted))
    };
    Effect::new(move || {
        // A whole load, so that nothing of the old session stays in memory.
        let _ = window().location().set_href(&href());
    });
    view! {
        <main>
            <Failure error=AppError::Unauthenticated what="This page" />
        </main>
    }
    .into_any()
}

fn js_encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}
