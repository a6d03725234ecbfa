//! The calendar in UTC, without a time-zone database.

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAY: i64 = 86_400_000;

struct Civil {
    year: i64,
    month: usize,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    milli: i64,
}

/// Days to a date after Howard Hinnant's `civil_from_days`
/// (<https://howardhinnant.github.io/date_algorithms.html>).
fn civil(at: i64) -> Civil {
    let (days, rest) = (at.div_euclid(DAY), at.rem_euclid(DAY));
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    Civil {
        year,
        month: usize::try_from(month).unwrap_or(1),
        day,
        hour: rest / 3_600_000,
        minute: rest / 60_000 % 60,
        second: rest / 1000 % 60,
        milli: rest % 1000,
    }
}

/// "22 Nov 2026, 03:06:12 UTC".
pub fn utc_text(at: i64) -> String {
    let Civil {
        year,
        month,
        day,
        hour,
        minute,
        second,
        ..
    } = civil(at);
    let month = MONTHS.get(month.wrapping_sub(1)).copied().unwrap_or("?");
    format!("{day} {month} {year}, {hour:02}:{minute:02}:{second:02} UTC")
}

/// The time as RFC 3339 has it, for `datetime` attributes.
pub(super) fn iso_text(at: i64) -> String {
    let Civil {
        year,
        month,
        day,
        hour,
        minute,
        second,
        milli,
    } = civil(at);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_epoch_is_the_first_of_january_1970() {
        assert_eq!(utc_text(0), "1 Jan 1970, 00:00:00 UTC");
    }

    #[test]
    fn a_leap_day_is_written_as_such() {
        assert_eq!(iso_text(1_709_210_096_789), "2024-02-29T12:34:56.789Z");
    }

    #[test]
    fn a_moment_before_the_epoch_keeps_its_day() {
        assert_eq!(iso_text(-1), "1969-12-31T23:59:59.999Z");
    }
}
