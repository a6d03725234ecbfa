//! What Twilio's answers mean.

use std::time::Duration;

use http::StatusCode;
use serde::Deserialize;

use crate::{Outcome, Scope, Throttle};

/// "Invalid destination binding": the address that a push was for.
/// Source: Twilio's error and warning dictionary.
const INVALID_BINDING: u32 = 52001;

#[derive(Default, Deserialize)]
struct Taken {
    #[serde(default)]
    sid: Option<String>,
}

/// The body of every error of Twilio's REST API.
#[derive(Default, Deserialize)]
struct Refused {
    #[serde(default)]
    code: Option<u32>,
    #[serde(default)]
    message: String,
}

/// Classifies an answer. That Twilio took a push says nothing of the device:
/// what became of it there is told to nobody.
pub(super) fn classify(status: StatusCode, body: &[u8], retry_after: Option<Duration>) -> Outcome {
    if status.is_success() {
        let taken: Taken = serde_json::from_slice(body).unwrap_or_default();
        return Outcome::Accepted {
            provider_id: taken.sid,
        };
    }
    let refused: Refused = serde_json::from_slice(body).unwrap_or_default();
    let code = refused.code;
    let reason = reason(status, &refused);
    match (status.as_u16(), code) {
        (400, Some(INVALID_BINDING)) => Outcome::TokenSuspect { reason },
        // 404: there is no such service.
        (401 | 403 | 404, _) => Outcome::CredentialRefused {
            scope: Scope::Account,
            reason,
        },
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
    }
}

/// One line for people.
fn reason(status: StatusCode, refused: &Refused) -> String {
    let code = match refused.code {
        Some(code) => code.to_string(),
        None => format!("status {}", status.as_u16()),
    };
    match refused.message.as_str() {
        "" => code,
        message => format!("{code}: {message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_without_twilios_body_are_judged_by_their_status() {
        let of = |status: u16, body: &str| {
            let status = StatusCode::from_u16(status).unwrap();
            classify(status, body.as_bytes(), None)
        };
        for body in ["", "<html>", "[]", r#"{"code": "text"}"#] {
            assert!(matches!(of(400, body), Outcome::Rejected { .. }), "{body}");
            assert!(matches!(of(502, body), Outcome::Transient { .. }), "{body}");
            assert!(
                matches!(of(401, body), Outcome::CredentialRefused { reason, .. }
                    if reason == "status 401"),
                "{body}"
            );
            assert_eq!(of(201, body), Outcome::Accepted { provider_id: None });
        }
    }
}
