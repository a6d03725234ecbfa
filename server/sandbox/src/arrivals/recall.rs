//! Reads a log's end back: what arrived before a restart.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::sync::Arc;

use super::Arrival;

/// How much of the log is read at a time, from its end.
const BLOCK: u64 = 256 * 1024;

/// The last `keep` arrivals of a log, oldest first. A line that a crash cut
/// short is ended, so that the next one stands by itself, and passed over.
pub(super) fn last(log: &mut File, keep: usize) -> std::io::Result<VecDeque<Arc<Arrival>>> {
    let tail = tail(log, keep)?;
    if tail.last().is_some_and(|byte| *byte != b'\n') {
        log.write_all(b"\n")?;
    }
    let lines = tail.split(|byte| *byte == b'\n');
    let arrivals: Vec<_> = lines
        .filter_map(|line| serde_json::from_slice(line).ok())
        .map(Arc::new)
        .collect();
    let first = arrivals.len().saturating_sub(keep);
    Ok(arrivals.into_iter().skip(first).collect())
}

/// The end of the log with at least `lines` whole lines, or all of it.
fn tail(log: &mut File, lines: usize) -> std::io::Result<Vec<u8>> {
    let mut start = log.seek(SeekFrom::End(0))?;
    let mut blocks: Vec<Vec<u8>> = Vec::new();
    let mut ends = 0;
    while start > 0 && ends <= lines {
        let from = start.saturating_sub(BLOCK);
        log.seek(SeekFrom::Start(from))?;
        let mut block = Vec::new();
        Read::take(&mut *log, start - from).read_to_end(&mut block)?;
        ends += block.split(|byte| *byte == b'\n').count() - 1;
        blocks.push(block);
        start = from;
    }
    blocks.reverse();
    Ok(blocks.concat())
}
