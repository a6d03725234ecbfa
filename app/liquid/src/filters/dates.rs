//! The `date` filter: a moment written by a `strftime` pattern, in a fixed offset from UTC.
//!
//! Calendar arithmetic after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".

use std::borrow::Cow;

use super::{Arguments, Held, date_text};
use crate::limits::{Meter, Moment, Sink};
use crate::number::int_text;
use crate::problem::Outcome;
use crate::value::Value;

/// No field is padded further, so that a pattern cannot ask for megabytes.
const MAX_WIDTH: usize = 64;

const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];
pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A civil date and time, with its offset from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Civil {
    pub(super) year: i64,
    pub(super) month: i64,
    pub(super) day: i64,
    pub(super) hour: i64,
    pub(super) minute: i64,
    pub(super) second: i64,
    pub(super) nanosecond: i64,
    pub(super) offset_minutes: i64,
}

/// Writes the input as the pattern says. What is no date stays as it is, and so does anything
/// when the pattern is empty.
pub(super) fn date<'v>(
    meter: &Meter,
    input: Held<'v>,
    arguments: &Arguments<'v>,
) -> Outcome<Held<'v>> {
    let pattern = arguments.text(meter)?;
    let now = now(meter.moment);
    let civil = match &*input {
        Value::Int(seconds) => Some(Civil::at(*seconds, 0, now.offset_minutes)),
        Value::Str(text) => read(text, now),
        _ => None,
    };
    let Some(civil) = civil.filter(|_| !pattern.is_empty()) else {
        return Ok(input);
    };
    meter.charge_text(pattern.len() * 8)?;
    Ok(Cow::Owned(
        meter
            .build(|sink| civil.format(&pattern, sink, false))?
            .into(),
    ))
}

fn now(moment: Moment) -> Civil {
    let nanosecond = moment.now_ms.rem_euclid(1000) * 1_000_000;
    Civil::at(
        moment.now_ms.div_euclid(1000),
        nanosecond,
        moment.offset_minutes.clamp(-1439, 1439).into(),
    )
}

/// A text as a date: `now`, seconds since 1970, or a written date.
fn read(text: &str, now: Civil) -> Option<Civil> {
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text
            .parse()
            .ok()
            .map(|seconds| Civil::at(seconds, 0, now.offset_minutes));
    }
    // No written date is longer; a body of text need not be looked through.
    if text.len() > 100 {
        return None;
    }
    let text = text.to_ascii_lowercase();
    if matches!(&*text, "now" | "today") {
        Some(now)
    } else {
        date_text::read(&text, now)
    }
}

/// Days from 1970-01-01 to a civil date.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    let next = if month == 12 {
        days_from_civil(year + 1, 1, 1)
    } else {
        days_from_civil(year, month + 1, 1)
    };
    next - days_from_civil(year, month, 1)
}

