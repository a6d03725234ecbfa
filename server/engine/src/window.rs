//! How many deliveries may be started and unrecorded at once.
//!
//! Whatever is in that state when the process dies is uncertain, so the window
//! is no wider than the work needs: about the rate at which outcomes are
//! recorded times the time that one takes from start to record when nothing
//! waits (Little's law, as congestion control uses it), or a fiftieth of a
//! second where that is more, and up to twice that where so much is recorded
//! that what each costs decides. It begins narrow, since
//! a process that was just started may be one that keeps dying, and every
//! outcome recorded widens it by a little while that brings more; now and then
//! it narrows for a moment, to see how long one takes when nothing waits.

use std::collections::VecDeque;
use std::time::Duration;

/// Where a process begins, and the least it may have.
const NARROWEST: usize = 32;
/// How many recorded outcomes widen it by one, in a process's first time and
/// after.
const OUTCOMES_A_STEP: [usize; 2] = [128, 2];
/// How many outcomes a process records in its first time.
const FIRST: usize = 4096;
/// How much more than the product of rate and time is allowed: what is left
/// over waits in queues of ours, where it speeds nothing up.
const GAIN: f64 = 1.5;
/// Seconds of work that are allowed however near the provider is: outcomes
/// recorded by the hundred cost less each than those recorded by the dozen.
const WORTH_RECORDING: f64 = 0.02;
/// Outcomes a second at which twice as long is allowed; the less the fewer they
/// are. Where few are recorded the processor does not limit, and a wider window
/// would leave more in doubt for nothing.
const MANY: f64 = 20_000.0;
/// How long a sample takes at least: single records come in bursts.
const SAMPLE: Duration = Duration::from_millis(20);
/// How many samples the rate is remembered over.
const MEMORY: usize = 64;
/// How many samples lie between two looks at the time without waiting: ten seconds'
/// worth, since a look slows everything down for a moment.
const CRUISE: u32 = 500;

/// The window.
#[derive(Debug)]
pub(crate) struct Window {
    widest: usize,
    wide: usize,
    /// Outcomes a second, of the last samples.
    rates: VecDeque<f64>,
    /// Seconds from start to record, when nothing waits.
    time: Option<f64>,
    /// The same, as it was lately.
    late_time: f64,
    /// Recorded outcomes that have not widened it yet.
    credit: usize,
    /// All recorded outcomes.
    recorded: usize,
    phase: Phase,
    sample: Sample,
}

#[derive(Debug)]
enum Phase {
    /// As wide as it brings something.
    Cruise {
        /// Samples left.
        left: u32,
    },
    /// Narrow, to see the time without waiting.
    Look {
        /// Seconds left.
        left: f64,
        /// The least time seen so far.
        least: f64,
    },
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
        let widest = widest.max(1);
        Self {
            widest,
            wide: NARROWEST.min(widest),
            rates: VecDeque::with_capacity(MEMORY),
            time: None,
            late_time: 0.05,
            credit: 0,
            recorded: 0,
            phase: Phase::Cruise { left: CRUISE },
            sample: Sample::default(),
        }
    }

    /// How many may be started and unrecorded.
    pub(crate) fn wide(&self) -> usize {
        match self.phase {
            Phase::Cruise { .. } => self.wide,
            Phase::Look { .. } => (self.wide / 3).max(NARROWEST.min(self.widest)),
        }
    }

    /// The time from start to record, as it was lately.
    pub(crate) fn usual_time(&self) -> Duration {
        Duration::from_secs_f64(self.late_time)
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
        let Sample {
            outcomes: recorded,
            length,
            time,
        } = std::mem::take(&mut self.sample);
        #[expect(clippy::cast_precision_loss, reason = "at most some hundred thousand")]
        let outcomes = recorded as f64;
        let length = length.as_secs_f64();
        if self.rates.len() == MEMORY {
            self.rates.pop_front();
        }
        self.rates.push_back(outcomes / length);
        self.late_time = time.as_secs_f64() / outcomes;
        self.look(self.late_time, length);
        self.widen(recorded);
    }

    /// Learns the time of one sample.
    fn look(&mut self, time: f64, length: f64) {
        let known = self.time.unwrap_or(f64::MAX);
        match &mut self.phase {
            Phase::Cruise { left: 0 } => {
                // Long enough for what was started before to be gone.
                let left = (time * 3.0).max(2.0 * SAMPLE.as_secs_f64());
                self.phase = Phase::Look {
                    left,
                    least: f64::MAX,
                };
            }
            Phase::Cruise { left } => {
                *left -= 1;
                self.time = Some(known.min(time));
            }
            Phase::Look { left, least } => {
                *left -= length;
                *least = least.min(time);
                if *left <= 0.0 {
                    self.time = Some(*least);
                    self.phase = Phase::Cruise { left: CRUISE };
                }
            }
        }
    }

    fn widen(&mut self, recorded: usize) {
        let rate = self.rates.iter().copied().fold(0.0, f64::max);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped right after, and never negative"
        )]
        let wish =
            (rate * (self.time.unwrap_or_default() * GAIN).max(worth_recording(rate))) as usize;
        self.recorded += recorded;
        self.credit += recorded;
        let step = OUTCOMES_A_STEP[usize::from(self.recorded > FIRST)];
        let wish = wish.min(self.wide + self.credit / step);
        self.credit %= step;
        self.wide = wish.clamp(NARROWEST.min(self.widest), self.widest);
        tracing::trace!(wide = self.wide, rate, time = ?self.time, late = self.late_time, "window");
    }
}

