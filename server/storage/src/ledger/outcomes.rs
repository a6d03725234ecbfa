//! What became of deliveries, written: of those that were taken at the first
//! call as runs, of all others one by one.

use domain::Timestamp;
use domain::consent::Way;

use super::{Mark, Outcome};
use crate::attempts::{self, Call};
use crate::deliveries::Place;
use crate::devices;
use crate::dialect::{Dialect, Statement};
use crate::retries::{self, Retry};
use crate::rollups::{Account, Counts, Metric};
use crate::rows::Rows;
use crate::{Result, Tx, facts};

/// That a row of `deliveries` was not taken at its first call.
macro_rules! in_no_run {
    () => {
        "NOT EXISTS (SELECT 1 FROM accepted_runs a WHERE a.shard = deliveries.shard \
         AND a.chunk_id = deliveries.chunk_id AND a.lo <= deliveries.seq \
         AND a.hi >= deliveries.seq)"
    };
}

/// An outcome on its way into the tables.
pub(super) struct Written<'a> {
    pub(super) place: Place,
    pub(super) account: Option<Account>,
    pub(super) outcome: &'a Outcome,
    /// It waited, and its row says why: whatever comes of it is written there.
    pub(super) waited: bool,
}

impl Written<'_> {
    /// Whether it was taken at the first call: nothing more is to be told of it.
    pub(super) fn is_plain(&self) -> bool {
        self.outcome.is_plain() && !self.waited
    }
}

/// Writes outcomes one by one.
pub(super) async fn write_others(
    tx: &mut Tx,
    others: &[Written<'_>],
    now: Timestamp,
) -> Result<()> {
    const SQL: &str = concat!(
        "WITH r (shard, chunk_id, seq, state, reason, attempt, provider_id, finished_at, facts) \
         AS ({rows}) UPDATE deliveries SET state = r.state, reason = r.reason, \
         attempt = r.attempt, provider_id = r.provider_id, finished_at = r.finished_at, \
         facts = r.facts FROM r \
         WHERE deliveries.shard = r.shard AND deliveries.chunk_id = r.chunk_id \
         AND deliveries.seq = r.seq AND deliveries.state IN (0, 1, 8) AND ",
        in_no_run!()
    );
    let rows = Rows::new()
        .column(others.iter().map(|w| w.place.home))
        .column(others.iter().map(|w| w.place.chunk_id))
        .column(others.iter().map(|w| w.place.seq))
        .column(others.iter().map(|w| w.outcome.state.code()))
        .column(others.iter().map(|w| w.outcome.reason.as_deref()))
        .column(others.iter().map(|w| w.outcome.attempt))
        .column(others.iter().map(|w| w.outcome.provider_id.as_deref()))
        .column(
            others
                .iter()
                .map(|w| w.outcome.state.is_final().then_some(now)),
        )
        .column(
            others
                .iter()
                .map(|w| w.outcome.facts.as_ref().and_then(facts::pack)),
        );
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}

/// Writes what goes with outcomes: what is kept of their calls, retries and marks;
/// and counts them.
pub(super) async fn write_around<'a>(
    tx: &mut Tx,
    outcomes: impl Iterator<Item = &'a Written<'a>> + Clone + Send,
    now: Timestamp,
    counts: &mut Counts,
) -> Result<()> {
    let calls: Vec<(Place, &Call)> = outcomes
        .clone()
        .filter_map(|w| w.outcome.call.as_deref().map(|call| (w.place, call)))
        .collect();
    attempts::insert(tx, &calls).await?;
    let waiting: Vec<(Retry, i64)> = outcomes
        .clone()
        .filter_map(|w| {
            let place = w.place;
            let due_at = w.outcome.retry_at?;
            Some((Retry { place, due_at }, w.outcome.route))
        })
        .collect();
    retries::insert(tx, &waiting).await?;
    let marks: Vec<&Mark> = outcomes
        .clone()
        .filter_map(|w| w.outcome.mark.as_deref())
        .collect();
    mark_bindings(tx, &marks, now).await?;
    count(outcomes, counts);
    Ok(())
}

/// Counts outcomes. Nearly all of them are as the one before, and counted with it.
fn count<'a>(outcomes: impl Iterator<Item = &'a Written<'a>>, counts: &mut Counts) {
    let mut alike: Option<(Account, Metric, &str, i64)> = None;
    for Written {
        account, outcome, ..
    } in outcomes
    {
        let (Some(account), Some(metric)) = (*account, Metric::of_delivery(outcome.state)) else {
            continue;
        };
        let reason = outcome.reason.as_deref().unwrap_or_default();
        match &mut alike {
            Some((a, m, r, n)) if (*a, *m, *r) == (account, metric, reason) => *n += 1,
            _ => {
                if let Some((account, metric, reason, n)) =
                    alike.replace((account, metric, reason, 1))
                {
                    counts.add(account, metric, reason, n);
                }
            }
        }
    }
    if let Some((account, metric, reason, n)) = alike {
        counts.add(account, metric, reason, n);
    }
}

/// Neighbors among deliveries: the first of each run, and its last number.
pub(super) fn runs(places: impl Iterator<Item = Place>) -> Vec<(Place, i32)> {
    let mut places: Vec<Place> = places.collect();
    places.sort_unstable();
    let mut runs: Vec<(Place, i32)> = Vec::new();
    for place in places {
        match runs.last_mut() {
            Some((first, hi)) if first.chunk_id == place.chunk_id && *hi + 1 == place.seq => {
                *hi = place.seq;
            }
            _ => runs.push((place, place.seq)),
        }
    }
    runs
}

/// Records deliveries that were taken at the first call: nearly all of them
/// are, so that a row stands for a run of neighbors.
pub(super) fn accepted(runs: &[(Place, i32)], now: Timestamp) -> Statement<'static> {
    Statement {
        template: "INSERT INTO accepted_runs (shard, chunk_id, lo, hi, at) {rows} \
            ON CONFLICT (shard, chunk_id, lo) DO NOTHING",
        rows: Rows::new()
            .column(runs.iter().map(|(first, _)| first.home))
            .column(runs.iter().map(|(first, _)| first.chunk_id))
            .column(runs.iter().map(|(first, _)| first.seq))
            .column(runs.iter().map(|(_, hi)| *hi))
            .column(runs.iter().map(|_| now)),
        scalars: Vec::new(),
    }
}

/// Marks bindings by what providers said, with a line of history each.
async fn mark_bindings(tx: &mut Tx, marks: &[&Mark], now: Timestamp) -> Result<()> {
    let mut states = Vec::new();
    let mut tokens = Vec::new();
    for mark in marks {
        match mark {
            Mark::State(change) => states.push(change.clone()),
            Mark::Token(change) => tokens.push(change.clone()),
        }
    }
    if !states.is_empty() {
        devices::set_states(tx, &states, now, Way::Provider).await?;
    }
    if !tokens.is_empty() {
        devices::replace_tokens(tx, &tokens, now, Way::Provider).await?;
    }
    Ok(())
}
