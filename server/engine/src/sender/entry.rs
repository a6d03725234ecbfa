//! Entries of the ledger: what one transaction writes, and what it brings.

use std::time::Instant;

use domain::ChunkId;
use domain::delivery::DeliveryState;
use storage::ledger::{Progress, Retried};
use storage::retries::Retry;

use super::call::Noted;
use super::cohorts::Cohort;
use super::lane::Starting;
use crate::parcel::{BoxedParcel, Parcel};

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
