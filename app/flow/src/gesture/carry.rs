//! Dragging cards: those on the canvas, and new ones from the palette.

use super::{Command, Pointer, Selecting, Stage};
use crate::edit::Edit;
use crate::geometry::{Point, snap};
use crate::hit::Reach;
use crate::id::{NodeId, Outlet};
use crate::insert::thread;
use crate::place::{DropPlace, nearest_place};

/// How far a place draws a new card, in screen pixels.
const PULL: f64 = 56.0;

/// The cards that go along when `node` is dragged, and what that selects: all
/// that are selected if it is one of them, else it alone.
pub(super) fn origins<T>(
    node: &NodeId,
    stage: &Stage<'_, T>,
) -> (Vec<(NodeId, Point)>, Option<Command<T>>) {
    let place = |id: &NodeId| Some((id.clone(), stage.document.node(id)?.at));
    if stage.selected.contains(node) {
        // The one under the pointer leads: it alone is snapped.
        let rest = stage.selected.iter().filter(|id| *id != node);
        return (
            std::iter::once(node)
                .chain(rest)
                .filter_map(place)
                .collect(),
            None,
        );
    }
    let select = Command::Select(Selecting::Only(vec![node.clone()]));
    (place(node).into_iter().collect(), Some(select))
}

/// The places of cards dragged by `by` from their `origins`: the first one
/// snaps to the grid, the others keep their distance to it.
pub(super) fn places(origins: &[(NodeId, Point)], by: Point) -> Vec<(NodeId, Point)> {
    let Some((_, lead)) = origins.first() else {
        return Vec::new();
    };
    let by = snap(*lead + by) - *lead;
    origins
        .iter()
        .map(|(id, at)| (id.clone(), *at + by))
        .collect()
}

/// The drag has ended: the edit that keeps the new places, or threads a lone
/// card into the edge that it was dropped on.
pub(super) fn drop<T: Clone>(
    origins: &[(NodeId, Point)],
    by: Point,
    pointer: &Pointer,
    stage: &Stage<'_, T>,
) -> Vec<Command<T>> {
    let moves = Edit::Move(places(origins, by));
    let edit = match origins {
        [(id, _)] => match edge_below(id, pointer, stage) {
            Some(edge) => thread(stage.document, stage.rules, id, &edge).unwrap_or(moves),
            None => moves,
        },
        _ => moves,
    };
    vec![Command::Rest, Command::Perform(edit, "Move")]
}

fn edge_below<T>(id: &NodeId, pointer: &Pointer, stage: &Stage<'_, T>) -> Option<Outlet> {
    let reach = Reach::touch(stage.view.zoom).edge;
    let world = stage.world(pointer);
    // The dragged card itself lies under the pointer; look for edges alone.
    stage
        .scene
        .wires()
        .iter()
        .filter(|wire| wire.from.node != *id && wire.to != *id)
        .map(|wire| (wire.route.distance(world), wire))
        .filter(|(distance, _)| *distance <= reach)
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, wire)| wire.from.clone())
}

/// Where a new card at the pointer would go.
pub(super) fn hover<T>(
    places: &[DropPlace],
    pointer: &Pointer,
    stage: &Stage<'_, T>,
) -> Command<T> {
    let at = stage.world(pointer);
    let place = stage
        .shows(pointer)
        .then(|| nearest_place(places, stage.scene, at, PULL / stage.view.zoom));
    Command::Hover { at, place }
}
