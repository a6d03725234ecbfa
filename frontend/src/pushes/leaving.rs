//! A guard for unsaved work: asks before the page is left by a link, by closing the
//! window, by reloading.

use std::{cell::RefCell, rc::Rc};

use dom::{El, by_id, go, on_page_first, on_window, target_of};
use reactive_graph::graph::untrack;
use wasm_bindgen::JsCast;
use web_sys::{Event, MouseEvent};

use super::editor::Editor;

/// Brings the guard to life.
pub(super) fn start(editor: &'static Editor) {
    let at_stake = move || !editor.free_to_leave.get() && untrack(|| editor.saving.is_dirty());
    // The browser asks in its own words when the window closes or reloads.
    on_window("beforeunload", move |event| {
        if at_stake() {
            event.prevent_default();
        }
    });
    // What is deleted need not be saved.
    if let Some(dialog) = by_id("delete-push") {
        dialog.listen("submit", move |_| editor.free_to_leave.set(true));
        dialog.listen("close", move |_| editor.free_to_leave.set(false));
    }
    let Some(dialog) = by_id("leaving") else {
        return;
    };
    let wanted = Rc::new(RefCell::new(String::new()));
    let to = Rc::clone(&wanted);
    dialog.part("leave").listen("click", move |_| {
        editor.free_to_leave.set(true);
        go(&to.borrow());
    });
    // Links are caught before anything else hears of the press.
    on_page_first("click", move |event| {
        if !at_stake() {
            return;
        }
        if let Some(href) = local_link(&event) {
            event.prevent_default();
            event.stop_propagation();
            wanted.replace(href);
            dialog.show_modal();
        }
    });
}

/// The path of the link that was pressed, if it leads to another page within this site
/// and this window.
fn local_link(event: &Event) -> Option<String> {
    let press: &MouseEvent = event.dyn_ref()?;
    if press.ctrl_key() || press.meta_key() || press.shift_key() || press.button() != 0 {
        return None;
    }
    let link: El = target_of(event)?.closest("a[href]")?;
    let href = link.attribute("href")?;
    let stays =
        href.starts_with('/') && !href.starts_with("//") && link.attribute("target").is_none();
    stays.then_some(href)
}
