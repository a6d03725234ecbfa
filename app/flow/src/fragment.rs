//! Copied cards and the edges between them.

use crate::document::{Document, Node};
use crate::geometry::Point;
use crate::id::{Edge, NodeId, Outlet};
use crate::sorted::Sorted;
use serde::{Deserialize, Serialize};

/// A piece of a workflow that can be pasted, here or into another workflow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fragment<T> {
    /// The cards.
    pub nodes: Vec<Node<T>>,
    /// The edges among them.
    pub edges: Vec<Edge>,
}

impl<T: Clone> Fragment<T> {
    /// Copies the nodes that `ids` names, and the edges that join two of them.
    pub fn copy(document: &Document<T>, ids: &[NodeId]) -> Self {
        let nodes: Vec<_> = document
            .nodes()
            .filter(|node| ids.contains(&node.id))
            .cloned()
            .collect();
        let edges = document
            .edges()
            .filter(|(from, to)| ids.contains(&from.node) && ids.contains(to))
            .map(|(from, to)| Edge {
                from: from.clone(),
                to: to.clone(),
            })
            .collect();
        Self { nodes, edges }
    }

    /// The same piece moved by `offset`, each card under a fresh id.
    #[must_use]
    pub fn renamed(&self, offset: Point, mut fresh: impl FnMut() -> NodeId) -> Self {
        let mut names = Sorted::default();
        let nodes = self
            .nodes
            .iter()
            .map(|node| {
                let id = fresh();
                names.insert(node.id.clone(), id.clone());
                Node {
                    id,
                    at: node.at + offset,
                    payload: node.payload.clone(),
                }
            })
            .collect();
        let edges = self
            .edges
            .iter()
            .filter_map(|edge| {
                let node = names.get(&edge.from.node)?.clone();
                let port = edge.from.port.clone();
                let to = names.get(&edge.to)?.clone();
                Some(Edge {
                    from: Outlet { node, port },
                    to,
                })
            })
            .collect();
        Self { nodes, edges }
    }
}
