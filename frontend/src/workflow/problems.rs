//! What keeps the draft from being published, as a list that jumps.

use super::state::Canvas;
use app::features::workflow::words::PROBLEMS_ID;
use dom::{El, by_id};
use domain::workflow::GraphProblem;
use flow::NodeId;
use reactive_graph::prelude::*;

/// Brings the list to life.
pub(super) fn start(editor: &El, canvas: Canvas) {
    if let Some(list) = by_id(PROBLEMS_ID) {
        list.flag_of("hidden", move || {
            !canvas.listed.get() || canvas.problems.with(Vec::is_empty)
        });
    }
    editor
        .part("close-problems")
        .on("click", move |_| canvas.listed.set(false));
    editor.part("list").filled_by(move || {
        let problems = canvas.problems.get();
        problems
            .iter()
            .map(|problem| item(canvas, problem))
            .collect()
    });
}

fn item(canvas: Canvas, problem: &GraphProblem) -> El {
    let words = &problem.message;
    let Some(step) = &problem.step else {
        return El::new("li").class("flow-problems__item").text(words);
    };
    let id = NodeId::from(step.0.as_str());
    let name = El::new("span").class("strong").text(&canvas.name(&id));
    let button = El::new("button")
        .class("flow-problems__item")
        .attr("type", "button")
        .child(&name)
        .child(&El::new("span").text(words))
        .on("click", move |_| {
            canvas.select_only(vec![id.clone()]);
            canvas.panel.set(true);
            canvas.go_to(&id);
        });
    El::new("li").child(&button)
}
