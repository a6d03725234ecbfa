//! The surface: cards, edges, and whatever is going on above them.

use super::card::card;
use super::keys;
use super::looking::CANVAS_ID;
use super::menu::step_menu;
use super::pointer::button_of;
use super::state::{Canvas, Showing};
use super::wire::wire;
use super::words::{look, moved_to};
use domain::workflow::StepKind;
use flow::{Input, NodeId, Outlet, Point, Rect, Route};
use leptos::{ev, html, prelude::*};
use ui::Icon;
use wasm_bindgen::{JsCast, prelude::Closure};

/// Beyond this many steps, those out of sight are not drawn.
const DRAW_ALL: usize = 120;
/// How far outside the screen things are drawn already, in world pixels.
const DRAW_AROUND: f64 = 240.0;
/// One notch of a wheel zooms by this much.
const WHEEL: f64 = 0.0022;

/// The canvas.
pub(super) fn surface(canvas: Canvas) -> AnyView {
    let root = NodeRef::<html::Div>::new();
    watch_size(canvas, root);
    let place = move || {
        let view = canvas.view.get();
        format!(
            "translate({}px,{}px) scale({})",
            view.pan.x, view.pan.y, view.zoom
        )
    };
    let grid = move || {
        let view = canvas.view.get();
        let step = grid_step(view.zoom);
        (
            format!("{}px {}px", view.pan.x, view.pan.y),
            format!("{step}px {step}px"),
        )
    };
    let busy = move || {
        canvas.showing.with(|showing| match showing {
            Showing::Bringing { .. } => Some("bringing"),
            Showing::Wire { .. } => Some("wiring"),
            Showing::Marquee(_) => Some("framing"),
            Showing::Nothing => None,
        })
    };
    let press = move |event: ev::PointerEvent| press(canvas, root, &event);
    let key = move |event: ev::KeyboardEvent| {
        if keys::on_canvas(canvas, &event) {
            event.prevent_default();
            event.stop_propagation();
        }
    };
    view! {
        <div
            id=CANVAS_ID
            class="canvas"
            node_ref=root
            role="application"
            aria-roledescription="workflow canvas"
            aria-label="Workflow"
            aria-describedby="workflow-how"
            tabindex=move || if canvas.nodes.with(Vec::is_empty) { "0" } else { "-1" }
            data-busy=busy
            data-ready=move || (canvas.size.get().width > 0.0).then_some("true")
            style:background-position=move || grid().0
            style:background-size=move || grid().1
            on:pointerdown=press
            on:pointermove=move |event| moved(canvas, &event)
            on:pointerup=move |event| canvas.feed(Input::Release(canvas.pointer(&event)))
            on:pointercancel=move |_| canvas.feed(Input::Cancel)
            on:wheel=move |event| wheel(canvas, &event)
            on:contextmenu=move |event| event.prevent_default()
            on:keydown=key
        >
            <p id="workflow-how" class="spoken">
                "Arrow keys walk from step to step. A adds a step after the one in focus, C connects it, Enter opens its settings, Delete removes it. Question mark lists all keys."
            </p>
            <div class="canvas__world" style:transform=place>
                <svg class="canvas__wires" aria-hidden="true">
                    <defs>
                        <marker
                            id="wire-end"
                            viewBox="0 0 8 8"
                            // Its tip touches the port's rim rather than hide under it.
                            refX="13"
                            refY="4"
                            markerWidth="8"
                            markerHeight="8"
                            markerUnits="userSpaceOnUse"
                            orient="auto"
                        >
                            <path d="M1 1L7 4L1 7" class="wire-end" />
                        </marker>
                    </defs>
                </svg>
                <For each=move || shown(canvas) key=Clone::clone let:thing>
                    {untrack(|| match thing {
                        Thing::Wire(outlet) => wire(canvas, outlet),
                        Thing::Card(id) => card(canvas, &id),
                    })}
                </For>
                {move || overlay(canvas)}
            </div>
            {step_menu(canvas)}
        </div>
    }
    .into_any()
}

/// The dots' distance on the screen: never so near that they become a grey.
fn grid_step(zoom: f64) -> f64 {
    let step = 2.0 * flow::GRID * zoom;
    if step < 10.0 { step * 2.0 } else { step }
}

