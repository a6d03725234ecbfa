//! Word from the server that something arrived.

use std::time::Duration;

use leptos::{leptos_dom::helpers::debounce, prelude::*};

/// The stream of the server's word.
const STREAM: &str = "/virtual-devices/events";
/// Many pushes arrive at once: the page looks again when they have.
const SETTLES: Duration = Duration::from_millis(250);

/// Calls `look` a moment after something arrived, for as long as the page is
/// open. In the browser alone.
pub fn on_arrival(look: impl Fn() + Clone + 'static) {
    Effect::new(move || {
        let look = look.clone();
        let mut look = debounce(SETTLES, move |()| look());
        if let Ok(source) = web_sys::EventSource::new(STREAM) {
            let listener = gloo_events::EventListener::new(&source, "message", move |_| look(()));
            // Neither leaves this thread; the page has one.
            let kept = StoredValue::new_local((source, listener));
            on_cleanup(move || {
                kept.with_value(|(source, _)| source.close());
            });
        }
    });
}
