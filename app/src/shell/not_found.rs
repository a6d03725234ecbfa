//! The page for an address that leads nowhere.

use leptos::prelude::*;
use leptos_meta::Title;
use ui::{EmptyState, Glyph, LinkButton};

/// Says that there is nothing here, with status 404.
#[component]
pub fn NotFound() -> impl IntoView {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text="Not found" />
        <main class="page">
            <EmptyState
                glyph=Glyph::Search
                title="There is no page here"
                text="The link may be incomplete, or what it led to was deleted."
            >
                <LinkButton href="/">"Go to the overview"</LinkButton>
            </EmptyState>
        </main>
    }
    .into_any()
}
