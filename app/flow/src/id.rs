//! Names of nodes, ports and edges.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Takes `text` as the name.
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name!(
    /// A node's id, unique in its document; cheap to clone.
    NodeId
);
name!(
    /// An outgoing port's id, unique on its node, like `next` or `yes`.
    PortId
);

/// One outgoing port of one node: where an edge starts. An outlet has at most
/// one edge, so an outlet also names its edge.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Outlet {
    /// The node.
    pub node: NodeId,
    /// Its port.
    pub port: PortId,
}

impl Outlet {
    /// The port `port` of `node`.
    pub fn new(node: impl Into<NodeId>, port: impl Into<PortId>) -> Self {
        Self {
            node: node.into(),
            port: port.into(),
        }
    }
}

/// A connection from an outlet to a node's only inlet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// Where it starts.
    pub from: Outlet,
    /// The node that it enters.
    pub to: NodeId,
}
