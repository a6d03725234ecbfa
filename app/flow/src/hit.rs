//! What lies under a pointer.

use crate::geometry::{Point, Rect};
use crate::id::{NodeId, Outlet};
use crate::scene::Scene;

/// How near counts as touched, in world pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reach {
    /// Around a port's middle.
    pub port: f64,
    /// Around an edge's line.
    pub edge: f64,
}

impl Reach {
    /// What a mouse needs at `zoom`: 12 and 6 screen pixels.
    pub fn mouse(zoom: f64) -> Self {
        Self {
            port: 12.0 / zoom,
            edge: 6.0 / zoom,
        }
    }

    /// What a finger needs at `zoom`: 24 and 16 screen pixels.
    pub fn touch(zoom: f64) -> Self {
        Self {
            port: 24.0 / zoom,
            edge: 16.0 / zoom,
        }
    }

    /// How far a port's reach goes into the card's own body, which is there
    /// to be dragged.
    fn inside(&self) -> f64 {
        self.port.min(12.0)
    }
}

/// A part of the canvas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hit {
    /// A port where an edge starts.
    Outlet(Outlet),
    /// The port where edges enter a node.
    Inlet(NodeId),
    /// A card's body.
    Node(NodeId),
    /// An edge, named by its outlet.
    Edge(Outlet),
    /// Nothing but the ground.
    Canvas,
}

impl Scene {
    /// What lies at the world point `point`: ports before cards, cards before
    /// edges; of several ports or edges in reach the nearest.
    pub fn hit(&self, point: Point, reach: Reach) -> Hit {
        let body = self.cards().filter(|card| card.rect.contains(point)).last();
        let port_reach = if body.is_some() {
            reach.inside()
        } else {
            reach.port
        };
        if let Some(port) = self.port_near(point, port_reach) {
            return port;
        }
        if let Some(card) = body {
            return Hit::Node(card.id.clone());
        }
        let edge = self
            .wires()
            .iter()
            .map(|wire| (wire.route.distance(point), wire))
            .filter(|(distance, _)| *distance <= reach.edge)
            .min_by(|a, b| a.0.total_cmp(&b.0));
        edge.map_or(Hit::Canvas, |(_, wire)| Hit::Edge(wire.from.clone()))
    }

    fn port_near(&self, point: Point, reach: f64) -> Option<Hit> {
        let mut best: Option<(f64, Hit)> = None;
        for card in self
            .cards()
            .filter(|card| card.rect.grown(reach).contains(point))
        {
            let outlets = card.outlets.iter().map(|(port, at)| {
                (
                    *at,
                    Hit::Outlet(Outlet {
                        node: card.id.clone(),
                        port: port.clone(),
                    }),
                )
            });
            let inlet = card.inlet.map(|at| (at, Hit::Inlet(card.id.clone())));
            for (at, hit) in outlets.chain(inlet) {
                let distance = at.distance(point);
                if distance <= reach && best.as_ref().is_none_or(|(least, _)| distance < *least) {
                    best = Some((distance, hit));
                }
            }
        }
        best.map(|(_, hit)| hit)
    }

    /// The nodes whose cards `area` touches.
    pub fn within(&self, area: &Rect) -> Vec<NodeId> {
        self.cards()
            .filter(|card| card.rect.overlaps(area))
            .map(|card| card.id.clone())
            .collect()
    }
}
