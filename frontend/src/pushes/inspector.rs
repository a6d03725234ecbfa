//! What each channel would be sent: asked of the server, which makes it as it sends.

use app::features::pushes::api::InspectPush;
use dom::{El, by_id};
use reactive_graph::{graph::untrack, prelude::*};

use super::{editor::Editor, send_test::notice};
use crate::ask::{call, spawn, text_of};

/// Brings the button and its dialog to life.
pub(super) fn start(editor: &'static Editor) {
    let Some(dialog) = by_id("inspect-push") else {
        return;
    };
    editor.page.part("inspect").listen("click", move |_| {
        dialog.show_modal();
        let view = editor.view;
        dialog
            .part("inspected-for")
            .say(&view.seen_as.get_untracked());
        let place = dialog.part("inspected");
        place.fill(El::from_template("inspecting").as_slice());
        let asked = call(&InspectPush {
            content: untrack(|| editor.form.content().0),
            sample: view.contact.get_untracked(),
            event: view.event.get_untracked(),
        });
        spawn(async move {
            match asked.await.and_then(|json| text_of(&json)) {
                Ok(markup) => place.fill_with_markup(&markup),
                Err(refusal) => place.fill(notice(&refusal).as_slice()),
            }
        });
    });
}
