//! The steps that can be drawn, to be dragged onto the canvas or pressed.

use super::state::Canvas;
use app::features::workflow::words::palette_id;
use dom::{El, by_id};
use domain::workflow::StepKind;
use flow::Input;
use std::cell::Cell;
use std::rc::Rc;
use web_sys::PointerEvent;

/// How far a press may stray and still not be a drag, in pixels.
const SLOP: i32 = 4;

/// Brings the palette to life.
pub(super) fn start(canvas: Canvas) {
    for kind in StepKind::ALL {
        if let Some(item) = by_id(&palette_id(kind)) {
            let item = Item {
                canvas,
                kind,
                element: item,
                held: Cell::new(None),
                dragged: Cell::new(false),
            };
            listen(&Rc::new(item));
        }
    }
}

/// Where a pointer went down on an item, and whether it became a drag.
#[derive(Clone, Copy)]
struct Held {
    pointer: i32,
    x: i32,
    y: i32,
    dragging: bool,
}

struct Item {
    canvas: Canvas,
    kind: StepKind,
    element: El,
    held: Cell<Option<Held>>,
    /// The click that follows a drag is not a press.
    dragged: Cell<bool>,
}

fn listen(item: &Rc<Item>) {
    for name in ["pointerdown", "pointermove", "pointerup", "pointercancel"] {
        let own = Rc::clone(item);
        item.element
            .clone()
            .on_as::<PointerEvent>(name, move |event| match name {
                "pointerdown" => own.press(&event),
                "pointermove" => own.follow(&event),
                "pointerup" => own.release(&event),
                _ => {
                    own.held.set(None);
                    own.canvas.feed(Input::Cancel);
                }
            });
    }
    let own = Rc::clone(item);
    item.element.listen("click", move |_| {
        if !own.dragged.replace(false) {
            own.canvas.add_somewhere(own.kind);
        }
    });
}

impl Item {
    fn press(&self, event: &PointerEvent) {
        if event.button() != 0 || !self.canvas.may_edit {
            return;
        }
        self.dragged.set(false);
        self.held.set(Some(Held {
            pointer: event.pointer_id(),
            x: event.client_x(),
            y: event.client_y(),
            dragging: false,
        }));
        // It fails only for a pointer that is up again already.
        let _ = self.element.node().set_pointer_capture(event.pointer_id());
    }

    fn follow(&self, event: &PointerEvent) {
        let held = self.held.get();
        let Some(mut now) = held.filter(|held| held.pointer == event.pointer_id()) else {
            return;
        };
        if !now.dragging {
            let (x, y) = (event.client_x() - now.x, event.client_y() - now.y);
            if x.abs().max(y.abs()) < SLOP {
                return;
            }
            now.dragging = true;
            self.held.set(Some(now));
            self.dragged.set(true);
            self.canvas.bring(self.kind, now.pointer);
        }
        self.canvas.feed(Input::Move(self.canvas.pointer(event)));
    }

    fn release(&self, event: &PointerEvent) {
        if self.held.take().is_some_and(|held| held.dragging) {
            self.canvas.feed(Input::Release(self.canvas.pointer(event)));
        }
    }
}
