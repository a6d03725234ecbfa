//! Tidy layout: layers from top to bottom.
//!
//! The usual four steps (Sugiyama 1981), each in its simplest good form:
//! layers by longest path, stand-ins where an edge passes a layer, order by
//! barycenters, and places by least squares under the distance that cards need
//! (exact, by pooling adjacent violators). Cards never overlap and every edge
//! leads downwards.

mod order;
mod spread;

use crate::card::{CARD_HEIGHT, CARD_WIDTH, outlet_of};
use crate::document::Document;
use crate::geometry::{GRID, Point};
use crate::id::{NodeId, Outlet};
use crate::rules::Rules;
use crate::sorted::Sorted;

/// The gap between two layers: room for bends, a label and "+".
pub(crate) const LAYER_GAP: f64 = 64.0;
/// The gap between two cards side by side: with it half of their distance is on
/// the grid too, so that forks are symmetrical.
pub(crate) const SIBLING_GAP: f64 = 48.0;
/// The width that an edge needs where it passes a layer.
const PASSAGE_WIDTH: f64 = 16.0;

/// A card, or a stand-in where an edge passes a layer.
pub(crate) struct Spot {
    /// The card; none for a stand-in.
    pub(crate) id: Option<NodeId>,
    /// Horizontal extent.
    pub(crate) width: f64,
    /// The spots below that it leads to, left to right, each with the distance
    /// of the port from this spot's middle.
    pub(crate) below: Vec<(usize, f64)>,
    /// The spots above, with the same distances.
    pub(crate) above: Vec<(usize, f64)>,
}

/// A graph cut into layers; spots are named by their index.
pub(crate) struct Layers {
    pub(crate) spots: Vec<Spot>,
    pub(crate) rows: Vec<Vec<usize>>,
}

/// New places for all cards; the top left corner of the whole stays where it
/// was, so that tidying does not jump away.
pub fn tidy<T>(document: &Document<T>, rules: &dyn Rules<T>) -> Vec<(NodeId, Point)> {
    let Some(bounds) = document.bounds() else {
        return Vec::new();
    };
    let mut layers = layers(document, rules);
    order::untangle(&mut layers);
    let middles = spread::place(&layers);
    let mut places = Vec::new();
    let left = places_left(&layers, &middles);
    for (row, spots) in layers.rows.iter().enumerate() {
        let down = f64::from(u32::try_from(row).unwrap_or(u32::MAX)) * (CARD_HEIGHT + LAYER_GAP);
        for &spot in spots {
            if let Some(id) = &layers.spots[spot].id {
                let x = middles[spot] - CARD_WIDTH / 2.0 - left + to_grid(bounds.x);
                places.push((id.clone(), Point::new(x, to_grid(bounds.y) + down)));
            }
        }
    }
    places
}

/// The leftmost card's left edge.
fn places_left(layers: &Layers, middles: &[f64]) -> f64 {
    let cards = layers
        .spots
        .iter()
        .zip(middles)
        .filter(|(spot, _)| spot.id.is_some());
    cards
        .map(|(_, middle)| middle - CARD_WIDTH / 2.0)
        .fold(f64::INFINITY, f64::min)
}

fn to_grid(value: f64) -> f64 {
    (value / GRID).round() * GRID
}

/// Each node's layer, in the document's order: one below the lowest of those
/// that lead into it; a node that nothing leads into sits just above the first
/// that it leads to.
fn ranks<T>(document: &Document<T>) -> Vec<usize> {
    let ways: Vec<(usize, usize)> = document
        .edges()
        .filter_map(|(from, to)| {
            Some((
                document.nodes.position(&from.node)?,
                document.nodes.position(to)?,
            ))
        })
        .collect();
    let count = document.nodes().len();
    let mut waiting = vec![0; count];
    for (_, to) in &ways {
        waiting[*to] += 1;
    }
    let mut open: Vec<usize> = (0..count).filter(|node| waiting[*node] == 0).collect();
    let roots = open.clone();
    let mut ranks = vec![0_usize; count];
    while let Some(node) = open.pop() {
        for (_, to) in ways.iter().filter(|(from, _)| *from == node) {
            ranks[*to] = ranks[*to].max(ranks[node] + 1);
            waiting[*to] -= 1;
            if waiting[*to] == 0 {
                open.push(*to);
            }
        }
    }
    for root in roots {
        let onward = ways.iter().filter(|(from, _)| *from == root);
        if let Some(first) = onward.map(|(_, to)| ranks[*to]).min() {
            ranks[root] = first.saturating_sub(1);
        }
    }
    ranks
}

fn layers<T>(document: &Document<T>, rules: &dyn Rules<T>) -> Layers {
    let ranks = ranks(document);
    let mut layers = Layers {
        spots: Vec::new(),
        rows: Vec::new(),
    };
    let mut spot_of = Sorted::default();
    // Left to right as it lies now: order is kept where nothing speaks against.
    let mut nodes: Vec<_> = document.nodes().collect();
    nodes.sort_by(|a, b| a.at.x.total_cmp(&b.at.x).then(a.id.cmp(&b.id)));
    for node in &nodes {
        let position = document.nodes.position(&node.id);
        let rank = position.map_or(0, |position| ranks[position]);
        let spot = layers.add(rank, Some(node.id.clone()));
        spot_of.insert(node.id.clone(), (spot, rank));
    }
    for node in &nodes {
        let outs = rules.outs(&node.payload);
        for (index, out) in outs.iter().enumerate() {
            let outlet = Outlet {
                node: node.id.clone(),
                port: out.port.clone(),
            };
            let (Some(&(from, top)), Some(&(to, bottom))) = (
                spot_of.get(&node.id),
                document
                    .target(&outlet)
                    .and_then(|target| spot_of.get(target)),
            ) else {
                continue;
            };
            let aside = outlet_of(Point::default(), index, outs.len()).x - CARD_WIDTH / 2.0;
            layers.join(from, to, top + 1..bottom, aside);
        }
    }
    layers
}

impl Layers {
    fn add(&mut self, row: usize, id: Option<NodeId>) -> usize {
        let width = if id.is_some() {
            CARD_WIDTH
        } else {
            PASSAGE_WIDTH
        };
        self.spots.push(Spot {
            id,
            width,
            below: Vec::new(),
            above: Vec::new(),
        });
        while self.rows.len() <= row {
            self.rows.push(Vec::new());
        }
        self.rows[row].push(self.spots.len() - 1);
        self.spots.len() - 1
    }

    /// Leads from `from` to `to` with a stand-in in each of the `passed` rows.
    fn join(&mut self, from: usize, to: usize, passed: std::ops::Range<usize>, aside: f64) {
        let (mut upper, mut aside) = (from, aside);
        for row in passed {
            let spot = self.add(row, None);
            self.link(upper, spot, aside);
            (upper, aside) = (spot, 0.0);
        }
        self.link(upper, to, aside);
    }

    fn link(&mut self, upper: usize, lower: usize, aside: f64) {
        self.spots[upper].below.push((lower, aside));
        self.spots[lower].above.push((upper, aside));
    }
}
