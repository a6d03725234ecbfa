//! Edits that put a card in its place: what moves to make room, where it lies.

use crate::card::{CARD_HEIGHT, CARD_WIDTH, card_at, inlet_of, outlet_of};
use crate::document::{Document, Node};
use crate::edit::Edit;
use crate::geometry::{GRID, Point, snap};
use crate::id::{Edge, NodeId, Outlet, PortId};
use crate::layout::{LAYER_GAP, SIBLING_GAP};
use crate::place::DropPlace;
use crate::rules::Rules;

/// The edit that puts a new card where it was dropped. `point` is the pointer,
/// in world pixels.
pub fn land<T: Clone>(
    document: &Document<T>,
    rules: &dyn Rules<T>,
    (id, payload): (NodeId, T),
    place: &DropPlace,
    point: Point,
) -> Edit<T> {
    match place {
        DropPlace::Edge { into, out } => splice(document, rules, (id, payload), into, out.clone()),
        DropPlace::Outlet(from) => after(document, rules, (id, payload), from),
        DropPlace::Inlet { node, out } => {
            let below = document.node(node).map_or(point, |node| node.at);
            let wanted = Point::new(below.x, below.y - CARD_HEIGHT - LAYER_GAP);
            let at = free_place(document, wanted, None);
            let from = Outlet {
                node: id.clone(),
                port: out.clone(),
            };
            Edit::All(vec![
                Edit::Add(Node { id, at, payload }),
                Edit::Connect(Edge {
                    from,
                    to: node.clone(),
                }),
            ])
        }
        DropPlace::Ground(at) => {
            let middle = Point::new(at.x - CARD_WIDTH / 2.0, at.y - CARD_HEIGHT / 2.0);
            Edit::Add(Node {
                id,
                at: free_place(document, middle, None),
                payload,
            })
        }
    }
}

/// The edit that puts a new card below `from`: spliced into its edge when it
/// has one and the card leads on, else connected to it (an edge that a card
/// without a way out would cut stays, and the card is left unconnected).
pub fn after<T: Clone>(
    document: &Document<T>,
    rules: &dyn Rules<T>,
    (id, payload): (NodeId, T),
    from: &Outlet,
) -> Edit<T> {
    let at = below(document, rules, from);
    let taken = document.target(from).is_some();
    if taken && let Some(out) = rules.outs(&payload).first() {
        let out = out.port.clone();
        return splice(document, rules, (id, payload), from, out);
    }
    let connect = Edge {
        from: from.clone(),
        to: id.clone(),
    };
    let at = free_place(document, at, None);
    let add = Edit::Add(Node { id, at, payload });
    if taken {
        add
    } else {
        Edit::All(vec![add, Edit::Connect(connect)])
    }
}

/// The edit that puts a new card into the edge of `into`; what lies below
/// moves down as far as is needed.
pub fn splice<T: Clone>(
    document: &Document<T>,
    rules: &dyn Rules<T>,
    (id, payload): (NodeId, T),
    into: &Outlet,
    out: PortId,
) -> Edit<T> {
    let (at, moves) = opening(document, rules, into, None);
    let node = Node { id, at, payload };
    let splice = Edit::Splice {
        node,
        into: into.clone(),
        out,
    };
    if moves.is_empty() {
        splice
    } else {
        Edit::All(vec![Edit::Move(moves), splice])
    }
}

/// The edit that threads a card that is already there, and connected to
/// nothing, into the edge of `into`. `None` when it may not go there.
pub fn thread<T: Clone>(
    document: &Document<T>,
    rules: &dyn Rules<T>,
    id: &NodeId,
    into: &Outlet,
) -> Option<Edit<T>> {
    let node = document.node(id)?;
    let target = document.target(into)?.clone();
    let source = document.node(&into.node)?;
    let loose = document.leaving(id).next().is_none() && document.entering(id).next().is_none();
    if !loose || !rules.has_inlet(&node.payload) {
        return None;
    }
    rules
        .may_follow(&source.payload, &into.port, &node.payload)
        .ok()?;
    let onward = &document.node(&target)?.payload;
    let outs = rules.outs(&node.payload);
    let out = outs
        .iter()
        .find(|out| rules.may_follow(&node.payload, &out.port, onward).is_ok())?;
    let (at, mut moves) = opening(document, rules, into, Some(id));
    moves.push((id.clone(), at));
    let onward = Outlet {
        node: id.clone(),
        port: out.port.clone(),
    };
    Some(Edit::All(vec![
        Edit::Move(moves),
        Edit::Disconnect(into.clone()),
        Edit::Connect(Edge {
            from: into.clone(),
            to: id.clone(),
        }),
        Edit::Connect(Edge {
            from: onward,
            to: target,
        }),
    ]))
}

