//! The workflow editor: state and deeds, and how the server's markup follows
//! and causes them.
//!
//! Owns: everything that happens on the canvas, in its bar, palette and
//! settings; saving and publishing. Must not know: how anything looks (that is
//! the server's, `app/src/features/workflow`), geometry and history (`flow`),
//! what steps mean (`domain`).

mod bar;
mod canvas;
mod card;
mod clipboard;
mod counts;
mod deeds;
mod form;
mod keys;
mod linking;
mod looking;
mod menu;
mod minimap;
mod overlay;
mod palette;
mod panel;
mod pointer;
mod problems;
mod publishing;
mod saving;
mod state;
mod tools;
mod wire;

use app::features::workflow::{api::EditorData, words::EDITOR_ID};
use dom::{El, by_id};
use domain::workflow::Graph;
use reactive_graph::prelude::*;
use saving::Keeper;
use state::Canvas;
use web_sys::KeyboardEvent;

/// Where the server wrote what the editor starts with.
const DATA_ID: &str = "editor-data";

/// Brings the editor in this page to life.
pub(crate) fn start() {
    let data = by_id(DATA_ID).and_then(|script| script.node().text_content());
    // From bytes, as everything else that this page decodes.
    let data = data.and_then(|text| serde_json::from_slice::<EditorData>(text.as_bytes()).ok());
    if let (Some(data), Some(editor)) = (data, by_id(EDITOR_ID)) {
        open(data, &editor);
    }
}

fn open(data: EditorData, editor: &El) {
    let Some(id) = data.id else { return };
    let (draft, broken) = match serde_json::from_slice::<Graph>(data.draft.as_bytes()) {
        Ok(draft) => (draft, None),
        Err(error) => (Graph::default(), Some(error)),
    };
    let may_edit = data.may_edit && broken.is_none();
    let canvas = Canvas::new(&draft, data.pushes, data.standing, may_edit);
    if let Some(error) = broken {
        canvas.refuse(&format!(
            "The saved draft could not be read, so it is not shown and cannot be changed here: {error}."
        ));
    }
    let keeper = Keeper::start(canvas, id, data.version);
    bar::start(editor, canvas, keeper, id);
    palette::start(canvas);
    canvas::start(canvas);
    menu::start(canvas);
    tools::start(editor, canvas);
    problems::start(editor, canvas);
    panel::start(editor, canvas);
    editor
        .part("welcome")
        .flag_of("hidden", move || !canvas.nodes.with(Vec::is_empty));
    editor.part("said").text_of(move || canvas.said.get());
    refused(editor, canvas);
    editor
        .clone()
        .on_as::<KeyboardEvent>("keydown", move |event| {
            if keys::anywhere(canvas, &event) {
                event.prevent_default();
            }
        });
    begin_on_canvas(canvas);
    counts::watch(canvas, id);
}

/// An empty canvas takes the focus unless something has it, so that whoever
/// pressed "Draw the workflow" by key goes on with the drawing.
fn begin_on_canvas(canvas: Canvas) {
    let empty = canvas.nodes.with_untracked(Vec::is_empty);
    if empty && canvas.may_edit && looking::nothing_has_focus() {
        canvas.focus_canvas();
    }
}

/// Why the last thing was not done.
fn refused(editor: &El, canvas: Canvas) {
    editor
        .part("refused")
        .flag_of("hidden", move || canvas.refused.with(Option::is_none));
    editor
        .part("refused-words")
        .text_of(move || canvas.refused.get().unwrap_or_default());
    editor
        .part("dismiss")
        .on("click", move |_| canvas.refused.set(None));
}

/// A copy of a template that the server wrote; nothing of it if it did not.
fn copy_of(template: &str) -> El {
    El::from_template(template).unwrap_or_else(|| El::new("i"))
}

/// An attribute that is there or not.
fn yes(is: bool) -> Option<String> {
    is.then(|| "true".to_owned())
}
