//! Writing what several requests bring in one transaction.

use std::collections::HashSet;
use std::sync::Arc;

use domain::KeyId;
use domain::event::EventInput;
use domain::time::Clock;
use storage::events::{self, Ingested, journal};
use storage::{Store, Tx, keys};

use super::filing::{as_gauge, waiting};
use super::intake::Job;
use crate::service::Bell;
use crate::{Result, ServiceError};

/// Most keys in one statement.
const KEYS_MAX: usize = 128;

/// What writes events.
#[derive(Clone)]
pub(crate) struct Writer {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) bell: Arc<dyn Bell>,
}

/// Writes what several requests bring, to their places (`direct`) or into the
/// journal, and answers each. Should that fail, each is written by itself: what is
/// wrong with one is not the others' failure.
pub(super) async fn write_group(writer: Writer, group: Vec<Job>, direct: bool) {
    match writer.try_group(&group, direct).await {
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
                match writer.try_group(&alone, direct).await {
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

impl Writer {
    /// What became of each job's events, committed.
    async fn try_group(&self, group: &[Job], direct: bool) -> Result<Vec<Result<()>>> {
        if direct {
            self.ingest(group).await
        } else {
            self.append(group).await
        }
    }

    /// To their places.
    async fn ingest(&self, group: &[Job]) -> Result<Vec<Result<()>>> {
        let mut tx = self.store.begin().await?;
        let keys = keys_in_use(&mut tx, group).await?;
        let may = |job: &Job| job.key.is_none_or(|key| keys.contains(&key));
        let events: Vec<&EventInput> = group
            .iter()
            .filter(|job| may(job))
            .flat_map(|job| &job.events)
            .collect();
        let taken = events::ingest(&mut tx, &events, self.clock.now()).await?;
        tx.commit().await?;
        self.tell(&taken);
        Ok(group.iter().map(|job| admitted(may(job))).collect())
    }

    /// Into the journal.
    async fn append(&self, group: &[Job]) -> Result<Vec<Result<()>>> {
        if self.append_all(group).await? {
            return Ok(group.iter().map(|_| Ok(())).collect());
        }
        // A key was revoked, or they are too many: each by itself.
        let mut outcomes = Vec::with_capacity(group.len());
        for job in group {
            let appended = self.append_all(std::slice::from_ref(job)).await;
            outcomes.push(appended.and_then(admitted));
        }
        Ok(outcomes)
    }

    /// All or nothing; the latter when a key is not in use any more, or when the keys
    /// are more than one statement takes.
    async fn append_all(&self, group: &[Job]) -> Result<bool> {
        let mut by_key: Vec<(Option<KeyId>, Vec<&EventInput>)> = Vec::new();
        for job in group {
            if let Some((_, events)) = by_key.iter_mut().find(|(key, _)| *key == job.key) {
                events.extend(&job.events);
            } else {
                by_key.push((job.key, job.events.iter().collect()));
            }
        }
        if by_key.len() > KEYS_MAX {
            return Ok(false);
        }
        let mut single = self.store.single().await?;
        let appended = journal::append(&mut single, &by_key).await?;
        if appended {
            let events: usize = by_key.iter().map(|(_, events)| events.len()).sum();
            waiting().increment(as_gauge(events as u64));
        }
        Ok(appended)
    }

    /// Counts what was committed, and wakes whoever works on it.
    pub(super) fn tell(&self, taken: &[Ingested]) {
        let repeated = taken.iter().filter(|event| event.id.is_none()).count();
        let of = |fate| metrics::counter!("carillon_events_total", "fate" => fate);
        of("stored").increment((taken.len() - repeated) as u64);
        of("repeated").increment(repeated as u64);
        if taken.iter().any(|event| event.triggers) {
            self.bell.events_arrived();
        }
    }
}

fn admitted(may: bool) -> Result<()> {
    if may {
        Ok(())
    } else {
        Err(ServiceError::Unauthenticated)
    }
}

fn answer(group: Vec<Job>, outcomes: Vec<Result<()>>) {
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
