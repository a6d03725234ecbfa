//! One step on the canvas.

use super::graph::StepRules;
use super::looking::card_id;
use super::state::{Canvas, Cell, Showing};
use super::words::{line, look};
use flow::{CARD_WIDTH, NodeId, Outlet, Point, Rules, outlet_of};
use leptos::prelude::*;
use ui::{Glyph, Icon, grouped};

/// A step's card with its ports.
#[component]
pub(super) fn StepCard(canvas: Canvas, id: NodeId) -> AnyView {
    let Some(cell) = canvas.cell(&id) else {
        return ().into_any();
    };
    let kind = cell.step.with_untracked(domain::workflow::Step::kind);
    let (glyph, family) = look(kind);
    let words = Memo::new(move |_| {
        cell.step
            .with(|step| canvas.pushes.with(|pushes| line(step, pushes)))
    });
    let count = move || {
        cell.here.get().filter(|here| *here > 0).map(|here| {
            view! {
                <span class="step__count" title="Contacts here now">
                    {grouped(here)}
                </span>
            }
        })
    };
    let wrong = move || {
        let problems = cell.problems.get();
        (!problems.is_empty()).then(|| {
            view! {
                <span class="step__wrong" title=problems.join(" ")>
                    <Icon glyph=Glyph::AlertCircle />
                </span>
            }
        })
    };
    let targeted = {
        let id = id.clone();
        Memo::new(move |_| {
            canvas.showing.with(|showing| {
                matches!(showing, Showing::Wire { target: Some(target), .. } if *target == id)
            })
        })
    };
    let first = {
        let id = id.clone();
        // With no step focused yet, Tab goes to the topmost one.
        Memo::new(move |_| {
            canvas.focus.with(Option::is_none)
                && canvas.nodes.with(|nodes| nodes.first() == Some(&id))
        })
    };
    let label = spoken(canvas, id.clone(), cell);
    let focused = id.clone();
    view! {
        <div
            id=card_id(&id)
            class="step"
            role="button"
            aria-roledescription="step"
            aria-label=label
            tabindex=move || if cell.focused.get() || first.get() { "0" } else { "-1" }
            data-step=family
            data-kind=kind_name(kind)
            data-selected=move || cell.selected.get().then_some("true")
            data-target=move || targeted.get().then_some("true")
            style:transform=move || format!("translate({}px,{}px)", cell.x.get(), cell.y.get())
            on:focus=move |_| canvas.set_focus(Some(focused.clone()))
        >
            <span class="step__mark">
                <Icon glyph />
            </span>
            <span class="step__words">
                <span class="step__kind">{kind.label()} {wrong}</span>
                <span class="step__line clip">{words}</span>
            </span>
            {count}
            {ports(canvas, &id, cell)}
        </div>
    }
    .into_any()
}

/// The kind's name in stored JSON; tests and styles find cards by it.
const fn kind_name(kind: domain::workflow::StepKind) -> &'static str {
    use domain::workflow::StepKind;
    match kind {
        StepKind::Trigger => "trigger",
        StepKind::Delay => "delay",
        StepKind::Branch => "branch",
        StepKind::Push => "push",
        StepKind::Exit => "exit",
    }
}

/// Where edges come in and go out. Only drawn: the canvas knows by geometry
/// what a pointer touches.
fn ports(canvas: Canvas, id: &NodeId, cell: Cell) -> AnyView {
    let step = cell.step.get_untracked();
    let outs = StepRules.outs(&step);
    let count = outs.len();
    let outs = outs
        .into_iter()
        .enumerate()
        .map(|(index, out)| {
            let x = outlet_of(Point::default(), index, count).x / CARD_WIDTH * 100.0;
            let outlet = Outlet {
                node: id.clone(),
                port: out.port.clone(),
            };
            let free = move || {
                canvas
                    .edges
                    .with(|edges| !edges.contains(&outlet))
                    .then_some("true")
            };
            let words = (!out.label.is_empty())
                .then(|| view! { <span class="port__label">{out.label.clone()}</span> });
            view! {
                <span
                    class="port port--out"
                    data-port=out.port.to_string()
                    data-free=free
                    style:left=format!("{x}%")
                >
                    {words}
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

/// What a screen reader says of a card.
fn spoken(canvas: Canvas, id: NodeId, cell: Cell) -> Signal<String> {
    Signal::derive(move || {
        // Where it leads changes with any edge.
        canvas.edges.track();
        canvas.revision.track();
        let name = cell.step.with(|step| {
            canvas
                .pushes
                .with(|pushes| super::words::full(step, pushes))
        });
        let mut words = vec![name];
        for outlet in canvas.outlets(&id) {
            let label = super::graph::outlet_label(&outlet);
            let way = if label.is_empty() {
                "Leads to".to_owned()
            } else {
                format!("“{label}” leads to")
            };
            let target = canvas.document(|document| document.target(&outlet).cloned());
            let target = target.map_or_else(|| "nothing yet".to_owned(), |to| canvas.name(&to));
            words.push(format!("{way} {target}"));
        }
        if let Some(here) = cell.here.get() {
            words.push(ui::counted(here, "contact here now", "contacts here now"));
        }
        words.extend(cell.problems.get());
        if cell.selected.get() && canvas.selected.with(|all| all.len() > 1) {
            words.push("selected".to_owned());
        }
        words.join(". ")
    })
}
