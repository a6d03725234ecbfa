//! The way into every page that needs somebody signed in.

use leptos::prelude::*;
use leptos_router::components::Outlet;

use super::{
    frame::Frame,
    loaded::{failure, load},
    session::current_session,
};

/// The frame with the page that the address names, for whoever is signed in. The server
/// leads everybody else to the sign-in page before it comes here.
#[component]
pub fn SignedIn() -> impl IntoView {
    load(current_session()).show_answer(|answer| match answer {
        Ok(session) => view! {
            <Frame session>
                <Outlet />
            </Frame>
        }
        .into_any(),
        Err(error) => view! { <main>{failure(error, "Carillon")}</main> }.into_any(),
    })
}
