//! The surface: cards, edges, and what a pointer does there.

use super::card::{card, tabindex};
use super::pointer::button_of;
use super::state::{Canvas, Showing};
use super::wire::wire;
use super::{keys, overlay, yes};
use app::features::workflow::words::{CANVAS_ID, moved_to};
use dom::{El, by_id};
use flow::{Input, NodeId, Outlet, Point, Rect};
use reactive_graph::prelude::*;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{KeyboardEvent, PointerEvent, WheelEvent};

/// Beyond this many steps, those out of sight are not drawn.
const DRAW_ALL: usize = 120;
/// How far outside the screen things are drawn already, in world pixels.
const DRAW_AROUND: f64 = 240.0;
/// One notch of a wheel zooms by this much.
const WHEEL: f64 = 0.0022;

/// Brings the canvas to life.
pub(super) fn start(canvas: Canvas) {
    let Some(root) = by_id(CANVAS_ID) else { return };
    show(canvas, &root);
    let world = root.part("world");
    world
        .clone()
        .style_of("transform", move || {
            let view = canvas.view.get();
            format!("{} scale({})", moved_to(view.pan), view.zoom)
        })
        .each(
            move || shown(canvas),
            move |thing| match thing {
                Thing::Wire(outlet) => wire(canvas, outlet),
                Thing::Card(id) => card(canvas, &id),
            },
        );
    overlay::start(&world, canvas);
    listen(canvas, &root);
    watch_size(canvas, &root);
}

fn show(canvas: Canvas, root: &El) {
    root.clone()
        .attr_of("tabindex", move || {
            Some(tabindex(canvas.nodes.with(Vec::is_empty)))
        })
        .attr_of("data-busy", move || {
            canvas.showing.with(|showing| {
                let busy = match showing {
                    Showing::Bringing { .. } => "bringing",
                    Showing::Wire { .. } => "wiring",
                    Showing::Marquee(_) => "framing",
                    Showing::Nothing => return None,
                };
                Some(busy.to_owned())
            })
        })
        .attr_of("data-ready", move || yes(canvas.size.get().width > 0.0))
        .style_of("background-position", move || {
            let pan = canvas.view.get().pan;
            format!("{}px {}px", pan.x, pan.y)
        })
        .style_of("background-size", move || {
            let step = grid_step(canvas.view.get().zoom);
            format!("{step}px {step}px")
        });
}

fn listen(canvas: Canvas, root: &El) {
    let own = root.clone();
    root.clone()
        .on_as("pointerdown", move |event| press(canvas, &own, &event))
        .on_as("pointermove", move |event| moved(canvas, &event))
        .on_as("pointerup", move |event| {
            canvas.feed(Input::Release(canvas.pointer(&event)));
        })
        .on("pointercancel", move |_| canvas.feed(Input::Cancel))
        .on_as("wheel", move |event| wheel(canvas, &event))
        .on("contextmenu", move |event| event.prevent_default())
        .on_as::<KeyboardEvent>("keydown", move |event| {
            if keys::on_canvas(canvas, &event) {
                event.prevent_default();
                event.stop_propagation();
            }
        });
}

/// The dots' distance on the screen: never so near that they become a grey.
fn grid_step(zoom: f64) -> f64 {
    let step = 2.0 * flow::GRID * zoom;
    if step < 10.0 { step * 2.0 } else { step }
}

/// What is drawn one by one.
#[derive(Clone, PartialEq)]
enum Thing {
    Wire(Outlet),
    Card(NodeId),
}

/// Everything, or what is in sight when there is very much. Edges come first,
/// below the cards; cards in an order that no move changes, since a card that
/// changes places among its siblings loses the focus.
fn shown(canvas: Canvas) -> Vec<Thing> {
    canvas.revision.track();
    let count = canvas.nodes.with_untracked(Vec::len);
    let focus = canvas.focus.get();
    let sight = (count > DRAW_ALL).then(|| canvas.sight().grown(DRAW_AROUND));
    let seen = |area: &Rect| sight.as_ref().is_none_or(|sight| sight.overlaps(area));
    let scene = canvas.scene.borrow();
    let mut things = Vec::new();
    for wire in scene.wires() {
        // A straight edge has no area of its own: give it some.
        if seen(&wire.route.bounds().grown(1.0)) {
            things.push(Thing::Wire(wire.from.clone()));
        }
    }
    for card in scene.cards() {
        if seen(&card.rect) || focus.as_ref() == Some(&card.id) {
            things.push(Thing::Card(card.id.clone()));
        }
    }
    things
}

fn press(canvas: Canvas, root: &El, event: &PointerEvent) {
    let on_control = dom::target_of(event).is_some_and(|element| {
        let control = element.closest("button, .flow-menu, .flow-menu__veil");
        control.is_some()
    });
    if on_control {
        return;
    }
    canvas.measure(root);
    canvas.end_link();
    // The pointer keeps sending here, wherever it goes. It fails only for a
    // pointer that is up again already.
    let _ = root.node().set_pointer_capture(event.pointer_id());
    let _ = root.html().focus();
    event.prevent_default();
    canvas.feed(Input::Press(canvas.pointer(event), button_of(event)));
}

fn moved(canvas: Canvas, event: &PointerEvent) {
    let pointer = canvas.pointer(event);
    if !canvas.gesture.borrow().is_idle() {
        canvas.feed(Input::Move(pointer));
    } else if event.pointer_type() == "mouse" {
        canvas.hover(&pointer);
    }
}

/// A wheel pans; with Ctrl or ⌘ (or a pinch on a trackpad) it zooms.
fn wheel(canvas: Canvas, event: &WheelEvent) {
    event.prevent_default();
    // Firefox counts in lines.
    let unit = if event.delta_mode() == 1 { 16.0 } else { 1.0 };
    let delta = Point::new(event.delta_x(), event.delta_y()) * unit;
    if event.ctrl_key() || event.meta_key() {
        let about = canvas.on_canvas(event.client_x(), event.client_y());
        // A pinch comes in small deltas, a wheel's notch in large ones.
        let strength = if delta.y.abs() < 40.0 {
            4.0 * WHEEL
        } else {
            WHEEL
        };
        canvas.zoom((-delta.y * strength).exp(), about);
    } else if event.shift_key() && delta.x == 0.0 {
        canvas.pan(Point::new(-delta.y, 0.0));
    } else {
        canvas.pan(delta * -1.0);
    }
}

/// Measures the canvas now and whenever its size changes.
fn watch_size(canvas: Canvas, root: &El) {
    canvas.measure(root);
    canvas.open_at_top();
    let observed = root.clone();
    let react: Box<dyn FnMut()> = Box::new(move || canvas.measure(&observed));
    let react = Closure::wrap(react).into_js_value();
    if let Ok(observer) = web_sys::ResizeObserver::new(react.unchecked_ref()) {
        observer.observe(root.node());
    }
}
