//! Every change to a document, as data, and the one reducer that applies it.

use crate::document::{Document, Node};
use crate::fragment::Fragment;
use crate::geometry::Point;
use crate::id::{Edge, NodeId, Outlet, PortId};
use crate::rules::{Refusal, Rules, check_edge, has_port};
use serde::{Deserialize, Serialize};

/// A change. Each is atomic: it happens as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edit<T> {
    /// Puts a card on the canvas.
    Add(Node<T>),
    /// Puts several cards and the edges between them on the canvas (paste).
    Insert(Fragment<T>),
    /// Takes cards away with their edges.
    Remove {
        /// The cards.
        ids: Vec<NodeId>,
        /// Whether what came before a card with a single way on is led to what
        /// came after it.
        heal: bool,
    },
    /// Moves cards to new places.
    Move(Vec<(NodeId, Point)>),
    /// Adds an edge.
    Connect(Edge),
    /// Takes the outlet's edge away.
    Disconnect(Outlet),
    /// Puts a new card into an edge.
    Splice {
        /// The card.
        node: Node<T>,
        /// The outlet of the edge that it goes into.
        into: Outlet,
        /// The card's own port that leads on to the edge's old target.
        out: PortId,
    },
    /// Gives a card a new payload. Edges that the rules would refuse to the new
    /// payload go with it.
    Update {
        /// The card.
        id: NodeId,
        /// What it stands for from now on.
        payload: T,
    },
    /// Several changes as one, in order.
    All(Vec<Edit<T>>),
}

impl<T> Edit<T> {
    /// Whether this changes nothing.
    pub fn is_nothing(&self) -> bool {
        matches!(self, Self::All(edits) if edits.is_empty())
    }
}

impl<T> Edit<T> {
    /// Where the card that this edit adds would lie, and which cards it would
    /// move: what is shown of it before it is done.
    pub fn preview(&self) -> (Option<Point>, Vec<(NodeId, Point)>) {
        match self {
            Self::Add(node) | Self::Splice { node, .. } => (Some(node.at), Vec::new()),
            Self::Move(moves) => (None, moves.clone()),
            Self::All(edits) => edits.iter().map(Self::preview).fold(
                (None, Vec::new()),
                |(at, mut moves), (next, more)| {
                    moves.extend(more);
                    (at.or(next), moves)
                },
            ),
            Self::Insert(_)
            | Self::Remove { .. }
            | Self::Connect(_)
            | Self::Disconnect(_)
            | Self::Update { .. } => (None, Vec::new()),
        }
    }
}

/// Applies `edit` and returns the edit that takes it back.
///
/// # Errors
/// Why not; the document is then exactly as it was.
pub fn apply<T: Clone + PartialEq>(
    document: &mut Document<T>,
    edit: Edit<T>,
    rules: &dyn Rules<T>,
) -> Result<Edit<T>, Refusal> {
    let mut reducer = Reducer {
        document,
        rules,
        undo: Vec::new(),
    };
    let result = reducer.run(edit);
    let mut undo = reducer.undo;
    if let Err(refusal) = result {
        for inverse in undo.into_iter().rev() {
            let mut back = Reducer {
                document,
                rules,
                undo: Vec::new(),
            };
            // Each inverse leads to a state that was there a moment ago.
            back.run(inverse)?;
        }
        return Err(refusal);
    }
    undo.reverse();
    Ok(match undo.len() {
        1 => undo.remove(0),
        _ => Edit::All(undo),
    })
}

/// Breaks edits into the six primitive changes, remembering each one's inverse.
struct Reducer<'a, T> {
    document: &'a mut Document<T>,
    rules: &'a dyn Rules<T>,
    undo: Vec<Edit<T>>,
}

