//! Keeps a form control and a signal equal without losing what was typed
//! before hydration, and without moving the caret.

use leptos::{html, prelude::*};

/// Lets `node` show `value`. On the first run, text that differs from the
/// served attribute was typed by the person, and wins.
pub(crate) fn follow_input(node: NodeRef<html::Input>, value: RwSignal<String>) {
    Effect::new(move |ran: Option<bool>| {
        let Some(element) = node.get() else {
            return ran.unwrap_or(false);
        };
        let shown = element.value();
        let typed_early = ran != Some(true) && shown != element.default_value();
        settle(value, &shown, typed_early, |text| element.set_value(text));
        true
    });
}

/// The same for a text area.
pub(crate) fn follow_area(node: NodeRef<html::Textarea>, value: RwSignal<String>) {
    Effect::new(move |ran: Option<bool>| {
        let Some(element) = node.get() else {
            return ran.unwrap_or(false);
        };
        let shown = element.value();
        let typed_early = ran != Some(true) && Ok(&shown) != element.default_value().as_ref();
        settle(value, &shown, typed_early, |text| element.set_value(text));
        true
    });
}

fn settle(value: RwSignal<String>, shown: &str, typed_early: bool, write: impl FnOnce(&str)) {
    let wanted = value.get();
    if wanted == shown {
        return;
    }
    if typed_early {
        value.set(shown.to_owned());
    } else {
        write(&wanted);
    }
}
