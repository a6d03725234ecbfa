//! One step on the canvas.

use super::graph::StepRules;
use super::looking::card_id;
use super::state::{Canvas, Cell, Showing};
use super::wire::{loose_end, yes};
use super::words::{full, line, look, moved_to};
use domain::workflow::{Step, StepKind};
use flow::{CARD_WIDTH, NodeId, Outlet, Point, Rules, outlet_of};
use leptos::prelude::*;
use ui::{Glyph, Icon, counted, grouped};

/// A step's card with its ports.
pub(super) fn card(canvas: Canvas, id: &NodeId) -> AnyView {
    let Some(cell) = canvas.cell(id) else {
        return ().into_any();
    };
    let kind = cell.step.with_untracked(Step::kind);
    let (glyph, family) = look(kind);
    let words = move || {
        cell.step
            .with(|step| canvas.pushes.with(|pushes| line(step, pushes)))
    };
    let (targeted, focused) = (id.clone(), id.clone());
    // With no step focused yet, Tab goes to the topmost one.
    let tabindex = {
        let id = id.clone();
        move || {
            let first = || {
                canvas.focus.with(Option::is_none)
                    && canvas.nodes.with(|nodes| nodes.first() == Some(&id))
            };
            if cell.focused.get() || first() {
                "0"
            } else {
                "-1"
            }
        }
    };
    view! {
        <div
            id=card_id(id)
            class="step"
            role="button"
            aria-roledescription="step"
            aria-label=spoken(canvas, id.clone(), cell)
            tabindex=tabindex
            data-step=family
            data-kind=kind_name(kind)
            data-selected=move || yes(cell.selected.get())
            data-target=move || {
                let target = canvas.showing.with(|showing| {
                    matches!(showing, Showing::Wire { target: Some(to), .. } if *to == targeted)
                });
                yes(target)
            }
            style:transform=move || moved_to(Point::new(cell.x.get(), cell.y.get()))
            on:focus=move |_| canvas.set_focus(Some(focused.clone()))
        >
            <span class="step__mark">
                <Icon glyph />
            </span>
            <span class="step__words">
                <span class="step__kind">{kind.label()} {wrong(cell)}</span>
                <span class="step__line clip">{words}</span>
            </span>
            <span
                class="step__count"
                title="Contacts here now"
                hidden=move || cell.here.get().unwrap_or(0) == 0
            >
                {move || grouped(cell.here.get().unwrap_or(0))}
            </span>
            {ports(canvas, id, cell)}
        </div>
    }
    .into_any()
}

/// The sign that something keeps the step from being published.
fn wrong(cell: Cell) -> AnyView {
    view! {
        <span
            class="step__wrong"
            hidden=move || cell.problems.with(Vec::is_empty)
            title=move || cell.problems.with(|problems| problems.join(" "))
        >
            <Icon glyph=Glyph::AlertCircle />
        </span>
    }
    .into_any()
}

/// The kind's name in stored JSON; tests and styles find cards by it.
const fn kind_name(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Trigger => "trigger",
        StepKind::Delay => "delay",
        StepKind::Branch => "branch",
        StepKind::Push => "push",
        StepKind::Exit => "exit",
    }
}

/// Where edges come in and go out, with a "+" at each way out that is free.
/// The canvas knows by geometry what a pointer touches, so ports are only
/// drawn.
fn ports(canvas: Canvas, id: &NodeId, cell: Cell) -> AnyView {
    let step = cell.step.get_untracked();
    let outs = StepRules.outs(&step);
    let count = outs.len();
    let outs: Vec<AnyView> = outs
        .into_iter()
        .enumerate()
        .map(|(index, out)| {
            let x = outlet_of(Point::default(), index, count).x / CARD_WIDTH * 100.0;
            let outlet = Outlet {
                node: id.clone(),
                port: out.port.clone(),
            };
            let free = {
                let outlet = outlet.clone();
                move || canvas.edges.with(|edges| !edges.contains(&outlet))
            };
            view! {
                <span
                    class="port port--out"
                    data-port=out.port.to_string()
                    data-free=move || yes(free())
                    style:left=format!("{x}%")
                >
                    {loose_end(canvas, outlet)}
                </span>
            }
            .into_any()
        })
        .collect();
    let inlet = step
        .takes_input()
        .then(|| view! { <span class="port port--in" data-port="in"></span> });
    view! {
        {inlet}
        {outs}
    }
    .into_any()
}

/// What a screen reader says of a card.
fn spoken(canvas: Canvas, id: NodeId, cell: Cell) -> impl Fn() -> String {
    move || {
        // Where it leads changes with any edge, and with what is there.
        canvas.revision.track();
        let name = cell
            .step
            .with(|step| canvas.pushes.with(|pushes| full(step, pushes)));
        let mut words = vec![name];
        for outlet in canvas.outlets(&id) {
            let target = canvas.document(|document| document.target(&outlet).cloned());
            let target = target.map_or_else(|| "nothing yet".to_owned(), |to| canvas.name(&to));
            let label = super::graph::outlet_label(&outlet);
            words.push(match label {
                "" => format!("Leads to {target}"),
                label => format!("“{label}” leads to {target}"),
            });
        }
        if let Some(here) = cell.here.get() {
            words.push(counted(here, "contact here now", "contacts here now"));
        }
        words.extend(cell.problems.get());
        if cell.selected.get() && canvas.selected.with(Vec::len) > 1 {
            words.push("selected".to_owned());
        }
        words.join(". ")
    }
}
