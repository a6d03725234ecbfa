//! The order within each row: few crossings, by barycenters.

use super::Layers;

/// How often all rows are swept, down and up.
const SWEEPS: usize = 8;

/// Orders every row so that edges cross little; keeps the best order seen.
pub(super) fn untangle(layers: &mut Layers) {
    let mut best = layers.rows.clone();
    let mut least = crossings(layers);
    for sweep in 0..SWEEPS {
        if least == 0 {
            break;
        }
        if sweep % 2 == 0 {
            for row in 1..layers.rows.len() {
                sort_row(layers, row, true);
            }
        } else {
            for row in (0..layers.rows.len().saturating_sub(1)).rev() {
                sort_row(layers, row, false);
            }
        }
        let now = crossings(layers);
        if now < least {
            least = now;
            best.clone_from(&layers.rows);
        }
    }
    layers.rows = best;
}

/// Each spot's index in its row.
fn positions(layers: &Layers) -> Vec<usize> {
    let mut positions = vec![0; layers.spots.len()];
    for row in &layers.rows {
        for (position, &spot) in row.iter().enumerate() {
            positions[spot] = position;
        }
    }
    positions
}

fn number(value: usize) -> f64 {
    f64::from(u32::try_from(value).unwrap_or(u32::MAX))
}

/// A port a little to the right counts as a little further right.
fn key(positions: &[usize], (spot, aside): (usize, f64)) -> f64 {
    number(positions[spot]) + aside / 1000.0
}

/// Sorts one row by the mean position of the spots above (or below) it; spots
/// without any stay where they are.
fn sort_row(layers: &mut Layers, row: usize, by_above: bool) {
    let positions = positions(layers);
    let mut keyed: Vec<(f64, usize)> = layers.rows[row]
        .iter()
        .map(|&spot| {
            let ends = if by_above {
                &layers.spots[spot].above
            } else {
                &layers.spots[spot].below
            };
            if ends.is_empty() {
                return (number(positions[spot]), spot);
            }
            let sum: f64 = ends
                .iter()
                .map(|&(end, aside)| {
                    if by_above {
                        key(&positions, (end, aside))
                    } else {
                        number(positions[end])
                    }
                })
                .sum();
            (sum / number(ends.len()), spot)
        })
        .collect();
    keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
    layers.rows[row] = keyed.into_iter().map(|(_, spot)| spot).collect();
}

/// How many pairs of edges cross.
fn crossings(layers: &Layers) -> usize {
    let positions = positions(layers);
    layers
        .rows
        .iter()
        .map(|row| {
            let mut ends: Vec<(f64, usize)> = Vec::new();
            for &spot in row {
                for &(lower, aside) in &layers.spots[spot].below {
                    ends.push((key(&positions, (spot, aside)), positions[lower]));
                }
            }
            ends.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            inversions(&ends)
        })
        .sum()
}

/// Pairs in which the first is left of the second above and right of it below.
fn inversions(ends: &[(f64, usize)]) -> usize {
    let mut count = 0;
    for (index, first) in ends.iter().enumerate() {
        count += ends[index + 1..]
            .iter()
            .filter(|second| second.1 < first.1)
            .count();
    }
    count
}
