//! A lane: one chunk in the sender's hand.

use std::collections::VecDeque;
use std::sync::Arc;

use domain::ChunkId;
use domain::push::DeliveryClass;
use storage::chunks::Chunk;
use storage::ledger::{Outcome, Progress};
use tokio::sync::OwnedSemaphorePermit;

use super::call::Noted;
use super::cohorts::Cohort;
use crate::parcel::{BoxedParcel, Order, Parcel};
use crate::shared::Hold;

/// How long a lane lets a parcel stay, in milliseconds: writing that it is put
/// off, and fetching it again, costs more than a short wait.
const PATIENCE: i64 = 200;

/// What happens to a parcel whose turn it is.
#[derive(Debug)]
pub(crate) enum Turn {
    /// It does not leave, and this is noted.
    Withheld(Noted),
    /// It leaves.
    Leaves,
    /// It leaves, and counts in no window: its provider is left behind.
    LeavesUncounted,
    /// It stays for a moment, and whatever stands behind it.
    Stays,
}

/// A parcel that leaves once that is durable.
#[derive(Debug)]
pub(crate) struct Starting {
    pub(crate) parcel: BoxedParcel,
    /// Whether it counts in the window.
    pub(crate) counts: bool,
}

/// Work for the sender.
#[derive(Debug)]
pub(crate) enum Lot {
    /// A planned chunk.
    Chunk(Lane),
    /// Retries, claimed and standing as started.
    Retries(Vec<BoxedParcel>, OwnedSemaphorePermit),
}

/// One chunk in the sender's hand.
#[derive(Debug)]
pub(crate) struct Lane {
    order: Arc<Order>,
    epoch: i64,
    /// Not started, in order.
    parcels: VecDeque<BoxedParcel>,
    /// Deliveries below this may leave or have left.
    started_to: i32,
    /// How many deliveries the chunk has.
    end: i32,
    /// Started and not noted.
    open: usize,
    /// Noted and not written.
    noted: Vec<(Noted, Cohort)>,
    /// When a parcel first had to stay, on the sender's watch.
    stayed_at: Option<i64>,
    /// Something was written that said that nothing is left.
    finished: bool,
    /// Lets the dispatcher claim another once everything here has started.
    permit: Option<OwnedSemaphorePermit>,
    _hold: Hold,
}

impl Lane {
    /// A chunk whose parcels, in order, are still to leave. `outcomes` are
    /// known without a call.
    pub(crate) fn new(
        order: Arc<Order>,
        chunk: &Chunk,
        deliveries: i32,
        parcels: Vec<BoxedParcel>,
        outcomes: Vec<Outcome>,
        (permit, hold): (OwnedSemaphorePermit, Hold),
    ) -> Self {
        let noted = outcomes
            .into_iter()
            .map(|outcome| {
                (
                    Noted {
                        outcome,
                        answered: false,
                    },
                    Cohort::NONE,
                )
            })
            .collect();
        Self {
            order,
            epoch: chunk.epoch,
            parcels: parcels.into(),
            started_to: chunk.started_to,
            end: deliveries,
            open: 0,
            noted,
            stayed_at: None,
            finished: false,
            permit: Some(permit),
            _hold: hold,
        }
    }

    pub(crate) fn chunk(&self) -> ChunkId {
        self.order.chunk
    }

    /// Whether `parcel` belongs to this claim of the chunk, and not to one that
    /// was lost before.
    pub(crate) fn is_of(&self, parcel: &Parcel) -> bool {
        Arc::ptr_eq(&self.order, &parcel.order)
    }

    pub(crate) fn is_test(&self) -> bool {
        self.order.test
    }

    /// Whether it goes before others.
    pub(crate) fn is_urgent(&self) -> bool {
        self.order.test || self.order.class == DeliveryClass::Transactional
    }

    pub(crate) fn is_finished(&self) -> bool {
        self.finished
    }

    /// Cohorts of what was noted and is not written.
    pub(crate) fn unrecorded(&self) -> impl Iterator<Item = Cohort> {
        self.noted.iter().map(|(_, cohort)| *cohort)
    }

    /// Takes parcels to start: up to `room` that count, and up to `most` in
    /// all. Those that do not leave are noted at once and take no room. `turn`
    /// is told whether a parcel may stay: others wait behind it, so that a lane
    /// has patience once.
    pub(crate) fn start(
        &mut self,
        (room, most): (usize, usize),
        reading: i64,
        turn: impl Fn(&Parcel, bool) -> Turn,
    ) -> Vec<Starting> {
        let most = most.min(self.parcels.len());
        let mut starting = Vec::with_capacity(room.min(most));
        let mut counted = 0;
        while counted < room
            && starting.len() < most
            && let Some(parcel) = self.parcels.pop_front()
        {
            let may_stay = self.stayed_at.is_none_or(|at| reading - at < PATIENCE);
            let counts = match turn(&parcel, may_stay) {
                Turn::Stays => {
                    self.stayed_at.get_or_insert(reading);
                    self.parcels.push_front(parcel);
                    break;
                }
                Turn::Withheld(noted) => {
                    self.started_to = self.started_to.max(parcel.seq + 1);
                    self.noted.push((noted, Cohort::NONE));
                    continue;
                }
                Turn::Leaves => true,
                Turn::LeavesUncounted => false,
            };
            self.started_to = self.started_to.max(parcel.seq + 1);
            counted += usize::from(counts);
            starting.push(Starting { parcel, counts });
        }
        self.open += starting.len();
        if self.parcels.is_empty() {
            self.started_to = self.started_to.max(self.end);
            self.permit = None;
        }
        starting
    }

    /// Notes what became of a call.
    pub(crate) fn note(&mut self, noted: Noted, cohort: Cohort) {
        self.open = self.open.saturating_sub(1);
        self.noted.push((noted, cohort));
    }

    /// What there is to write, if anything: always when something `starts`.
    pub(crate) fn progress(
        &mut self,
        starts: bool,
        recorded: &mut Vec<(Cohort, bool)>,
    ) -> Option<Progress> {
        let finished = self.parcels.is_empty() && self.open == 0;
        if !starts && self.noted.is_empty() && !finished {
            return None;
        }
        let mut outcomes = Vec::with_capacity(self.noted.len());
        for (noted, cohort) in self.noted.drain(..) {
            recorded.push((cohort, noted.answered));
            outcomes.push(noted.outcome);
        }
        self.finished = finished;
        Some(Progress {
            chunk: self.order.chunk,
            epoch: self.epoch,
            home: self.order.home,
            account: self.order.account,
            started_to: self.started_to,
            finished,
            outcomes,
        })
    }
}
