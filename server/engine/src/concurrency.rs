//! How many calls a credential may have in flight, by what its provider says.
//!
//! It begins with a few, and as long as hardly anything is refused for being too
//! much, every round of answers doubles them, up to the limit. When the provider
//! asks for less, the next round has fewer: by half of the part that was
//! refused, so that one that refuses all gets half as many each time; one
//! refusal in fifty is noise. It comes back by one a round, and faster after
//! some rounds in peace. At one call at a time, and even that refused, it rests,
//! longer each time.
//!
//! Pure: no clock, no I/O. A round is as many answers as may be in flight.

/// Calls in flight with which a credential begins.
const BEGIN: usize = 64;
/// Rounds in peace after which it comes back faster than by one.
const PEACE: u32 = 8;
/// Of so many answers one refusal is noise: not a word about the rate.
const NOISE: usize = 50;
/// A refusal of one in so many ends the doubling.
const MUCH: usize = 10;
/// The first rest, in milliseconds; each one in a row is twice the one before.
const REST_FIRST: i64 = 1_000;
/// The longest rest, whatever the provider asks for: deliveries that it named a
/// time for wait that long by themselves.
const REST_LONGEST: i64 = 60_000;

/// What a call's end tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// The provider answered, and did not mind another call.
    Fine,
    /// It asked for fewer calls, and perhaps to wait for so many milliseconds.
    Less(Option<i64>),
    /// It did not answer.
    Nothing,
}

/// The calls that a credential may have in flight.
#[derive(Debug)]
pub(crate) struct Concurrency {
    limit: usize,
    allowed: f64,
    /// Hardly anything was ever refused for being too much.
    opening: bool,
    /// Rounds in peace since something was.
    peace: u32,
    /// Rests in a row.
    rests: u32,
    /// Calls that began before the last change for the worse: their answers
    /// say nothing of it.
    before: usize,
    round: Round,
}

#[derive(Debug, Default)]
struct Round {
    answers: usize,
    refused: usize,
    /// The longest that the provider asked to wait, in milliseconds.
    asked: i64,
    /// Whether what is allowed was needed.
    needed: bool,
}

impl Concurrency {
    /// One that knows nothing yet, of a credential with this limit.
    pub(crate) fn new(limit: usize) -> Self {
        let limit = limit.max(1);
        Self {
            limit,
            allowed: as_f64(BEGIN.min(limit)),
            opening: true,
            peace: 0,
            rests: 0,
            before: 0,
            round: Round::default(),
        }
    }

    /// How many calls may be in flight: at least one, at most the limit.
    pub(crate) fn allowed(&self) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between one and the limit"
        )]
        let allowed = self.allowed as usize;
        allowed.clamp(1, self.limit)
    }

    /// Whether it may still be found to bear more, and was never found to bear
    /// less.
    pub(crate) fn is_opening(&self) -> bool {
        self.opening && self.allowed() < self.limit
    }

    /// Another limit.
    pub(crate) fn set_limit(&mut self, limit: usize) {
        self.limit = limit.max(1);
        self.allowed = self.allowed.min(as_f64(self.limit));
    }

    /// Learns from a call's end; `in_flight` are the calls that are still out.
    /// Returns for how many milliseconds no call is to begin, if any.
    pub(crate) fn learn(&mut self, heard: Heard, in_flight: usize) -> Option<i64> {
        if self.before > 0 {
            self.before -= 1;
            return None;
        }
        match heard {
            Heard::Nothing => return None,
            Heard::Fine => {}
            Heard::Less(asked) => {
                self.round.refused += 1;
                self.round.asked = self.round.asked.max(asked.unwrap_or(0));
            }
        }
        self.round.answers += 1;
        self.round.needed |= (in_flight + 1) * 2 >= self.allowed();
        if self.round.answers < self.allowed() {
            return None;
        }
        let round = std::mem::take(&mut self.round);
        if round.refused * NOISE <= round.answers {
            self.peace = self.peace.saturating_add(1);
            self.rests = 0;
            if round.needed {
                self.widen();
            }
            return None;
        }
        self.narrow(&round, in_flight)
    }

    fn widen(&mut self) {
        let more = if self.opening {
            self.allowed
        } else if self.peace > PEACE {
            (self.allowed / 8.0).max(1.0)
        } else {
            1.0
        };
        self.allowed = (self.allowed + more).min(as_f64(self.limit));
    }

    fn narrow(&mut self, round: &Round, in_flight: usize) -> Option<i64> {
        self.opening &= round.refused * MUCH < round.answers;
        self.peace = 0;
        self.before = in_flight;
        let rest = (self.allowed() == 1).then(|| {
            let own = REST_FIRST << self.rests.min(6);
            self.rests += 1;
            own.max(round.asked).min(REST_LONGEST)
        });
        let part = as_f64(round.refused) / as_f64(round.answers);
        let more = if part < 0.5 { 1.0 } else { 0.0 };
        self.allowed = (self.allowed * (1.0 - part / 2.0) + more).clamp(1.0, as_f64(self.limit));
        rest
    }
}

#[expect(clippy::cast_precision_loss, reason = "calls, not more than millions")]
fn as_f64(n: usize) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests;
