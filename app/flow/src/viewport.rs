//! What part of the world the screen shows.

use crate::geometry::{Point, Rect, Size};

/// The smallest zoom: a quarter of natural size.
pub const MIN_ZOOM: f64 = 0.25;
/// The largest zoom: twice natural size.
pub const MAX_ZOOM: f64 = 2.0;

/// The transform from world to screen: `screen = world × zoom + pan`.
/// Screen points are relative to the canvas's own top left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Viewport {
    /// Where the world's origin lies on the screen.
    pub pan: Point,
    /// Screen pixels per world pixel.
    pub zoom: f64,
}

impl Default for Viewport {
    fn default() -> Self {
        Self {
            pan: Point::default(),
            zoom: 1.0,
        }
    }
}

impl Viewport {
    /// The world point shown at a screen point.
    pub fn to_world(&self, screen: Point) -> Point {
        (screen - self.pan) * (1.0 / self.zoom)
    }

    /// The screen point that shows a world point.
    pub fn to_screen(&self, world: Point) -> Point {
        world * self.zoom + self.pan
    }

    /// The view moved by `delta` screen pixels.
    #[must_use]
    pub fn panned(&self, delta: Point) -> Self {
        Self {
            pan: self.pan + delta,
            zoom: self.zoom,
        }
    }

    /// The view zoomed by `factor`, within [`MIN_ZOOM`] and [`MAX_ZOOM`]; the
    /// world point under `about` (on the screen) stays where it is.
    #[must_use]
    pub fn zoomed(&self, factor: f64, about: Point) -> Self {
        let zoom = (self.zoom * factor).clamp(MIN_ZOOM, MAX_ZOOM);
        let held = self.to_world(about);
        Self {
            pan: about - held * zoom,
            zoom,
        }
    }

    /// The view that shows all of `bounds` in the middle of a canvas of
    /// `size`, with `padding` screen pixels around it; never magnified.
    #[must_use]
    pub fn fitting(bounds: &Rect, size: Size, padding: f64) -> Self {
        let room_x = padding.mul_add(-2.0, size.width).max(1.0);
        let room_y = padding.mul_add(-2.0, size.height).max(1.0);
        let zoom = (room_x / bounds.width.max(1.0))
            .min(room_y / bounds.height.max(1.0))
            .clamp(MIN_ZOOM, 1.0);
        let middle = Point::new(size.width / 2.0, size.height / 2.0);
        Self {
            pan: middle - bounds.center() * zoom,
            zoom,
        }
    }

    /// The view moved as little as possible so that `bounds` is in sight, with
    /// `padding` screen pixels around it; the top left corner wins if it is
    /// too large.
    #[must_use]
    pub fn revealing(&self, bounds: &Rect, size: Size, padding: f64) -> Self {
        let first = self.to_screen(Point::new(bounds.x, bounds.y));
        let last = self.to_screen(Point::new(bounds.right(), bounds.bottom()));
        self.panned(Point::new(
            nudge(first.x, last.x, size.width, padding),
            nudge(first.y, last.y, size.height, padding),
        ))
    }

    /// The part of the world that a canvas of `size` shows.
    pub fn world_rect(&self, size: Size) -> Rect {
        Rect::between(
            self.to_world(Point::default()),
            self.to_world(Point::new(size.width, size.height)),
        )
    }
}

/// How far to move so that `first..last` lies within `padding..room-padding`.
fn nudge(first: f64, last: f64, room: f64, padding: f64) -> f64 {
    if first < padding {
        return padding - first;
    }
    let past_end = (last - (room - padding)).max(0.0);
    -past_end.min(first - padding)
}
