//! What a push service's answers mean (RFC 8030, section 5 and 7; RFC 8292,
//! section 4.2).

use std::time::Duration;

use http::StatusCode;

use crate::{Outcome, Throttle};

/// Longest part of an answer's text that a reason quotes, in bytes.
const QUOTED: usize = 200;

/// Classifies an answer. `location` is the message's own address, which the
/// service gives where it takes one; `known`, whether this service took a
/// message of the same key before.
pub(super) fn classify(
    status: StatusCode,
    body: &[u8],
    retry_after: Option<Duration>,
    location: Option<&str>,
    known: bool,
) -> Outcome {
    let reason = reason(status, body);
    match status.as_u16() {
        200..=299 => Outcome::Accepted {
            provider_id: location.map(str::to_owned),
        },
        404 | 410 => Outcome::TokenGone {
            since: None,
            reason,
        },
        // The key is good here: this subscription was made with another. Where
        // no message was taken before, nobody can say whose fault it is, and one
        // service's word must not stop the others.
        401 | 403 if known => Outcome::TokenSuspect { reason },
        429 => Outcome::Throttled {
            limit: Throttle::Credential,
            retry_after,
            reason,
        },
        500..=599 => Outcome::Transient {
            reason,
            retry_after,
        },
        _ => Outcome::Rejected { reason },
    }
}

/// One line for people: push services word their answers as they like.
fn reason(status: StatusCode, body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty());
    match line {
        Some(line) => format!(
            "status {}: {}",
            status.as_u16(),
            &line[..line.floor_char_boundary(QUOTED)]
        ),
        None => format!("status {}", status.as_u16()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_quotes_the_first_line_that_says_something() {
        let of = |body: &[u8]| reason(StatusCode::FORBIDDEN, body);
        assert_eq!(of(b""), "status 403");
        assert_eq!(of(b"\n  no such key \nmore"), "status 403: no such key");
        assert!(of("ä".repeat(500).as_bytes()).len() < 230);
    }
}
