//! Filing: from the journal to the places where events are looked for.

use std::time::Duration;

use storage::StorageError;
use storage::events::{self, journal};

use super::writer::Writer;
use crate::Result;

/// Events in one portion: the more, the more of them share pages; but whoever else
/// writes waits for these.
pub(super) const PORTION: usize = 4096;
/// The same while requests wait for it.
pub(super) const PORTION_BETWEEN: usize = 1024;
/// The pause before looking again, where others file.
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// What became of a portion.
pub(super) enum Filed {
    /// So many events were filed, and so many wait.
    Portion { events: usize, waiting: u64 },
    /// Nothing waits that another process is not filing already.
    Nothing,
    /// This row cannot be filed. It stays in the journal.
    Stuck { row: i64 },
    /// Nothing can be filed at present.
    Failed(StorageError),
}

impl Writer {
    /// Files the oldest events after this row, about so many.
    pub(super) async fn file(&self, after: i64, most: usize) -> Filed {
        match self.try_file(after, most).await {
            Ok(filed) => filed,
            // Something of the portion is wrong: the oldest row is filed by itself.
            Err((error, Some(_))) if is_the_rows(&error) => match self.try_file(after, 0).await {
                Ok(filed) => filed,
                Err((error, Some(row))) if is_the_rows(&error) => {
                    tracing::error!(
                        row,
                        failure = ?error,
                        "accepted events cannot be filed; they stay in the table event_journal \
                         and are tried again every half minute"
                    );
                    Filed::Stuck { row }
                }
                Err((error, _)) => Filed::Failed(error),
            },
            Err((error, _)) => Filed::Failed(error),
        }
    }

    /// With a failure comes the row that the portion began with, if it came that far.
    async fn try_file(
        &self,
        after: i64,
        most: usize,
    ) -> std::result::Result<Filed, (StorageError, Option<i64>)> {
        let mut first = None;
        let filed = self.portion(after, most, &mut first).await;
        filed.map_err(|error| (error, first))
    }

    async fn portion(
        &self,
        after: i64,
        most: usize,
        first: &mut Option<i64>,
    ) -> storage::Result<Filed> {
        let mut reader = self.store.read().await?;
        if journal::next(&mut reader, after).await?.is_none() {
            waiting().set(as_gauge(journal::waiting(&mut reader).await?));
            return Ok(Filed::Nothing);
        }
        drop(reader);
        let mut tx = self.store.begin().await?;
        let taken = journal::take(&mut tx, after, most).await?;
        *first = taken.first;
        if first.is_none() {
            tx.rollback().await?;
            return Ok(Filed::Nothing);
        }
        let events = taken.events()?;
        let ingested = events::ingest(&mut tx, &events, self.clock.now()).await?;
        let left = journal::waiting(&mut tx).await?;
        tx.commit().await?;
        self.tell(&ingested);
        waiting().set(as_gauge(left));
        Ok(Filed::Portion {
            events: events.len(),
            waiting: left,
        })
    }

    /// Files whatever was accepted before now, or waits until another process has.
    pub(super) async fn settle(&self) -> Result<()> {
        let mut after = 0;
        let Some(last) = journal::last(&mut self.store.read().await?).await? else {
            return Ok(());
        };
        loop {
            let next = journal::next(&mut self.store.read().await?, after).await?;
            if next.is_none_or(|row| row > last) {
                return Ok(());
            }
            match self.file(after, PORTION_BETWEEN).await {
                Filed::Portion { .. } => {}
                Filed::Nothing => tokio::time::sleep(LOOK_AGAIN).await,
                Filed::Stuck { row } => after = row,
                Filed::Failed(error) => return Err(error.into()),
            }
        }
    }
}

/// Whether a row is what is wrong, and not the database: that others can be filed.
const fn is_the_rows(error: &StorageError) -> bool {
    matches!(
        error,
        StorageError::Corrupt { .. } | StorageError::Conflict | StorageError::NotFound
    )
}

/// How many accepted events wait to be filed.
pub(super) fn waiting() -> metrics::Gauge {
    metrics::gauge!("carillon_events_waiting")
}

#[expect(clippy::cast_precision_loss, reason = "a gauge")]
pub(super) fn as_gauge(events: u64) -> f64 {
    events as f64
}
