//! Moving the view, and the focus with it.

use super::state::{Canvas, change};
use app::features::workflow::words::{CANVAS_ID, SETTINGS_ID, card_id};
use dom::{El, by_id};
use flow::{MAX_ZOOM, MIN_ZOOM, NodeId, Point, Rect, Size, Viewport, card_at};
use reactive_graph::prelude::*;

/// Room left around what is shown, in screen pixels.
const PADDING: f64 = 48.0;
/// One press of a zoom button.
const STEP: f64 = 1.25;

/// What can be set or pressed in a form; its head has other buttons.
const FIELD: &str = ".form :is(input, select, textarea, button):enabled:not([hidden], [hidden] *)";

impl Canvas {
    /// Shows everything.
    pub(super) fn fit(self) {
        let size = self.size.get_untracked();
        if size.width <= 0.0 {
            return;
        }
        if let Some(bounds) = self.document(flow::Document::bounds) {
            let view = Viewport::fitting(&bounds, size, PADDING);
            // A short workflow hangs from the top rather than floating.
            let slack = size.height - bounds.height * view.zoom;
            let lift = if slack > 2.0 * PADDING {
                PADDING - slack / 2.0
            } else {
                0.0
            };
            change(&self.view, view.panned(Point::new(0.0, lift)));
        }
    }

    /// Shows the beginning at natural size, as a page opens at its top.
    pub(super) fn open_at_top(self) {
        let size = self.size.get_untracked();
        let Some(bounds) = self.document(flow::Document::bounds) else {
            change(
                &self.view,
                Viewport {
                    pan: Point::new(size.width / 2.0, PADDING),
                    zoom: 1.0,
                },
            );
            return;
        };
        let whole = Viewport::fitting(&bounds, size, PADDING);
        if whole.zoom > 0.6 {
            self.fit();
            return;
        }
        let first = self.nodes.with_untracked(|nodes| nodes.first().cloned());
        let at = first.and_then(|id| self.document(|document| document.node(&id).map(|n| n.at)));
        let top = card_at(at.unwrap_or_default());
        let pan = Point::new(size.width / 2.0 - top.center().x, PADDING - top.y);
        change(&self.view, Viewport { pan, zoom: 1.0 });
    }

    /// Zooms by one step around the middle; `out` makes things smaller.
    pub(super) fn zoom_by_step(self, out: bool) {
        let factor = if out { 1.0 / STEP } else { STEP };
        self.zoom_about_middle(factor);
    }

    /// Natural size, the middle staying where it is.
    pub(super) fn natural_size(self) {
        self.zoom_about_middle(1.0 / self.view.get_untracked().zoom);
    }

    fn zoom_about_middle(self, factor: f64) {
        let size = self.size.get_untracked();
        let middle = Point::new(size.width / 2.0, size.height / 2.0);
        self.zoom(factor, middle);
    }

    /// Zooms around a point of the screen.
    pub(super) fn zoom(self, factor: f64, about: Point) {
        change(&self.view, self.view.get_untracked().zoomed(factor, about));
    }

    /// Moves the view by so many screen pixels.
    pub(super) fn pan(self, by: Point) {
        change(&self.view, self.view.get_untracked().panned(by));
    }

    /// Whether the view can be zoomed further in or out.
    pub(super) fn can_zoom(self, out: bool) -> bool {
        let zoom = self.view.get().zoom;
        if out {
            zoom > MIN_ZOOM
        } else {
            zoom < MAX_ZOOM
        }
    }

    /// Moves the view as little as possible so that a card is in sight, beside
    /// or above settings that lie over the canvas.
    pub(super) fn reveal(self, id: &NodeId) {
        let Some(at) = self.document(|document| document.node(id).map(|node| node.at)) else {
            return;
        };
        let view = self.view.get_untracked();
        let size = self.uncovered();
        change(
            &self.view,
            view.revealing(&card_at(at), size, PADDING / 2.0),
        );
    }

