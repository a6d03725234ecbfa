//! Drawing an edge: by drag, or by click and click.

use super::{Command, Pointer, Stage};
use crate::edit::Edit;
use crate::hit::Hit;
use crate::id::{Edge, NodeId, Outlet};
use crate::rules::may_lead;

/// The edge on its way to the pointer.
pub(super) fn preview<T>(from: &Outlet, pointer: &Pointer, stage: &Stage<'_, T>) -> Command<T> {
    let target =
        node_at(pointer, stage).filter(|id| may_lead(stage.document, stage.rules, from, id));
    Command::Wire {
        from: from.clone(),
        to: stage.world(pointer),
        target,
    }
}

/// The pointer was let go (`held`) or clicked a second time: connect to the
/// node there, offer a new step on the ground, or give up.
pub(super) fn finish<T: Clone>(
    from: &Outlet,
    pointer: &Pointer,
    stage: &Stage<'_, T>,
    held: bool,
) -> Vec<Command<T>> {
    let mut commands = vec![Command::Rest];
    match node_at(pointer, stage) {
        // Back where it began: the drag was a slow click.
        Some(node) if node == from.node => {}
        Some(node) => {
            let edit = lead(from, &node, stage);
            commands.extend(edit.map(|edit| Command::Perform(edit, "Connect")));
        }
        None if held && stage.shows(pointer) && stage.document.target(from).is_none() => {
            commands.push(Command::Offer {
                from: from.clone(),
                at: pointer.at,
            });
        }
        None => {}
    }
    commands
}

/// The edit that leads `from` to `node`, away from where it led before.
fn lead<T>(from: &Outlet, node: &NodeId, stage: &Stage<'_, T>) -> Option<Edit<T>> {
    let connect = Edit::Connect(Edge {
        from: from.clone(),
        to: node.clone(),
    });
    match stage.document.target(from) {
        Some(target) if target == node => None,
        Some(_) => Some(Edit::All(vec![Edit::Disconnect(from.clone()), connect])),
        None => Some(connect),
    }
}

fn node_at<T>(pointer: &Pointer, stage: &Stage<'_, T>) -> Option<NodeId> {
    match stage.hit(pointer) {
        Hit::Node(id) | Hit::Inlet(id) => Some(id),
        Hit::Outlet(outlet) => Some(outlet.node),
        Hit::Edge(_) | Hit::Canvas => None,
    }
}
