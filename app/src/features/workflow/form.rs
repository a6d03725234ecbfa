//! The settings of one step: a form for each kind, matched exhaustively, so
//! that a new kind does not compile until it has one.

mod branch;
mod condition;
mod delay;
mod push;
mod trigger;
mod ways;

use super::state::Canvas;
use domain::workflow::Step;
use flow::NodeId;
use leptos::prelude::*;

pub(super) use ways::ways;

/// What every form needs: where to put what was typed.
#[derive(Clone)]
pub(super) struct Target {
    canvas: Canvas,
    id: NodeId,
}

impl Target {
    /// The step `id` of `canvas`.
    pub(super) fn new(canvas: Canvas, id: NodeId) -> Self {
        Self { canvas, id }
    }

    /// Puts what `make` gives into the step whenever a signal that it reads
    /// changes.
    fn keep(&self, make: impl Fn() -> Step + 'static) {
        let target = self.clone();
        Effect::new(move |ran: Option<()>| {
            let step = make();
            if ran.is_some() {
                untrack(|| target.canvas.update(&target.id, step));
            }
        });
    }

    /// What is wrong with a field, by its path.
    fn error(&self, field: impl Into<String>) -> Signal<Option<String>> {
        let (target, field) = (self.clone(), field.into());
        Signal::derive(move || {
            target.canvas.problems.with(|problems| {
                problems
                    .iter()
                    .find(|problem| {
                        problem.field.as_ref() == Some(&field)
                            && problem
                                .step
                                .as_ref()
                                .is_some_and(|step| step.0 == target.id.as_str())
                    })
                    .map(|problem| problem.message.clone())
            })
        })
    }

    /// Whether fields are shown but not to be changed.
    fn locked(&self) -> Signal<bool> {
        Signal::stored(!self.canvas.may_edit)
    }
}

/// The form of a step.
pub(super) fn form(target: Target, step: Step) -> AnyView {
    match step {
        Step::Trigger { trigger, re_entry } => trigger::form(target, trigger, re_entry),
        Step::Delay { delay } => delay::form(target, delay),
        Step::Branch { condition } => branch::form(target, condition),
        Step::Push { push_id } => push::form(target, push_id),
        Step::Exit {} => view! {
            <p class="quiet">"Contacts leave the workflow here. An exit has no settings."</p>
        }
        .into_any(),
    }
}