/// What is drawn one by one.
#[derive(Clone, PartialEq, Eq, Hash)]
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
    canvas.scene.with_value(|scene| {
        let wires = scene.wires().iter();
        let wires = wires
            // A straight edge has no area of its own: give it some.
            .filter(|wire| seen(&wire.route.bounds().grown(1.0)))
            .map(|wire| Thing::Wire(wire.from.clone()));
        let cards = scene
            .cards()
            .filter(|card| seen(&card.rect) || focus.as_ref() == Some(&card.id))
            .map(|card| Thing::Card(card.id.clone()));
        wires.chain(cards).collect()
    })
}

fn press(canvas: Canvas, root: NodeRef<html::Div>, event: &ev::PointerEvent) {
    let Some(root) = root.get_untracked() else {
        return;
    };
    let on_control = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .is_some_and(|element| {
            element
                .closest("button, .flow-menu, .flow-menu__veil")
                .is_ok_and(|found| found.is_some())
        });
    if on_control {
        return;
    }
    canvas.measure(&root);
    canvas.end_link();
    // The pointer keeps sending here, wherever it goes. It fails only for a
    // pointer that is up again already.
    let _ = root.set_pointer_capture(event.pointer_id());
    let _ = root.focus();
    event.prevent_default();
    canvas.feed(Input::Press(canvas.pointer(event), button_of(event)));
}

fn moved(canvas: Canvas, event: &ev::PointerEvent) {
    let pointer = canvas.pointer(event);
    if !canvas.gesture.with_value(flow::Gesture::is_idle) {
        canvas.feed(Input::Move(pointer));
    } else if event.pointer_type() == "mouse" {
        canvas.hover(&pointer);
    }
}

/// A wheel pans; with Ctrl or ⌘ (or a pinch on a trackpad) it zooms.
fn wheel(canvas: Canvas, event: &ev::WheelEvent) {
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

/// Measures the canvas when it appears and whenever its size changes.
fn watch_size(canvas: Canvas, root: NodeRef<html::Div>) {
    Effect::new(move |watching: Option<bool>| {
        let Some(element) = root.get() else {
            return watching.unwrap_or(false);
        };
        if watching == Some(true) {
            return true;
        }
        canvas.measure(&element);
        canvas.open_at_top();
        let observed = element.clone();
        let react = Closure::<dyn FnMut()>::new(move || canvas.measure(&observed));
        if let Ok(observer) = web_sys::ResizeObserver::new(react.as_ref().unchecked_ref()) {
            observer.observe(&element);
            // Both live as long as the canvas.
            let kept = StoredValue::new_local(Some((observer, react)));
            on_cleanup(move || {
                if let Some((observer, _)) = kept.try_update_value(Option::take).flatten() {
                    observer.disconnect();
                }
            });
        }
        true
    });
}

/// The edge that is being drawn, legal places, the card from the palette, the
/// selection frame.
fn overlay(canvas: Canvas) -> AnyView {
    canvas.showing.with(|showing| match showing {
        Showing::Nothing => ().into_any(),
        Showing::Wire { route, .. } => sketch(route),
        Showing::Bringing { at, landing, spots } => {
            let brought = canvas
                .gesture
                .with_value(|gesture| gesture.bringing().map(|(step, _)| step.kind()));
            let spots: Vec<AnyView> = spots
                .iter()
                .map(|(point, nearest)| {
                    mark(
                        if *nearest {
                            "spot spot--nearest"
                        } else {
                            "spot"
                        },
                        *point,
                    )
                })
                .collect();
            let landing = landing.map(|place| mark("landing", place));
            let ghost = brought.map(|kind| ghost(kind, moved_to(*at)));
            view! { <div>{spots} {landing} {ghost}</div> }.into_any()
        }
        Showing::Marquee(area) => view! {
            <span
                class="marquee"
                style:transform=moved_to(Point::new(area.x, area.y))
                style:width=format!("{}px", area.width)
                style:height=format!("{}px", area.height)
            ></span>
        }
        .into_any(),
    })
}

fn mark(class: &'static str, at: Point) -> AnyView {
    view! { <span class=class style:transform=moved_to(at)></span> }.into_any()
}

fn sketch(route: &Route) -> AnyView {
    view! {
        <svg class="canvas__wires" aria-hidden="true">
            <path class="wire wire--sketch" d=route.svg() />
        </svg>
    }
    .into_any()
}

/// The card from the palette, under the pointer.
fn ghost(kind: StepKind, place: String) -> AnyView {
    let (glyph, family) = look(kind);
    view! {
        <span class="ghost" data-step=family style:transform=place>
            <span class="step__mark">
                <Icon glyph />
            </span>
            {kind.label()}
        </span>
    }
    .into_any()
}