    /// The part of the canvas, from its corner, that no settings lie over.
    fn uncovered(self) -> Size {
        let size = self.size.get_untracked();
        let Some(panel) = by_id(SETTINGS_ID) else {
            return size;
        };
        let panel = panel.node().get_bounding_client_rect();
        let corner = self.on_canvas(0, 0) + Point::new(panel.left(), panel.top());
        if corner.x > 0.0 {
            Size::new(size.width.min(corner.x), size.height)
        } else {
            Size::new(size.width, size.height.min(corner.y))
        }
    }

    /// Gives a step the focus and shows it.
    pub(super) fn go_to(self, id: &NodeId) {
        self.set_focus(Some(id.clone()));
        let (canvas, id) = (self, id.clone());
        // Settings that open for it take room first.
        dom::next_frame(move || {
            canvas.reveal(&id);
            if let Some(element) = by_id(&card_id(&id)) {
                focus_quietly(&element);
            }
        });
    }

    /// Remembers which step keys act on.
    pub(super) fn set_focus(self, id: Option<NodeId>) {
        let before = self.focus.get_untracked();
        if before == id {
            return;
        }
        if let Some(cell) = before.and_then(|id| self.cell(&id)) {
            cell.focused.set(false);
        }
        if let Some(cell) = id.as_ref().and_then(|id| self.cell(id)) {
            cell.focused.set(true);
        }
        self.focus.set(id);
    }

    /// Gives the canvas itself the focus.
    pub(super) fn focus_canvas(self) {
        self.set_focus(None);
        focus_soon(CANVAS_ID);
    }

    /// Measures the canvas. Called when it appears and when its size changes:
    /// then whatever was at hand stays in sight.
    pub(super) fn measure(self, element: &El) {
        let area = element.node().get_bounding_client_rect();
        self.origin.replace(Point::new(area.left(), area.top()));
        let (before, now) = (
            self.size.get_untracked(),
            Size::new(area.width(), area.height()),
        );
        change(&self.size, now);
        if before == Size::default() || before == now {
            return;
        }
        match self.focus.get_untracked() {
            Some(id) => self.reveal(&id),
            None => self.keep_in_sight(before, now),
        }
    }

    /// A drawing that was wholly in sight stays so; one that is wholly out of
    /// sight comes back.
    fn keep_in_sight(self, before: Size, now: Size) {
        let Some(bounds) = self.document(flow::Document::bounds) else {
            return;
        };
        let view = self.view.get_untracked();
        let holds = |sight: Rect| sight.union(&bounds) == sight;
        let (was, is) = (view.world_rect(before), view.world_rect(now));
        if (holds(was) && !holds(is)) || !bounds.overlaps(&is) {
            self.open_at_top();
        }
    }

    /// The part of the world in sight.
    pub(super) fn sight(self) -> Rect {
        self.view.get().world_rect(self.size.get())
    }
}

/// Focuses an element once what was just changed has been drawn.
pub(super) fn focus_soon(id: &str) {
    let id = id.to_owned();
    dom::next_frame(move || {
        if let Some(element) = by_id(&id) {
            focus_quietly(&element);
        }
    });
}

/// The same with the first field in a form or a part of it; with the element
/// itself when it has none.
pub(super) fn focus_field_soon(id: &str) {
    let id = id.to_owned();
    dom::next_frame(move || {
        if let Some(element) = by_id(&id) {
            focus_quietly(&element.find(FIELD).unwrap_or(element));
        }
    });
}

fn focus_quietly(element: &El) {
    let quietly = web_sys::FocusOptions::new();
    // The canvas moves its own view; the browser must not scroll it.
    quietly.set_prevent_scroll(true);
    // Refused only by what cannot be focused any more.
    let _ = element.html().focus_with_options(&quietly);
}

/// Whether the focus is nowhere in particular.
pub(super) fn nothing_has_focus() -> bool {
    dom::focused().is_none_or(|element| element.node().tag_name() == "BODY")
}
