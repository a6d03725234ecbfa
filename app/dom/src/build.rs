//! Elements: found, made, furnished.

use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Document, Element, Event, HtmlElement, HtmlTemplateElement};

use reactive_graph::owner::StoredValue;

const SVG: &str = "http://www.w3.org/2000/svg";

/// An element, in the page or on its way there. Copies are handles to the same one.
#[derive(Clone, Debug)]
pub struct El(Element);

/// The page. There is always one where this crate runs.
///
/// # Panics
/// Outside a browser's window.
#[expect(clippy::expect_used, reason = "there is no window without a document")]
pub(crate) fn page() -> Document {
    web_sys::window()
        .and_then(|window| window.document())
        .expect("a browser's window")
}

/// The element with this id.
pub fn by_id(id: &str) -> Option<El> {
    page().get_element_by_id(id).map(El)
}

/// The first element that a CSS selector matches.
pub fn find(selector: &str) -> Option<El> {
    page().query_selector(selector).ok().flatten().map(El)
}

impl El {
    /// A new HTML element.
    ///
    /// # Panics
    /// If `tag` is no name of an element: a mistake in the program.
    #[expect(clippy::expect_used, reason = "tags are written in the program")]
    pub fn new(tag: &str) -> Self {
        Self(page().create_element(tag).expect("a tag's name"))
    }

    /// A new SVG element.
    ///
    /// # Panics
    /// If `tag` is no name of an element: a mistake in the program.
    #[expect(clippy::expect_used, reason = "tags are written in the program")]
    pub fn svg(tag: &str) -> Self {
        Self(
            page()
                .create_element_ns(Some(SVG), tag)
                .expect("a tag's name"),
        )
    }

    /// An element that the browser gave.
    pub fn of(element: Element) -> Self {
        Self(element)
    }

    /// The first element of a copy of what `<template id=…>` holds.
    pub fn from_template(id: &str) -> Option<Self> {
        let template = page()
            .get_element_by_id(id)?
            .dyn_into::<HtmlTemplateElement>()
            .ok()?;
        let first = template.content().first_element_child()?;
        let copy = first.clone_node_with_deep(true).ok()?;
        copy.dyn_into::<Element>().ok().map(Self)
    }

    /// The element itself, for what this crate does not do.
    pub fn node(&self) -> &Element {
        &self.0
    }

    /// The element as an HTML element: to focus, to measure. Every one that
    /// [`new`](Self::new) made is one.
    pub fn html(&self) -> &HtmlElement {
        self.0.unchecked_ref()
    }

    /// Whether both are the same element.
    pub fn is(&self, other: &Self) -> bool {
        self.0 == other.0
    }

    /// The first element within it that a CSS selector matches.
    pub fn find(&self, selector: &str) -> Option<Self> {
        self.0.query_selector(selector).ok().flatten().map(Self)
    }

    /// All elements within it that a CSS selector matches.
    pub fn all(&self, selector: &str) -> Vec<Self> {
        let Ok(found) = self.0.query_selector_all(selector) else {
            return Vec::new();
        };
        (0..found.length())
            .filter_map(|at| found.get(at)?.dyn_into::<Element>().ok())
            .map(Self)
            .collect()
    }

    /// The element within it that the server marked `data-part=NAME`. Without one it is an
    /// element outside the page: what a person may not do has no part to be done with.
    #[must_use]
    pub fn part(&self, name: &str) -> Self {
        self.find(&format!("[data-part={name}]"))
            .unwrap_or_else(|| Self::new("i"))
    }

    /// The nearest element around it, itself first, that a CSS selector matches.
    pub fn closest(&self, selector: &str) -> Option<Self> {
        self.0.closest(selector).ok().flatten().map(Self)
    }

    /// With these classes.
    #[must_use]
    pub fn class(self, names: &str) -> Self {
        self.0.set_class_name(names);
        if self.0.namespace_uri().as_deref() == Some(SVG) {
            self.set("class", names);
        }
        self
    }

    /// With an attribute.
    #[must_use]
    pub fn attr(self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// With its text, in place of everything in it.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.say(text);
        self
    }

    /// With another element at its end.
    #[must_use]
    pub fn child(self, child: &Self) -> Self {
        self.append(child);
        self
    }

