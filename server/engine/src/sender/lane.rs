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
    pub(crate) fn unrecorded(self) -> impl Iterator<Item = Cohort> {
        self.noted.into_iter().map(|(_, cohort)| cohort)
    }

    /// Takes up to `room` parcels to start; those that `withhold` keeps back
    /// are noted at once and take no room.
    pub(crate) fn start(
        &mut self,
        room: usize,
        withhold: impl Fn(&Parcel) -> Option<Noted>,
    ) -> Vec<BoxedParcel> {
        let mut starting = Vec::with_capacity(room.min(self.parcels.len()));
        while starting.len() < room
            && let Some(parcel) = self.parcels.pop_front()
        {
            self.started_to = self.started_to.max(parcel.seq + 1);
            match withhold(&parcel) {
                Some(noted) => self.noted.push((noted, Cohort::NONE)),
                None => starting.push(parcel),
            }
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
