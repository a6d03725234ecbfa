//! What is wrong with a step's settings, at their fields.

use super::super::state::{Canvas, is_of};
use super::condition::Conditions;
use dom::El;
use flow::NodeId;
use reactive_graph::prelude::*;

/// The paths that validation speaks of, each with the name of its field.
const FIELDS: [(&str, &str); 4] = [
    ("trigger.name", "trigger-name"),
    ("re_entry.delay.amount", "trigger-after-amount"),
    ("delay.amount", "delay-amount"),
    ("push_id", "push-id"),
];

/// Shows them as they come and go.
pub(super) fn follow(form: &El, canvas: Canvas, id: &NodeId, conditions: Option<Conditions>) {
    let (form, id) = (form.clone(), id.clone());
    dom::follow(move || {
        canvas.problems.with(|problems| {
            let wrong = |path: &str| {
                let mut own = problems.iter().filter(|problem| is_of(problem, &id));
                let found = own.find(|problem| problem.field.as_deref() == Some(path))?;
                Some(found.message.as_str())
            };
            for (path, name) in FIELDS {
                if let Some(field) = form.find(&format!("[name={name}]")) {
                    show_at(&form, &field, name, wrong(path));
                }
            }
            if let Some(conditions) = &conditions {
                conditions.show_errors(&wrong);
            }
        });
    });
}

/// Shows or hides an error at its field.
fn show_at(form: &El, field: &El, name: &str, words: Option<&str>) {
    say(form, name, words);
    mark(field, words);
    let hint = format!("hint-{name}");
    let mut described = Vec::new();
    if words.is_some() {
        described.push(format!("error-{name}"));
    }
    if form.find(&format!("#{hint}")).is_some() {
        described.push(hint);
    }
    let described = described.join(" ");
    field.set_or_not(
        "aria-describedby",
        Some(described.as_str()).filter(|ids| !ids.is_empty()),
    );
}

/// The words of an error, where the server made room for them.
pub(super) fn say(form: &El, name: &str, words: Option<&str>) {
    if let Some(place) = form.find(&format!("[data-error=\"{name}\"]")) {
        place.flag("hidden", words.is_none());
        if let Some(place) = place.find("[data-words]") {
            place.say(words.unwrap_or_default());
        }
    }
}

/// Tells whether what is in a field is wrong.
pub(super) fn mark(field: &El, words: Option<&str>) {
    field.set_or_not("aria-invalid", words.map(|_| "true"));
}
