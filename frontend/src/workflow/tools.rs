//! Zoom, fit and tidy, at the lower left; the map beside them.

use super::minimap;
use super::state::Canvas;
use dom::El;
use reactive_graph::prelude::*;

/// Brings the tools to life.
pub(super) fn start(editor: &El, canvas: Canvas) {
    for (name, out) in [("zoom-out", true), ("zoom-in", false)] {
        editor
            .part(name)
            .flag_of("disabled", move || !canvas.can_zoom(out))
            .on("click", move |_| canvas.zoom_by_step(out));
    }
    let zoom = move || percent(canvas.view.get().zoom);
    editor
        .part("zoom")
        .text_of(zoom)
        .attr_of("aria-label", move || {
            Some(zoom() + ", back to natural size")
        })
        .on("click", move |_| canvas.natural_size());
    editor.part("fit").on("click", move |_| canvas.fit());
    editor.part("tidy").on("click", move |_| canvas.tidy());
    minimap::start(editor, canvas);
}

/// A zoom in whole percent.
#[expect(clippy::cast_possible_truncation, reason = "zooms are small")]
fn percent(zoom: f64) -> String {
    let percent = (zoom * 100.0).round() as i32;
    format!("{percent}%")
}
