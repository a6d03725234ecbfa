//! What keeps the draft from being published, as a list that jumps.

use super::state::Canvas;
use flow::NodeId;
use leptos::prelude::*;
use ui::{Glyph, Icon, IconButton};

/// The list's element id.
pub(super) const PROBLEMS_ID: &str = "workflow-problems";

/// The list, while it is open.
pub(super) fn problems(canvas: Canvas, open: RwSignal<bool>) -> AnyView {
    let items = move || {
        canvas
            .problems
            .get()
            .into_iter()
            .map(|problem| {
                let words = problem.message;
                let Some(step) = problem.step else {
                    return view! { <li class="flow-problems__item">{words}</li> }.into_any();
                };
                let id = NodeId::from(step.0.as_str());
                let name = canvas.name(&id);
                view! {
                    <li>
                        <button
                            class="flow-problems__item"
                            type="button"
                            on:click=move |_| {
                                canvas.select_only(std::iter::once(id.clone()));
                                canvas.panel.set(true);
                                canvas.go_to(&id);
                            }
                        >
                            <span class="strong">{name}</span>
                            <span>{words}</span>
                        </button>
                    </li>
                }
                .into_any()
            })
            .collect::<Vec<AnyView>>()
    };
    view! {
        <section
            class="flow-problems"
            id=PROBLEMS_ID
            tabindex="-1"
            hidden=move || !open.get() || canvas.problems.with(Vec::is_empty)
            aria-label="What keeps this workflow from being published"
        >
            <header class="flow-problems__head">
                <Icon glyph=Glyph::AlertCircle />
                <h2>"Before this can be published"</h2>
                <IconButton
                    glyph=Glyph::Close
                    label="Close the list"
                    on:click=move |_| open.set(false)
                />
            </header>
            <ul class="flow-problems__list">{items}</ul>
        </section>
    }
    .into_any()
}
