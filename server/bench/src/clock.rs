//! The machine's clock, and one that can be set ahead.

use std::sync::atomic::{AtomicI64, Ordering};

use domain::Timestamp;
use domain::time::Clock;

/// The machine's clock, set ahead by as much as a measurement says.
#[derive(Debug, Default)]
pub(crate) struct BenchClock(AtomicI64);

impl BenchClock {
    /// Lets `millis` pass at once.
    pub(crate) fn pass(&self, millis: i64) {
        self.0.fetch_add(millis, Ordering::Relaxed);
    }
}

impl Clock for BenchClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "a tool of its own, outside the product"
    )]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let millis = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
        Timestamp(millis + self.0.load(Ordering::Relaxed))
    }
}
