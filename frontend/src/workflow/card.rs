//! One step on the canvas.

use super::menu::MenuAt;
use super::state::{Canvas, Cell, Showing};
use super::{copy_of, yes};
use app::features::workflow::graph::outlet_label;
use app::features::workflow::words::{card_id, card_template, full, line, moved_to};
use dom::El;
use domain::workflow::Step;
use flow::{NodeId, Outlet, Point};
use reactive_graph::prelude::*;
use ui::{counted, grouped};

/// A step's card with its ports.
pub(super) fn card(canvas: Canvas, id: &NodeId) -> El {
    let Some(cell) = canvas.cell(id) else {
        return El::new("i");
    };
    let card = copy_of(&card_template(cell.step.with_untracked(Step::kind)));
    card.set("id", &card_id(id));
    card.part("line")
        .text_of(move || cell.step.with(|step| line(step, &canvas.pushes)));
    card.part("wrong")
        .flag_of("hidden", move || cell.problems.with(Vec::is_empty))
        .attr_of("title", move || {
            Some(cell.problems.with(|problems| problems.join(" ")))
        });
    card.part("count")
        .flag_of("hidden", move || cell.here.get().unwrap_or(0) == 0)
        .text_of(move || grouped(cell.here.get().unwrap_or(0)));
    for outlet in canvas.outlets(id) {
        if let Some(port) = card.find(&format!("[data-port={}]", outlet.port)) {
            let free = outlet.clone();
            let port = port.attr_of("data-free", move || {
                yes(canvas.edges.with(|edges| !edges.contains(&free)))
            });
            loose_end(canvas, &port, outlet);
        }
    }
    let (first, targeted, named, focused) = (id.clone(), id.clone(), id.clone(), id.clone());
    card.attr_of("aria-label", move || Some(spoken(canvas, &named, cell)))
        .attr_of("tabindex", move || {
            // With no step focused yet, Tab goes to the topmost one.
            let is_first = || {
                canvas.focus.with(Option::is_none)
                    && canvas.nodes.with(|nodes| nodes.first() == Some(&first))
            };
            Some(tabindex(cell.focused.get() || is_first()))
        })
        .attr_of("data-selected", move || yes(cell.selected.get()))
        .attr_of("data-target", move || {
            yes(canvas.showing.with(|showing| {
                matches!(showing, Showing::Wire { target: Some(to), .. } if *to == targeted)
            }))
        })
        .style_of("transform", move || {
            moved_to(Point::new(cell.x.get(), cell.y.get()))
        })
        .on("focus", move |_| canvas.set_focus(Some(focused.clone())))
}

/// What Tab does with an element.
pub(super) fn tabindex(reaches: bool) -> String {
    if reaches { "0" } else { "-1" }.to_owned()
}

/// The "+" that hangs from a way out that leads nowhere yet.
fn loose_end(canvas: Canvas, port: &El, outlet: Outlet) {
    let at = outlet.clone();
    plus(canvas, port, outlet, move || {
        let scene = canvas.scene.borrow();
        let port = scene.card(&at.node).and_then(|card| card.outlet(&at.port));
        port.unwrap_or_default() + Point::new(0.0, 24.0)
    });
}

/// The button that adds a step after `outlet`, where the menu opens at a point
/// of the world. Tab reaches it from the step that has the focus.
pub(super) fn plus(
    canvas: Canvas,
    within: &El,
    outlet: Outlet,
    point: impl Fn() -> Point + 'static,
) {
    let Some(source) = canvas.cell(&outlet.node) else {
        return;
    };
    let own = outlet.clone();
    within
        .part("plus")
        .attr_of("tabindex", move || Some(tabindex(source.focused.get())))
        .attr_of("aria-label", move || {
            source.step.track();
            Some(format!("Add a step after {}", canvas.way_of(&own)))
        })
        .on("click", move |_| {
            let at = canvas.view.get_untracked().to_screen(point());
            canvas.open_menu(MenuAt::new(vec![outlet.clone()], at));
        });
}

/// What a screen reader says of a card.
fn spoken(canvas: Canvas, id: &NodeId, cell: &Cell) -> String {
    // Where it leads changes with any edge, and with what is there.
    canvas.revision.track();
    let mut words = vec![cell.step.with(|step| full(step, &canvas.pushes))];
    for outlet in canvas.outlets(id) {
        let target = canvas.document(|document| document.target(&outlet).cloned());
        let target = target.map_or_else(|| "nothing yet".to_owned(), |to| canvas.name(&to));
        words.push(match outlet_label(&outlet) {
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
