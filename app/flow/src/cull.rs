//! What is near enough to the screen to be drawn.

use crate::geometry::Rect;
use crate::id::{NodeId, Outlet};
use crate::scene::Scene;

/// How far outside the screen things are drawn already, in world pixels.
const MARGIN: f64 = 240.0;

/// The cards in sight when the screen shows `world`.
pub fn visible_nodes(scene: &Scene, world: &Rect) -> Vec<NodeId> {
    let near = world.grown(MARGIN);
    scene
        .cards()
        .filter(|card| card.rect.overlaps(&near))
        .map(|card| card.id.clone())
        .collect()
}

/// The edges in sight when the screen shows `world`.
pub fn visible_edges(scene: &Scene, world: &Rect) -> Vec<Outlet> {
    let near = world.grown(MARGIN);
    scene
        .wires()
        .iter()
        // A straight edge has no area of its own: give it some.
        .filter(|wire| wire.route.bounds().grown(1.0).overlaps(&near))
        .map(|wire| wire.from.clone())
        .collect()
}
