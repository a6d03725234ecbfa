//! A document's geometry, worked out once after each change.

use crate::card::Placed;
use crate::document::Document;
use crate::geometry::{Point, Rect};
use crate::id::{NodeId, Outlet};
use crate::route::Route;
use crate::rules::Rules;
use crate::sorted::Sorted;

/// An edge and the way that it takes.
#[derive(Debug, Clone, PartialEq)]
pub struct Wire {
    /// Where it starts; names the edge.
    pub from: Outlet,
    /// The node that it enters.
    pub to: NodeId,
    /// Its way.
    pub route: Route,
}

/// Where every card, port and edge lies.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scene {
    cards: Sorted<NodeId, Placed>,
    wires: Vec<Wire>,
    outlines: Vec<Rect>,
}

impl Scene {
    /// The geometry of `document`.
    pub fn of<T>(document: &Document<T>, rules: &dyn Rules<T>) -> Self {
        let cards: Sorted<_, _> = document
            .nodes()
            .map(|node| (node.id.clone(), Placed::of(node, rules)))
            .collect();
        let outlines: Vec<_> = cards.entries().iter().map(|(_, card)| card.rect).collect();
        let wires = document
            .edges()
            .filter_map(|(from, to)| {
                let start = cards.get(&from.node)?.outlet(&from.port)?;
                let end = cards.get(to)?.inlet?;
                let route = Route::between(start, end, &outlines);
                Some(Wire {
                    from: from.clone(),
                    to: to.clone(),
                    route,
                })
            })
            .collect();
        Self {
            cards,
            wires,
            outlines,
        }
    }

    /// The card of `id`.
    pub fn card(&self, id: &NodeId) -> Option<&Placed> {
        self.cards.get(id)
    }

    /// All cards, by id.
    pub fn cards(&self) -> impl ExactSizeIterator<Item = &Placed> {
        self.cards.entries().iter().map(|(_, card)| card)
    }

    /// All edges, by outlet.
    pub fn wires(&self) -> &[Wire] {
        &self.wires
    }

    /// The edge that leaves `outlet`.
    pub fn wire(&self, outlet: &Outlet) -> Option<&Wire> {
        self.wires.iter().find(|wire| wire.from == *outlet)
    }

    /// The outlines of all cards, by id.
    pub fn outlines(&self) -> &[Rect] {
        &self.outlines
    }

    /// The new ways of the edges that touch one of the `carried` cards while
    /// those are at the places given, the others staying put. For a drag: no
    /// other edge is looked at, and obstacles are ignored until the drop.
    pub fn carried(&self, carried: &[(NodeId, Point)]) -> Vec<Wire> {
        let moved: Sorted<_, _> = carried
            .iter()
            .filter_map(|(id, at)| Some((id.clone(), self.card(id)?.moved(*at))))
            .collect();
        let find = |id: &NodeId| moved.get(id).or_else(|| self.cards.get(id));
        self.wires
            .iter()
            .filter(|wire| moved.contains_key(&wire.from.node) || moved.contains_key(&wire.to))
            .filter_map(|wire| {
                let start = find(&wire.from.node)?.outlet(&wire.from.port)?;
                let end = find(&wire.to)?.inlet?;
                let route = Route::between(start, end, &[]);
                Some(Wire {
                    from: wire.from.clone(),
                    to: wire.to.clone(),
                    route,
                })
            })
            .collect()
    }
}
