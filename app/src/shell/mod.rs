//! What surrounds every page: the document, the router, the frame.

pub mod answer;
#[cfg(feature = "ssr")]
pub mod document;
pub mod find;
pub mod frame;
pub mod frame_palette;
pub mod frame_rail;
pub mod frame_topbar;
pub mod not_found;
pub mod session;
pub mod signed_in;
pub mod theme;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::features::{
    entrance::{SignInPage, WelcomePage},
    pushes::{PushEditorPage, PushesPage},
};
use not_found::NotFound;
use signed_in::SignedIn;

pub use theme::{THEME_COOKIE, Theme};

/// The whole application, from `<body>` inward: rendered on the server, then
/// hydrated over the same markup.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    // Tests and assistive tools wait for this before they press anything.
    Effect::new(|| {
        if let Some(body) = document().body() {
            // It fails for names that are none; this is one.
            let _ = body.set_attribute("data-hydrated", "true");
        }
    });
    view! {
        <Title formatter=|title: String| {
            if title.is_empty() { "Carillon".to_owned() } else { format!("{title} · Carillon") }
        } />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=SignInPage />
                <Route path=path!("/welcome/:token") view=WelcomePage />
                <ParentRoute path=path!("") view=SignedIn>
                    <Route path=path!("") view=Overview />
                    <Route path=path!("/pushes") view=PushesPage />
                    <Route path=path!("/pushes/:id") view=PushEditorPage />
                </ParentRoute>
            </Routes>
        </Router>
    }
}

#[component]
fn Overview() -> impl IntoView {
    view! {
        <Title text="Overview" />
        <ui::Page title="Overview">
            <p class="quiet">"What was sent today is shown here."</p>
        </ui::Page>
    }
}
