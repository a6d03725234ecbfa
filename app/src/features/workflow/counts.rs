//! How many contacts stand at each step, asked again while the page is in
//! view.

use super::api::{Here, step_counts};
use super::state::{Canvas, change};
use domain::WorkflowId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How often it is asked.
const EVERY: Duration = Duration::from_secs(3);

/// Asks now and again for as long as the editor is open and `runs` holds.
pub(super) fn watch(canvas: Canvas, workflow: WorkflowId, runs: Signal<bool>) {
    Effect::new(move |_| {
        if !runs.get() {
            return;
        }
        let ask = move || {
            if document().hidden() {
                return;
            }
            spawn_local(async move {
                // A failed look is made up for by the next one.
                if let Ok(counts) = step_counts(workflow).await
                    && !canvas.revision.is_disposed()
                {
                    show(canvas, &counts);
                }
            });
        };
        ask();
        if let Ok(timer) = set_interval_with_handle(ask, EVERY) {
            on_cleanup(move || timer.clear());
        }
    });
}

fn show(canvas: Canvas, counts: &[Here]) {
    canvas.each_cell(|id, cell| {
        let count = counts.iter().find(|count| count.step == id.as_str());
        // A step that the revision does not have has no count at all.
        change(cell.here, count.map(|count| count.count));
    });
}
