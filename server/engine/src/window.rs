//! How many deliveries may be started and unrecorded at once.
//!
//! Whatever is in that state when the process dies is uncertain, so the window
//! is no wider than the work needs: about the rate at which outcomes are
//! recorded times the time that one takes from start to record when nothing
//! waits (Little's law, as congestion control uses it). It begins narrow and
//! widens only while widening brings more.

use std::collections::VecDeque;
use std::time::Duration;

/// Where a process begins, and the least it may have.
const NARROWEST: usize = 48;
/// How much more than the product of rate and time is allowed: what is left
/// over waits in queues of ours, where it speeds nothing up.
const GAIN: f64 = 2.0;
/// How many samples the rate and the time are remembered over.
const MEMORY: usize = 64;
/// How long a sample takes at least: single records come in bursts.
const SAMPLE: Duration = Duration::from_millis(20);

/// The window.
#[derive(Debug)]
pub(crate) struct Window {
    widest: usize,
    wide: usize,
    /// Of the last samples: outcomes a second, and seconds from start to
    /// record on the average.
    rates: VecDeque<f64>,
    times: VecDeque<f64>,
    sample: Sample,
}

/// What was recorded since the last sample.
#[derive(Debug, Default)]
struct Sample {
    outcomes: usize,
    length: Duration,
    /// Of all outcomes together.
    time: Duration,
}

impl Window {
    pub(crate) fn new(widest: usize) -> Self {
        Self {
            widest: widest.max(1),
            wide: NARROWEST.min(widest.max(1)),
            rates: VecDeque::with_capacity(MEMORY),
            times: VecDeque::with_capacity(MEMORY),
            sample: Sample::default(),
        }
    }

    /// How many may be started and unrecorded.
    pub(crate) const fn wide(&self) -> usize {
        self.wide
    }

    /// The typical time from start to record, when nothing waits.
    pub(crate) fn least_time(&self) -> Duration {
        Duration::from_secs_f64(least(&self.times).unwrap_or(0.05))
    }

    /// Learns from one record, `since` the one before: `outcomes` answered
    /// calls, which took `time` from start to record, all of theirs together.
    pub(crate) fn learn(&mut self, outcomes: usize, since: Duration, time: Duration) {
        self.sample.outcomes += outcomes;
        self.sample.length += since;
        self.sample.time += time;
        if self.sample.length < SAMPLE || self.sample.outcomes == 0 {
            return;
        }
        let Sample { outcomes, length, time } = std::mem::take(&mut self.sample);
        #[expect(clippy::cast_precision_loss, reason = "at most some hundred thousand")]
        let outcomes = outcomes as f64;
        remember(&mut self.rates, outcomes / length.as_secs_f64());
        remember(&mut self.times, time.as_secs_f64() / outcomes);
        let rate = self.rates.iter().copied().fold(0.0, f64::max);
        let time = least(&self.times).unwrap_or_default();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped right after, and never negative"
        )]
        let wish = (rate * time * GAIN) as usize;
        // Widening goes by half at a time, so that one odd sample opens little.
        let wish = wish.min(self.wide + self.wide / 2);
        self.wide = wish.clamp(NARROWEST.min(self.widest), self.widest);
    }
}

fn remember(values: &mut VecDeque<f64>, value: f64) {
    if values.len() == MEMORY {
        values.pop_front();
    }
    values.push_back(value);
}

fn least(values: &VecDeque<f64>) -> Option<f64> {
    values.iter().copied().reduce(f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A provider that answers after `latency` and takes at most `capacity` a
    /// second; outcomes are recorded every `cycle`.
    fn settle(latency: Duration, capacity: f64, widest: usize) -> (usize, f64) {
        let cycle = Duration::from_millis(2);
        let mut window = Window::new(widest);
        let mut rate = 0.0;
        for _ in 0..500 {
            let alone = latency + cycle;
            let wide = f64::from(u32::try_from(window.wide()).unwrap());
            rate = (wide / alone.as_secs_f64()).min(capacity);
            let time = Duration::from_secs_f64((wide / rate).max(alone.as_secs_f64()));
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small")]
            let outcomes = (rate * time.as_secs_f64()).round() as usize;
            let all = time * u32::try_from(outcomes).unwrap();
            window.learn(outcomes, time, all);
        }
        (window.wide(), rate)
    }

    #[test]
    fn a_near_provider_is_kept_busy_through_a_narrow_window() {
        let (wide, rate) = settle(Duration::from_millis(1), 30_000.0, 2048);
        assert!(rate > 29_000.0, "{rate}");
        assert!(wide < 250, "{wide}");
    }

    #[test]
    fn a_far_provider_gets_a_wide_window() {
        let (wide, rate) = settle(Duration::from_millis(60), 20_000.0, 4096);
        assert!(rate > 19_000.0, "{rate}");
        assert!(wide > 1_200, "{wide}");
    }

    #[test]
    fn the_window_never_passes_its_bound() {
        let (wide, _) = settle(Duration::from_secs(1), 1e9, 2048);
        assert_eq!(wide, 2048);
    }

    #[test]
    fn a_slow_provider_leaves_little_uncertain() {
        let (wide, _) = settle(Duration::from_millis(10), 1_000.0, 2048);
        assert_eq!(wide, NARROWEST);
    }
}
