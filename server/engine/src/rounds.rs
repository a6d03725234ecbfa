//! Rounds: goes through the ranges of shards where something is pending or
//! due, and lets the enroller, the runner and the retrier work on each.

mod enroller;
mod retrier;
mod runner;

use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::Shard;
use domain::shard::SHARDS;
use storage::leases::{self, Lease};
use storage::{StorageError, Tx, triggers};
use tokio::sync::{Semaphore, mpsc};

use crate::sender::Lot;
use crate::shared::Shared;

/// Ranges that several workers share.
pub(crate) const RANGES: u16 = 16;
/// How long a worker keeps a range for itself while there is work in it.
const HOLD: Duration = Duration::from_secs(5);
/// How long a range is taken for; each write prolongs it.
const LEASE_MILLIS: i64 = 30_000;
/// Claimed retries that wait for the sender.
const RETRIES_WAITING: usize = 4;

/// A range of shards in hand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    lo: Shard,
    hi: Shard,
    /// `None` when there is no other worker to share with.
    lease: Option<Lease>,
}

impl Range {
    /// Holds the range for the rest of a transaction.
    async fn hold(&self, tx: &mut Tx, shared: &Shared) -> Result<(), StorageError> {
        match self.lease {
            Some(lease) => {
                leases::hold(tx, lease, shared.owner.id, shared.now(), LEASE_MILLIS).await
            }
            None => Ok(()),
        }
    }
}

/// What one agent did in one turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    /// There may be more.
    More,
    /// Nothing is left, or nothing can be done now.
    Rest,
}

/// Goes round until told to stop. `alone` says that no other worker can be
/// alive.
pub(crate) async fn run(shared: Arc<Shared>, alone: bool, lots: mpsc::Sender<Lot>) {
    let waiting = Arc::new(Semaphore::new(RETRIES_WAITING));
    let retrier = retrier::Retrier { lots, waiting };
    let width = if alone { SHARDS } else { SHARDS / RANGES };
    while !shared.stop.is_cancelled() {
        let worked = match round(&shared, width, alone, &retrier).await {
            Ok(worked) => worked,
            Err(StorageError::StaleLease) => true,
            Err(error) => {
                tracing::error!(%error, source = ?error, "a round ended early");
                false
            }
        };
        if !worked && !shared.wait_for(&shared.events).await {
            break;
        }
    }
}

/// One round. Whether there was anything to do.
async fn round(
    shared: &Arc<Shared>,
    width: u16,
    alone: bool,
    retrier: &retrier::Retrier,
) -> Result<bool, StorageError> {
    let busy = {
        let mut reader = shared.store.read().await?;
        triggers::busy_ranges(&mut reader, width, shared.now()).await?
    };
    if busy.is_empty() {
        return Ok(false);
    }
    shared.look().await?;
    let mut worked = false;
    for lo in busy {
        let Some(range) = take(shared, lo, alone).await? else {
            continue;
        };
        let done = work(shared, &range, retrier).await;
        give(shared, &range).await?;
        worked |= done?;
        if shared.stop.is_cancelled() {
            break;
        }
    }
    Ok(worked)
}

/// Works on a range until nothing is left or its time is up.
async fn work(
    shared: &Arc<Shared>,
    range: &Range,
    retrier: &retrier::Retrier,
) -> Result<bool, StorageError> {
    let begun = Instant::now();
    let mut worked = false;
    while begun.elapsed() < HOLD && !shared.stop.is_cancelled() {
        let turns = [
            enroller::turn(shared, range).await?,
            runner::turn(shared, range).await?,
            retrier.turn(shared, range).await?,
        ];
        if turns.iter().all(|turn| *turn == Turn::Rest) {
            break;
        }
        worked = true;
    }
    Ok(worked)
}

async fn take(shared: &Shared, lo: Shard, alone: bool) -> Result<Option<Range>, StorageError> {
    if alone {
        let hi = Shard::from_number(SHARDS - 1);
        return Ok(Some(Range {
            lo,
            hi,
            lease: None,
        }));
    }
    let mut tx = shared.store.begin().await?;
    let lease = leases::take(&mut tx, lo, shared.owner.id, shared.now(), LEASE_MILLIS).await?;
    tx.commit().await?;
    Ok(lease.map(|lease| Range {
        lo: lease.lo,
        hi: lease.hi,
        lease: Some(lease),
    }))
}

async fn give(shared: &Shared, range: &Range) -> Result<(), StorageError> {
    let Some(lease) = range.lease else {
        return Ok(());
    };
    let mut tx = shared.store.begin().await?;
    leases::give(&mut tx, lease, shared.owner.id).await?;
    tx.commit().await
}
