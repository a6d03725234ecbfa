//! The ledger's writer: whatever the agents have to write at one moment goes
//! into one transaction, so that one wait for the disk serves them all.

use std::sync::Arc;

use domain::ChunkId;
use storage::ledger::{self, Plan, Progress, Retried};
use storage::rollups::{self, Counts};
use storage::{StorageError, Tx};
use thiserror::Error;
use tokio::sync::{Mutex, mpsc, oneshot};

use crate::shared::Shared;

/// Plans in one transaction: they are long, and outcomes wait behind them.
const PLANS_AT_ONCE: usize = 2;
/// Times that a transaction is tried while the database is busy.
const TRIES: u32 = 8;

/// Something was not written, or nobody can know whether it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the ledger could not be written")]
pub(crate) struct Unwritten;

type Reply<T> = oneshot::Sender<Result<T, Unwritten>>;

/// Something to write.
#[derive(Debug)]
pub(crate) enum Entry {
    Plan(Box<Plan>, Reply<bool>),
    Progress(Vec<Progress>, Vec<Retried>, Reply<Vec<ChunkId>>),
}

impl Entry {
    fn progress(&self) -> Option<&[Progress]> {
        match self {
            Self::Plan(..) => None,
            Self::Progress(progress, ..) => Some(progress),
        }
    }
}

/// Where entries go.
#[derive(Clone, Debug)]
pub(crate) struct Ledger(mpsc::Sender<Entry>);

impl Ledger {
    pub(crate) fn open() -> (Self, mpsc::Receiver<Entry>) {
        let (entries, inbox) = mpsc::channel(64);
        (Self(entries), inbox)
    }

    /// Writes a plan. `false` when its chunk was lost to another worker.
    pub(crate) async fn plan(&self, plan: Plan) -> Result<bool, Unwritten> {
        let (reply, answer) = oneshot::channel();
        self.0
            .send(Entry::Plan(Box::new(plan), reply))
            .await
            .map_err(|_| Unwritten)?;
        answer.await.map_err(|_| Unwritten)?
    }

    /// Writes how chunks and retries went on. Returns the chunks that were
    /// lost to another worker.
    pub(crate) async fn progress(
        &self,
        progress: Vec<Progress>,
        retried: Vec<Retried>,
    ) -> Result<Vec<ChunkId>, Unwritten> {
        let (reply, answer) = oneshot::channel();
        let entry = Entry::Progress(progress, retried, reply);
        self.0.send(entry).await.map_err(|_| Unwritten)?;
        answer.await.map_err(|_| Unwritten)?
    }
}

/// Writes entries until nobody can send any more.
pub(crate) async fn write_all(shared: Arc<Shared>, inbox: Arc<Mutex<mpsc::Receiver<Entry>>>) {
    let mut inbox = inbox.lock().await;
    let mut batch = Vec::new();
    while let Some(first) = inbox.recv().await {
        let mut plans = usize::from(first.progress().is_none());
        batch.push(first);
        // The sender has one entry under way at a time.
        while plans < PLANS_AT_ONCE
            && batch.len() <= plans
            && let Ok(entry) = inbox.try_recv()
        {
            plans += usize::from(entry.progress().is_none());
            batch.push(entry);
        }
        let answers = write_batch(&shared, &batch).await;
        answer(batch.drain(..), answers);
    }
}

/// What an entry came to.
enum Written {
    Plan(bool),
    Progress(Vec<ChunkId>),
}

fn answer(batch: impl Iterator<Item = Entry>, written: Result<Vec<Written>, Unwritten>) {
    // A receiver that is gone has ended with its worker: nobody to tell.
    let mut written = written.map(Vec::into_iter);
    for entry in batch {
        let own = match &mut written {
            Ok(written) => written.next().ok_or(Unwritten),
            Err(unwritten) => Err(*unwritten),
        };
        match (entry, own) {
            (Entry::Plan(_, reply), Ok(Written::Plan(held))) => drop(reply.send(Ok(held))),
            (Entry::Progress(_, _, reply), Ok(Written::Progress(lost))) => {
                drop(reply.send(Ok(lost)));
            }
            (Entry::Plan(_, reply), _) => drop(reply.send(Err(Unwritten))),
            (Entry::Progress(_, _, reply), _) => drop(reply.send(Err(Unwritten))),
        }
    }
}

async fn write_batch(shared: &Shared, batch: &[Entry]) -> Result<Vec<Written>, Unwritten> {
    let mut tries = 0;
    loop {
        tries += 1;
        match try_batch(shared, batch).await {
            Ok((tx, counts, written)) => {
                let day = shared.shelf.day(shared.now());
                return match rollups::add_and_commit(tx, day, &counts).await {
                    Ok(()) => Ok(written),
                    // It may be there or not: whoever claims the chunks next
                    // finds out.
                    Err(error) => {
                        tracing::error!(%error, source = ?error, "the ledger's commit failed");
                        Err(Unwritten)
                    }
                };
            }
            Err(StorageError::Unavailable(source)) if tries < TRIES => {
                tracing::warn!(%source, "the ledger waits for the database");
                tokio::time::sleep(std::time::Duration::from_millis(25 << tries)).await;
            }
            Err(error) => {
                tracing::error!(%error, source = ?error, "the ledger cannot be written");
                return Err(Unwritten);
            }
        }
    }
}

async fn try_batch(
    shared: &Shared,
    batch: &[Entry],
) -> Result<(Tx, Counts, Vec<Written>), StorageError> {
    let now = shared.now();
    let mut counts = Counts::default();
    let mut written = Vec::with_capacity(batch.len());
    let progress = batch.iter().find_map(Entry::progress).unwrap_or_default();
    let begun =
        ledger::begin_with_progress(&shared.store, shared.owner, progress, now, &mut counts);
    let (mut tx, mut lost) = begun.await?;
    for entry in batch {
        written.push(match entry {
            Entry::Plan(plan, _) => Written::Plan(
                ledger::write_plan(&mut tx, shared.owner, plan, now, &mut counts).await?,
            ),
            Entry::Progress(_, retried, _) => {
                if !retried.is_empty() {
                    let stale = ledger::write_retried(&mut tx, retried, now, &mut counts).await?;
                    if stale > 0 {
                        tracing::warn!(stale, "another worker took retries over");
                    }
                }
                Written::Progress(std::mem::take(&mut lost))
            }
        });
    }
    Ok((tx, counts, written))
}
