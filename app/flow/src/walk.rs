//! Walking from card to card by keys.

use crate::document::Document;
use crate::geometry::Point;
use crate::id::{NodeId, Outlet};
use crate::rules::Rules;

/// Which way an arrow key points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Toward what comes before.
    Up,
    /// Toward what comes after.
    Down,
    /// To the left neighbor.
    Left,
    /// To the right neighbor.
    Right,
}

impl Direction {
    /// The step of one pixel this way.
    pub fn unit(self) -> Point {
        match self {
            Self::Up => Point::new(0.0, -1.0),
            Self::Down => Point::new(0.0, 1.0),
            Self::Left => Point::new(-1.0, 0.0),
            Self::Right => Point::new(1.0, 0.0),
        }
    }
}

/// The card that an arrow key leads to from `id`. Down follows the leftmost
/// edge out, up the edge in whose source is nearest; without an edge, and
/// sideways, it is the nearest card that lies that way.
pub fn walk<T>(
    document: &Document<T>,
    rules: &dyn Rules<T>,
    id: &NodeId,
    direction: Direction,
) -> Option<NodeId> {
    let node = document.node(id)?;
    let followed = match direction {
        Direction::Down => rules.outs(&node.payload).into_iter().find_map(|out| {
            let outlet = Outlet {
                node: id.clone(),
                port: out.port,
            };
            document.target(&outlet).cloned()
        }),
        Direction::Up => document
            .entering(id)
            .filter_map(|outlet| document.node(&outlet.node))
            .min_by(|a, b| a.at.distance(node.at).total_cmp(&b.at.distance(node.at)))
            .map(|parent| parent.id.clone()),
        Direction::Left | Direction::Right => None,
    };
    followed.or_else(|| neighbor(document, id, node.at, direction))
}

/// The nearest card within 45° of `direction`; straying aside counts thrice.
fn neighbor<T>(
    document: &Document<T>,
    id: &NodeId,
    at: Point,
    direction: Direction,
) -> Option<NodeId> {
    let unit = direction.unit();
    document
        .nodes()
        .filter(|other| other.id != *id)
        .filter_map(|other| {
            let way = other.at - at;
            let ahead = way.x.mul_add(unit.x, way.y * unit.y);
            let aside = way.x.mul_add(unit.y, way.y * unit.x).abs();
            (ahead > 0.0 && aside <= ahead).then_some((ahead + 3.0 * aside, &other.id))
        })
        .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(b.1)))
        .map(|(_, id)| id.clone())
}

/// All cards from top to bottom, then left to right: the order of Page Up,
/// Page Down, Home and End, and of a screen reader.
pub fn reading_order<T>(document: &Document<T>) -> Vec<NodeId> {
    let mut nodes: Vec<_> = document.nodes().collect();
    nodes.sort_by(|a, b| {
        a.at.y
            .total_cmp(&b.at.y)
            .then(a.at.x.total_cmp(&b.at.x))
            .then(a.id.cmp(&b.id))
    });
    nodes.into_iter().map(|node| node.id.clone()).collect()
}
