//! Smooth orthogonal paths from an outlet down to an inlet.

use crate::card::CARD_WIDTH;
use crate::geometry::{Point, Rect};
use std::fmt::Write;

/// How far an edge runs straight down before its first and after its last bend.
const STUB: f64 = 16.0;
/// The radius of a bend.
const RADIUS: f64 = 10.0;
/// How far an edge stays away from a card that it passes.
const CLEARANCE: f64 = 16.0;
/// A card counts as crossed by an edge that comes nearer than this.
const NEARNESS: f64 = 12.0;
/// An edge touches its own two cards; they count as crossed this far inside.
const TOLERANCE: f64 = 4.0;
/// How many ways around obstacles are tried at most.
const MOST_LANES: usize = 12;

/// An edge's way: corner points joined by upright and level segments.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Route {
    points: Vec<Point>,
}

impl Route {
    /// The way from `start` to `end` that crosses the fewest of `cards`, then
    /// the shortest with the fewest bends. It leaves downwards and arrives
    /// downwards.
    pub fn between(start: Point, end: Point, cards: &[Rect]) -> Self {
        let blocks = blocking(start, end, cards);
        let mut best: Option<(f64, Self)> = None;
        let mut offer = |route: Self| -> bool {
            let crossings = route.crossings(&blocks);
            let cost = route.cost(crossings);
            if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                best = Some((cost, route));
            }
            crossings == 0
        };
        let room = end.y - start.y >= 2.0 * STUB;
        let clear = room && {
            let middle = f64::midpoint(start.y, end.y);
            // A way without a detour beats every detour: stop at the first.
            [middle, start.y + STUB, end.y - STUB]
                .into_iter()
                .any(|bend| offer(Self::bent(start, end, bend)))
        };
        if !clear {
            for lane in lanes(start, end, &blocks) {
                offer(Self::detour(start, end, lane));
            }
        }
        best.map(|(_, route)| route).unwrap_or_default()
    }

    /// A straight line of sight for an edge that is still being drawn.
    pub fn loose(start: Point, end: Point) -> Self {
        Self::between(start, end, &[])
    }

    fn bent(start: Point, end: Point, bend: f64) -> Self {
        Self::through([
            start,
            Point::new(start.x, bend),
            Point::new(end.x, bend),
            end,
        ])
    }

    fn detour(start: Point, end: Point, lane: f64) -> Self {
        let (below, above) = (start.y + STUB, end.y - STUB);
        Self::through([
            start,
            Point::new(start.x, below),
            Point::new(lane, below),
            Point::new(lane, above),
            Point::new(end.x, above),
            end,
        ])
    }

    /// Joins the points, leaving out repeated ones and those amid a straight.
    fn through<const N: usize>(way: [Point; N]) -> Self {
        let mut points: Vec<Point> = Vec::with_capacity(N);
        for point in way {
            if points
                .last()
                .is_some_and(|last| last.distance(point) < 0.01)
            {
                continue;
            }
            if let [.., a, b] = points.as_slice() {
                let upright = (a.x - b.x).abs() < 0.01 && (b.x - point.x).abs() < 0.01;
                let level = (a.y - b.y).abs() < 0.01 && (b.y - point.y).abs() < 0.01;
                let onward = (b.x - a.x) * (point.x - b.x) + (b.y - a.y) * (point.y - b.y) >= 0.0;
                if (upright || level) && onward {
                    points.pop();
                }
            }
            points.push(point);
        }
        Self { points }
    }

    /// The corners, first and last included.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    fn segments(&self) -> impl Iterator<Item = (Point, Point)> {
        self.points.windows(2).map(|pair| (pair[0], pair[1]))
    }

    fn crossings(&self, blocks: &[Rect]) -> usize {
        blocks
            .iter()
            .filter(|block| self.segments().any(|(a, b)| block.crossed_by(a, b)))
            .count()
    }

    fn cost(&self, crossings: usize) -> f64 {
        let count = |value: usize| f64::from(u16::try_from(value).unwrap_or(u16::MAX));
        count(crossings) * 10_000.0 + self.length() + count(self.points.len()) * 20.0
    }

    /// The whole way's length, in world pixels.
    pub fn length(&self) -> f64 {
        self.segments().map(|(a, b)| a.distance(b)).sum()
    }

    /// The point `distance` along the way, at most its end.
    pub fn along(&self, distance: f64) -> Point {
        let mut left = distance.max(0.0);
        for (a, b) in self.segments() {
            let length = a.distance(b);
            if left <= length && length > 0.0 {
                return a + (b - a) * (left / length);
            }
            left -= length;
        }
        self.points.last().copied().unwrap_or_default()
    }

    /// The point halfway: where "+" sits.
    pub fn middle(&self) -> Point {
        self.along(self.length() / 2.0)
    }

    /// Distance from `point` to the nearest place on the way.
    pub fn distance(&self, point: Point) -> f64 {
        self.segments()
            .map(|(a, b)| point.distance_to_segment(a, b))
            .fold(f64::INFINITY, f64::min)
    }

    /// The smallest rectangle that holds the way.
    pub fn bounds(&self) -> Rect {
        Rect::around(self.segments().map(|(a, b)| Rect::between(a, b))).unwrap_or_default()
    }

    /// The way as the `d` attribute of an SVG path, its corners rounded.
    pub fn svg(&self) -> String {
        let mut d = String::new();
        let mut put = |letter: char, points: &[Point]| {
            d.push(letter);
            for (index, point) in points.iter().enumerate() {
                let gap = if index == 0 { "" } else { " " };
                // Writing to a string cannot fail.
                let _ = write!(d, "{gap}{} {}", tenths(point.x), tenths(point.y));
            }
        };
        let Some(first) = self.points.first() else {
            return d;
        };
        put('M', &[*first]);
        for three in self.points.windows(3) {
            let [before, corner, after] = [three[0], three[1], three[2]];
            let reach = RADIUS
                .min(before.distance(corner) / 2.0)
                .min(corner.distance(after) / 2.0);
            put('L', &[toward(corner, before, reach)]);
            put('Q', &[corner, toward(corner, after, reach)]);
        }
        if let [.., last] = self.points.as_slice() {
            put('L', &[*last]);
        }
        d
    }
}

