//! The drawn graph, as stored and as the canvas edits it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::step::{Port, Step};

/// A step's identifier inside its graph, made by the canvas.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct StepId(pub String);

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<&str> for StepId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// A step in its place on the canvas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Node {
    /// Identifier inside the graph, at most 36 bytes.
    pub id: StepId,
    /// What it does.
    pub step: Step,
    /// Left edge of the card, in canvas pixels.
    pub x: f64,
    /// Top edge of the card, in canvas pixels.
    pub y: f64,
}

/// A way from one step to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Edge {
    /// Where it leaves.
    pub from: StepId,
    /// By which port.
    #[serde(default)]
    pub port: Port,
    /// Where it leads.
    pub to: StepId,
}

/// A workflow's graph. A draft may be anything; `check` says what keeps it
/// from being published.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Graph {
    /// The steps.
    #[serde(default)]
    pub nodes: Vec<Node>,
    /// The ways between them.
    #[serde(default)]
    pub edges: Vec<Edge>,
}

impl Graph {
    /// The node called `id`.
    pub fn node(&self, id: &StepId) -> Option<&Node> {
        self.nodes.iter().find(|node| node.id == *id)
    }

    /// Every push that a step sends, each once.
    pub fn pushes(&self) -> Vec<crate::PushId> {
        let mut pushes: Vec<_> = self
            .nodes
            .iter()
            .filter_map(|node| match node.step {
                Step::Push { push_id } => push_id,
                _ => None,
            })
            .collect();
        pushes.sort_unstable();
        pushes.dedup();
        pushes
    }
}
