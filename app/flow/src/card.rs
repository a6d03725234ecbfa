//! How large a card is and where its ports sit.

use crate::document::Node;
use crate::geometry::{Point, Rect, Size};
use crate::id::{NodeId, PortId};
use crate::rules::{Out, Rules};

/// Every card's width, in world pixels.
pub const CARD_WIDTH: f64 = 240.0;
/// Every card's height, in world pixels: a title and one line of words.
pub const CARD_HEIGHT: f64 = 72.0;

/// The outline of a card whose top left corner is `at`.
pub const fn card_at(at: Point) -> Rect {
    Rect::new(at, Size::new(CARD_WIDTH, CARD_HEIGHT))
}

/// Where edges enter a card: the middle of its top.
pub fn inlet_of(at: Point) -> Point {
    Point::new(at.x + CARD_WIDTH / 2.0, at.y)
}

/// Where the edge at port number `index` of `count` leaves a card: spread
/// evenly along its bottom.
pub fn outlet_of(at: Point, index: usize, count: usize) -> Point {
    Point::new(at.x + CARD_WIDTH * share(index, count), at.y + CARD_HEIGHT)
}

/// `(index + 1) / (count + 1)` as a number.
fn share(index: usize, count: usize) -> f64 {
    let number = |value: usize| f64::from(u16::try_from(value + 1).unwrap_or(u16::MAX));
    number(index) / number(count)
}

/// A card with its ports, as hit tests and routes see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The node.
    pub id: NodeId,
    /// Its outline.
    pub rect: Rect,
    /// Where edges enter, if they may.
    pub inlet: Option<Point>,
    /// Where edges leave, left to right.
    pub outlets: Vec<(PortId, Point)>,
}

impl Placed {
    /// The card of `node`, with the ports that `rules` gives it.
    pub fn of<T>(node: &Node<T>, rules: &dyn Rules<T>) -> Self {
        Self::at(
            node,
            node.at,
            &rules.outs(&node.payload),
            rules.has_inlet(&node.payload),
        )
    }

    fn at<T>(node: &Node<T>, at: Point, outs: &[Out], inlet: bool) -> Self {
        Self {
            id: node.id.clone(),
            rect: card_at(at),
            inlet: inlet.then(|| inlet_of(at)),
            outlets: outs
                .iter()
                .enumerate()
                .map(|(index, out)| (out.port.clone(), outlet_of(at, index, outs.len())))
                .collect(),
        }
    }

    /// The same card with its top left corner at `at`.
    #[must_use]
    pub fn moved(&self, at: Point) -> Self {
        let by = at - Point::new(self.rect.x, self.rect.y);
        Self {
            id: self.id.clone(),
            rect: card_at(at),
            inlet: self.inlet.map(|point| point + by),
            outlets: self
                .outlets
                .iter()
                .map(|(port, point)| (port.clone(), *point + by))
                .collect(),
        }
    }

    /// Where the port called `port` sits.
    pub fn outlet(&self, port: &PortId) -> Option<Point> {
        self.outlets
            .iter()
            .find(|(id, _)| id == port)
            .map(|(_, point)| *point)
    }
}
