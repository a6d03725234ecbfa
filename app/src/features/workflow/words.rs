//! How steps are called on cards, in menus and aloud.

use super::api::PushChoice;
use super::graph::outlet_label;
use super::state::Canvas;
use domain::workflow::{Comparison, Step, StepKind, Subject, Trigger};
use flow::{Outlet, Point};
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
pub(super) fn line(step: &Step, pushes: &[PushChoice]) -> String {
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
pub(super) fn full(step: &Step, pushes: &[PushChoice]) -> String {
    format!("{}: {}", step.kind().label(), line(step, pushes))
}

/// A way out of a step: "“Yes” of Yes/no branch: If plan is “pro”".
pub(super) fn way_of(canvas: Canvas, outlet: &Outlet) -> String {
    let name = canvas.name(&outlet.node);
    match outlet_label(outlet) {
        "" => name,
        label => format!("“{label}” of {name}"),
    }
}

/// The style that puts something at a point of the world.
pub(super) fn moved_to(at: Point) -> String {
    format!("translate({}px,{}px)", at.x, at.y)
}