/// The point `distance` away from `from` in the direction of `to`.
fn toward(from: Point, to: Point, distance: f64) -> Point {
    let whole = from.distance(to);
    if whole == 0.0 {
        from
    } else {
        from + (to - from) * (distance / whole)
    }
}

/// Rounded to a tenth of a pixel, so that paths stay short.
fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// What a way from `start` to `end` must not cross: the cards that it could
/// meet with some room around them, its own two without.
fn blocking(start: Point, end: Point, cards: &[Rect]) -> Vec<Rect> {
    let near = Rect::between(start, end).grown(CARD_WIDTH + 2.0 * CLEARANCE);
    let own = |card: &Rect| {
        let card = card.grown(1.0);
        card.contains(start) || card.contains(end)
    };
    cards
        .iter()
        .filter(|card| card.overlaps(&near))
        .map(|card| {
            let room = if own(card) { -TOLERANCE } else { NEARNESS };
            card.grown(room)
        })
        .collect()
}

/// Upright lines that a detour could take, the nearest first.
fn lanes(start: Point, end: Point, blocks: &[Rect]) -> Vec<f64> {
    let middle = f64::midpoint(start.x, end.x);
    let aside = CARD_WIDTH / 2.0 + CLEARANCE;
    let mut lanes = vec![
        middle,
        start.x.min(end.x) - aside,
        start.x.max(end.x) + aside,
    ];
    for block in blocks {
        lanes.push(block.x - TOLERANCE);
        lanes.push(block.right() + TOLERANCE);
    }
    lanes.sort_by(|a, b| (a - middle).abs().total_cmp(&(b - middle).abs()));
    lanes.truncate(MOST_LANES);
    lanes
}
