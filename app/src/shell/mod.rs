//! What surrounds every page: the document, the router, the frame.

#[cfg(feature = "ssr")]
pub mod document;
pub mod not_found;
pub mod theme;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    StaticSegment,
    components::{Route, Router, Routes},
};

pub use theme::{THEME_COOKIE, Theme};

/// The whole application, from `<body>` inward: rendered on the server, then
/// hydrated over the same markup.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| {
            if title.is_empty() { "Carillon".to_owned() } else { format!("{title} · Carillon") }
        } />
        <Router>
            <Routes fallback=not_found::NotFound>
                <Route path=StaticSegment("") view=Overview />
            </Routes>
        </Router>
    }
}

#[component]
fn Overview() -> impl IntoView {
    view! {
        <Title text="Overview" />
        <main>
            <h1>"Overview"</h1>
            <theme::ThemeSwitch />
        </main>
    }
}
