//! Reads written dates: `2026-11-22T09:30:00Z`, `March 14, 2016`, `14 Mar 2016 3:45 pm`,
//! `Mon, 14 Mar 2016 12:00:00 +0200`, `22/11/2026`. What is left out comes from now, days and
//! months from 1. A word that belongs to no date makes the whole text none.

use super::dates::{Civil, MONTHS, days_in_month};

const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FILLERS: [&str; 9] = ["at", "of", "on", "the", "t", "st", "nd", "rd", "th"];
/// Zones that RFC 2822 names, in minutes from UTC.
const ZONES: [(&str, i64); 11] = [
    ("z", 0),
    ("utc", 0),
    ("gmt", 0),
    ("est", -300),
    ("edt", -240),
    ("cst", -360),
    ("cdt", -300),
    ("mst", -420),
    ("mdt", -360),
    ("pst", -480),
    ("pdt", -420),
];

/// What was found so far.
#[derive(Default)]
struct Found {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    time: Option<(i64, i64, i64, i64)>,
    offset: Option<i64>,
}

/// Reads a text in lower case.
pub(super) fn read(text: &str, now: Civil) -> Option<Civil> {
    let mut found = Found::default();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = match first {
            '0'..='9' => found.digits(rest)?,
            'a'..='z' => found.word(rest)?,
            '+' | '-' if found.time.is_some() => found.zone(rest)?,
            ' ' | ',' | '.' | '-' | '\t' => &rest[1..],
            _ => return None,
        };
    }
    found.civil(now)
}

