//! The page as a whole: what hears of events first, time, dialogs, the server's markup.

use reactive_graph::{
    owner::StoredValue,
    traits::{GetValue, SetValue},
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Event, HtmlDialogElement};

use crate::{El, build::page};

/// Listens at the whole page, before whatever an event is meant for hears of it, for as
/// long as the page stands.
pub fn on_page_first(event: &'static str, act: impl FnMut(Event) + 'static) {
    listen_first(event, Box::new(act));
}

fn listen_first(event: &'static str, act: Box<dyn FnMut(Event)>) {
    let heard = Closure::wrap(act).into_js_value();
    // Refused only if the closure were no function.
    let _ = page().add_event_listener_with_callback_and_bool(event, heard.unchecked_ref(), true);
}

/// Does something in a while, unless it is set again before.
#[derive(Clone, Copy)]
pub struct Timer(StoredValue<i32>);

impl Timer {
    /// A timer that is not set.
    #[must_use]
    pub fn unset() -> Self {
        Self(StoredValue::new(0))
    }

    /// Sets it, in place of what it was set to.
    pub fn set(self, milliseconds: i32, act: impl FnOnce() + 'static) {
        self.set_to(milliseconds, Box::new(act));
    }

    fn set_to(self, milliseconds: i32, act: Box<dyn FnOnce()>) {
        let Some(window) = web_sys::window() else {
            return;
        };
        window.clear_timeout_with_handle(self.0.get_value());
        let once = Closure::once_into_js(act);
        let handle = window.set_timeout_with_callback_and_timeout_and_arguments_0(
            once.unchecked_ref(),
            milliseconds,
        );
        self.0.set_value(handle.unwrap_or_default());
    }
}

/// Dialogs, the focus, the server's markup.
impl El {
    /// Opens the dialog that it is.
    pub fn show_modal(&self) {
        let dialog: &HtmlDialogElement = self.node().unchecked_ref();
        if !dialog.open() {
            // Refused only for an element that is not in the page.
            let _ = dialog.show_modal();
        }
    }

    /// Closes the dialog that it is.
    pub fn close(&self) {
        let dialog: &HtmlDialogElement = self.node().unchecked_ref();
        dialog.close();
    }

    /// Gives it the focus; what is disabled refuses.
    pub fn focus(&self) {
        let _ = self.html().focus();
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<String> {
        self.node().get_attribute(name)
    }

    /// What it holds, as markup.
    pub fn markup(&self) -> String {
        self.node().inner_html()
    }

    /// Replaces everything in it by markup that the server wrote.
    pub fn fill_with_markup(&self, markup: &str) {
        self.node().set_inner_html(markup);
    }

    /// The first element of markup that the server wrote.
    pub fn from_markup(markup: &str) -> Option<Self> {
        let holder = Self::new("div");
        holder.fill_with_markup(markup);
        let first = Self::of(holder.node().first_element_child()?);
        first.remove();
        Some(first)
    }
}
