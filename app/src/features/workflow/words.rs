//! How steps are called on cards, in menus and aloud.

use domain::view::PushSummary;
use domain::workflow::{Comparison, Step, StepKind, Subject, Trigger};
use ui::Glyph;

/// What a kind looks like: its icon, and the family of its stripe.
pub(super) const fn look(kind: StepKind) -> (Glyph, &'static str) {
    match kind {
        StepKind::Trigger => (Glyph::Event, "trigger"),
        StepKind::Delay => (Glyph::Delay, "wait"),
        StepKind::Branch => (Glyph::Branch, "branch"),
        StepKind::Push => (Glyph::Push, "action"),
        StepKind::Exit => (Glyph::Exit, "end"),
    }
}

/// The key that picks a kind in the menu of steps.
pub(super) const fn letter(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Trigger => "t",
        StepKind::Delay => "d",
        StepKind::Branch => "b",
        StepKind::Push => "p",
        StepKind::Exit => "e",
    }
}

/// One line that says what a step does, pushes by their names.
pub(super) fn line(step: &Step, pushes: &[PushSummary]) -> String {
    if let Step::Push { push_id: Some(id) } = step {
        return match pushes.iter().find(|push| push.id == *id) {
            Some(push) => format!("Send “{}”", push.name),
            None => step.summary(),
        };
    }
    match step {
        // The card has room for little more than the event's name.
        Step::Trigger {
            trigger: Trigger::Event { name, filter },
            ..
        } if !name.is_empty() => {
            if filter.comparisons.is_empty() {
                format!("On “{name}”")
            } else {
                format!("On “{name}” if {filter}")
            }
        }
        // Half a comparison reads as nothing.
        Step::Branch { condition } if condition.comparisons.iter().any(nameless) => {
            "Finish the condition".to_owned()
        }
        other => other.summary(),
    }
}

fn nameless(comparison: &Comparison) -> bool {
    let (Subject::Contact(name) | Subject::Event(name)) = &comparison.subject;
    name.is_empty()
}

/// A step's full name: "Delay: Wait 2 days".
pub(super) fn full(step: &Step, pushes: &[PushSummary]) -> String {
    format!("{}: {}", step.kind().label(), line(step, pushes))
}