    /// With more elements at its end.
    #[must_use]
    pub fn children(self, children: impl IntoIterator<Item = Self>) -> Self {
        for child in children {
            self.append(&child);
        }
        self
    }

    /// Does something at each event of a kind, until what made the element is gone.
    pub fn on(self, event: &'static str, act: impl FnMut(Event) + 'static) -> Self {
        self.listen(event, act);
        self
    }

    /// The same for an event whose type is known: `on_as::<PointerEvent>("pointerdown", …)`.
    pub fn on_as<E: JsCast + 'static>(
        self,
        event: &'static str,
        mut act: impl FnMut(E) + 'static,
    ) -> Self {
        listen(
            &self.0,
            event,
            Box::new(move |event: Event| act(event.unchecked_into())),
        );
        self
    }

    /// Like [`on`](Self::on), for an element that stands in the page.
    pub fn listen(&self, event: &'static str, act: impl FnMut(Event) + 'static) {
        listen(&self.0, event, Box::new(act));
    }

    /// Sets an attribute.
    pub fn set(&self, name: &str, value: &str) {
        // Refused only for a name that no attribute can have.
        let _ = self.0.set_attribute(name, value);
    }

    /// Sets an attribute, or takes it away.
    pub fn set_or_not(&self, name: &str, value: Option<&str>) {
        match value {
            Some(value) => self.set(name, value),
            None => {
                // Taking away what is not there is no error.
                let _ = self.0.remove_attribute(name);
            }
        }
    }

    /// Sets an attribute without a value, such as `hidden`, or takes it away.
    pub fn flag(&self, name: &str, on: bool) {
        self.set_or_not(name, on.then_some(""));
    }

    /// Sets a property of its style, such as `transform` or `--x`.
    pub fn set_style(&self, name: &str, value: &str) {
        // Refused only for a property that is not known: a mistake in the program.
        let _ = self.html().style().set_property(name, value);
    }

    /// Replaces everything in it by a text, unless it says that: nothing is read aloud in
    /// vain.
    pub fn say(&self, text: &str) {
        if self.0.text_content().as_deref() != Some(text) {
            self.0.set_text_content(Some(text));
        }
    }

    /// Adds an element at its end.
    pub fn append(&self, child: &Self) {
        // Refused only if the child held this element.
        let _ = self.0.append_child(&child.0);
    }

    /// Replaces everything in it by these elements.
    pub fn fill(&self, children: &[Self]) {
        self.0.set_text_content(None);
        for child in children {
            self.append(child);
        }
    }

    /// Takes it out of the page.
    pub fn remove(&self) {
        self.0.remove();
    }

    /// The value of a field: input, select or textarea.
    pub fn value(&self) -> String {
        js_sys::Reflect::get(&self.0, &"value".into())
            .ok()
            .and_then(|value| value.as_string())
            .unwrap_or_default()
    }

    /// Sets the value of a field, unless it has it: the caret stays.
    pub fn set_value(&self, value: &str) {
        if self.value() != value {
            self.property("value", &value.into());
        }
    }

    /// Whether a checkbox or a radio button is checked.
    pub fn checked(&self) -> bool {
        js_sys::Reflect::get(&self.0, &"checked".into()).is_ok_and(|value| value.is_truthy())
    }

    /// Sets a property, as opposed to an attribute.
    pub fn property(&self, name: &str, value: &wasm_bindgen::JsValue) {
        // Refused only for a property that cannot be written.
        let _ = js_sys::Reflect::set(&self.0, &name.into(), value);
    }
}

/// Listens until the owner of what runs now is gone.
fn listen(target: &Element, event: &'static str, act: Box<dyn FnMut(Event)>) {
    let heard = Closure::wrap(act);
    // Refused only if the closure were no function.
    let _ = target.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
    StoredValue::new_local(Listening {
        target: target.clone(),
        event,
        heard,
    });
}

/// A listener, taken away when it is dropped with its owner.
struct Listening {
    target: Element,
    event: &'static str,
    heard: Closure<dyn FnMut(Event)>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let heard = self.heard.as_ref().unchecked_ref();
        // It is there: it was added when this was made.
        let _ = self
            .target
            .remove_event_listener_with_callback(self.event, heard);
    }
}
