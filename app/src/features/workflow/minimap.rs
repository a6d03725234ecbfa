//! The whole workflow, small: where the view is, and a way to move it.

use super::state::{Canvas, change};
use flow::{Point, Rect};
use leptos::{ev, html, prelude::*};

/// A map is worth its place from this many steps on.
const WORTH_IT: usize = 8;
/// Room around the workflow on the map, in world pixels.
const MARGIN: f64 = 160.0;

/// The map. It follows the last change, not a drag that is still going on.
pub(super) fn minimap(canvas: Canvas) -> AnyView {
    let node = NodeRef::<html::Div>::new();
    let bounds = move || {
        let bounds = canvas.document(flow::Document::bounds);
        bounds.unwrap_or_default().grown(MARGIN)
    };
    let area = move || {
        canvas.revision.track();
        let Rect {
            x,
            y,
            width,
            height,
        } = bounds();
        format!("{x} {y} {width} {height}")
    };
    let cards = move || {
        canvas.revision.track();
        canvas
            .scene
            .with_value(|scene| scene.outlines().iter().map(outline).collect::<String>())
    };
    let go = move |event: &ev::PointerEvent| {
        let (Some(element), bounds) = (node.get_untracked(), bounds()) else {
            return;
        };
        let frame = element.get_bounding_client_rect();
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
        change(canvas.view, view.panned(middle - view.to_screen(world)));
    };
    view! {
        <div
            class="minimap"
            node_ref=node
            aria-hidden="true"
            hidden=move || canvas.nodes.with(Vec::len) < WORTH_IT
            on:pointerdown=move |event| {
                // It fails only for a pointer that is up again already.
                if let Some(element) = node.get_untracked() {
                    let _ = element.set_pointer_capture(event.pointer_id());
                }
                go(&event);
            }
            on:pointermove=move |event| {
                if event.buttons() != 0 {
                    go(&event);
                }
            }
        >
            <svg viewBox=area preserveAspectRatio="xMidYMid meet">
                <path class="minimap__card" d=cards />
                <path class="minimap__sight" d=move || outline(&canvas.sight()) />
            </svg>
        </div>
    }
    .into_any()
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
