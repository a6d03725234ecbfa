//! How long ago, or how soon.

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// "just now", "3 min ago", "in 2 h", "5 days ago", "3 weeks ago",
/// "4 months ago": free of any zone, so that it is the same everywhere.
pub fn relative_text(now: i64, at: i64) -> String {
    let away = now.saturating_sub(at);
    let (size, past) = (away.saturating_abs(), away >= 0);
    if size < 45 * SECOND {
        return if past { "just now" } else { "in a moment" }.to_owned();
    }
    let span = match size {
        s if s < 45 * MINUTE => format!("{} min", rounded(s, MINUTE)),
        s if s < 22 * HOUR => format!("{} h", rounded(s, HOUR)),
        s if s < 13 * DAY => counted(rounded(s, DAY), "day"),
        s if s < 59 * DAY => counted(rounded(s, 7 * DAY), "week"),
        s if s < 700 * DAY => counted(rounded(s, 30 * DAY), "month"),
        s => counted(rounded(s, 365 * DAY), "year"),
    };
    if past {
        format!("{span} ago")
    } else {
        format!("in {span}")
    }
}

fn rounded(size: i64, unit: i64) -> i64 {
    (size.saturating_add(unit / 2) / unit).max(1)
}

fn counted(count: i64, unit: &str) -> String {
    if count == 1 {
        format!("1 {unit}")
    } else {
        format!("{count} {unit}s")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_seconds_are_just_now() {
        assert_eq!(relative_text(30_000, 0), "just now");
    }

    #[test]
    fn the_future_is_said_as_such() {
        assert_eq!(relative_text(0, 2 * HOUR), "in 2 h");
    }

    #[test]
    fn units_grow_with_the_distance() {
        let ago = |span| relative_text(span, 0);
        assert_eq!(ago(3 * MINUTE), "3 min ago");
        assert_eq!(ago(DAY), "1 day ago");
        assert_eq!(ago(5 * DAY), "5 days ago");
        assert_eq!(ago(21 * DAY), "3 weeks ago");
        assert_eq!(ago(120 * DAY), "4 months ago");
        assert_eq!(ago(900 * DAY), "2 years ago");
    }

    #[test]
    fn the_farthest_times_do_not_overflow() {
        assert!(relative_text(i64::MAX, i64::MIN).ends_with("ago"));
    }
}
