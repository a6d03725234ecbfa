//! A card: one subject on a ground of its own.

use leptos::prelude::*;

/// A titled card.
#[component]
pub fn Card(
    /// What it holds.
    children: Children,
    /// Its title; without one the card has no head.
    #[prop(optional, into)]
    title: Option<String>,
    /// What stands at the end of the title's line: a link, a small button.
    #[prop(optional, into)]
    aside: Option<ViewFnOnce>,
    /// The content reaches the edges, as a table does.
    #[prop(optional)]
    flush: bool,
) -> AnyView {
    view! {
        <section class="card">
            {title
                .map(|title| {
                    view! {
                        <header class="card__head">
                            <h2 class="card__title">{title}</h2>
                            {aside.map(ViewFnOnce::run)}
                        </header>
                    }
                })}
            <div class="card__body" data-flush=flush.then_some("true")>
                {children()}
            </div>
        </section>
    }
    .into_any()
}

/// A number that people decide by, with its name.
#[component]
pub fn Figure(
    /// The number, already written out.
    #[prop(into)]
    value: Signal<String>,
    /// What it counts.
    #[prop(into)]
    label: Signal<String>,
) -> AnyView {
    view! {
        <div class="figure">
            <span class="figure__value">{value}</span>
            <span class="figure__label">{label}</span>
        </div>
    }
    .into_any()
}
