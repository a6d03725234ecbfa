//! The steps that can be drawn, to be dragged onto the canvas or pressed.

use super::state::Canvas;
use super::words::look;
use domain::workflow::StepKind;
use flow::Input;
use leptos::{ev, prelude::*};
use ui::Icon;
use wasm_bindgen::JsCast;

/// How far a press may stray and still not be a drag, in pixels.
const SLOP: i32 = 4;

/// The palette.
pub(super) fn palette(canvas: Canvas) -> AnyView {
    let items = StepKind::ALL
        .into_iter()
        .map(|kind| item(canvas, kind))
        .collect::<Vec<_>>();
    view! {
        <section class="step-palette" aria-label="Steps to add">
            <p class="step-palette__title">"Steps"</p>
            {items}
            <p class="step-palette__how">
                "Drag a step onto the canvas or onto a connection, or press it to add it below the one in focus."
            </p>
        </section>
    }
    .into_any()
}

/// Where a pointer went down on an item, and whether it became a drag.
#[derive(Clone, Copy)]
struct Held {
    pointer: i32,
    x: i32,
    y: i32,
    dragging: bool,
}

fn item(canvas: Canvas, kind: StepKind) -> AnyView {
    let (glyph, family) = look(kind);
    let held = StoredValue::new(None::<Held>);
    // The click that follows a drag is not a press.
    let dragged = StoredValue::new(false);
    let press = move |event: ev::PointerEvent| {
        if event.button() != 0 || !canvas.may_edit {
            return;
        }
        dragged.set_value(false);
        held.set_value(Some(Held {
            pointer: event.pointer_id(),
            x: event.client_x(),
            y: event.client_y(),
            dragging: false,
        }));
        if let Some(element) = element(&event) {
            // It fails only for a pointer that is up again already.
            let _ = element.set_pointer_capture(event.pointer_id());
        }
    };
    let moved = move |event: ev::PointerEvent| {
        let Some(mut now) = held
            .get_value()
            .filter(|held| held.pointer == event.pointer_id())
        else {
            return;
        };
        if !now.dragging {
            let far = (event.client_x() - now.x)
                .abs()
                .max((event.client_y() - now.y).abs());
            if far < SLOP {
                return;
            }
            now.dragging = true;
            held.set_value(Some(now));
            dragged.set_value(true);
            canvas.bring(kind, now.pointer);
        }
        canvas.feed(Input::Move(canvas.pointer(&event)));
    };
    let release = move |event: ev::PointerEvent| {
        let now = held.get_value();
        held.set_value(None);
        if now.is_some_and(|held| held.dragging) {
            canvas.feed(Input::Release(canvas.pointer(&event)));
        }
    };
    let give_up = move |_| {
        held.set_value(None);
        canvas.feed(Input::Cancel);
    };
    view! {
        <button
            id=format!("palette-{family}")
            class="step-palette__item"
            type="button"
            data-step=family
            title=kind.label()
            disabled=!canvas.may_edit
            on:pointerdown=press
            on:pointermove=moved
            on:pointerup=release
            on:pointercancel=give_up
            on:click=move |_| {
                if !dragged.get_value() {
                    canvas.add_somewhere(kind);
                }
                dragged.set_value(false);
            }
        >
            <span class="step__mark">
                <Icon glyph />
            </span>
            <span class="step-palette__words">{kind.label()}</span>
        </button>
    }
    .into_any()
}

fn element(event: &ev::PointerEvent) -> Option<web_sys::Element> {
    event.current_target()?.dyn_into().ok()
}
