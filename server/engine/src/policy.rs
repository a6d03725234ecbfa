//! What follows from a provider's answer: pure rules, and nothing else decides
//! it. At most once retries only what certainly did not happen; at least once
//! retries what nobody can know as well.

mod backoff;
mod verdict;

pub use backoff::{ATTEMPTS_MAX, Pace, backoff};
pub use verdict::{BindingMark, Circumstances, Credential, Verdict, judge};

use domain::Timestamp;
use domain::push::DeliveryClass;

/// A push that must arrive now or never is still tried again for this long, in
/// seconds: a refused stream is no reason to lose it.
const GRACE_SECONDS: i64 = 30;

/// When a push's time to live ends.
pub fn deadline(decided_at: Timestamp, ttl_seconds: u32) -> Timestamp {
    decided_at.plus_seconds(i64::from(ttl_seconds).max(GRACE_SECONDS))
}

/// What a delivery is whose caller died before its outcome was recorded:
/// sent again, or unknown.
pub const fn uncertain_is_sent_again(class: DeliveryClass) -> bool {
    match class {
        DeliveryClass::Promotional => false,
        DeliveryClass::Transactional => true,
    }
}

#[cfg(test)]
mod tests;
