//! Horizontal places, the order being given.

use super::{Layers, SIBLING_GAP};
use crate::geometry::GRID;

/// How often rows are drawn toward their neighbors, down and up.
const PASSES: usize = 12;

/// Each spot's middle, on the grid, with at least [`SIBLING_GAP`] between
/// cards of one row.
pub(super) fn place(layers: &Layers) -> Vec<f64> {
    let mut middles = vec![0.0; layers.spots.len()];
    for row in &layers.rows {
        let wanted: Vec<f64> = vec![0.0; row.len()];
        settle(layers, row, &wanted, false, &mut middles);
    }
    let count = layers.rows.len();
    for pass in 0..PASSES {
        for step in 0..count {
            let index = if pass % 2 == 0 {
                step
            } else {
                count - 1 - step
            };
            let row = &layers.rows[index];
            let wanted: Vec<f64> = row
                .iter()
                .map(|&spot| wanted(layers, &middles, spot, pass % 2 == 0))
                .collect();
            settle(layers, row, &wanted, pass + 1 == PASSES, &mut middles);
        }
    }
    middles
}

/// Where a spot would like its middle: the mean of what is above when going
/// down, below when going up, or its own place when there is nothing.
fn wanted(layers: &Layers, middles: &[f64], spot: usize, down: bool) -> f64 {
    let own = &layers.spots[spot];
    let ends = if down { &own.above } else { &own.below };
    if ends.is_empty() {
        return middles[spot];
    }
    let sum: f64 = ends
        .iter()
        .map(|&(end, aside)| {
            if down {
                middles[end] + aside
            } else {
                middles[end] - aside
            }
        })
        .sum();
    sum / f64::from(u32::try_from(ends.len()).unwrap_or(u32::MAX))
}

/// Puts a row's spots as near as possible (least squares) to the wanted
/// middles, in order and with the distances that they need. With the needed
/// distances taken off, this is isotonic regression: pool adjacent violators.
/// `snapped` puts them on the grid.
fn settle(layers: &Layers, row: &[usize], wanted: &[f64], snapped: bool, middles: &mut [f64]) {
    let mut offsets = Vec::with_capacity(row.len());
    let mut offset = 0.0;
    for (index, &spot) in row.iter().enumerate() {
        if index > 0 {
            let widths = layers.spots[row[index - 1]].width + layers.spots[spot].width;
            offset += widths / 2.0 + SIBLING_GAP;
        }
        offsets.push(offset);
    }
    // Blocks of (sum, count), their means never falling.
    let mut blocks: Vec<(f64, f64)> = Vec::new();
    for (want, offset) in wanted.iter().zip(&offsets) {
        let mut block = (want - offset, 1.0);
        while let Some(&(sum, count)) = blocks.last() {
            if sum / count <= block.0 / block.1 {
                break;
            }
            block = (block.0 + sum, block.1 + count);
            blocks.pop();
        }
        blocks.push(block);
    }
    let mut spots = row.iter().zip(&offsets);
    for (sum, count) in blocks {
        let mean = sum / count;
        // Rounding keeps the order, and offsets are multiples of the grid.
        let base = if snapped {
            (mean / GRID).round() * GRID
        } else {
            mean
        };
        let mut left = count;
        while left > 0.5 {
            left -= 1.0;
            if let Some((&spot, offset)) = spots.next() {
                middles[spot] = base + offset;
            }
        }
    }
}
