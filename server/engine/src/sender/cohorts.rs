//! Cohorts: deliveries that one entry started, counted until each is recorded; or calls
//! that began together, counted until each ends.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Which cohort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cohort(u64);

impl Cohort {
    /// None: what never was counted.
    pub(crate) const NONE: Self = Self(u64::MAX);
}

/// Every cohort of which something is not recorded yet.
#[derive(Debug, Default)]
pub(crate) struct Cohorts {
    first: u64,
    open: VecDeque<(Instant, usize)>,
}

impl Cohorts {
    /// A new cohort, empty as yet.
    pub(crate) fn open(&mut self, at: Instant) -> Cohort {
        self.forget();
        self.open.push_back((at, 0));
        Cohort(self.first + self.open.len() as u64 - 1)
    }

    /// A cohort of one.
    pub(crate) fn alone(&mut self, at: Instant) -> Cohort {
        let cohort = self.open(at);
        self.fill(cohort, 1);
        cohort
    }

    /// Adds `n` to a cohort.
    pub(crate) fn fill(&mut self, cohort: Cohort, n: usize) {
        if let Some((_, open)) = self.find(cohort) {
            *open += n;
        }
    }

    /// Takes one off, and says when its cohort began.
    pub(crate) fn settle(&mut self, cohort: Cohort) -> Option<Instant> {
        let (at, open) = self.find(cohort)?;
        let at = *at;
        *open = open.saturating_sub(1);
        Some(at)
    }

    /// How many are open in cohorts younger than `age`.
    pub(crate) fn younger_than(&self, age: Duration) -> usize {
        self.open
            .iter()
            .rev()
            .take_while(|(at, _)| at.elapsed() < age)
            .map(|(_, open)| open)
            .sum()
    }

    /// How many of these are in cohorts younger than `age`.
    pub(crate) fn younger_among(&self, some: impl Iterator<Item = Cohort>, age: Duration) -> usize {
        let old = self
            .open
            .iter()
            .take_while(|(at, _)| at.elapsed() >= age)
            .count();
        let young = self.first + old as u64;
        some.filter(|cohort| *cohort != Cohort::NONE && cohort.0 >= young)
            .count()
    }

    fn find(&mut self, cohort: Cohort) -> Option<&mut (Instant, usize)> {
        let at = cohort.0.checked_sub(self.first)?;
        self.open.get_mut(usize::try_from(at).ok()?)
    }

    fn forget(&mut self) {
        while let Some((_, 0)) = self.open.front() {
            self.open.pop_front();
            self.first += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_settled_is_not_counted_and_finished_cohorts_are_forgotten() {
        let (mut cohorts, now) = (Cohorts::default(), Instant::now());
        let first = cohorts.open(now);
        cohorts.fill(first, 3);
        let second = cohorts.alone(now);
        let age = Duration::from_mins(1);
        assert_eq!(cohorts.younger_than(age), 4);
        for _ in 0..3 {
            assert_eq!(cohorts.settle(first), Some(now));
        }
        assert_eq!(cohorts.younger_than(age), 1);
        let third = cohorts.open(now);
        assert_eq!(cohorts.settle(first), None, "forgotten");
        assert_eq!(
            cohorts.settle(second),
            Some(now),
            "still known by the same number"
        );
        cohorts.fill(third, 1);
        assert_eq!(cohorts.younger_than(age), 1);
        assert_eq!(cohorts.settle(Cohort::NONE), None);
    }

    #[test]
    fn an_old_cohort_does_not_count_as_moving() {
        let mut cohorts = Cohorts::default();
        let long_ago = Instant::now()
            .checked_sub(Duration::from_secs(9))
            .expect("an uptime");
        let late = cohorts.open(long_ago);
        cohorts.fill(late, 5);
        let young = cohorts.alone(Instant::now());
        assert_eq!(cohorts.younger_than(Duration::from_secs(1)), 1);
        let answered = [late, young, Cohort::NONE, late];
        let age = Duration::from_secs(1);
        assert_eq!(cohorts.younger_among(answered.into_iter(), age), 1);
    }
}
