//! How long to wait before connecting again.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(100);
const MOST: Duration = Duration::from_secs(30);

/// Exponential waits with full jitter in their upper half, so that a fleet
/// does not come back in step.
#[derive(Debug)]
pub(super) struct Backoff {
    state: u64,
}

impl Backoff {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The wait after this many failures in a row, from 1.
    pub(super) fn wait(&mut self, failures: u32) -> Duration {
        let whole = FIRST
            .saturating_mul(1 << failures.saturating_sub(1).min(16))
            .min(MOST);
        let half = whole / 2;
        half + half.mul_f64(self.roll())
    }

    /// A number from 0 to 1 (`SplitMix64`).
    fn roll(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^= z >> 31;
        f64::from((z >> 32) as u32) / f64::from(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute_and_differ_by_seed() {
        let mut backoff = Backoff::new(1);
        for (failures, most) in [
            (1, 100),
            (2, 200),
            (4, 800),
            (20, 30_000),
            (u32::MAX, 30_000),
        ] {
            let wait = backoff.wait(failures);
            let most = Duration::from_millis(most);
            assert!(most / 2 <= wait && wait <= most, "{failures}: {wait:?}");
        }
        assert_ne!(Backoff::new(1).wait(5), Backoff::new(2).wait(5));
    }
}