impl<T: Clone + PartialEq> Reducer<'_, T> {
    fn run(&mut self, edit: Edit<T>) -> Result<(), Refusal> {
        match edit {
            Edit::Add(node) => self.add(node),
            Edit::Insert(Fragment { nodes, edges }) => {
                nodes.into_iter().try_for_each(|node| self.add(node))?;
                edges.into_iter().try_for_each(|edge| self.connect(edge))
            }
            Edit::Remove { ids, heal } => ids.into_iter().try_for_each(|id| self.remove(&id, heal)),
            Edit::Move(places) => self.place(places),
            Edit::Connect(edge) => self.connect(edge),
            Edit::Disconnect(outlet) => self.disconnect(outlet),
            Edit::Splice { node, into, out } => self.splice(node, into, out),
            Edit::Update { id, payload } => self.update(id, payload),
            Edit::All(edits) => edits.into_iter().try_for_each(|edit| self.run(edit)),
        }
    }

    fn add(&mut self, node: Node<T>) -> Result<(), Refusal> {
        if self.document.nodes.contains_key(&node.id) {
            return Err(Refusal::IdTaken(node.id));
        }
        if !node.at.is_placeable() {
            return Err(Refusal::OutOfBounds(node.id));
        }
        self.undo.push(Edit::Remove {
            ids: vec![node.id.clone()],
            heal: false,
        });
        self.document.nodes.insert(node.id.clone(), node);
        Ok(())
    }

    fn remove(&mut self, id: &NodeId, heal: bool) -> Result<(), Refusal> {
        if !self.document.nodes.contains_key(id) {
            return Err(Refusal::UnknownNode(id.clone()));
        }
        let entering: Vec<_> = self.document.entering(id).cloned().collect();
        let leaving: Vec<_> = self
            .document
            .leaving(id)
            .map(|(from, to)| (from.clone(), to.clone()))
            .collect();
        for outlet in entering.iter().chain(leaving.iter().map(|(from, _)| from)) {
            self.disconnect(outlet.clone())?;
        }
        if let Some(node) = self.document.nodes.remove(id) {
            self.undo.push(Edit::Add(node));
        }
        if let (true, [(_, onward)]) = (heal, leaving.as_slice()) {
            for from in entering {
                // Kinds that may not follow each other stay apart.
                if check_edge(self.document, self.rules, &from, onward).is_ok() {
                    self.connect(Edge {
                        from,
                        to: onward.clone(),
                    })?;
                }
            }
        }
        Ok(())
    }

    fn place(&mut self, places: Vec<(NodeId, Point)>) -> Result<(), Refusal> {
        let mut before = Vec::new();
        for (id, at) in &places {
            if !at.is_placeable() {
                return Err(Refusal::OutOfBounds(id.clone()));
            }
            if !self.document.nodes.contains_key(id) {
                return Err(Refusal::UnknownNode(id.clone()));
            }
        }
        for (id, at) in places {
            if let Some(node) = self.document.nodes.get_mut(&id)
                && node.at != at
            {
                before.push((id, std::mem::replace(&mut node.at, at)));
            }
        }
        if !before.is_empty() {
            // A card named twice must end where it began.
            before.reverse();
            self.undo.push(Edit::Move(before));
        }
        Ok(())
    }

    fn connect(&mut self, edge: Edge) -> Result<(), Refusal> {
        check_edge(self.document, self.rules, &edge.from, &edge.to)?;
        self.undo.push(Edit::Disconnect(edge.from.clone()));
        self.document.edges.insert(edge.from, edge.to);
        Ok(())
    }

    fn disconnect(&mut self, outlet: Outlet) -> Result<(), Refusal> {
        match self.document.edges.remove(&outlet) {
            Some(to) => {
                self.undo.push(Edit::Connect(Edge { from: outlet, to }));
                Ok(())
            }
            None => Err(Refusal::NotConnected(outlet)),
        }
    }

    fn splice(&mut self, node: Node<T>, into: Outlet, out: PortId) -> Result<(), Refusal> {
        let onward = self.document.target(&into).cloned();
        let onward = onward.ok_or_else(|| Refusal::NotConnected(into.clone()))?;
        let id = node.id.clone();
        self.add(node)?;
        self.disconnect(into.clone())?;
        self.connect(Edge {
            from: into,
            to: id.clone(),
        })?;
        self.connect(Edge {
            from: Outlet {
                node: id,
                port: out,
            },
            to: onward,
        })
    }

    fn update(&mut self, id: NodeId, payload: T) -> Result<(), Refusal> {
        let Some(node) = self.document.nodes.get(&id) else {
            return Err(Refusal::UnknownNode(id));
        };
        if node.payload == payload {
            return Ok(());
        }
        let rules = self.rules;
        let document = &*self.document;
        let follows = |from: &T, port: &PortId, to: &T| {
            has_port(rules, from, port)
                && rules.has_inlet(to)
                && rules.may_follow(from, port, to).is_ok()
        };
        let leaving = document.leaving(&id).filter(|(from, to)| {
            let to = document.node(to);
            !to.is_some_and(|to| follows(&payload, &from.port, &to.payload))
        });
        let entering = document.entering(&id).filter(|from| {
            let source = document.node(&from.node);
            !source.is_some_and(|source| follows(&source.payload, &from.port, &payload))
        });
        let gone: Vec<Outlet> = leaving
            .map(|(from, _)| from)
            .chain(entering)
            .cloned()
            .collect();
        gone.into_iter()
            .try_for_each(|outlet| self.disconnect(outlet))?;
        if let Some(node) = self.document.nodes.get_mut(&id) {
            let before = std::mem::replace(&mut node.payload, payload);
            self.undo.push(Edit::Update {
                id,
                payload: before,
            });
        }
        Ok(())
    }
}
