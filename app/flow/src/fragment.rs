//! Copied cards and the edges between them.

use crate::document::{Document, Node};
use crate::geometry::Point;
use crate::id::{Edge, NodeId, Outlet};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    pub fn copy<'a>(document: &Document<T>, ids: impl IntoIterator<Item = &'a NodeId>) -> Self {
        let nodes: BTreeMap<_, _> = ids
            .into_iter()
            .filter_map(|id| document.node(id))
            .map(|node| (node.id.clone(), node.clone()))
            .collect();
        let edges = document
            .edges()
            .filter(|(from, to)| nodes.contains_key(&from.node) && nodes.contains_key(*to))
            .map(|(from, to)| Edge {
                from: from.clone(),
                to: to.clone(),
            })
            .collect();
        Self {
            nodes: nodes.into_values().collect(),
            edges,
        }
    }

    /// The same piece moved by `offset`, each card under a fresh id.
    #[must_use]
    pub fn renamed(&self, offset: Point, mut fresh: impl FnMut() -> NodeId) -> Self {
        let mut names = BTreeMap::new();
        let nodes = self
            .nodes
            .iter()
            .map(|node| {
                let id = fresh();
                names.insert(&node.id, id.clone());
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
