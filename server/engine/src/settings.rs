//! How an engine works.

use std::time::Duration;

/// How an engine works. The defaults fit one machine.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Longest that one provider call may take in all.
    pub request_timeout: Duration,
    /// Longest that connecting to a provider may take.
    pub connect_timeout: Duration,
    /// Connections to each provider and credential.
    pub connections: usize,
    /// Most deliveries that were started and are not recorded yet: what a
    /// crash can leave uncertain, at the very most.
    pub in_flight: usize,
    /// For how long a worker that falls silent keeps what it has in hand.
    /// Longer than twice `request_timeout`.
    pub lease: Duration,
    /// How often to look for work that nobody announced.
    pub poll: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            request_timeout: Duration::from_secs(15),
            connect_timeout: Duration::from_secs(10),
            connections: 4,
            in_flight: 3072,
            lease: Duration::from_mins(1),
            poll: Duration::from_millis(500),
        }
    }
}

impl Settings {
    /// The lease in milliseconds, never so short that a call could outlast it.
    pub(crate) fn lease_millis(&self) -> i64 {
        let lease = self
            .lease
            .max(self.request_timeout * 2 + Duration::from_secs(1));
        i64::try_from(lease.as_millis()).unwrap_or(i64::MAX)
    }
}
