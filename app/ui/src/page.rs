//! The head that every page has.

use leptos::prelude::*;

/// A page: its title, its state, its one primary action, and what it holds.
#[component]
pub fn Page(
    /// What it holds.
    children: Children,
    /// Its title.
    #[prop(into)]
    title: Signal<String>,
    /// One sentence of what it is for.
    #[prop(optional, into)]
    lead: MaybeProp<String>,
    /// The state of what it shows: a [`crate::StateChip`].
    #[prop(optional, into)]
    state: Option<ViewFn>,
    /// Its actions, the primary one last.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
) -> AnyView {
    view! {
        <div class="page">
            <PageHeader title lead state actions />
            {children()}
        </div>
    }
    .into_any()
}

/// The head alone, for pages that arrange the rest themselves.
#[component]
pub fn PageHeader(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// One sentence of what the page is for.
    #[prop(optional, into)]
    lead: MaybeProp<String>,
    /// The state of what it shows.
    state: Option<ViewFn>,
    /// The actions.
    actions: Option<ViewFn>,
) -> AnyView {
    view! {
        <header class="page__head">
            <div class="page__names">
                <div class="page__title">
                    <h1>{title}</h1>
                    {state.map(|state| state.run())}
                </div>
                {move || lead.get().map(|words| view! { <p class="page__lead">{words}</p> })}
            </div>
            {actions.map(|actions| view! { <div class="page__acts">{actions.run()}</div> })}
        </header>
    }
    .into_any()
}

/// A part of a page with a heading of its own.
#[component]
pub fn Section(
    /// What it holds.
    children: Children,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// What stands at the end of the heading's line.
    #[prop(optional, into)]
    aside: Option<ViewFn>,
) -> AnyView {
    view! {
        <section class="section">
            <div class="section__head">
                <h2>{title}</h2>
                {aside.map(|aside| aside.run())}
            </div>
            {children()}
        </section>
    }
    .into_any()
}
