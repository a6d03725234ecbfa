//! What may be connected, and why not.

use crate::document::Document;
use crate::id::{NodeId, Outlet, PortId};
use thiserror::Error;

/// An outgoing port as its node declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Out {
    /// Its id, unique on the node.
    pub port: PortId,
    /// The words that its edge carries, empty for a node's only way out.
    pub label: String,
}

impl Out {
    /// A port `port` labelled `label`.
    pub fn new(port: impl Into<PortId>, label: impl Into<String>) -> Self {
        Self {
            port: port.into(),
            label: label.into(),
        }
    }
}

/// What the canvas has to know of payloads. Answers depend on the payload
/// alone, so that what was legal once is legal again when it is undone.
pub trait Rules<T> {
    /// Whether edges may enter a node with this payload.
    fn has_inlet(&self, payload: &T) -> bool;

    /// The outgoing ports, left to right.
    fn outs(&self, payload: &T) -> Vec<Out>;

    /// Whether these two kinds may follow each other; cycles, taken ports and
    /// unknown ends are refused before this is asked.
    ///
    /// # Errors
    /// The reason in words, to be shown to whoever tried.
    fn may_follow(&self, from: &T, port: &PortId, to: &T) -> Result<(), String> {
        let _ = (from, port, to);
        Ok(())
    }
}

/// Why the reducer left the document as it was.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The edit names a node that isn't there.
    #[error("the step {0} is no longer on the canvas")]
    UnknownNode(NodeId),
    /// The edit adds a node under an id that is in use.
    #[error("a step with the id {0} is already on the canvas")]
    IdTaken(NodeId),
    /// The node has no such port.
    #[error("the step {} has no way out called {}", .0.node, .0.port)]
    UnknownPort(Outlet),
    /// The node takes no edges.
    #[error("nothing can lead into this step")]
    NoInlet(NodeId),
    /// The outlet has this very edge already.
    #[error("these two steps are already connected")]
    Duplicate(Outlet),
    /// The outlet leads elsewhere; disconnect it first.
    #[error("this way out already leads to another step")]
    OutletTaken(Outlet),
    /// The outlet has no edge.
    #[error("there is no connection to remove here")]
    NotConnected(Outlet),
    /// The edge would lead back to where it came from.
    #[error("this would lead back to a step that comes before: a journey only moves forward")]
    Cycle {
        /// Where the edge would start.
        from: NodeId,
        /// Where it would end.
        to: NodeId,
    },
    /// A coordinate is not a number, or beyond [`LIMIT`](crate::LIMIT).
    #[error("the step {0} was given a place that is not on the canvas")]
    OutOfBounds(NodeId),
    /// [`Rules::may_follow`] said no.
    #[error("{0}")]
    Forbidden(String),
}

/// Whether an edge from `from` to `to` may be added now.
///
/// # Errors
/// The first reason against it.
pub(crate) fn check_edge<T>(
    document: &Document<T>,
    rules: &dyn Rules<T>,
    from: &Outlet,
    to: &NodeId,
) -> Result<(), Refusal> {
    check_ends(document, rules, from, to)?;
    match document.target(from) {
        Some(target) if target == to => return Err(Refusal::Duplicate(from.clone())),
        Some(_) => return Err(Refusal::OutletTaken(from.clone())),
        None => {}
    }
    if document.reaches(to, &from.node) {
        return Err(Refusal::Cycle {
            from: from.node.clone(),
            to: to.clone(),
        });
    }
    Ok(())
}

/// Whether the two ends exist and may follow each other, cycles aside.
fn check_ends<T>(
    document: &Document<T>,
    rules: &dyn Rules<T>,
    from: &Outlet,
    to: &NodeId,
) -> Result<(), Refusal> {
    let source = document
        .node(&from.node)
        .ok_or_else(|| Refusal::UnknownNode(from.node.clone()))?;
    let target = document
        .node(to)
        .ok_or_else(|| Refusal::UnknownNode(to.clone()))?;
    if !has_port(rules, &source.payload, &from.port) {
        return Err(Refusal::UnknownPort(from.clone()));
    }
    if !rules.has_inlet(&target.payload) {
        return Err(Refusal::NoInlet(to.clone()));
    }
    rules
        .may_follow(&source.payload, &from.port, &target.payload)
        .map_err(Refusal::Forbidden)
}

/// Whether `payload` declares `port`.
pub(crate) fn has_port<T>(rules: &dyn Rules<T>, payload: &T, port: &PortId) -> bool {
    rules.outs(payload).iter().any(|out| out.port == *port)
}

/// Every node that an edge from `from` may be led to, the nearest below first;
/// the present target is not among them, though the outlet may be taken.
pub fn legal_targets<T>(
    document: &Document<T>,
    rules: &dyn Rules<T>,
    from: &Outlet,
) -> Vec<NodeId> {
    let Some(source) = document.node(&from.node) else {
        return Vec::new();
    };
    let before = document.ancestors(&from.node);
    let mut found: Vec<_> = document
        .nodes()
        .filter(|node| node.id != from.node && !before.contains_key(&node.id))
        .filter(|node| document.target(from) != Some(&node.id))
        .filter(|node| check_ends(document, rules, from, &node.id).is_ok())
        .map(|node| {
            let above = node.at.y < source.at.y;
            (above, node.at.distance(source.at), node.id.clone())
        })
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)).then(a.2.cmp(&b.2)));
    found.into_iter().map(|(_, _, id)| id).collect()
}

/// Whether an edge from `from` may be led to `to`, away from where it leads
/// now.
pub(crate) fn may_lead<T>(
    document: &Document<T>,
    rules: &dyn Rules<T>,
    from: &Outlet,
    to: &NodeId,
) -> bool {
    document.target(from) != Some(to)
        && check_ends(document, rules, from, to).is_ok()
        && !document.reaches(to, &from.node)
}
