//! How steps are called on cards, in menus and aloud.

use super::api::PushChoice;
use domain::workflow::{Comparison, Step, StepKind, Subject, Trigger, WorkflowState};
use flow::{NodeId, Point};
use ui::Glyph;

/// The element id of the editor.
pub const EDITOR_ID: &str = "workflow-editor";
/// The element id of the canvas.
pub const CANVAS_ID: &str = "workflow-canvas";
/// The element id of the menu of steps.
pub const MENU_ID: &str = "workflow-steps";
/// The element id of the settings.
pub const SETTINGS_ID: &str = "workflow-settings";
/// The element id of the list of problems.
pub const PROBLEMS_ID: &str = "workflow-problems";
/// The element id of the list of keys.
pub const KEYS_ID: &str = "workflow-keys";
/// The template of the settings of several steps.
pub const SEVERAL_TEMPLATE: &str = "settings-several";
/// The template of a comparison.
pub const COMPARISON_TEMPLATE: &str = "comparison";

/// The kind's name in stored JSON; tests and styles find cards by it.
pub const fn kind_name(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Trigger => "trigger",
        StepKind::Delay => "delay",
        StepKind::Branch => "branch",
        StepKind::Push => "push",
        StepKind::Exit => "exit",
    }
}

/// The template of a kind's card.
pub fn card_template(kind: StepKind) -> String {
    format!("card-{}", kind_name(kind))
}

/// The template of a kind's settings.
pub fn settings_template(kind: StepKind) -> String {
    format!("settings-{}", kind_name(kind))
}

/// The element id of a kind's entry in the palette.
pub fn palette_id(kind: StepKind) -> String {
    format!("palette-{}", look(kind).1)
}

/// The element id of a step's card.
pub fn card_id(id: &NodeId) -> String {
    format!("step-{id}")
}

/// A state's name; the chips in the bar are found by it.
pub const fn state_name(state: WorkflowState) -> &'static str {
    match state {
        WorkflowState::Draft => "draft",
        WorkflowState::Live => "live",
        WorkflowState::Paused => "paused",
        WorkflowState::Stopped => "stopped",
    }
}

/// What a kind looks like: its icon, and the family of its stripe.
pub const fn look(kind: StepKind) -> (Glyph, &'static str) {
    match kind {
        StepKind::Trigger => (Glyph::Event, "trigger"),
        StepKind::Delay => (Glyph::Delay, "wait"),
        StepKind::Branch => (Glyph::Branch, "branch"),
        StepKind::Push => (Glyph::Push, "action"),
        StepKind::Exit => (Glyph::Exit, "end"),
    }
}

/// The key that picks a kind in the menu of steps.
pub const fn letter(kind: StepKind) -> &'static str {
    match kind {
        StepKind::Trigger => "t",
        StepKind::Delay => "d",
        StepKind::Branch => "b",
        StepKind::Push => "p",
        StepKind::Exit => "e",
    }
}

/// One line that says what a step does, pushes by their names.
pub fn line(step: &Step, pushes: &[PushChoice]) -> String {
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
pub fn full(step: &Step, pushes: &[PushChoice]) -> String {
    format!("{}: {}", step.kind().label(), line(step, pushes))
}

/// The style that puts something at a point of the world.
pub fn moved_to(at: Point) -> String {
    format!("translate({}px,{}px)", at.x, at.y)
}
