//! Whose turn it is: what keeps a parcel from leaving, and what a provider that
//! is left behind still gets.

use domain::Timestamp;

use super::call;
use super::lane::Turn;
use crate::parcel::Parcel;
use crate::shared::Shared;

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
}

impl Pace {
    /// What happens to a parcel whose turn it is; one that leaves is begun.
    pub(super) fn turn(&self, shared: &Shared, parcel: &Parcel, now: Timestamp) -> Turn {
        if let Some(noted) = call::withhold(shared, parcel, now) {
            return Turn::Withheld(noted);
        }
        let pulse = &parcel.route.pulse;
        let behind = pulse.behind(self.last_answer);
        if behind <= self.behind {
            pulse.begin(self.reading);
            return Turn::Leaves;
        }
        if pulse.in_flight() >= self.most {
            // Nothing new is known before a call that is out ends.
            let hold = behind.clamp(HOLD_LEAST, self.longest.max(HOLD_LEAST));
            return Turn::Withheld(call::put_off(parcel, now, hold));
        }
        pulse.begin(self.reading);
        Turn::LeavesUncounted
    }
}
