//! The editor's head: name, whether it is saved, save, delete; and the conflict.

use dom::{by_id, find, follow, on_window};
use reactive_graph::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::editor::Editor;
use crate::ask::spawn;

/// Brings the head to life.
pub(super) fn start(editor: &'static Editor) {
    name(editor);
    state(editor);
    save(editor);
    conflict(editor);
}

/// The name stands in the heading, the window's title, the menu and what deleting asks.
fn name(editor: &'static Editor) {
    let heading = editor.page.part("heading");
    let more = editor.page.part("more");
    let named = more.all("[aria-label]");
    let question = by_id("delete-push-title");
    let form = find("#delete-push form");
    let id = find("#delete-push [name=id]");
    follow(move || {
        let name = editor.form.name.get();
        heading.say(&name);
        if let Some(document) = heading.node().owner_document() {
            document.set_title(&match name.as_str() {
                "" => "Carillon".to_owned(),
                name => format!("{name} · Carillon"),
            });
        }
        for element in &named {
            element.set("aria-label", &format!("More for {name}"));
        }
        if let (Some(question), Some(form)) = (&question, &form) {
            question.say(&format!("Delete “{name}”?"));
            form.set("data-said", &format!("Deleted “{name}”."));
        }
    });
    follow(move || {
        let known = editor.saving.id();
        more.flag("hidden", known.is_none());
        if let (Some(field), Some(known)) = (&id, known) {
            field.set("value", &known.to_string());
        }
    });
}

/// Unsaved and saved, in words.
fn state(editor: &'static Editor) {
    let saving = editor.saving;
    let state = editor.page.part("state");
    let is_saved = move || !saving.is_dirty() && saving.id().is_some();
    state.part("unsaved").flag_of("hidden", is_saved);
    state.part("saved").flag_of("hidden", move || !is_saved());
    state
        .part("words")
        .text_of(move || saving.words().to_owned());
}

/// Saves: by the button, by Ctrl or ⌘ S.
fn save(editor: &'static Editor) {
    let saving = editor.saving;
    let save = move || {
        spawn(async move {
            saving.save().await;
        });
    };
    let button = editor.page.part("save");
    button
        .attr_of("aria-busy", move || {
            saving.busy.get().then(|| "true".to_owned())
        })
        .listen("click", move |_| save());
    on_window("keydown", move |event| {
        let key: &KeyboardEvent = event.unchecked_ref();
        if (key.ctrl_key() || key.meta_key()) && key.key().eq_ignore_ascii_case("s") {
            event.prevent_default();
            if editor.may_edit {
                save();
            }
        }
    });
    let failure = editor.page.part("failure");
    failure
        .part("words")
        .text_of(move || saving.failure.get().unwrap_or_default());
    failure.flag_of("hidden", move || saving.failure.with(Option::is_none));
}

/// Two people saved the same push.
fn conflict(editor: &'static Editor) {
    let saving = editor.saving;
    let Some(dialog) = by_id("conflict") else {
        return;
    };
    dialog.part("take-theirs").listen("click", move |_| {
        // A whole load gives up what was written, which is what was asked.
        editor.free_to_leave.set(true);
        if let Some(window) = web_sys::window() {
            // A browser that refuses leaves everything as it is.
            let _ = window.location().reload();
        }
    });
    dialog
        .part("keep-mine")
        .attr_of("aria-busy", move || {
            saving.busy.get().then(|| "true".to_owned())
        })
        .listen("click", move |_| {
            spawn(async move { saving.save_over().await });
        });
    dialog.listen("close", move |_| saving.conflict.set(false));
    follow(move || {
        if saving.conflict.get() {
            dialog.show_modal();
        } else {
            dialog.close();
        }
    });
}
