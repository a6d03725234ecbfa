//! Whose eyes the preview looks through, and how to change them.

use app::features::pushes::sample::SampleContact;
use dom::by_id;
use reactive_graph::prelude::*;

use super::{editor::Editor, picker::Picker};

/// Brings the sample contact and the dialog that changes it to life.
pub(super) fn start(editor: &'static Editor) {
    let view = editor.view;
    editor
        .page
        .part("sample-name")
        .text_of(move || view.seen_as.get());
    editor
        .page
        .part("make-up")
        .flag_of("hidden", move || view.made_up.get())
        .listen("click", move |_| view.look_as(editor.made_up.clone()));
    let Some(dialog) = by_id("choose-sample") else {
        return;
    };
    let chosen = dialog.clone();
    let picker = Picker::start(&dialog, move |row| {
        view.look_as(SampleContact {
            name: row.attribute("data-name").unwrap_or_default(),
            json: row.attribute("data-json").unwrap_or_default(),
            made_up: false,
        });
        chosen.close();
    });
    let forgetting = picker.clone();
    dialog.listen("close", move |_| forgetting.forget());
    editor.page.part("choose-sample").listen("click", move |_| {
        dialog.show_modal();
        picker.begin();
    });
}
