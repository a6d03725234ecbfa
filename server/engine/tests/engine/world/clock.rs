//! The time that a test's engine and sandbox go by.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use domain::Timestamp;
use domain::time::Clock;

/// The moment at which tests begin.
const BEGIN: i64 = 1_790_000_000_000;
/// An hour later, as an HTTP date.
pub(crate) const AN_HOUR_AFTER_THE_BEGINNING: &str = "Mon, 21 Sep 2026 15:13:20 GMT";

/// Real time from a fixed beginning, that a test may push on.
#[derive(Debug)]
pub(crate) struct TestClock {
    began: Instant,
    ahead: AtomicI64,
    /// Where it stands still, in milliseconds after the beginning; below zero while it
    /// goes.
    stands: AtomicI64,
}

impl TestClock {
    const GOES: i64 = -1;

    pub(super) fn start() -> Self {
        Self {
            began: Instant::now(),
            ahead: AtomicI64::new(0),
            stands: AtomicI64::new(Self::GOES),
        }
    }

    /// Lets time pass, and goes on.
    pub(super) fn pass(&self, time: Duration) {
        let millis = i64::try_from(time.as_millis()).unwrap();
        self.ahead.fetch_add(millis, Ordering::Relaxed);
        self.stands.store(Self::GOES, Ordering::Relaxed);
    }

    /// Stands still until time passes.
    pub(super) fn stand_still(&self) {
        let now = self.since_the_beginning();
        self.stands.store(now, Ordering::Relaxed);
    }

    fn since_the_beginning(&self) -> i64 {
        let real = i64::try_from(self.began.elapsed().as_millis()).unwrap_or(0);
        real + self.ahead.load(Ordering::Relaxed)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let stands = self.stands.load(Ordering::Relaxed);
        Timestamp(match stands {
            Self::GOES => BEGIN + self.since_the_beginning(),
            stands => BEGIN + stands,
        })
    }
}
