//! The window around the page: its events, its next drawing, where it leads.

use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CustomEvent, CustomEventInit, Element, Event};

use crate::{El, build::page};

/// What the pages' script listens for to say something in the corner.
const SAID: &str = "carillon:said";

/// Listens on the window for as long as the page stands.
pub fn on_window(event: &'static str, act: impl FnMut(Event) + 'static) {
    listen(event, Box::new(act));
}

fn listen(event: &'static str, act: Box<dyn FnMut(Event)>) {
    if let Some(window) = web_sys::window() {
        let heard = Closure::wrap(act).into_js_value();
        // Refused only if the closure were no function.
        let _ = window.add_event_listener_with_callback(event, heard.unchecked_ref());
    }
}

/// Does something once, before the window is next drawn.
pub fn next_frame(act: impl FnOnce() + 'static) {
    let once: Box<dyn FnOnce()> = Box::new(act);
    if let Some(window) = web_sys::window() {
        // Refused only if the closure were no function.
        let _ = window.request_animation_frame(Closure::once_into_js(once).unchecked_ref());
    }
}

/// Whether nobody can see the page now.
pub fn is_hidden() -> bool {
    page().hidden()
}

/// The element that has the focus.
pub fn focused() -> Option<El> {
    page().active_element().map(El::of)
}

/// The element that an event happened at.
pub fn target_of(event: &Event) -> Option<El> {
    event.target()?.dyn_into::<Element>().ok().map(El::of)
}

/// Leads to another page, by a whole load.
pub fn go(href: &str) {
    if let Some(window) = web_sys::window() {
        // A browser that refuses leaves the person where they are.
        let _ = window.location().assign(href);
    }
}

/// Loads the page anew.
pub fn reload() {
    if let Some(window) = web_sys::window() {
        // A browser that refuses leaves the person where they are.
        let _ = window.location().reload();
    }
}

/// Says in the corner what was done.
pub fn say_done(words: &str) {
    let detail = Object::new();
    // Refused only by an object that is sealed.
    let _ = Reflect::set(&detail, &"words".into(), &JsValue::from(words));
    let init = CustomEventInit::new();
    init.set_detail(&detail);
    if let Ok(event) = CustomEvent::new_with_event_init_dict(SAID, &init) {
        // Refused only for an event under way.
        let _ = page().dispatch_event(&event);
    }
}
