//! A route's pulse: whether its provider still answers while others do, and
//! how long it takes.
//!
//! A provider that falls silent would fill the window with calls that go
//! nowhere, and every other provider would wait behind them; so would one that
//! takes far longer than the others. Calls of either count in no window, and
//! are few enough to leave the others theirs.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

/// How long an answer counts as lately, in milliseconds.
const LATELY: i64 = 1_000;

/// The calls on one route. Times are milliseconds on the sender's watch, and
/// only the sender's thread writes, but for what is claimed.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    in_flight: AtomicUsize,
    /// The last answer, or the first call after all had ended.
    since: AtomicI64,
    /// Microseconds that an answer takes, as it was lately; 0 before the first.
    usual: AtomicI64,
    /// Microseconds that the quickest answer took, a while ago at the most; 0 before
    /// the first.
    quickest: AtomicI64,
    /// Retries that were claimed and have not begun.
    claimed: AtomicUsize,
}

impl Pulse {
    /// A call begins.
    pub(crate) fn begin(&self, now: i64) {
        if self.in_flight.fetch_add(1, Ordering::Relaxed) == 0 {
            self.since.store(now, Ordering::Relaxed);
        }
    }

    /// A call ended, by an answer or without one.
    pub(crate) fn end(&self, answered: bool, now: i64) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
        if answered {
            self.since.store(now, Ordering::Relaxed);
        }
    }

    /// An answer took so many microseconds.
    pub(crate) fn took(&self, micros: i64) {
        let usual = match self.usual.load(Ordering::Relaxed) {
            0 => micros,
            before => before + (micros - before) / 8,
        };
        self.usual.store(usual.max(1), Ordering::Relaxed);
        let quickest = match self.quickest.load(Ordering::Relaxed) {
            0 => micros,
            before => before.min(micros),
        };
        self.quickest.store(quickest.max(1), Ordering::Relaxed);
    }

    /// Forgets a little of how quick the quickest answer was: told twenty times a
    /// second, it follows a provider that became slow within seconds.
    pub(crate) fn forget(&self) {
        let quickest = self.quickest.load(Ordering::Relaxed);
        let towards = (self.usual() - quickest).max(0).min(quickest);
        self.quickest
            .store(quickest + (towards + 31) / 32, Ordering::Relaxed);
    }

    /// Microseconds that the quickest answer took lately; 0 before the first.
    pub(crate) fn quickest(&self) -> i64 {
        self.quickest.load(Ordering::Relaxed)
    }

    /// Microseconds that an answer takes, as it was lately.
    pub(crate) fn usual(&self) -> i64 {
        self.usual.load(Ordering::Relaxed)
    }

    /// The same, if the provider was lately called or answered at all.
    pub(crate) fn usual_lately(&self, now: i64) -> Option<i64> {
        let lately = self.in_flight() > 0 || now - self.since.load(Ordering::Relaxed) < LATELY;
        let usual = self.usual();
        (lately && usual > 0).then_some(usual)
    }

    /// Calls that have begun and not ended.
    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    /// A retry was claimed.
    pub(crate) fn claim(&self) {
        self.claimed.fetch_add(1, Ordering::Relaxed);
    }

    /// A claimed retry begins, or never will.
    pub(crate) fn unclaim(&self) {
        self.claimed.fetch_sub(1, Ordering::Relaxed);
    }

    /// Calls that have begun and not ended, and those that retries were claimed
    /// for.
    pub(crate) fn spoken_for(&self) -> usize {
        self.in_flight() + self.claimed.load(Ordering::Relaxed)
    }

    /// For how long others have been answered while this one was not, in
    /// milliseconds: `last_answer` is anybody's.
    pub(crate) fn behind(&self, last_answer: i64) -> i64 {
        if self.in_flight() == 0 {
            return 0;
        }
        (last_answer - self.since.load(Ordering::Relaxed)).max(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_quickest_answer_is_forgotten_when_none_is_as_quick_any_more() {
        let pulse = Pulse::default();
        pulse.forget();
        assert_eq!(pulse.quickest(), 0, "no answer yet");
        pulse.took(500);
        pulse.took(9_000);
        assert_eq!(pulse.quickest(), 500);
        for _ in 0..100 {
            pulse.took(60_000);
        }
        for _ in 0..20 {
            pulse.forget();
        }
        assert!(pulse.quickest() < 4_000, "{}", pulse.quickest());
        for _ in 0..60 {
            pulse.forget();
        }
        assert!(pulse.quickest() > 4_000, "{}", pulse.quickest());
    }

    #[test]
    fn who_alone_is_silent_is_left_behind_by_whoever_answers() {
        let (silent, lively) = (Pulse::default(), Pulse::default());
        silent.begin(100);
        lively.begin(100);
        assert_eq!(silent.behind(0), 0, "nobody has answered yet");
        lively.end(true, 400);
        assert_eq!(silent.behind(400), 300);
        assert_eq!(lively.behind(400), 0, "nothing is asked of it");
        lively.begin(450);
        assert_eq!(lively.behind(400), 0);
        silent.begin(500);
        silent.end(true, 900);
        assert_eq!(silent.behind(900), 0, "an answer makes up for all");
    }

    #[test]
    fn a_time_out_is_no_answer_and_a_new_beginning_is_a_new_chance() {
        let pulse = Pulse::default();
        pulse.begin(0);
        pulse.begin(0);
        pulse.end(false, 5_000);
        assert_eq!(pulse.behind(5_000), 5_000);
        pulse.end(false, 5_000);
        pulse.begin(6_000);
        assert_eq!((pulse.behind(6_100), pulse.in_flight()), (100, 1));
    }

    #[test]
    fn what_an_answer_takes_is_learned_and_follows_changes() {
        let pulse = Pulse::default();
        assert_eq!(pulse.usual(), 0);
        pulse.took(200_000);
        assert_eq!(pulse.usual(), 200_000);
        for _ in 0..64 {
            pulse.took(2_000);
        }
        assert!((2_000..3_000).contains(&pulse.usual()), "{}", pulse.usual());
    }

    #[test]
    fn who_was_not_called_lately_is_nobody_to_compare_with() {
        let pulse = Pulse::default();
        pulse.begin(0);
        assert_eq!(pulse.usual_lately(0), None, "nothing is known of it");
        pulse.took(300);
        assert_eq!(pulse.usual_lately(60_000), Some(300), "a call is out");
        pulse.end(true, 60_000);
        assert_eq!(pulse.usual_lately(60_900), Some(300));
        assert_eq!(pulse.usual_lately(61_001), None);
    }

    #[test]
    fn claimed_retries_take_their_places_until_they_begin() {
        let pulse = Pulse::default();
        pulse.begin(0);
        pulse.claim();
        pulse.claim();
        assert_eq!(pulse.spoken_for(), 3);
        pulse.unclaim();
        pulse.begin(1);
        assert_eq!((pulse.spoken_for(), pulse.in_flight()), (3, 2));
    }
}
