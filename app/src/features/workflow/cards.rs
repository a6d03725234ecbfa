//! Templates of what lies on the canvas: a card for each kind, an edge.

use super::graph::{StepRules, outlet_label};
use super::words::{card_template, kind_name, look};
use domain::workflow::{Step, StepKind};
use flow::{CARD_WIDTH, Out, Outlet, Point, Rules, outlet_of};
use leptos::prelude::*;
use ui::{Glyph, Icon};

/// All of them.
pub(super) fn templates(may_edit: bool) -> AnyView {
    let cards = StepKind::ALL.map(|kind| card(kind, may_edit));
    view! {
        {cards}
        {wire(may_edit)}
    }
    .into_any()
}

/// A step's card with its ports.
fn card(kind: StepKind, may_edit: bool) -> AnyView {
    let (glyph, family) = look(kind);
    view! {
        <template id=card_template(kind)>
            <div
                class="step"
                role="button"
                aria-roledescription="step"
                data-step=family
                data-kind=kind_name(kind)
            >
                <span class="step__mark">
                    <Icon glyph />
                </span>
                <span class="step__words">
                    <span class="step__kind">
                        {kind.label()}
                        <span class="step__wrong" hidden data-part="wrong">
                            <Icon glyph=Glyph::AlertCircle />
                        </span>
                    </span>
                    <span class="step__line clip" data-part="line"></span>
                </span>
                <span class="step__count" title="Contacts here now" hidden data-part="count"></span>
                {ports(&kind.new_step(), may_edit)}
            </div>
        </template>
    }
    .into_any()
}

/// Where edges come in and go out, with a "+" at each way out that is free.
/// The canvas knows by geometry what a pointer touches, so ports are only
/// drawn.
fn ports(step: &Step, may_edit: bool) -> AnyView {
    let outs = StepRules.outs(step);
    let count = outs.len();
    let outs = outs
        .into_iter()
        .enumerate()
        .map(|(index, out)| {
            let x = outlet_of(Point::default(), index, count).x / CARD_WIDTH * 100.0;
            view! {
                <span
                    class="port port--out"
                    data-port=out.port.to_string()
                    style:left=format!("{x}%")
                >
                    {loose_end(&out, may_edit)}
                </span>
            }
        })
        .collect_view();
    let inlet = step
        .takes_input()
        .then(|| view! { <span class="port port--in" data-port="in"></span> });
    view! {
        {inlet}
        {outs}
    }
    .into_any()
}

/// The "+" that hangs from a way out that leads nowhere yet.
fn loose_end(out: &Out, may_edit: bool) -> AnyView {
    let words = outlet_label(&Outlet::new("", out.port.as_str()));
    let label = (!words.is_empty()).then(|| view! { <span class="wire-label">{words}</span> });
    view! {
        <span class="loose-end">
            {label}
            {may_edit.then(plus)}
        </span>
    }
    .into_any()
}

/// An edge: its line, its label, its "+" halfway, and the way to take it away
/// once it is selected.
fn wire(may_edit: bool) -> AnyView {
    let tools = may_edit.then(|| {
        view! {
            <span class="wire-tools" data-part="tools">
                {plus()}
                <button
                    class="wire-tools__button"
                    type="button"
                    hidden
                    aria-label="Remove this connection"
                    title="Remove this connection"
                    data-part="cut"
                >
                    <Icon glyph=Glyph::Trash />
                </button>
            </span>
        }
    });
    view! {
        <template id="wire">
            <div>
                <svg class="canvas__wires" aria-hidden="true">
                    <path class="wire" marker-end="url(#wire-end)" data-part="path" />
                </svg>
                <span class="wire-label" data-part="label"></span>
                {tools}
            </div>
        </template>
    }
    .into_any()
}

/// The button that adds a step. Tab reaches it from the step that has the
/// focus.
fn plus() -> AnyView {
    view! {
        <button
            class="wire-tools__button"
            type="button"
            tabindex="-1"
            title="Add a step here"
            data-part="plus"
        >
            <Icon glyph=Glyph::Plus />
        </button>
    }
    .into_any()
}
