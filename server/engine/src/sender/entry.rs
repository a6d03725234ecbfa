//! Entries of the ledger: what one transaction writes, and what it brings.

use std::time::{Duration, Instant};

use domain::ChunkId;
use domain::delivery::DeliveryState;
use storage::ledger::{Progress, Retried};
use storage::retries::Retry;

use super::Sender;
use super::call::Noted;
use super::cohorts::Cohort;
use super::departures::is_near;
use super::lane::{Lane, Starting};
use crate::ledger::Unwritten;
use crate::parcel::{BoxedParcel, Parcel};

/// Most deliveries of one chunk that one entry starts.
const SUB_BATCH: usize = 256;
/// What one transaction writes: progress of chunks, and retries that ended.
pub(super) type Entry = (Vec<Progress>, Vec<Retried>);

/// A delivery that is durably started and not called yet.
#[derive(Debug)]
pub(super) struct Departure {
    pub(super) parcel: BoxedParcel,
    /// Where it is counted until it is recorded.
    pub(super) cohort: Cohort,
    /// When the entry was begun that started it.
    pub(super) started: Instant,
}

/// What an entry under way will bring when it is durable.
pub(super) struct UnderWay {
    pub(super) begun: Instant,
    /// Leave then.
    pub(super) starting: Vec<Starting>,
    pub(super) cohort: Cohort,
    /// Outcomes in it, with their cohorts and whether the provider answered.
    pub(super) recorded: Vec<(Cohort, bool)>,
    pub(super) chunks: Vec<ChunkId>,
    /// Tests to tell of.
    pub(super) tests: Vec<ChunkId>,
    /// How many outcomes of each state it holds.
    pub(super) states: [u64; DeliveryState::ALL.len()],
}

impl UnderWay {
    /// One that holds nothing yet.
    pub(super) fn new(begun: Instant) -> Self {
        Self {
            begun,
            starting: Vec::new(),
            cohort: Cohort::NONE,
            recorded: Vec::new(),
            chunks: Vec::new(),
            tests: Vec::new(),
            states: [0; DeliveryState::ALL.len()],
        }
    }

    /// Counts what was recorded.
    pub(super) fn count(&self) {
        for (state, n) in DeliveryState::ALL.into_iter().zip(&self.states) {
            if *n > 0 {
                metrics::counter!("carillon_deliveries_total", "state" => state.name())
                    .increment(*n);
            }
        }
    }
}

/// Notes what became of a retry.
pub(super) fn retry_noted(
    retried: &mut Vec<(Retried, Cohort, bool)>,
    parcel: &Parcel,
    noted: Noted,
) {
    let Some(due_at) = parcel.claimed_until else {
        return;
    };
    let claim = Retry {
        place: parcel.place(),
        due_at,
    };
    let entry = Retried {
        claim,
        account: parcel.order.account,
        outcome: noted.outcome,
    };
    retried.push((entry, Cohort::NONE, noted.answered));
}

impl Sender {
    /// The next entry, if there is anything to write.
    pub(super) fn compose(&mut self, in_flight: usize) -> Option<(Entry, UnderWay)> {
        // What this entry records makes room in the same moment.
        let answered = self.lanes.values().flat_map(Lane::unrecorded);
        let answered = answered.chain(self.retried.iter().map(|(_, cohort, _)| *cohort));
        let moves_for = self.moves_for();
        let answered = self.cohorts.younger_among(answered, moves_for);
        let unrecorded = self.cohorts.younger_than(moves_for);
        let moving = unrecorded.saturating_sub(answered);
        let mut most = self.shared.settings.in_flight.saturating_sub(in_flight);
        if self.shared.stop.is_cancelled() {
            most = 0;
        }
        let mut room = self.window.wide().saturating_sub(moving).min(most);
        let pace = self.pace();
        let begun = Instant::now();
        if unrecorded == 0 {
            // An idle stretch says nothing about the rate.
            self.last_record = begun;
        }
        let now = self.shared.now();
        let mut under_way = UnderWay::new(begun);
        let mut progress = Vec::new();
        for chunk in &self.order {
            let Some(lane) = self.lanes.get_mut(chunk) else {
                continue;
            };
            let batch = SUB_BATCH.min(most);
            let started = lane.start(
                (room.min(batch), batch),
                pace.reading,
                |parcel, may_stay| pace.turn(&self.shared, parcel, now, may_stay),
            );
            most -= started.len();
            let counted = started.iter().filter(|starting| starting.counts).count();
            room = (room - counted).min(most);
            if let Some(entry) = lane.progress(!started.is_empty(), &mut under_way.recorded) {
                if lane.is_test() && !entry.outcomes.is_empty() {
                    under_way.tests.push(*chunk);
                }
                under_way.chunks.push(*chunk);
                progress.push(entry);
            }
            under_way.starting.extend(started);
        }
        if !under_way.starting.is_empty() {
            under_way.cohort = self.cohorts.open(begun);
            let counted = under_way.starting.iter().filter(|one| one.counts);
            let counted = counted.count();
            self.cohorts.fill(under_way.cohort, counted);
        }
        let mut retried = Vec::with_capacity(self.retried.len());
        for (outcome, cohort, answered) in self.retried.drain(..) {
            if outcome.account.is_none() {
                under_way.tests.push(outcome.claim.place.chunk_id);
            }
            under_way.recorded.push((cohort, answered));
            retried.push(outcome);
        }
        if progress.is_empty() && retried.is_empty() {
            return None;
        }
        let outcomes = progress.iter().flat_map(|entry: &Progress| &entry.outcomes);
        for outcome in outcomes.chain(retried.iter().map(|entry: &Retried| &entry.outcome)) {
            under_way.states[outcome.state as usize] += 1;
        }
        Some(((progress, retried), under_way))
    }

    /// What an entry brings now that it is written, or was not.
    pub(super) fn conclude(&mut self, done: UnderWay, written: Result<Vec<ChunkId>, Unwritten>) {
        self.learn(&done);
        self.written_at = Instant::now();
        // Of an entry that may be durable or not, nobody can say what left
        // with it: its chunks are let go, and whoever claims them next looks.
        let lost = match &written {
            Ok(lost) => {
                done.count();
                lost.as_slice()
            }
            Err(Unwritten) => done.chunks.as_slice(),
        };
        for chunk in lost {
            tracing::warn!(%chunk, "a chunk was lost to another worker, or let go");
            if let Some(lane) = self.lanes.remove(chunk) {
                for cohort in lane.unrecorded() {
                    self.cohorts.settle(cohort);
                }
            }
        }
        self.lanes.retain(|_, lane| !lane.is_finished());
        self.order.retain(|chunk| self.lanes.contains_key(chunk));
        for chunk in &done.tests {
            self.shared.tell(*chunk);
        }
        for Starting { parcel, counts } in done.starting {
            let near = is_near(parcel.route.pulse.quickest());
            let departure = Departure {
                parcel,
                cohort: if counts { done.cohort } else { Cohort::NONE },
                started: done.begun,
            };
            self.departures.add(departure, near);
        }
    }

    fn learn(&mut self, done: &UnderWay) {
        let now = Instant::now();
        let (mut answered, mut time) = (0, Duration::ZERO);
        for (cohort, by_provider) in &done.recorded {
            let since = self.cohorts.settle(*cohort);
            if *by_provider && let Some(since) = since {
                answered += 1;
                time += now.saturating_duration_since(since);
            }
        }
        let since = now.saturating_duration_since(self.last_record);
        self.last_record = now;
        self.window.learn(answered, since, time);
    }
}