impl Civil {
    fn at(seconds: i64, nanosecond: i64, offset_minutes: i64) -> Self {
        let local = seconds.saturating_add(offset_minutes * 60);
        let days = local.div_euclid(86_400) + 719_468;
        let time = local.rem_euclid(86_400);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 {
            shifted + 3
        } else {
            shifted - 9
        };
        Self {
            year: year_of_era + days.div_euclid(146_097) * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted + 2) / 5 + 1,
            hour: time / 3600,
            minute: time / 60 % 60,
            second: time % 60,
            nanosecond,
            offset_minutes,
        }
    }

    fn days(&self) -> i64 {
        days_from_civil(self.year, self.month, self.day)
    }

    /// 0 is Sunday.
    fn weekday(&self) -> i64 {
        (self.days() + 4).rem_euclid(7)
    }

    /// From 0.
    fn day_of_year(&self) -> i64 {
        self.days() - days_from_civil(self.year, 1, 1)
    }

    fn epoch_seconds(&self) -> i64 {
        let time = self.hour * 3600 + self.minute * 60 + self.second - self.offset_minutes * 60;
        self.days().saturating_mul(86_400).saturating_add(time)
    }

    /// Week-based year and week as ISO 8601 counts them: week 1 holds the year's first Thursday.
    fn iso_week(&self) -> (i64, i64) {
        let monday_based = (self.weekday() + 6) % 7;
        let thursday = self.days() - monday_based + 3;
        let year = Self::at(thursday.saturating_mul(86_400), 0, 0).year;
        (year, (thursday - days_from_civil(year, 1, 1)) / 7 + 1)
    }

    /// Writes the date by a pattern with Ruby's directives, flags and widths. `nested` while
    /// writing a directive that stands for others, which never contain such a one themselves.
    fn format(&self, pattern: &str, sink: &mut Sink<'_>, nested: bool) -> Outcome<()> {
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('%') {
            sink.push(before)?;
            let (flags, tail) = Flags::read(after);
            let Some(directive) = tail.chars().next() else {
                return sink.push("%").and_then(|()| sink.push(after));
            };
            rest = &tail[directive.len_utf8()..];
            if !self.directive(directive, &flags, sink, nested)? {
                // Not a directive: the pattern's own text.
                let raw = after.len() - rest.len();
                sink.push("%")?;
                sink.push(&after[..raw])?;
            }
        }
        sink.push(rest)
    }

    fn directive(
        &self,
        directive: char,
        flags: &Flags,
        sink: &mut Sink<'_>,
        nested: bool,
    ) -> Outcome<bool> {
        let hour_12 = (self.hour + 11) % 12 + 1;
        let weekday = self.weekday();
        let number = match directive {
            'Y' => Some((self.year, if self.year < 0 { 5 } else { 4 }, '0')),
            'C' => Some((self.year.div_euclid(100), 2, '0')),
            'y' => Some((self.year.rem_euclid(100), 2, '0')),
            'm' => Some((self.month, 2, '0')),
            'd' => Some((self.day, 2, '0')),
            'e' => Some((self.day, 2, ' ')),
            'j' => Some((self.day_of_year() + 1, 3, '0')),
            'H' => Some((self.hour, 2, '0')),
            'k' => Some((self.hour, 2, ' ')),
            'I' => Some((hour_12, 2, '0')),
            'l' => Some((hour_12, 2, ' ')),
            'M' => Some((self.minute, 2, '0')),
            'S' => Some((self.second, 2, '0')),
            'u' => Some(((weekday + 6) % 7 + 1, 1, '0')),
            'w' => Some((weekday, 1, '0')),
            'G' => Some((self.iso_week().0, 4, '0')),
            'g' => Some((self.iso_week().0.rem_euclid(100), 2, '0')),
            'V' => Some((self.iso_week().1, 2, '0')),
            'U' => Some(((self.day_of_year() + 7 - weekday) / 7, 2, '0')),
            'W' => Some(((self.day_of_year() + 7 - (weekday + 6) % 7) / 7, 2, '0')),
            's' => Some((self.epoch_seconds(), 1, '0')),
            _ => None,
        };
        if let Some((number, width, pad)) = number {
            flags.number(number, width, pad, sink)?;
            return Ok(true);
        }
        let month = MONTHS[usize::try_from(self.month - 1).unwrap_or(0) % 12];
        let day = WEEKDAYS[usize::try_from(weekday).unwrap_or(0) % 7];
        let text = match directive {
            'B' => month,
            'b' | 'h' => &month[..3],
            'A' => day,
            'a' => &day[..3],
            'p' if flags.swap_case => ["am", "pm"][usize::from(self.hour >= 12)],
            'p' => ["AM", "PM"][usize::from(self.hour >= 12)],
            'P' => ["am", "pm"][usize::from(self.hour >= 12)],
            'n' => "\n",
            't' => "\t",
            '%' => "%",
            'Z' if self.offset_minutes == 0 => "UTC",
            'L' | 'N' => {
                let digits = flags
                    .width
                    .unwrap_or(if directive == 'L' { 3 } else { 9 })
                    .clamp(1, 9);
                let nanoseconds = int_text(self.nanosecond + 1_000_000_000);
                sink.push(&nanoseconds[1..=digits])?;
                return Ok(true);
            }
            'z' | 'Z' => {
                self.write_offset(flags.colons, sink)?;
                return Ok(true);
            }
            _ if nested => return Ok(false),
            _ => {
                let stands_for = match directive {
                    'c' => "%a %b %e %H:%M:%S %Y",
                    'D' | 'x' => "%m/%d/%y",
                    'F' => "%Y-%m-%d",
                    'T' | 'X' => "%H:%M:%S",
                    'R' => "%H:%M",
                    'r' => "%I:%M:%S %p",
                    'v' => "%e-%^b-%Y",
                    '+' => "%a %b %e %H:%M:%S %Z %Y",
                    _ => return Ok(false),
                };
                self.format(stands_for, sink, true)?;
                return Ok(true);
            }
        };
        flags.text(text, sink)?;
        Ok(true)
    }

    fn write_offset(&self, colons: u8, sink: &mut Sink<'_>) -> Outcome<()> {
        let minutes = self.offset_minutes.abs();
        let plain = Flags::default();
        sink.push(if self.offset_minutes < 0 { "-" } else { "+" })?;
        plain.number(minutes / 60, 2, '0', sink)?;
        sink.push(if colons > 0 { ":" } else { "" })?;
        plain.number(minutes % 60, 2, '0', sink)?;
        sink.push(if colons > 1 { ":00" } else { "" })
    }
}

