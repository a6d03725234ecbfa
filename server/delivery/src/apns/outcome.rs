//! What APNs' answers mean.

use std::time::Duration;

use domain::Timestamp;
use http::StatusCode;
use serde::Deserialize;

use crate::{Outcome, Scope, Throttle};

/// Apple's advice after a 500 or 503.
const BACK_OFF: Duration = Duration::from_mins(15);

/// An answer, classified.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    pub(super) then: Then,
}

/// What the answer means for the connection and the provider token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Then {
    /// The token was taken: the connection is good.
    Prove,
    /// Nothing.
    Keep,
    /// Nothing new goes onto this connection.
    Retire,
    /// Sign the token again if its age allows, and try once more.
    Renew,
    /// Tokens change too often: sign none for a while.
    Hold,
    /// Try once more, on a new connection.
    MoveOn,
}

/// The body of a refusal.
#[derive(Debug, Default, Deserialize)]
struct Refusal {
    #[serde(default)]
    reason: String,
    /// Milliseconds; of a 410 only.
    timestamp: Option<i64>,
}

/// Classifies an answer. `apns_id` and `retry_after` are the headers' values.
pub(super) fn classify(
    status: StatusCode,
    apns_id: Option<&str>,
    body: &[u8],
    retry_after: impl FnOnce() -> Option<Duration>,
) -> Verdict {
    if status.is_success() {
        let provider_id = apns_id.map(str::to_owned);
        return Verdict {
            outcome: Outcome::Accepted { provider_id },
            then: Then::Prove,
        };
    }
    let retry_after = retry_after();
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let since = refusal.timestamp.map(Timestamp);
    let reason = refusal.reason;
    let (outcome, then) = match (status.as_u16(), reason.as_str()) {
        (410, "Unregistered" | "ExpiredToken") => {
            (Outcome::TokenGone { since, reason }, Then::Prove)
        }
        // Malformed, or of the other environment: no good here either way.
        (400, "BadDeviceToken") => (
            Outcome::TokenGone {
                since: None,
                reason,
            },
            Then::Prove,
        ),
        (400, "DeviceTokenNotForTopic") => (Outcome::TokenSuspect { reason }, Then::Prove),
        (403, "ExpiredProviderToken") => (refused(Scope::Team, reason), Then::Renew),
        (
            403,
            "InvalidProviderToken"
            | "MissingProviderToken"
            | "Forbidden"
            | "BadCertificate"
            | "BadCertificateEnvironment"
            | "BadEnvironmentKeyIdInToken",
        ) => (refused(Scope::Team, reason), Then::Keep),
        (400, "TopicDisallowed" | "MissingTopic" | "BadTopic") => {
            (refused(Scope::Topic, reason), Then::Prove)
        }
        (403, "UnrelatedKeyIdInToken") => {
            let retry_after = None;
            (
                Outcome::Transient {
                    reason,
                    retry_after,
                },
                Then::MoveOn,
            )
        }
        // The client knows until when, and turns this into a pause.
        (429, "TooManyProviderTokenUpdates") => (refused(Scope::Team, reason), Then::Hold),
        (429, "TooManyRequests") => (
            Outcome::Throttled {
                limit: Throttle::Device,
                retry_after,
                reason,
            },
            Then::Prove,
        ),
        (503, "Shutdown") => (
            Outcome::Transient {
                reason,
                retry_after,
            },
            Then::Retire,
        ),
        (400, "IdleTimeout") => (
            Outcome::Transient {
                reason,
                retry_after: None,
            },
            Then::Retire,
        ),
        (500, "InternalServerError") | (503, "ServiceUnavailable") => (
            Outcome::Transient {
                reason,
                retry_after: retry_after.or(Some(BACK_OFF)),
            },
            Then::Keep,
        ),
        (413, "PayloadTooLarge")
        | (
            400,
            "PayloadEmpty" | "BadCollapseId" | "BadExpirationDate" | "BadMessageId" | "BadPriority"
            | "InvalidPushType" | "DuplicateHeaders" | "MissingDeviceToken",
        )
        | (404, "BadPath")
        | (405, "MethodNotAllowed") => (Outcome::Rejected { reason }, Then::Prove),
        _ => by_status(status, reason, since, retry_after),
    };
    Verdict { outcome, then }
}

/// For reasons that Apple has added since.
fn by_status(
    status: StatusCode,
    reason: String,
    since: Option<Timestamp>,
    retry_after: Option<Duration>,
) -> (Outcome, Then) {
    // What gives no reason may not be Apple's answer at all.
    let is_apples = !reason.is_empty();
    let reason = if is_apples {
        reason
    } else {
        format!("status {}", status.as_u16())
    };
    match status.as_u16() {
        401 | 403 => (refused(Scope::Team, reason), Then::Keep),
        410 if is_apples => (Outcome::TokenGone { since, reason }, Then::Prove),
        429 => (
            Outcome::Throttled {
                limit: Throttle::Credential,
                retry_after,
                reason,
            },
            Then::Keep,
        ),
        500..=599 => (
            Outcome::Transient {
                reason,
                retry_after: retry_after.or(Some(BACK_OFF)),
            },
            Then::Keep,
        ),
        _ => (Outcome::Rejected { reason }, Then::Keep),
    }
}

fn refused(scope: Scope, reason: String) -> Outcome {
    Outcome::CredentialRefused { scope, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> Outcome {
        let status = StatusCode::from_u16(status).unwrap();
        classify(status, None, body.as_bytes(), || None).outcome
    }

    #[test]
    fn unknown_reasons_are_judged_by_their_status() {
        let reason = || "BrandNew".to_owned();
        let body = r#"{"reason":"BrandNew"}"#;
        assert_eq!(of(400, body), Outcome::Rejected { reason: reason() });
        assert_eq!(of(403, body), refused(Scope::Team, reason()));
        assert_eq!(
            of(410, body),
            Outcome::TokenGone {
                since: None,
                reason: reason()
            }
        );
        assert_eq!(
            of(429, body),
            Outcome::Throttled {
                limit: Throttle::Credential,
                retry_after: None,
                reason: reason()
            }
        );
        assert_eq!(
            of(502, body),
            Outcome::Transient {
                reason: reason(),
                retry_after: Some(BACK_OFF)
            }
        );
    }

    #[test]
    fn known_reason_under_another_status_is_judged_by_the_status() {
        assert!(matches!(
            of(500, r#"{"reason":"BadDeviceToken"}"#),
            Outcome::Transient { .. }
        ));
    }

    #[test]
    fn body_that_cannot_be_read_leaves_the_status_as_the_reason() {
        for body in ["", "<html>", "[]", r#"{"reason":7}"#] {
            assert_eq!(
                of(400, body),
                Outcome::Rejected {
                    reason: "status 400".to_owned()
                },
                "{body}"
            );
        }
    }

    #[test]
    fn answer_without_a_reason_is_never_held_against_the_device() {
        for status in 400..600 {
            let outcome = of(status, "<html>");
            assert!(
                !matches!(
                    outcome,
                    Outcome::TokenGone { .. } | Outcome::TokenSuspect { .. }
                ),
                "{status}: {outcome:?}"
            );
        }
    }
}
