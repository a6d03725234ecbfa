//! Points, sizes, rectangles and the grid.

use serde::{Deserialize, Serialize};
use std::ops::{Add, Mul, Sub};

/// The distance between two grid lines, in world pixels.
pub const GRID: f64 = 8.0;
/// The canvas ends this many world pixels from its origin, on every side.
pub const LIMIT: f64 = 1_000_000.0;

/// A place or a displacement, in pixels; y grows downwards.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Point {
    /// Distance from the left.
    pub x: f64,
    /// Distance from the top.
    pub y: f64,
}

impl Point {
    /// A point at `x`, `y`.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// Straight distance to `other`.
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// Whether a card may lie here: both coordinates are numbers within
    /// [`LIMIT`].
    pub fn is_placeable(self) -> bool {
        self.x.abs() <= LIMIT && self.y.abs() <= LIMIT
    }

    /// Distance to the nearest point of the segment from `a` to `b`.
    pub fn distance_to_segment(self, a: Self, b: Self) -> f64 {
        let along = b - a;
        let length = along.x.mul_add(along.x, along.y * along.y);
        if length == 0.0 {
            return self.distance(a);
        }
        let from = self - a;
        let share = (from.x.mul_add(along.x, from.y * along.y) / length).clamp(0.0, 1.0);
        self.distance(a + along * share)
    }
}

impl Add for Point {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }
}

impl Sub for Point {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }
}

impl Mul<f64> for Point {
    type Output = Self;
    fn mul(self, factor: f64) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }
}

/// The grid point nearest to `point`.
pub fn snap(point: Point) -> Point {
    Point::new(
        (point.x / GRID).round() * GRID,
        (point.y / GRID).round() * GRID,
    )
}

/// A width and a height, in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Size {
    /// Horizontal extent.
    pub width: f64,
    /// Vertical extent.
    pub height: f64,
}

impl Size {
    /// A size of `width` by `height`.
    pub const fn new(width: f64, height: f64) -> Self {
        Self { width, height }
    }
}

/// An upright rectangle; its width and height are never negative.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Rect {
    /// The left edge.
    pub x: f64,
    /// The top edge.
    pub y: f64,
    /// Horizontal extent.
    pub width: f64,
    /// Vertical extent.
    pub height: f64,
}

impl Rect {
    /// A rectangle with its top left corner at `at`.
    pub const fn new(at: Point, size: Size) -> Self {
        Self {
            x: at.x,
            y: at.y,
            width: size.width,
            height: size.height,
        }
    }

    /// The rectangle with `a` and `b` as opposite corners, in any order.
    pub fn between(a: Point, b: Point) -> Self {
        Self {
            x: a.x.min(b.x),
            y: a.y.min(b.y),
            width: (a.x - b.x).abs(),
            height: (a.y - b.y).abs(),
        }
    }

    /// The right edge.
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    /// The bottom edge.
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// The middle.
    pub fn center(&self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// Whether `point` lies inside or on the edge.
    pub fn contains(&self, point: Point) -> bool {
        point.x >= self.x
            && point.x <= self.right()
            && point.y >= self.y
            && point.y <= self.bottom()
    }

    /// Whether the two share any area; touching edges do not count.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// The rectangle grown by `by` on every side, or shrunk when it is
    /// negative (never past its middle).
    #[must_use]
    pub fn grown(&self, by: f64) -> Self {
        let across = by.max(-self.width / 2.0);
        let down = by.max(-self.height / 2.0);
        Self {
            x: self.x - across,
            y: self.y - down,
            width: across.mul_add(2.0, self.width),
            height: down.mul_add(2.0, self.height),
        }
    }

    /// The smallest rectangle that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let x = self.x.min(other.x);
        let y = self.y.min(other.y);
        Self {
            x,
            y,
            width: self.right().max(other.right()) - x,
            height: self.bottom().max(other.bottom()) - y,
        }
    }

    /// The smallest rectangle that holds all of `rects`; none for no rects.
    pub fn around(rects: impl IntoIterator<Item = Self>) -> Option<Self> {
        rects.into_iter().reduce(|all, one| all.union(&one))
    }

    /// Whether the upright or level segment from `a` to `b` passes through the
    /// inside.
    pub(crate) fn crossed_by(&self, a: Point, b: Point) -> bool {
        a.x.min(b.x) < self.right()
            && a.x.max(b.x) > self.x
            && a.y.min(b.y) < self.bottom()
            && a.y.max(b.y) > self.y
    }
}
