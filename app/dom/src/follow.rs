//! What follows signals.

use any_spawner::Executor;
use reactive_graph::{
    effect::RenderEffect,
    owner::{Owner, StoredValue},
};

use crate::El;

/// Starts what a page does, for as long as the page stands.
pub fn start(work: impl FnOnce()) {
    // Refused if it was started before: then there is one already.
    let _ = Executor::init_wasm_bindgen();
    let owner = Owner::new();
    owner.with(work);
    std::mem::forget(owner);
}

/// Does something now, and again whenever a signal that it read changes, until what runs
/// now is made anew or gone.
pub fn follow(work: impl Fn() + 'static) {
    keep_doing(Box::new(work));
}

fn keep_doing(work: Box<dyn Fn()>) {
    let effect = RenderEffect::new(move |_: Option<()>| work());
    StoredValue::new_local(effect);
}

/// What follows signals: each reads them as it is called.
impl El {
    /// Its text, in place of everything in it.
    pub fn text_of(self, text: impl Fn() -> String + 'static) -> Self {
        let element = self.clone();
        keep_doing(Box::new(move || element.say(&text())));
        self
    }

    /// An attribute, or none.
    pub fn attr_of(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        let element = self.clone();
        keep_doing(Box::new(move || {
            element.set_or_not(name, value().as_deref());
        }));
        self
    }

    /// An attribute without a value, such as `hidden`.
    pub fn flag_of(self, name: &'static str, on: impl Fn() -> bool + 'static) -> Self {
        let element = self.clone();
        keep_doing(Box::new(move || element.flag(name, on())));
        self
    }

    /// An attribute that says "true" or "false", such as `aria-expanded`.
    pub fn truth_of(self, name: &'static str, on: impl Fn() -> bool + 'static) -> Self {
        let element = self.clone();
        keep_doing(Box::new(move || {
            element.set(name, if on() { "true" } else { "false" });
        }));
        self
    }

    /// A property of its style, such as `transform` or `--x`.
    pub fn style_of(self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        let element = self.clone();
        keep_doing(Box::new(move || {
            element.set_style(name, &value());
        }));
        self
    }

    /// Everything in it, made anew at each change.
    pub fn filled_by(self, children: impl Fn() -> Vec<El> + 'static) -> Self {
        let element = self.clone();
        keep_doing(Box::new(move || element.fill(&children())));
        self
    }
}
