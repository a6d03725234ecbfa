//! How the sandbox writes a moment down.

use domain::Timestamp;

/// RFC 3339 in UTC, to the millisecond.
pub(crate) fn rfc3339(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.as_millis())
        .unwrap_or(jiff::Timestamp::MAX)
        .to_string()
}
