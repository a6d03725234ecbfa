//! The nodes and edges on the canvas.

use crate::geometry::{Point, Rect};
use crate::id::{Edge, NodeId, Outlet, PortId};
use crate::rules::{Refusal, Rules, check_edge};
use crate::sorted::Sorted;
use serde::{Deserialize, Serialize};

/// A card on the canvas.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Node<T> {
    /// Its id, unique in the document.
    pub id: NodeId,
    /// Its top left corner, in world pixels.
    pub at: Point,
    /// What it stands for.
    pub payload: T,
}

impl<T> Node<T> {
    /// The card's outline.
    pub fn rect(&self) -> Rect {
        crate::card::card_at(self.at)
    }
}

/// A graph without cycles and without dangling edges. Only
/// [`apply`](crate::apply) and [`Document::load`] change or make one, and both
/// keep that true.
#[derive(Debug, Clone, PartialEq)]
pub struct Document<T> {
    pub(crate) nodes: Sorted<NodeId, Node<T>>,
    pub(crate) edges: Sorted<Outlet, NodeId>,
}

impl<T> Default for Document<T> {
    fn default() -> Self {
        Self {
            nodes: Sorted::default(),
            edges: Sorted::default(),
        }
    }
}

impl<T> Document<T> {
    /// A document from stored parts. What would break it (a second node with
    /// one id, an edge to nowhere, a cycle) is left out and returned.
    pub fn load(
        nodes: impl IntoIterator<Item = Node<T>>,
        edges: impl IntoIterator<Item = Edge>,
        rules: &dyn Rules<T>,
    ) -> (Self, Vec<Refusal>) {
        let mut document = Self::default();
        let mut refused = Vec::new();
        for node in nodes {
            if document.nodes.contains_key(&node.id) {
                refused.push(Refusal::IdTaken(node.id));
            } else if node.at.is_placeable() {
                document.nodes.insert(node.id.clone(), node);
            } else {
                refused.push(Refusal::OutOfBounds(node.id));
            }
        }
        for Edge { from, to } in edges {
            match check_edge(&document, rules, &from, &to) {
                Ok(()) => {
                    document.edges.insert(from, to);
                }
                Err(refusal) => refused.push(refusal),
            }
        }
        (document, refused)
    }

    /// Whether nothing is on the canvas.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The node called `id`.
    pub fn node(&self, id: &NodeId) -> Option<&Node<T>> {
        self.nodes.get(id)
    }

    /// All nodes, by id.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = &Node<T>> {
        self.nodes.entries().iter().map(|(_, node)| node)
    }

    /// All edges, by outlet.
    pub fn edges(&self) -> impl ExactSizeIterator<Item = (&Outlet, &NodeId)> {
        self.edges.entries().iter().map(|(from, to)| (from, to))
    }

    /// The node that `outlet` leads to.
    pub fn target(&self, outlet: &Outlet) -> Option<&NodeId> {
        self.edges.get(outlet)
    }

    /// The edges that leave `id`, by port id.
    pub fn leaving(&self, id: &NodeId) -> impl Iterator<Item = (&Outlet, &NodeId)> {
        let first = Outlet {
            node: id.clone(),
            port: PortId::new(""),
        };
        let id = id.clone();
        self.edges
            .starting(&first)
            .iter()
            .take_while(move |(outlet, _)| outlet.node == id)
            .map(|(outlet, to)| (outlet, to))
    }

    /// The outlets whose edges enter `id`.
    pub fn entering(&self, id: &NodeId) -> impl Iterator<Item = &Outlet> {
        self.edges()
            .filter(move |(_, to)| *to == id)
            .map(|(from, _)| from)
    }

    /// Whether following edges from `from` arrives at `to`; a node reaches
    /// itself.
    pub fn reaches(&self, from: &NodeId, to: &NodeId) -> bool {
        let mut seen = Sorted::default();
        let mut open = vec![from];
        while let Some(id) = open.pop() {
            if id == to {
                return true;
            }
            if seen.insert(id, ()) {
                open.extend(self.leaving(id).map(|(_, target)| target));
            }
        }
        false
    }

    /// Every node from which `id` can be reached, without `id` itself.
    pub(crate) fn ancestors(&self, id: &NodeId) -> Sorted<NodeId, ()> {
        let mut found = Sorted::default();
        let mut open = vec![id];
        while let Some(next) = open.pop() {
            for outlet in self.entering(next) {
                if found.insert(outlet.node.clone(), ()) {
                    open.push(&outlet.node);
                }
            }
        }
        found
    }

    /// The smallest rectangle that holds every card.
    pub fn bounds(&self) -> Option<Rect> {
        Rect::around(self.nodes().map(Node::rect))
    }
}
