//! Sign-in throttling: after a few failures, each further try waits, longer
//! and longer, for the same email and for the same address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::Timestamp;

/// Failures that cost nothing.
const FREE: u32 = 5;
/// Failures from one address that cost nothing: an office shares one.
const FREE_BY_ADDRESS: u32 = 20;
/// Longest wait.
const WAIT_MAX: Duration = Duration::from_mins(15);
/// When failures are forgotten.
const MEMORY_MILLIS: i64 = 60 * 60 * 1000;
/// Most names that are remembered; past it, the oldest go.
const NAMES_MAX: usize = 20_000;

/// Whose failures are counted.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Name {
    Email(String),
    Address(IpAddr),
}

impl Name {
    const fn free(&self) -> u32 {
        match self {
            Self::Email(_) => FREE,
            Self::Address(_) => FREE_BY_ADDRESS,
        }
    }
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: Timestamp,
}

/// Remembers failed sign-ins, in memory alone: a restart forgives.
#[derive(Debug, Default)]
pub(crate) struct Throttle(Mutex<HashMap<Name, Failures>>);

impl Throttle {
    /// How long to wait before this try may be made, if at all.
    pub(crate) fn wait(
        &self,
        email: &str,
        peer: Option<IpAddr>,
        now: Timestamp,
    ) -> Option<Duration> {
        let failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        names(email, peer)
            .filter_map(|name| {
                let failures = failures.get(&name)?;
                let over = failures.count.checked_sub(name.free())?;
                let wait = Duration::from_secs(1 << over.min(10)).min(WAIT_MAX);
                let wait_millis = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
                let left = failures.last.plus_millis(wait_millis).as_millis() - now.as_millis();
                u64::try_from(left)
                    .ok()
                    .filter(|left| *left > 0)
                    .map(Duration::from_millis)
            })
            .max()
    }

    /// Notes a failure.
    pub(crate) fn failed(&self, email: &str, peer: Option<IpAddr>, now: Timestamp) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= NAMES_MAX {
            let oldest = now.plus_millis(-MEMORY_MILLIS);
            failures.retain(|_, failures| failures.last > oldest);
            if failures.len() >= NAMES_MAX {
                failures.clear();
            }
        }
        for name in names(email, peer) {
            let entry = failures.entry(name).or_insert(Failures {
                count: 0,
                last: now,
            });
            if now.as_millis() - entry.last.as_millis() > MEMORY_MILLIS {
                entry.count = 0;
            }
            entry.count += 1;
            entry.last = now;
        }
    }

    /// Forgets an email's failures after a sign-in that succeeded.
    pub(crate) fn succeeded(&self, email: &str) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failures.remove(&Name::Email(email.to_owned()));
    }
}

fn names(email: &str, peer: Option<IpAddr>) -> impl Iterator<Item = Name> {
    [Some(Name::Email(email.to_owned())), peer.map(Name::Address)]
        .into_iter()
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_with_each_failure_and_end_with_success() {
        let throttle = Throttle::default();
        let mut now = Timestamp(1_000_000);
        for _ in 0..FREE - 1 {
            throttle.failed("ada@example.com", None, now);
            assert_eq!(throttle.wait("ada@example.com", None, now), None);
        }
        let mut last = Duration::ZERO;
        for _ in 0..4 {
            throttle.failed("ada@example.com", None, now);
            let wait = throttle.wait("ada@example.com", None, now).expect("a wait");
            assert!(wait > last);
            last = wait;
            now = now.plus_millis(i64::try_from(wait.as_millis()).expect("small"));
            assert_eq!(throttle.wait("ada@example.com", None, now), None);
        }
        assert_eq!(throttle.wait("bob@example.com", None, now), None);
        throttle.failed("ada@example.com", None, now);
        throttle.succeeded("ada@example.com");
        assert_eq!(throttle.wait("ada@example.com", None, now), None);
    }

    #[test]
    fn one_address_cannot_try_many_emails() {
        let throttle = Throttle::default();
        let peer = Some(IpAddr::from([192, 0, 2, 1]));
        let now = Timestamp(0);
        for n in 0..FREE_BY_ADDRESS {
            throttle.failed(&format!("user{n}@example.com"), peer, now);
        }
        assert!(throttle.wait("another@example.com", peer, now).is_some());
        assert_eq!(throttle.wait("another@example.com", None, now), None);
    }
}
