//! Departures: what was started and is not called yet.
//!
//! A provider that answers at once is kept busy by few calls. Whatever else was started
//! waits here as a parcel: a call takes several times its memory, and with thousands of
//! them under way all of that has left the processor's caches when the answer comes.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::Sender;
use super::cohorts::{Cohort, Cohorts};
use super::entry::Departure;
use crate::parcel::BoxedParcel;

/// Most calls under way to providers that are near.
const ABREAST: usize = 512;
/// Microseconds: who lately answered in fewer is near. So many calls abreast keep it busy
/// with a hundred thousand a second.
const NEAR: i64 = 4_000;
/// For how long calls that begin make one cohort.
const ROUND: Duration = Duration::from_millis(50);

/// Whether a provider is near whose quickest answer lately took so many microseconds; 0
/// before the first.
pub(super) const fn is_near(quickest: i64) -> bool {
    quickest > 0 && quickest < NEAR
}

/// What was started and is not called yet, in order.
#[derive(Debug)]
pub(super) struct Departures<T> {
    at_once: Vec<T>,
    waiting: VecDeque<T>,
    /// Calls under way to providers that are near.
    abreast: Cohorts,
    round: Option<(Instant, Cohort)>,
}

impl<T> Default for Departures<T> {
    fn default() -> Self {
        Self {
            at_once: Vec::new(),
            waiting: VecDeque::new(),
            abreast: Cohorts::default(),
            round: None,
        }
    }
}

impl<T> Departures<T> {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.at_once.len() + self.waiting.len()
    }

    /// Adds one. Whose provider is not near leaves at once, whoever else waits.
    pub(super) fn add(&mut self, departure: T, is_near: bool) {
        if is_near {
            self.waiting.push_back(departure);
        } else {
            self.at_once.push(departure);
        }
    }

    /// Those whose calls begin now, each with what [`Self::end`] is told when its call
    /// ends. Calls older than `late` may never end, and leave their room to others.
    pub(super) fn leave(
        &mut self,
        late: Duration,
        is_near: impl Fn(&T) -> bool,
    ) -> Vec<(T, Cohort)> {
        let mut leaving: Vec<(T, Cohort)> = self
            .at_once
            .drain(..)
            .map(|departure| (departure, Cohort::NONE))
            .collect();
        if self.waiting.is_empty() {
            return leaving;
        }
        let mut room = ABREAST.saturating_sub(self.abreast.younger_than(late));
        let round = self.round();
        while let Some(first) = self.waiting.front() {
            let counts = is_near(first);
            if counts && room == 0 {
                break;
            }
            let Some(departure) = self.waiting.pop_front() else {
                break;
            };
            if counts {
                room -= 1;
                self.abreast.fill(round, 1);
            }
            leaving.push((departure, if counts { round } else { Cohort::NONE }));
        }
        leaving
    }

    /// A call ended.
    pub(super) fn end(&mut self, cohort: Cohort) {
        self.abreast.settle(cohort);
    }

    fn round(&mut self) -> Cohort {
        match self.round {
            Some((at, cohort)) if at.elapsed() < ROUND => cohort,
            _ => {
                let now = Instant::now();
                let cohort = self.abreast.open(now);
                self.round = Some((now, cohort));
                cohort
            }
        }
    }
}

impl Sender {
    /// Started deliveries whose calls begin now.
    pub(super) fn departing(&mut self) -> Vec<(BoxedParcel, [Cohort; 2])> {
        if self.departures.len() == 0 {
            return Vec::new();
        }
        let near = |departure: &Departure| is_near(departure.parcel.route.pulse.quickest());
        let departing = self.departures.leave(self.late(), near);
        // A lease is prolonged by each entry; a call begun after too long a
        // pause could outlast it.
        let lease = Duration::from_millis(self.shared.owner.lease_millis.unsigned_abs());
        let timeout = self.shared.settings.request_timeout;
        let mut leaving = Vec::with_capacity(departing.len());
        let (now, at) = (Instant::now(), self.reading());
        for (departure, abreast) in departing {
            let Departure {
                parcel,
                cohort,
                started,
            } = departure;
            let in_time = now.saturating_duration_since(started) + timeout < lease;
            let lane = self.lanes.get(&parcel.order.chunk);
            if in_time && lane.is_some_and(|lane| lane.is_of(&parcel)) {
                leaving.push((parcel, [cohort, abreast]));
            } else {
                parcel.route.pulse.end(false, at);
                self.cohorts.settle(cohort);
                self.departures.end(abreast);
                if !in_time {
                    self.lanes.remove(&parcel.order.chunk);
                }
            }
        }
        leaving
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LATE: Duration = Duration::from_secs(10);

    /// So many to a provider that is near.
    fn waiting(total: usize) -> Departures<usize> {
        let mut departures = Departures::default();
        for n in 0..total {
            departures.add(n, true);
        }
        departures
    }

    #[test]
    fn few_calls_to_a_near_provider_are_under_way_and_each_that_ends_makes_room() {
        let mut departures = waiting(ABREAST + 3);
        let left = departures.leave(LATE, |_| true);
        assert_eq!(left.len(), ABREAST);
        assert_eq!(departures.len(), 3);
        assert!(departures.leave(LATE, |_| true).is_empty(), "no room");
        departures.end(left[0].1);
        departures.end(left[1].1);
        let next = departures.leave(LATE, |_| true);
        let next: Vec<usize> = next.into_iter().map(|(n, _)| n).collect();
        assert_eq!(next, [ABREAST, ABREAST + 1], "in order");
    }

    #[test]
    fn a_far_provider_waits_for_nobody() {
        let mut departures = waiting(2 * ABREAST);
        departures.leave(LATE, |_| true);
        for n in 0..2 * ABREAST {
            departures.add(n, false);
        }
        let left = departures.leave(LATE, |_| true);
        assert_eq!(left.len(), 2 * ABREAST);
        assert!(left.iter().all(|(_, cohort)| *cohort == Cohort::NONE));
        let rest = departures.leave(LATE, |_| false);
        assert_eq!(rest.len(), ABREAST, "once it is not near any more");
        assert_eq!(departures.len(), 0);
    }

    #[test]
    fn calls_that_are_late_leave_their_room_to_others() {
        let mut departures = waiting(2 * ABREAST);
        departures.leave(LATE, |_| true);
        std::thread::sleep(Duration::from_millis(2));
        let late = Duration::from_millis(1);
        assert_eq!(departures.leave(late, |_| true).len(), ABREAST);
    }

    #[test]
    fn who_has_not_answered_is_not_near() {
        assert!(!is_near(0) && is_near(1) && !is_near(NEAR));
    }
}
