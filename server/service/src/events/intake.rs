//! Events on their way into the database. Those that many requests bring at the
//! same time are written in one transaction, since each commit waits for the
//! disk; every request is answered after the commit of its own.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use domain::KeyId;
use domain::event::EventInput;
use domain::people::Principal;
use domain::time::Clock;
use storage::events::{self, Ingested};
use storage::{Engine, Store, Tx, keys};
use tokio::sync::{mpsc, oneshot};

use crate::service::Bell;
use crate::{Result, ServiceError};

/// Requests that may wait; past it, they wait to be let in.
const QUEUE: usize = 4096;
/// Events in one transaction, after which no further request joins it.
const GROUP_EVENTS: usize = 4096;
/// Transactions at a time: SQLite has one writer.
const POSTGRES_WRITERS: usize = 4;

/// What one request brings.
struct Job {
    events: Vec<EventInput>,
    /// The key that it came with, which must still be in use.
    key: Option<KeyId>,
    answer: oneshot::Sender<Result<Vec<Ingested>>>,
}

/// The way in.
#[derive(Default)]
pub(crate) struct Intake(OnceLock<mpsc::Sender<Job>>);

impl Intake {
    /// Writes events and returns what became of each, once it is committed.
    ///
    /// # Errors
    /// `Unauthenticated` when `by` is a key that was revoked.
    pub(crate) async fn write(
        &self,
        by: &Principal,
        events: Vec<EventInput>,
        start: impl FnOnce() -> Writer,
    ) -> Result<Vec<Ingested>> {
        let queue = self.0.get_or_init(|| start().run());
        let (answer, answered) = oneshot::channel();
        let key = match by {
            Principal::Key { id, .. } => Some(*id),
            Principal::User { .. } | Principal::System => None,
        };
        let job = Job {
            events,
            key,
            answer,
        };
        let gone = || ServiceError::internal("nobody writes events");
        queue.send(job).await.map_err(|_| gone())?;
        answered.await.map_err(|_| gone())?
    }
}

/// What writes events.
#[derive(Clone)]
pub(crate) struct Writer {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) bell: Arc<dyn Bell>,
}

impl Writer {
    /// Starts writing, until nobody can bring anything any more.
    fn run(self) -> mpsc::Sender<Job> {
        let (queue, jobs) = mpsc::channel(QUEUE);
        let jobs = Arc::new(tokio::sync::Mutex::new(jobs));
        let writers = match self.store.engine() {
            Engine::Sqlite => 1,
            Engine::Postgres => POSTGRES_WRITERS,
        };
        for _ in 0..writers {
            let (writer, jobs) = (self.clone(), jobs.clone());
            tokio::spawn(async move {
                loop {
                    let group = next_group(&mut *jobs.lock().await).await;
                    if group.is_empty() {
                        break;
                    }
                    // On its own, so that a panic ends these requests alone.
                    let writer = writer.clone();
                    let written = tokio::spawn(async move { writer.write_group(group).await });
                    if let Err(ended) = written.await {
                        tracing::error!(failure = %ended, "events could not be written");
                    }
                }
            });
        }
        queue
    }

    /// Writes what several requests bring. Should that fail, each is written by
    /// itself: what is wrong with one is not the others' failure.
    async fn write_group(&self, group: Vec<Job>) {
        match self.try_group(&group).await {
            Ok(outcomes) => answer(group, outcomes),
            Err(ServiceError::Unavailable {
                retry_after,
                source,
            }) => {
                let source = source.to_string();
                for job in group {
                    let unavailable = ServiceError::Unavailable {
                        retry_after,
                        source: source.clone().into(),
                    };
                    // Whoever left needs no answer.
                    let _ = job.answer.send(Err(unavailable));
                }
            }
            Err(error) if group.len() == 1 => {
                if let Some(job) = group.into_iter().next() {
                    let _ = job.answer.send(Err(error));
                }
            }
            Err(_) => {
                for job in group {
                    let alone = vec![job];
                    match self.try_group(&alone).await {
                        Ok(outcomes) => answer(alone, outcomes),
                        Err(error) => {
                            if let Some(job) = alone.into_iter().next() {
                                let _ = job.answer.send(Err(error));
                            }
                        }
                    }
                }
            }
        }
    }

    /// What became of each job's events, committed.
    async fn try_group(&self, group: &[Job]) -> Result<Vec<Result<Vec<Ingested>>>> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let keys = keys_in_use(&mut tx, group).await?;
        let may = |job: &Job| job.key.is_none_or(|key| keys.contains(&key));
        let events: Vec<&EventInput> = group
            .iter()
            .filter(|job| may(job))
            .flat_map(|job| &job.events)
            .collect();
        let taken = events::ingest(&mut tx, &events, now).await?;
        tx.commit().await?;
        if taken.iter().any(|event| event.triggers) {
            self.bell.events_arrived();
        }
        let mut taken = taken.into_iter();
        Ok(group
            .iter()
            .map(|job| {
                if may(job) {
                    Ok(taken.by_ref().take(job.events.len()).collect())
                } else {
                    Err(ServiceError::Unauthenticated)
                }
            })
            .collect())
    }
}

/// Waits for a request, and takes along those that wait behind it.
async fn next_group(jobs: &mut mpsc::Receiver<Job>) -> Vec<Job> {
    let mut group = Vec::new();
    let mut events = 0;
    let Some(first) = jobs.recv().await else {
        return group;
    };
    let mut next = Some(first);
    while let Some(job) = next {
        events += job.events.len();
        group.push(job);
        next = (events < GROUP_EVENTS)
            .then(|| jobs.try_recv().ok())
            .flatten();
    }
    group
}

fn answer(group: Vec<Job>, outcomes: Vec<Result<Vec<Ingested>>>) {
    for (job, outcome) in group.into_iter().zip(outcomes) {
        // Whoever left needs no answer.
        let _ = job.answer.send(outcome);
    }
}

/// Of the keys that requests came with, those that were not revoked.
async fn keys_in_use(tx: &mut Tx, group: &[Job]) -> Result<HashSet<KeyId>> {
    let ids: HashSet<KeyId> = group.iter().filter_map(|job| job.key).collect();
    Ok(keys::in_use(tx, ids).await?)
}