/// Seconds of work that are allowed at so many outcomes a second.
fn worth_recording(rate: f64) -> f64 {
    WORTH_RECORDING * (1.0 + (rate / MANY).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A provider that answers after `latency` and takes at most `capacity` a
    /// second; recording takes two milliseconds. How wide the window is in the
    /// end at its widest, and the average rate.
    fn settle(latency: Duration, capacity: f64, widest: usize) -> (usize, f64) {
        let alone = latency + Duration::from_millis(2);
        let mut window = Window::new(widest);
        let (mut widest_seen, mut sent, mut took) = (0, 0.0, 0.0);
        for round in 0..5000 {
            let wide = f64::from(u32::try_from(window.wide()).unwrap());
            let rate = (wide / alone.as_secs_f64()).min(capacity);
            let time = Duration::from_secs_f64(wide / rate);
            window.learn(
                window.wide(),
                time,
                time * u32::try_from(window.wide()).unwrap(),
            );
            if round > 1000 {
                widest_seen = widest_seen.max(window.wide());
                sent += wide;
                took += time.as_secs_f64();
            }
        }
        (widest_seen, sent / took)
    }

    #[test]
    fn a_near_provider_is_kept_busy_through_a_twenty_fifth_of_a_second() {
        let (wide, rate) = settle(Duration::from_millis(1), 30_000.0, 4096);
        assert!(rate > 29_000.0, "{rate}");
        assert!((600..=30_000 / 25).contains(&wide), "{wide}");
    }

    #[test]
    fn a_far_provider_gets_a_wide_window() {
        let (wide, rate) = settle(Duration::from_millis(60), 20_000.0, 4096);
        assert!(rate > 19_000.0, "{rate}");
        assert!(wide > 1_200, "{wide}");
    }

    #[test]
    fn the_first_four_thousand_leave_little_uncertain() {
        let mut window = Window::new(4096);
        let mut recorded = 0;
        loop {
            let wide = window.wide();
            let time = Duration::from_millis(25);
            window.learn(wide, time, time * u32::try_from(wide).unwrap());
            recorded += wide;
            if recorded > FIRST {
                break;
            }
            assert!(
                window.wide() <= NARROWEST + recorded / OUTCOMES_A_STEP[0],
                "{window:?}"
            );
        }
    }

    #[test]
    fn a_process_that_has_recorded_much_widens_faster() {
        let (mut window, mut recorded, mut early) = (Window::new(4096), 0, 0);
        while recorded < 2 * FIRST {
            let wide = window.wide();
            let time = Duration::from_millis(25);
            window.learn(wide, time, time * u32::try_from(wide).unwrap());
            recorded += wide;
            if recorded <= FIRST {
                early = window.wide();
            }
        }
        assert!(window.wide() > 3 * early, "{early} and then {window:?}");
    }

    #[test]
    fn the_window_never_passes_its_bound() {
        let (wide, _) = settle(Duration::from_secs(1), 1e9, 4096);
        assert_eq!(wide, 4096);
    }

    #[test]
    fn a_slow_provider_leaves_little_uncertain() {
        let (wide, rate) = settle(Duration::from_millis(10), 1_000.0, 4096);
        assert!(rate > 990.0, "{rate}");
        assert!(wide <= 2 * NARROWEST, "{wide}");
    }
}
