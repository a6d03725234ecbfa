//! What a rendering may cost, and the meter that counts it.

use std::cell::Cell;

use crate::number::int_text;
use crate::problem::{Fault, Kind, Outcome};

/// Bounds on one rendering. Each error names the limit that was met and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Work: one step for each tag, output, filter and loop round, more for long texts and arrays.
    pub steps: u32,
    /// How deep blocks may be nested.
    pub depth: u16,
    /// Bytes of the result, and of any text made on the way to it.
    pub output_bytes: usize,
}

impl Default for Limits {
    /// Generous for a push or a webhook body: 100 000 steps, 50 deep, 64 KiB.
    fn default() -> Self {
        Self {
            steps: 100_000,
            depth: 50,
            output_bytes: 64 * 1024,
        }
    }
}

/// The time a template sees: `now`, and the fixed offset that dates are shown in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970-01-01 UTC.
    pub now_ms: i64,
    /// Minutes east of UTC.
    pub offset_minutes: i32,
}

impl Moment {
    /// A moment whose dates are shown in UTC.
    pub fn utc(now_ms: i64) -> Self {
        Self {
            now_ms,
            offset_minutes: 0,
        }
    }
}

/// Counts the work of one rendering.
pub(crate) struct Meter {
    steps_left: Cell<u32>,
    pub(crate) limits: Limits,
    pub(crate) moment: Moment,
}

impl Meter {
    pub(crate) fn new(limits: Limits, moment: Moment) -> Self {
        Self {
            steps_left: Cell::new(limits.steps),
            limits,
            moment,
        }
    }

    /// Takes `steps` from what is left.
    pub(crate) fn charge(&self, steps: usize) -> Outcome<()> {
        let left = u32::try_from(steps)
            .ok()
            .and_then(|steps| self.steps_left.get().checked_sub(steps));
        if let Some(left) = left {
            self.steps_left.set(left);
            Ok(())
        } else {
            Err(Fault::new(
                Kind::StepLimit,
                &[
                    "the template takes more than ",
                    &int_text(self.limits.steps.into()),
                    " steps; use fewer or shorter loops",
                ],
            ))
        }
    }

    /// Takes the steps for reading `bytes` of text.
    pub(crate) fn charge_text(&self, bytes: usize) -> Outcome<()> {
        self.charge(1 + bytes / 64)
    }

    /// A writer at the end of `out` that stops at the output limit.
    pub(crate) fn sink<'o>(&self, out: &'o mut String) -> Sink<'o> {
        let end = out.len().saturating_add(self.limits.output_bytes);
        Sink {
            out,
            end,
            limit: self.limits.output_bytes,
        }
    }

    /// Builds a text piece by piece, no longer than the output limit, and charges for it.
    pub(crate) fn build(
        &self,
        write: impl FnOnce(&mut Sink<'_>) -> Outcome<()>,
    ) -> Outcome<String> {
        let mut text = String::new();
        write(&mut self.sink(&mut text))?;
        self.charge_text(text.len())?;
        Ok(text)
    }

    /// Refuses a text that is already too long.
    pub(crate) fn bounded(&self, text: String) -> Outcome<String> {
        if text.len() > self.limits.output_bytes {
            Err(too_long(self.limits.output_bytes))
        } else {
            Ok(text)
        }
    }
}

/// A text under construction that cannot outgrow the output limit.
pub(crate) struct Sink<'o> {
    out: &'o mut String,
    end: usize,
    limit: usize,
}

impl Sink<'_> {
    pub(crate) fn push(&mut self, text: &str) -> Outcome<()> {
        if self.out.len() + text.len() > self.end {
            return Err(too_long(self.limit));
        }
        self.out.push_str(text);
        Ok(())
    }
}

fn too_long(limit: usize) -> Fault {
    Fault::new(
        Kind::OutputLimit,
        &[
            "the text grows past ",
            &int_text(i64::try_from(limit).unwrap_or(i64::MAX)),
            " bytes; shorten it or loop less",
        ],
    )
}