/// Where a card in the edge of `into` goes, and which cards make room for it:
/// all that begin at or below the edge's target move down by the same amount,
/// so that none of them comes to overlap another.
fn opening<T>(
    document: &Document<T>,
    rules: &dyn Rules<T>,
    into: &Outlet,
    ignored: Option<&NodeId>,
) -> (Point, Vec<(NodeId, Point)>) {
    let wanted = below(document, rules, into);
    let target = document.target(into).and_then(|id| document.node(id));
    let Some(target) = target else {
        return (free_place(document, wanted, ignored), Vec::new());
    };
    let below_source = wanted.y - LAYER_GAP;
    let room = target.at.y - below_source;
    if room < 0.0 {
        // The edge leads upwards: nothing is in the way below the source.
        return (free_place(document, wanted, ignored), Vec::new());
    }
    let needed = CARD_HEIGHT + 2.0 * LAYER_GAP;
    let extra = ((needed - room) / GRID).ceil().max(0.0) * GRID;
    let slack = (room - needed).max(0.0) / 2.0;
    let wanted = Point::new(wanted.x, wanted.y + slack);
    let moves: Vec<_> = document
        .nodes()
        .filter(|node| extra > 0.0 && node.at.y >= target.at.y && Some(&node.id) != ignored)
        .map(|node| (node.id.clone(), Point::new(node.at.x, node.at.y + extra)))
        .collect();
    let staying = |id: &NodeId| !moves.iter().any(|(moved, _)| moved == id);
    (
        clear_place(document, wanted, |id| staying(id) && Some(id) != ignored),
        moves,
    )
}

/// The place for a card below `from`: under the card for its only port, fanned
/// out for several.
fn below<T>(document: &Document<T>, rules: &dyn Rules<T>, from: &Outlet) -> Point {
    let Some(source) = document.node(&from.node) else {
        return Point::default();
    };
    let outs = rules.outs(&source.payload);
    let index = outs
        .iter()
        .position(|out| out.port == from.port)
        .unwrap_or(0);
    let port = outlet_of(source.at, index, outs.len());
    // A port's distance from the middle says which way and how far to fan.
    let aside = (port.x - inlet_of(source.at).x) / CARD_WIDTH;
    let count = f64::from(u16::try_from(outs.len()).unwrap_or(u16::MAX));
    let fan = aside * (count + 1.0) * (CARD_WIDTH + SIBLING_GAP);
    Point::new(source.at.x + fan, source.at.y + CARD_HEIGHT + LAYER_GAP)
}

/// The grid point nearest to `wanted`, sideways first, where a card overlaps
/// none but `ignored`.
fn free_place<T>(document: &Document<T>, wanted: Point, ignored: Option<&NodeId>) -> Point {
    clear_place(document, wanted, |id| Some(id) != ignored)
}

/// The same among the cards that `counts` picks.
fn clear_place<T>(
    document: &Document<T>,
    wanted: Point,
    counts: impl Fn(&NodeId) -> bool,
) -> Point {
    let wanted = snap(wanted);
    let cards: Vec<_> = document
        .nodes()
        .filter(|node| counts(&node.id))
        // Half a gap all around, so that neighbors do not touch.
        .map(|node| node.rect().grown(SIBLING_GAP / 2.0))
        .collect();
    let free = |at: Point| !cards.iter().any(|card| card.overlaps(&card_at(at)));
    let (mut left, mut right) = (wanted, wanted);
    // Each card can be stepped past, so the search ends.
    loop {
        if free(right) {
            return right;
        }
        if free(left) {
            return left;
        }
        right.x += GRID;
        left.x -= GRID;
    }
}