impl Found {
    /// Reads what starts with a digit.
    fn digits<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let (number, len, rest) = take_number(text)?;
        if rest.starts_with(':') {
            return self.clock(number, rest);
        }
        if self.day.is_none()
            && let Some(separator) = rest
                .chars()
                .next()
                .filter(|separator| matches!(separator, '-' | '/' | '.'))
            && let Some((second, _, rest)) = take_number(&rest[1..])
        {
            if let Some((third, third_len, rest)) =
                rest.strip_prefix(separator).and_then(take_number)
            {
                // The year stands first or, if it is the longer one, last.
                let (year, year_len, day) = if third_len > 2 {
                    (third, third_len, number)
                } else {
                    (number, len, third)
                };
                (self.year, self.month, self.day) =
                    (Some(full_year(year, year_len)), Some(second), Some(day));
                return Some(rest);
            }
            if separator == '-' && len == 4 {
                (self.year, self.month) = (Some(number), Some(second));
                return Some(rest);
            }
        }
        match len {
            8 | 14 if self.day.is_none() => {
                (self.year, self.month, self.day) = (
                    text[..4].parse().ok(),
                    text[4..6].parse().ok(),
                    text[6..8].parse().ok(),
                );
                if len == 14 {
                    self.compact_time(&text[8..14])?;
                }
            }
            4 | 6 if self.day.is_some() && self.year.is_some() && self.time.is_none() => {
                self.compact_time(&text[..len])?;
            }
            1 | 2 => {
                let after = rest.trim_start();
                if after.starts_with("am") || after.starts_with("pm") {
                    self.time = Some((number, 0, 0, 0));
                } else if self.day.is_none() && number <= 31 {
                    self.day = Some(number);
                } else {
                    self.set_year(number, len)?;
                }
            }
            3 | 4 => self.set_year(number, len)?,
            _ => return None,
        }
        Some(rest)
    }

    fn set_year(&mut self, number: i64, len: usize) -> Option<()> {
        self.year
            .replace(full_year(number, len))
            .is_none()
            .then_some(())
    }

    /// Reads `:mm`, and `:ss` with a fraction if they follow.
    fn clock<'t>(&mut self, hour: i64, rest: &'t str) -> Option<&'t str> {
        let (minute, _, mut rest) = take_number(&rest[1..])?;
        let (mut second, mut nanosecond) = (0, 0);
        if let Some((number, _, after)) = rest.strip_prefix(':').and_then(take_number) {
            (second, rest) = (number, after);
            if let Some(fraction) = rest.strip_prefix('.') {
                let len = digits_len(fraction);
                let nine: String = fraction[..len]
                    .chars()
                    .chain("000000000".chars())
                    .take(9)
                    .collect();
                nanosecond = nine.parse().ok()?;
                rest = &fraction[len..];
            }
        }
        self.time
            .replace((hour, minute, second, nanosecond))
            .is_none()
            .then_some(rest)
    }

    /// Reads `hhmm` or `hhmmss`.
    fn compact_time(&mut self, digits: &str) -> Option<()> {
        let part = |at: usize| {
            digits
                .get(at..at + 2)
                .map_or(Some(0), |part| part.parse().ok())
        };
        self.time = Some((part(0)?, part(2)?, part(4)?, 0));
        Some(())
    }

    fn word<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let len = text.bytes().take_while(u8::is_ascii_lowercase).count();
        let (word, rest) = text.split_at(len);
        if matches!(word, "am" | "pm") {
            let (hour, ..) = self.time.as_mut()?;
            if !(1..=12).contains(hour) {
                return None;
            }
            *hour = *hour % 12 + if word == "pm" { 12 } else { 0 };
        } else if let Some((_, minutes)) = ZONES.iter().find(|(name, _)| *name == word) {
            self.time?;
            self.offset = Some(*minutes);
        } else if let Some(index) = MONTHS.iter().position(|month| is_name(word, month, 3)) {
            self.month = Some(i64::try_from(index).ok()? + 1);
        } else if !WEEKDAYS.iter().any(|day| word.starts_with(day)) && !FILLERS.contains(&word) {
            return None;
        }
        Some(rest)
    }

    /// Reads `+hh`, `+hhmm` or `+hh:mm`.
    fn zone<'t>(&mut self, text: &'t str) -> Option<&'t str> {
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let Some((number, len, mut rest)) = take_number(&text[1..]) else {
            return Some(&text[1..]);
        };
        let mut minutes = if len > 2 {
            number / 100 * 60 + number % 100
        } else {
            number * 60
        };
        if let Some((more, _, after)) = rest.strip_prefix(':').and_then(take_number) {
            minutes += more;
            rest = after;
        }
        self.offset = Some(sign * minutes);
        (minutes < 24 * 60).then_some(rest)
    }

    fn civil(self, now: Civil) -> Option<Civil> {
        if self.month.is_none() && self.time.is_none() {
            return None;
        }
        let dated = self.year.is_some() || self.month.is_some() || self.day.is_some();
        let (hour, minute, second, nanosecond) = self.time.unwrap_or_default();
        let civil = Civil {
            year: self.year.unwrap_or(now.year),
            month: self
                .month
                .unwrap_or(if self.year.is_some() { 1 } else { now.month }),
            day: self.day.unwrap_or(if dated { 1 } else { now.day }),
            hour,
            minute,
            second,
            nanosecond,
            offset_minutes: self.offset.unwrap_or(now.offset_minutes),
        };
        let valid = (1..=12).contains(&civil.month)
            && (1..=days_in_month(civil.year, civil.month)).contains(&civil.day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..=60).contains(&second);
        valid.then_some(civil)
    }
}

/// Whether a word is a name or an abbreviation of at least `least` letters of it.
fn is_name(word: &str, name: &str, least: usize) -> bool {
    word.len() >= least && word.len() <= name.len() && name[..word.len()].eq_ignore_ascii_case(word)
}

/// Two digits mean the years from 1969 to 2068.
fn full_year(number: i64, len: usize) -> i64 {
    match (len, number) {
        (1 | 2, 69..) => 1900 + number,
        (1 | 2, _) => 2000 + number,
        _ => number,
    }
}

fn digits_len(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

/// A number of at most 14 digits, how many it has, and what follows.
fn take_number(text: &str) -> Option<(i64, usize, &str)> {
    let len = digits_len(text);
    let number = text
        .get(..len)
        .filter(|_| (1..=14).contains(&len))?
        .parse()
        .ok()?;
    Some((number, len, &text[len..]))
}
