//! What ADM's answers mean.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;

use crate::{Outcome, Scope, Throttle};

/// An answer, classified.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This is it.
    Final(Outcome),
    /// The access token was not taken: fetch another and try once more; this
    /// is the outcome if that fares the same.
    Renew(Outcome),
}

#[derive(Default, Deserialize)]
struct Accepted {
    #[serde(default, rename = "registrationID")]
    registration_id: Option<String>,
}

#[derive(Default, Deserialize)]
struct Refused {
    #[serde(default)]
    reason: String,
}

/// Classifies an answer to a push for `token`. `request_id` is Amazon's own
/// name of the request, which its support asks for.
pub(super) fn classify(
    token: &str,
    status: StatusCode,
    body: &[u8],
    request_id: Option<&str>,
    retry_after: Option<Duration>,
) -> Verdict {
    if status.is_success() {
        let accepted: Accepted = serde_json::from_slice(body).unwrap_or_default();
        let provider_id = request_id.map(str::to_owned);
        let new = accepted.registration_id.filter(|id| !id.is_empty());
        return Verdict::Final(match new {
            Some(new) if new != token => Outcome::TokenReplaced { new, provider_id },
            _ => Outcome::Accepted { provider_id },
        });
    }
    let refused: Refused = serde_json::from_slice(body).unwrap_or_default();
    let reason = match refused.reason {
        reason if reason.is_empty() => format!("status {}", status.as_u16()),
        reason => reason,
    };
    Verdict::Final(match (status.as_u16(), reason.as_str()) {
        (400, "InvalidRegistrationId" | "Unregistered") => Outcome::TokenGone {
            since: None,
            reason,
        },
        (401, _) => return Verdict::Renew(refuse(reason)),
        (403, _) => refuse(reason),
        (429, _) => Outcome::Throttled {
            limit: Throttle::Credential,
            retry_after,
            reason,
        },
        (500..=599, _) => Outcome::Transient {
            reason,
            retry_after,
        },
        _ => Outcome::Rejected { reason },
    })
}

fn refuse(reason: String) -> Outcome {
    Outcome::CredentialRefused {
        scope: Scope::Account,
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> Outcome {
        let status = StatusCode::from_u16(status).unwrap();
        match classify("t", status, body.as_bytes(), None, None) {
            Verdict::Final(outcome) | Verdict::Renew(outcome) => outcome,
        }
    }

    #[test]
    fn only_what_names_the_registration_is_held_against_the_device() {
        for status in 400..600 {
            for reason in [
                "",
                "InvalidRegistrationId",
                "Unregistered",
                "InvalidData",
                "New",
            ] {
                let outcome = of(status, &format!(r#"{{"reason": "{reason}"}}"#));
                let gone = matches!(outcome, Outcome::TokenGone { .. });
                let named = matches!(reason, "InvalidRegistrationId" | "Unregistered");
                assert_eq!(gone, status == 400 && named, "{status} {reason}");
            }
        }
    }

    #[test]
    fn answers_without_amazons_body_are_judged_by_their_status() {
        for body in ["", "<html>", "[]", r#"{"reason": 7}"#] {
            assert!(matches!(of(400, body), Outcome::Rejected { .. }), "{body}");
            assert!(matches!(of(502, body), Outcome::Transient { .. }), "{body}");
            assert_eq!(of(403, body), refuse("status 403".to_owned()), "{body}");
            assert_eq!(of(200, body), Outcome::Accepted { provider_id: None });
        }
    }
}
