//! The `Retry-After` header: seconds or an HTTP date (RFC 9110 section 10.2.3).

use std::time::Duration;

use domain::Timestamp;
use http::HeaderMap;

/// Longest wait that a provider is believed.
const MOST: Duration = Duration::from_hours(24);

/// How long the answer asks to wait; none if it does not say so legibly.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers
        .get(http::header::RETRY_AFTER)?
        .to_str()
        .ok()?
        .trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds).min(MOST));
    }
    let at = jiff::fmt::rfc2822::DateTimeParser::new()
        .parse_timestamp(text)
        .ok()?
        .as_millisecond();
    let wait = u64::try_from(at - now.as_millis()).unwrap_or(0);
    Some(Duration::from_millis(wait).min(MOST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert("retry-after", text.parse().unwrap());
        // Sun, 06 Nov 1994 08:49:37 GMT
        retry_after(&headers, Timestamp(784_111_777_000))
    }

    #[test]
    fn seconds_and_dates_are_both_understood() {
        assert_eq!(of("120"), Some(Duration::from_mins(2)));
        assert_eq!(
            of("Sun, 06 Nov 1994 08:50:07 GMT"),
            Some(Duration::from_secs(30))
        );
        assert_eq!(
            of("Sun, 06 Nov 1994 08:00:00 GMT"),
            Some(Duration::ZERO),
            "a date gone by means now"
        );
    }

    #[test]
    fn illegible_wait_is_no_wait_and_an_endless_one_is_cut() {
        assert_eq!(of("soon"), None);
        assert_eq!(of("-5"), None);
        assert_eq!(of("99999999999"), Some(MOST));
    }
}
