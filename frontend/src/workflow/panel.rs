//! The settings of what is selected, at the right.

use super::copy_of;
use super::form;
use super::state::{Canvas, Cell, change, is_of};
use app::features::workflow::words::{SEVERAL_TEMPLATE, settings_template};
use dom::{El, follow};
use flow::NodeId;
use reactive_graph::{graph::untrack, prelude::*, signal::ArcRwSignal};
use std::cell::RefCell;
use ui::counted;
use web_sys::KeyboardEvent;

/// What the panel shows.
#[derive(Clone, PartialEq)]
enum Shown {
    Nothing,
    One(NodeId),
    Several(usize),
}

/// Shows the panel at the end of the editor's middle while it is open.
pub(super) fn start(editor: &El, canvas: Canvas) {
    let shown = ArcRwSignal::new(Shown::Nothing);
    let wanted = shown.clone();
    follow(move || {
        let open = canvas.panel.get();
        let now = canvas.selected.with(|selected| match selected.as_slice() {
            [] => Shown::Nothing,
            _ if !open => Shown::Nothing,
            [only] => Shown::One(only.clone()),
            several => Shown::Several(several.len()),
        });
        change(&wanted, now);
    });
    let place = editor.part("work");
    let before = RefCell::new(None::<El>);
    follow(move || {
        // Made anew when undo changed the settings under the form.
        canvas.epoch.track();
        let panel = match shown.get() {
            Shown::Nothing => None,
            Shown::One(id) => untrack(|| one(canvas, id)),
            Shown::Several(count) => Some(several(count)),
        };
        if let Some(panel) = &panel {
            furnish(panel, canvas);
            place.append(panel);
        }
        if let Some(before) = before.replace(panel) {
            before.remove();
        }
    });
}

fn one(canvas: Canvas, id: NodeId) -> Option<El> {
    let (cell, step) = (canvas.cell(&id)?, canvas.step(&id)?);
    let panel = copy_of(&settings_template(step.kind()));
    show_state(&panel, canvas, &id, cell);
    form::start(&panel, canvas, &id, &step);
    Some(panel)
}

/// How many contacts are there, and what is wrong.
fn show_state(panel: &El, canvas: Canvas, id: &NodeId, cell: &'static Cell) {
    panel
        .part("here")
        .flag_of("hidden", move || cell.here.get().is_none())
        .text_of(move || {
            let here = cell.here.get().unwrap_or(0);
            counted(here, "contact here now", "contacts here now")
        });
    let (list, id) = (panel.part("problems"), id.clone());
    follow(move || {
        // Those of a field stand at the field.
        let items: Vec<El> = canvas.problems.with(|problems| {
            let own = problems.iter();
            let own = own.filter(|problem| problem.field.is_none() && is_of(problem, &id));
            own.map(|problem| El::new("li").text(&problem.message))
                .collect()
        });
        list.flag("hidden", items.is_empty());
        list.fill(&items);
    });
}

fn several(count: usize) -> El {
    let panel = copy_of(SEVERAL_TEMPLATE);
    panel.part("title").say(&format!("{count} steps selected"));
    panel
}

/// What every panel has: ways to close, copy and remove.
fn furnish(panel: &El, canvas: Canvas) {
    panel.part("close").on("click", move |_| close(canvas));
    panel
        .part("duplicate")
        .on("click", move |_| canvas.duplicate());
    panel.part("remove").on("click", move |_| canvas.remove());
    // Escape leads back to the card, from any field.
    panel
        .clone()
        .on_as::<KeyboardEvent>("keydown", move |event| {
            if event.key() == "Escape" {
                event.stop_propagation();
                close(canvas);
            }
        });
}

fn close(canvas: Canvas) {
    canvas.panel.set(false);
    match canvas.focus.get_untracked() {
        Some(id) => canvas.go_to(&id),
        None => canvas.focus_canvas(),
    }
}
