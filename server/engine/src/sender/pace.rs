//! Whose turn it is: what keeps a parcel from leaving, and what a provider that
//! is left behind, or far slower than others, still gets.

use std::time::Duration;

use domain::Timestamp;

use super::lane::Turn;
use super::{Sender, TICK, call};
use crate::parcel::Parcel;
use crate::shared::Shared;

/// A call is late after this many of the usual times, and never before the least.
const LATE_TIMES: u32 = 8;
const LATE_LEAST: Duration = Duration::from_millis(250);
/// Where nobody answers, a call that is late keeps its place in the window for so long
/// at least: while everything stands still for a moment, nothing more is started and so
/// put in doubt.
const STUCK: Duration = Duration::from_secs(1);
/// A provider is left behind when others have been answered for so long while
/// it was not.
const BEHIND_LEAST: Duration = Duration::from_millis(500);
/// The part of all calls in flight that one that is left behind may have.
const BEHIND_SHARE: usize = 16;

/// The least that a parcel is put off, in milliseconds.
const HOLD_LEAST: i64 = 1_000;

/// How the providers are doing, at one moment. Times are milliseconds on the
/// sender's watch.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    pub(super) reading: i64,
    /// When any provider answered last.
    pub(super) last_answer: i64,
    /// Who was silent for longer than this while others were answered is left
    /// behind.
    pub(super) behind: i64,
    /// Most calls in flight to one that is left behind.
    pub(super) most: usize,
    /// The longest that a call can take.
    pub(super) longest: i64,
    /// Microseconds in which the quickest provider answers at present.
    pub(super) quick: i64,
    /// Most calls in flight to one that is slow beside that.
    pub(super) share: usize,
}

/// A provider is slow beside others when it takes so many times as long.
const SLOW_TIMES: i64 = 8;
/// And at least so many microseconds.
const SLOW_LEAST: i64 = 100_000;
/// The part of the window that all slow ones together may have.
const SLOW_SHARE: usize = 2;

/// Whether a provider that takes `usual` microseconds is slow beside one that
/// takes `quick`.
pub(crate) const fn is_slow(usual: i64, quick: i64) -> bool {
    usual > SLOW_LEAST && usual / SLOW_TIMES > quick
}

/// For how long a call counts as moving that is late after `late`, where nobody was
/// answered for as long as `silent`.
fn moves_for(late: Duration, silent: Duration) -> Duration {
    if silent < late { late } else { late.max(STUCK) }
}

impl Pace {
    /// What happens to a parcel whose turn it is; one that leaves is begun.
    /// Where there is no room for it, it stays if it may, and is put off else.
    pub(super) fn turn(
        &self,
        shared: &Shared,
        parcel: &Parcel,
        now: Timestamp,
        may_stay: bool,
    ) -> Turn {
        if let Some(noted) = call::withhold(shared, parcel, now) {
            return Turn::Withheld(noted);
        }
        let route = &parcel.route;
        let pulse = &route.pulse;
        let behind = pulse.behind(self.last_answer);
        if behind > self.behind {
            route.set_share(self.most);
            if pulse.in_flight() >= self.most.min(route.allowed()) {
                // It may only be connecting again.
                if may_stay {
                    return Turn::Stays;
                }
                // Nothing new is known before a call that is out ends.
                let hold = behind.clamp(HOLD_LEAST, self.longest.max(HOLD_LEAST));
                return Turn::Withheld(call::put_off(parcel, now, hold, call::SILENT));
            }
            pulse.begin(self.reading);
            return Turn::LeavesUncounted;
        }
        let slow = is_slow(pulse.usual(), self.quick);
        let share = if slow { self.share } else { usize::MAX };
        route.set_share(share);
        if pulse.in_flight() < share.min(route.allowed()) {
            pulse.begin(self.reading);
            return Turn::Leaves;
        }
        // One that answers, and takes more from round to round, has room soon.
        let soon = !slow && route.is_opening() && pulse.usual() > 0;
        if may_stay || soon {
            return Turn::Stays;
        }
        Turn::Withheld(call::put_off(parcel, now, HOLD_LEAST, call::CROWDED))
    }
}

impl Sender {
    /// Milliseconds on the sender's watch.
    pub(super) fn reading(&self) -> i64 {
        call::millis(self.watch.elapsed())
    }

    /// When a call is late.
    pub(super) fn late(&self) -> Duration {
        (self.window.usual_time() * LATE_TIMES).max(LATE_LEAST)
    }

    /// For how long a call counts as moving, and has its place in the window.
    pub(super) fn moves_for(&self) -> Duration {
        let silent = u64::try_from(self.reading() - self.last_answer).unwrap_or(0);
        moves_for(self.late(), Duration::from_millis(silent))
    }

    pub(super) fn pace(&self) -> Pace {
        Pace {
            reading: self.reading(),
            last_answer: self.last_answer,
            behind: call::millis(self.late().max(BEHIND_LEAST)),
            most: (self.shared.settings.in_flight / BEHIND_SHARE).max(1),
            longest: call::millis(self.shared.settings.request_timeout),
            quick: self.quick,
            share: (self.window.wide() / SLOW_SHARE / self.slow.max(1)).max(1),
        }
    }

    /// Looks now and then which provider is the quickest, and how many are slow
    /// beside it.
    pub(super) fn look(&mut self) {
        let at = self.reading();
        if at - self.looked_at >= call::millis(TICK) {
            self.looked_at = at;
            self.shared.routes.forget();
            (self.quick, self.slow) = self.shared.routes.quickest(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_counts_for_longer_where_nobody_is_answered() {
        let millis = Duration::from_millis;
        assert_eq!(moves_for(millis(250), millis(249)), millis(250));
        assert_eq!(moves_for(millis(250), millis(250)), STUCK);
        let slow = 2 * STUCK;
        assert_eq!(
            moves_for(slow, slow),
            slow,
            "never for less than it is late"
        );
    }
}
