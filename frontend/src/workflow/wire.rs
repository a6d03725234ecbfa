//! One edge on the canvas: its line, its label, its "+".

use super::card::plus;
use super::state::Canvas;
use super::{copy_of, yes};
use app::features::workflow::graph::outlet_label;
use app::features::workflow::words::moved_to;
use dom::El;
use flow::{Outlet, Route};
use reactive_graph::prelude::*;

/// How far along an edge its label lies, in world pixels.
const LABEL_AT: f64 = 18.0;

/// An edge.
pub(super) fn wire(canvas: Canvas, outlet: Outlet) -> El {
    let (Some(line), Some(source)) = (canvas.line(&outlet), canvas.cell(&outlet.node)) else {
        return El::new("i");
    };
    let wire = copy_of("wire");
    wire.part("path")
        .attr("data-from", outlet.node.as_str())
        .attr("data-port", outlet.port.as_str())
        .attr_of("data-selected", move || yes(line.selected.get()))
        .attr_of("data-hovered", move || yes(line.hovered.get()))
        .attr_of("d", move || Some(line.route.with(Route::svg)));
    let label = wire.part("label");
    match outlet_label(&outlet) {
        "" => label.remove(),
        words => {
            label.text(words).style_of("transform", move || {
                moved_to(line.route.with(|route| route.along(LABEL_AT)))
            });
        }
    }
    let middle = move || line.route.with(Route::middle);
    let shown = move || line.hovered.get() || line.selected.get() || source.focused.get();
    wire.part("tools")
        .attr_of("data-shown", move || yes(shown()))
        .style_of("transform", move || moved_to(middle()));
    plus(canvas, &wire, outlet.clone(), move || {
        line.route.with_untracked(Route::middle)
    });
    wire.part("cut")
        .flag_of("hidden", move || !line.selected.get())
        .on("click", move |_| {
            canvas.select(Vec::new(), Some(outlet.clone()));
            canvas.remove();
        });
    wire
}
