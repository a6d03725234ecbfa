//! How many contacts stand at each step, asked again while the page is in
//! view.

use super::state::{Canvas, change};
use crate::ask;
use app::features::workflow::api::{Here, StepCounts};
use domain::{WorkflowId, workflow::WorkflowState};
use gloo_timers::callback::Interval;
use reactive_graph::prelude::*;

/// How often it is asked, in milliseconds.
const EVERY: u32 = 3000;

/// Asks now and again for as long as the editor is open and the workflow has
/// been published.
pub(super) fn watch(canvas: Canvas, workflow: WorkflowId) {
    ask(canvas, workflow);
    Interval::new(EVERY, move || ask(canvas, workflow)).forget();
}

/// Asks once.
pub(super) fn ask(canvas: Canvas, workflow: WorkflowId) {
    let state = canvas.standing.with_untracked(|standing| standing.state);
    if state == WorkflowState::Draft || dom::is_hidden() {
        return;
    }
    ask::spawn(async move {
        // A failed look is made up for by the next one.
        let answer = ask::call(&StepCounts { id: workflow }).await;
        if let Ok(counts) = answer.and_then(|answer| ask::read_answer::<Vec<Here>>(&answer)) {
            show(canvas, &counts);
        }
    });
}

fn show(canvas: Canvas, counts: &[Here]) {
    canvas.each_cell(&mut |id, cell| {
        let count = counts.iter().find(|count| count.step == id.as_str());
        // A step that the revision does not have has no count at all.
        change(&cell.here, count.map(|count| count.count));
    });
}
