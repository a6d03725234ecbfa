//! Where a new card may be dropped.

use crate::document::Document;
use crate::geometry::Point;
use crate::id::{NodeId, Outlet, PortId};
use crate::rules::Rules;
use crate::scene::Scene;

/// A legal place for a new card.
#[derive(Debug, Clone, PartialEq)]
pub enum DropPlace {
    /// Into an edge.
    Edge {
        /// The outlet of the edge.
        into: Outlet,
        /// The new card's port that leads on.
        out: PortId,
    },
    /// Below a free outlet, connected to it.
    Outlet(Outlet),
    /// Above a card that nothing leads into yet, connected to it.
    Inlet {
        /// That card.
        node: NodeId,
        /// The new card's port that leads to it.
        out: PortId,
    },
    /// On the ground, connected to nothing.
    Ground(Point),
}

/// Every edge, free outlet and free inlet that a card with this payload may go
/// to. The ground is always legal and not listed.
pub fn legal_places<T>(
    document: &Document<T>,
    rules: &dyn Rules<T>,
    payload: &T,
) -> Vec<DropPlace> {
    let outs = rules.outs(payload);
    let enters = rules.has_inlet(payload);
    let may_follow = |from: &Outlet| {
        let source = document.node(&from.node);
        source.is_some_and(|node| rules.may_follow(&node.payload, &from.port, payload).is_ok())
    };
    let onward = |to: &NodeId| {
        let target = document.node(to)?;
        let out = outs.iter().find(|out| {
            rules
                .may_follow(payload, &out.port, &target.payload)
                .is_ok()
        })?;
        Some(out.port.clone())
    };
    let mut places = Vec::new();
    if enters {
        for (into, to) in document.edges().filter(|(into, _)| may_follow(into)) {
            if let Some(out) = onward(to) {
                places.push(DropPlace::Edge {
                    into: into.clone(),
                    out,
                });
            }
        }
    }
    for node in document.nodes() {
        if enters {
            let free = rules
                .outs(&node.payload)
                .into_iter()
                .map(|out| Outlet {
                    node: node.id.clone(),
                    port: out.port,
                })
                .filter(|outlet| document.target(outlet).is_none() && may_follow(outlet));
            places.extend(free.map(DropPlace::Outlet));
        }
        if rules.has_inlet(&node.payload)
            && document.entering(&node.id).next().is_none()
            && let Some(out) = onward(&node.id)
        {
            places.push(DropPlace::Inlet {
                node: node.id.clone(),
                out,
            });
        }
    }
    places
}

/// The place of `places` nearest to `point`, or the ground there when none is
/// within `reach` world pixels.
pub fn nearest_place(places: &[DropPlace], scene: &Scene, point: Point, reach: f64) -> DropPlace {
    let nearest = places
        .iter()
        .filter_map(|place| Some((distance(place, scene, point)?, place)))
        .filter(|(distance, _)| *distance <= reach)
        .min_by(|a, b| a.0.total_cmp(&b.0));
    nearest.map_or(DropPlace::Ground(point), |(_, place)| place.clone())
}

fn distance(place: &DropPlace, scene: &Scene, point: Point) -> Option<f64> {
    match place {
        DropPlace::Edge { into, .. } => Some(scene.wire(into)?.route.distance(point)),
        DropPlace::Outlet(outlet) => Some(
            scene
                .card(&outlet.node)?
                .outlet(&outlet.port)?
                .distance(point),
        ),
        DropPlace::Inlet { node, .. } => Some(scene.card(node)?.inlet?.distance(point)),
        DropPlace::Ground(at) => Some(at.distance(point)),
    }
}
