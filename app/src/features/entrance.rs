//! The ways in: signing in, and one-time links that make the first
//! administrator or let a user choose a password. All of it works before any
//! script has arrived.

pub mod api;
pub mod next;
pub mod sign_in;
pub mod welcome;

use leptos::prelude::*;
use ui::FormFailure;

use crate::shell::frame_rail::BrandMark;

pub use sign_in::SignInPage;
pub use welcome::WelcomePage;

/// The card that every way in stands on.
#[component]
pub fn EntranceCard(
    /// The form.
    children: Children,
    /// What this is.
    #[prop(into)]
    title: String,
    /// One sentence about it.
    #[prop(optional, into)]
    lead: Option<String>,
) -> impl IntoView {
    view! {
        <main class="entrance">
            <div class="entrance__card">
                <div class="entrance__brand">
                    <BrandMark />
                    "Carillon"
                </div>
                <div class="entrance__names">
                    <h1>{title}</h1>
                    {lead.map(|lead| view! { <p class="entrance__lead">{lead}</p> })}
                </div>
                {children()}
            </div>
        </main>
    }
    .into_any()
}

/// A form that works without scripts: the page comes again with what was wrong. Where
/// scripts run, what was typed stays.
#[component]
pub fn EntranceForm(
    /// Its fields and its button.
    children: Children,
    /// The function that it posts to.
    to: &'static str,
) -> impl IntoView {
    view! {
        <form class="form" method="post" action=to data-call-url=to>
            <FormFailure />
            {children()}
        </form>
    }
    .into_any()
}
