//! How long to wait before the next attempt.

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

/// Most calls for one delivery.
pub const ATTEMPTS_MAX: i16 = 20;

/// The longest wait, in milliseconds. Apple asks for 15 minutes after a 500 or
/// 503.
const LONGEST_MILLIS: i64 = 15 * 60 * 1000;

/// How fast the waits grow, by what went wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Nothing reached the provider: soon.
    Soon,
    /// The provider asked for less, or has a fault.
    Patient,
}

impl Pace {
    const fn first_millis(self) -> i64 {
        match self {
            Self::Soon => 500,
            Self::Patient => 5_000,
        }
    }
}

/// Milliseconds to wait after the call numbered `attempt`: doubling from call
/// to call, and spread by `seed` over the upper half, so that what failed
/// together does not come back together.
pub fn backoff(pace: Pace, attempt: i16, seed: u64) -> i64 {
    let doublings = u32::from(attempt.max(1).unsigned_abs() - 1).min(20);
    let full = (pace.first_millis() << doublings).min(LONGEST_MILLIS);
    let mut chance = SmallRng::seed_from_u64(seed ^ u64::from(attempt.unsigned_abs()));
    full / 2 + chance.random_range(0..=full / 2)
}