/// What stands between `%` and the directive.
#[derive(Default)]
struct Flags {
    /// `-`: no padding.
    bare: bool,
    /// `0` or `_`: what to pad with.
    pad: Option<char>,
    /// `^`
    upper: bool,
    /// `#`
    swap_case: bool,
    /// `:` before `z`
    colons: u8,
    width: Option<usize>,
}

impl Flags {
    fn read(text: &str) -> (Self, &str) {
        let mut flags = Self::default();
        for (at, character) in text.char_indices() {
            match character {
                '-' => flags.bare = true,
                '0' if flags.width.is_none() => flags.pad = Some('0'),
                '_' => flags.pad = Some(' '),
                '^' => flags.upper = true,
                '#' => flags.swap_case = true,
                ':' => flags.colons = flags.colons.saturating_add(1),
                '0'..='9' => {
                    let digit = character
                        .to_digit(10)
                        .and_then(|digit| usize::try_from(digit).ok())
                        .unwrap_or(0);
                    flags.width = Some((flags.width.unwrap_or(0) * 10 + digit).min(MAX_WIDTH));
                }
                _ => return (flags, &text[at..]),
            }
        }
        (flags, "")
    }

    fn number(&self, number: i64, width: usize, pad: char, sink: &mut Sink<'_>) -> Outcome<()> {
        let digits = int_text(number.saturating_abs());
        let sign = if number < 0 { "-" } else { "" };
        let width = if self.bare {
            0
        } else {
            self.width.unwrap_or(width)
        };
        let zeros = self.pad.unwrap_or(pad) == '0';
        let pad = if zeros { "0" } else { " " };
        let padding = pad.repeat(width.saturating_sub(digits.len() + sign.len()));
        let (before, after) = if zeros {
            (sign, &*padding)
        } else {
            (&*padding, sign)
        };
        sink.push(&[before, after, &digits].concat())
    }

    fn text(&self, text: &str, sink: &mut Sink<'_>) -> Outcome<()> {
        let pad = if self.pad == Some('0') { "0" } else { " " };
        let width = if self.bare {
            0
        } else {
            self.width.unwrap_or(0)
        };
        sink.push(&pad.repeat(width.saturating_sub(text.len())))?;
        if self.upper || (self.swap_case && text.len() > 2) {
            return sink.push(&text.to_ascii_uppercase());
        }
        sink.push(text)
    }
}
