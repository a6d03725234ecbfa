//! The push editor: state, and how the server's markup follows and causes it.
//!
//! Owns: everything that happens in the form, the preview and the dialogs; saving, testing
//! and the guard of unsaved work. Must not know: how anything looks (that is the server's,
//! `app/src/features/pushes`), what a push looks like on a phone (`app`'s `look`), what a
//! push is (`domain`).

mod bar;
mod buttons;
mod editor;
mod fields;
mod images;
mod inspector;
mod leaving;
mod measure;
mod notes;
mod picker;
mod preview;
mod sample;
mod saving;
mod send_test;

use app::features::pushes::start::EditorData;
use dom::by_id;

use editor::Editor;

/// Brings the editor in this page to life.
pub(crate) fn start() {
    let data = by_id("editor-data").and_then(|script| script.node().text_content());
    let data = data.and_then(|json| EditorData::read(&json));
    if let (Some(data), Some(page)) = (data, by_id("page")) {
        let editor = Editor::open(page, data);
        let complaints = fields::Complaints::of(editor);
        fields::start(editor, complaints);
        buttons::start(editor, complaints);
        bar::start(editor);
        let cuts = preview::start(editor);
        notes::start(editor, cuts);
        sample::start(editor);
        images::start(editor);
        inspector::start(editor);
        send_test::start(editor);
        leaving::start(editor);
    }
}
