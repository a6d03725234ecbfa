//! One edge on the canvas: its line, its label, its "+".

use super::graph::outlet_label;
use super::menu::MenuAt;
use super::state::Canvas;
use super::words::{moved_to, way_of};
use flow::{Outlet, Point};
use leptos::prelude::*;
use ui::{Glyph, Icon};

/// How far along an edge its label lies, in world pixels.
const LABEL_AT: f64 = 18.0;

/// An edge.
pub(super) fn wire(canvas: Canvas, outlet: Outlet) -> AnyView {
    let Some(line) = canvas.line(&outlet) else {
        return ().into_any();
    };
    let words = outlet_label(&outlet);
    let label = (!words.is_empty()).then(|| {
        let at = move || moved_to(line.route.with(|route| route.along(LABEL_AT)));
        view! {
            <span class="wire-label" style:transform=at>
                {words}
            </span>
        }
        .into_any()
    });
    view! {
        <div>
            <svg class="canvas__wires" aria-hidden="true">
                <path
                    class="wire"
                    data-from=outlet.node.to_string()
                    data-port=outlet.port.to_string()
                    data-selected=move || yes(line.selected.get())
                    data-hovered=move || yes(line.hovered.get())
                    marker-end="url(#wire-end)"
                    d=move || line.route.with(flow::Route::svg)
                />
            </svg>
            {label}
            {canvas.may_edit.then(|| tools(canvas, outlet))}
        </div>
    }
    .into_any()
}

/// An attribute that is there or not.
pub(super) fn yes(is: bool) -> Option<&'static str> {
    is.then_some("true")
}

/// "+" halfway, and the way to take the edge away once it is selected.
fn tools(canvas: Canvas, outlet: Outlet) -> AnyView {
    let (Some(line), Some(source)) = (canvas.line(&outlet), canvas.cell(&outlet.node)) else {
        return ().into_any();
    };
    let middle = move || line.route.with(flow::Route::middle);
    let shown = move || line.hovered.get() || line.selected.get() || source.focused.get();
    let add = {
        let outlet = outlet.clone();
        move || {
            let at = canvas.view.get_untracked().to_screen(untrack(middle));
            canvas.open_menu(MenuAt::new(vec![outlet.clone()], at));
        }
    };
    let plus = plus(canvas, &outlet, add);
    let cut = move |_| {
        canvas.select(Vec::new(), Some(outlet.clone()));
        canvas.remove();
    };
    view! {
        <span
            class="wire-tools"
            data-shown=move || yes(shown())
            style:transform=move || moved_to(middle())
        >
            {plus}
            <button
                class="wire-tools__button"
                type="button"
                hidden=move || !line.selected.get()
                aria-label="Remove this connection"
                title="Remove this connection"
                on:click=cut
            >
                <Icon glyph=Glyph::Trash />
            </button>
        </span>
    }
    .into_any()
}

/// The button that adds a step after `outlet`. Tab reaches it from the step
/// that has the focus.
pub(super) fn plus(canvas: Canvas, outlet: &Outlet, add: impl Fn() + 'static) -> AnyView {
    let Some(source) = canvas.cell(&outlet.node) else {
        return ().into_any();
    };
    let words = {
        let outlet = outlet.clone();
        move || {
            source.step.track();
            format!("Add a step after {}", way_of(canvas, &outlet))
        }
    };
    view! {
        <button
            class="wire-tools__button"
            type="button"
            tabindex=move || if source.focused.get() { "0" } else { "-1" }
            aria-label=words
            title="Add a step here"
            on:click=move |_| add()
        >
            <Icon glyph=Glyph::Plus />
        </button>
    }
    .into_any()
}

/// The "+" that hangs from a way out that leads nowhere yet; drawn on its card.
pub(super) fn loose_end(canvas: Canvas, outlet: Outlet) -> AnyView {
    let words = outlet_label(&outlet);
    let label = (!words.is_empty()).then(|| view! { <span class="wire-label">{words}</span> });
    let add = {
        let outlet = outlet.clone();
        move || {
            let port = canvas
                .scene
                .with_value(|scene| scene.card(&outlet.node)?.outlet(&outlet.port));
            let below = port.unwrap_or_default() + Point::new(0.0, 24.0);
            let at = canvas.view.get_untracked().to_screen(below);
            canvas.open_menu(MenuAt::new(vec![outlet.clone()], at));
        }
    };
    let plus = canvas.may_edit.then(|| plus(canvas, &outlet, add));
    view! {
        <span class="loose-end">
            {label}
            {plus}
        </span>
    }
    .into_any()
}
