//! The whole workflow, small: where the view is, and a way to move it.

use super::state::{Canvas, change};
use flow::{Point, Rect};
use leptos::{ev, html, prelude::*};

/// A map is worth its place from this many steps on.
const WORTH_IT: usize = 8;
/// Room around the workflow on the map, in world pixels.
const MARGIN: f64 = 160.0;

/// The map. It follows the last change, not a drag that is still going on.
#[component]
pub(super) fn Minimap(canvas: Canvas) -> AnyView {
    let node = NodeRef::<html::Div>::new();
    let bounds = Memo::new(move |_| {
        canvas.revision.track();
        canvas
            .document(flow::Document::bounds)
            .map(|bounds| bounds.grown(MARGIN))
    });
    let area = move || bounds.get().map(|area| view_box(&area)).unwrap_or_default();
    let cards = move || {
        canvas.revision.track();
        canvas.scene.with_value(|scene| {
            let outlines = scene.outlines().iter();
            outlines
                .map(|card| rect(card, "minimap__card"))
                .collect_view()
        })
    };
    let sight = move || rect(&canvas.sight(), "minimap__sight");
    let go = move |event: &ev::PointerEvent| {
        let (Some(element), Some(bounds)) = (node.get_untracked(), bounds.get_untracked()) else {
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
    let worth_it = move || canvas.nodes.with(Vec::len) >= WORTH_IT;
    view! {
        <Show when=worth_it>
            <div
                class="minimap"
                node_ref=node
                aria-hidden="true"
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
                    {cards}
                    {sight}
                </svg>
            </div>
        </Show>
    }
    .into_any()
}

fn view_box(area: &Rect) -> String {
    format!("{} {} {} {}", area.x, area.y, area.width, area.height)
}

fn rect(area: &Rect, class: &'static str) -> AnyView {
    view! { <rect class=class x=area.x y=area.y width=area.width height=area.height rx="12" /> }
        .into_any()
}
