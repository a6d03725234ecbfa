//! A route's pulse: whether its provider still answers while others do.
//!
//! A provider that falls silent would fill the window with calls that go
//! nowhere, and every other provider would wait behind them. One that is left
//! behind counts in no window, gets a few calls at a time to show that it is
//! back, and what is more is put off.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

/// The calls on one route. Times are milliseconds on the sender's watch, and
/// only the sender's thread writes.
#[derive(Debug, Default)]
pub(crate) struct Pulse {
    in_flight: AtomicUsize,
    /// The last answer, or the first call after all had ended.
    since: AtomicI64,
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

    /// Calls that have begun and not ended.
    pub(crate) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
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
}
