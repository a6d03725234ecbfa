//! The whole workflow, small: where the view is, and a way to move it.

use super::state::{Canvas, change};
use dom::El;
use flow::{Point, Rect};
use reactive_graph::prelude::*;
use web_sys::PointerEvent;

/// A map is worth its place from this many steps on.
const WORTH_IT: usize = 8;
/// Room around the workflow on the map, in world pixels.
const MARGIN: f64 = 160.0;

/// Brings the map to life. It follows the last change, not a drag that is
/// still going on.
pub(super) fn start(editor: &El, canvas: Canvas) {
    editor.part("map").attr_of("viewBox", move || {
        canvas.revision.track();
        let Rect {
            x,
            y,
            width,
            height,
        } = bounds(canvas);
        Some(format!("{x} {y} {width} {height}"))
    });
    editor.part("map-cards").attr_of("d", move || {
        canvas.revision.track();
        let scene = canvas.scene.borrow();
        Some(scene.outlines().iter().map(outline).collect())
    });
    editor
        .part("map-sight")
        .attr_of("d", move || Some(outline(&canvas.sight())));
    let map = editor.part("minimap");
    let own = map.clone();
    let press = move |event: PointerEvent| {
        // It fails only for a pointer that is up again already.
        let _ = own.node().set_pointer_capture(event.pointer_id());
        go(canvas, &own, &event);
    };
    let own = map.clone();
    let moved = move |event: PointerEvent| {
        if event.buttons() != 0 {
            go(canvas, &own, &event);
        }
    };
    map.flag_of("hidden", move || canvas.nodes.with(Vec::len) < WORTH_IT)
        .on_as("pointerdown", press)
        .on_as("pointermove", moved);
}

fn bounds(canvas: Canvas) -> Rect {
    let bounds = canvas.document(flow::Document::bounds);
    bounds.unwrap_or_default().grown(MARGIN)
}

/// Brings what the pointer is on into the middle.
fn go(canvas: Canvas, map: &El, event: &PointerEvent) {
    let bounds = bounds(canvas);
    let frame = map.node().get_bounding_client_rect();
    // The drawing is fitted into the frame, its middle on the frame's.
    let scale = (frame.width() / bounds.width).min(frame.height() / bounds.height);
    let aside = Point::new(
        f64::from(event.client_x()) - frame.left() - frame.width() / 2.0,
        f64::from(event.client_y()) - frame.top() - frame.height() / 2.0,
    );
    let world = bounds.center() + aside * (1.0 / scale);
    let size = canvas.size.get_untracked();
    let view = canvas.view.get_untracked();
    let middle = Point::new(size.width / 2.0, size.height / 2.0);
    change(&canvas.view, view.panned(middle - view.to_screen(world)));
}

/// A rectangle as a part of a path.
fn outline(area: &Rect) -> String {
    let Rect {
        x,
        y,
        width,
        height,
    } = area;
    format!("M{x} {y}h{width}v{height}h-{width}z")
}
