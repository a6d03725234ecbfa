//! One edge on the canvas: its line, its label, its "+".

use super::graph::{StepRules, outlet_label};
use super::menu::MenuAt;
use super::state::{Canvas, Showing};
use flow::{Outlet, Rules};
use leptos::prelude::*;
use ui::{Glyph, Icon};

/// How far along an edge its label lies, in world pixels.
const LABEL_AT: f64 = 18.0;

/// The line, for the canvas's drawing.
#[component]
pub(super) fn WireLine(canvas: Canvas, outlet: Outlet) -> AnyView {
    let Some(line) = canvas.line(&outlet) else {
        return ().into_any();
    };
    let d = Memo::new(move |_| line.route.with(flow::Route::svg));
    view! {
        <path
            class="wire"
            data-from=outlet.node.to_string()
            data-port=outlet.port.to_string()
            data-selected=move || line.selected.get().then_some("true")
            data-hovered=move || line.hovered.get().then_some("true")
            marker-end="url(#wire-end)"
            d=d
        />
    }
    .into_any()
}

/// The label and the buttons, above the drawing.
#[component]
pub(super) fn WireTools(canvas: Canvas, outlet: Outlet) -> AnyView {
    let Some(line) = canvas.line(&outlet) else {
        return ().into_any();
    };
    let words = outlet_label(&outlet);
    let label = (!words.is_empty()).then(|| {
        let at = Memo::new(move |_| line.route.with(|route| route.along(LABEL_AT)));
        view! {
            <span
                class="wire-label"
                style:transform=move || {
                    let at = at.get();
                    format!("translate({}px,{}px) translate(-50%,-50%)", at.x, at.y)
                }
            >
                {words}
            </span>
        }
    });
    if !canvas.may_edit {
        return view! { {label} }.into_any();
    }
    let middle = Memo::new(move |_| line.route.with(flow::Route::middle));
    let focused = {
        let node = outlet.node.clone();
        Memo::new(move |_| canvas.cell(&node).is_some_and(|cell| cell.focused.get()))
    };
    let tabindex = move || if focused.get() { "0" } else { "-1" };
    let add_words = {
        let outlet = outlet.clone();
        move || {
            let way = if words.is_empty() {
                String::new()
            } else {
                format!("“{words}” of ")
            };
            format!("Add a step after {way}{}", canvas.name(&outlet.node))
        }
    };
    let add = {
        let outlet = outlet.clone();
        move |_| {
            let at = canvas
                .view
                .get_untracked()
                .to_screen(middle.get_untracked());
            canvas.open_menu(MenuAt::new(vec![outlet.clone()], at));
        }
    };
    let cut = move |_| {
        canvas.select([].into(), Some(outlet.clone()));
        canvas.remove();
    };
    view! {
        {label}
        <span
            class="wire-tools"
            data-shown=move || {
                (line.hovered.get() || line.selected.get() || focused.get()).then_some("true")
            }
            style:transform=move || {
                let at = middle.get();
                format!("translate({}px,{}px) translate(-50%,-50%)", at.x, at.y)
            }
        >
            <button
                class="wire-tools__button"
                type="button"
                tabindex=tabindex
                aria-label=add_words
                title="Add a step here"
                on:click=add
            >
                <Icon glyph=Glyph::Plus />
            </button>
            <Show when=move || line.selected.get()>
                <button
                    class="wire-tools__button"
                    type="button"
                    aria-label="Remove this connection"
                    title="Remove this connection"
                    on:click=cut.clone()
                >
                    <Icon glyph=Glyph::Trash />
                </button>
            </Show>
        </span>
    }
    .into_any()
}

/// A "+" below each way out that leads nowhere yet.
#[component]
pub(super) fn LooseEnds(canvas: Canvas) -> AnyView {
    let ends = Memo::new(move |_| {
        let edges = canvas.edges.get();
        let nodes = canvas.nodes.get();
        canvas.document(|document| {
            let outlets = nodes
                .iter()
                .filter_map(|id| document.node(id))
                .flat_map(|node| {
                    let outs = StepRules.outs(&node.payload).into_iter();
                    outs.map(|out| Outlet {
                        node: node.id.clone(),
                        port: out.port,
                    })
                });
            outlets
                .filter(|outlet| !edges.contains(outlet))
                .collect::<Vec<_>>()
        })
    });
    view! {
        <For each=move || ends.get() key=Clone::clone let:outlet>
            {loose_end(canvas, outlet)}
        </For>
    }
    .into_any()
}

fn loose_end(canvas: Canvas, outlet: Outlet) -> AnyView {
    let Some(cell) = canvas.cell(&outlet.node) else {
        return ().into_any();
    };
    let outs = canvas.outlets(&outlet.node);
    let index = outs.iter().position(|other| *other == outlet).unwrap_or(0);
    let count = outs.len();
    let port = move || {
        let at = flow::Point::new(cell.x.get(), cell.y.get());
        flow::outlet_of(at, index, count)
    };
    let words = outlet_label(&outlet);
    let hidden = move || canvas.showing.with(|showing| *showing != Showing::Nothing);
    let add_words = {
        let node = outlet.node.clone();
        move || {
            canvas.revision.track();
            let way = if words.is_empty() {
                String::new()
            } else {
                format!("“{words}” of ")
            };
            format!("Add a step after {way}{}", canvas.name(&node))
        }
    };
    let add = move |_| {
        let at = canvas.view.get_untracked().to_screen(untrack(port));
        canvas.open_menu(MenuAt::new(
            vec![outlet.clone()],
            at + flow::Point::new(0.0, 24.0),
        ));
    };
    view! {
        <span
            class="loose-end"
            hidden=hidden
            style:transform=move || {
                let at = port();
                format!("translate({}px,{}px) translate(-50%,0)", at.x, at.y)
            }
        >
            {(!words.is_empty()).then(|| view! { <span class="wire-label">{words}</span> })}
            <button
                class="wire-tools__button"
                type="button"
                disabled=!canvas.may_edit
                tabindex=move || if cell.focused.get() { "0" } else { "-1" }
                aria-label=add_words
                title="Add a step here"
                on:click=add
            >
                <Icon glyph=Glyph::Plus />
            </button>
        </span>
    }
    .into_any()
}
