//! The bar above the canvas: how the workflow stands, what can be done.

use super::publishing;
use super::saving::{Keeper, Saving, show as show_saving, version_of};
use super::state::Canvas;
use crate::ask;
use app::features::workflow::{
    api::{DraftVersion, Standing},
    words::state_name,
};
use dom::El;
use domain::WorkflowId;
use reactive_graph::prelude::*;
use ui::counted;

/// Brings the bar to life.
pub(super) fn start(editor: &El, canvas: Canvas, keeper: &'static Keeper, id: WorkflowId) {
    show_standing(editor, canvas);
    show_saving(editor, keeper);
    travel(editor, canvas, "undo");
    travel(editor, canvas, "redo");
    count_problems(editor, canvas);
    publishing::start(editor, canvas, keeper, id);
    settle_conflict(editor, canvas, keeper, id);
}

/// The chip of the state that the workflow is in, with the number that runs.
fn show_standing(editor: &El, canvas: Canvas) {
    let chips = editor.all("[data-state]");
    let numbers = editor.all("[data-part=revision]");
    dom::follow(move || {
        let Standing {
            state, revision, ..
        } = canvas.standing.get();
        for chip in &chips {
            let own = chip.node().get_attribute("data-state");
            chip.flag("hidden", own.as_deref() != Some(state_name(state)));
        }
        let words = revision.map_or_else(String::new, |number| format!(" · revision {number}"));
        for number in &numbers {
            number.say(&words);
        }
    });
    dom::follow(move || {
        // Whatever is saved after publishing differs from what runs.
        if canvas.revision.get() > 0 && !canvas.standing.with_untracked(|now| now.differs) {
            canvas.standing.update(|standing| standing.differs = true);
        }
    });
}

/// Undo or redo, saying what it would change.
fn travel(editor: &El, canvas: Canvas, way: &'static str) {
    let label = move || {
        canvas.revision.track();
        let editor = canvas.editor.borrow();
        let (label, words, keys) = match way {
            "undo" => (editor.undo_label(), "Undo: ", " (Ctrl Z)"),
            _ => (editor.redo_label(), "Redo: ", " (Ctrl Shift Z)"),
        };
        label.map(|label| [words, label, keys].concat())
    };
    let words = move || label().or_else(|| Some(["Nothing to ", way].concat()));
    editor
        .part(way)
        .attr_of("aria-label", words)
        .attr_of("title", words)
        .flag_of("disabled", move || label().is_none())
        .on("click", move |_| match way {
            "undo" => canvas.undo(),
            _ => canvas.redo(),
        });
}

/// How much keeps the draft from being published; opens the list.
fn count_problems(editor: &El, canvas: Canvas) {
    let count = move || canvas.problems.with(Vec::len);
    editor.part("problems-count").text_of(move || {
        let count = u64::try_from(count()).unwrap_or(u64::MAX);
        counted(count, "problem", "problems")
    });
    editor
        .part("problems")
        .flag_of("hidden", move || count() == 0)
        .truth_of("aria-expanded", move || canvas.listed.get())
        .on("click", move |_| {
            canvas.listed.update(|open| *open = !*open);
        });
}

/// Two people drew at once: this one chooses whose drawing stays.
fn settle_conflict(editor: &El, canvas: Canvas, keeper: &'static Keeper, workflow: WorkflowId) {
    editor
        .part("conflict")
        .flag_of("hidden", || keeper.saving.get() != Saving::Conflict);
    editor.part("keep-mine").on("click", move |_| {
        ask::spawn(async move {
            let theirs = ask::call(&DraftVersion { id: workflow }).await;
            match theirs.and_then(|answer| version_of(&answer)) {
                Ok(theirs) => keeper.keep_mine(theirs),
                Err(refusal) => canvas.refuse(&refusal.words),
            }
        });
    });
    editor.part("take-theirs").on("click", move |_| {
        // A whole load: history and all begin anew with their draft.
        keeper.give_up();
        dom::reload();
    });
}
