//! What FCM's answers mean.

use std::time::Duration;

use domain::Timestamp;
use http::StatusCode;
use serde::Deserialize;

use crate::{Outcome, Scope, Throttle};

/// Google's advice after a 429 without Retry-After.
const QUOTA_WAIT: Duration = Duration::from_mins(1);
/// How long iOS and web targets rest after Google could not sign in to Apple
/// or a web push service; only a person can mend that.
const THIRD_PARTY_REST_SECONDS: i64 = 3600;

/// An answer, classified.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// This is it.
    Final(Outcome),
    /// The access token was not taken: fetch another and try once more; this
    /// is the outcome if that fares the same.
    Renew(Outcome),
}

#[derive(Deserialize)]
struct Accepted<'a> {
    #[serde(borrow)]
    name: Option<std::borrow::Cow<'a, str>>,
}

#[derive(Default, Deserialize)]
struct Envelope {
    #[serde(default)]
    error: GoogleError,
}

/// google.rpc.Status in JSON.
#[derive(Default, Deserialize)]
#[serde(default)]
struct GoogleError {
    message: String,
    status: String,
    details: Vec<Detail>,
}

/// The details that matter; others leave both fields empty.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Detail {
    #[serde(rename = "@type")]
    kind: String,
    error_code: String,
    field_violations: Vec<FieldViolation>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct FieldViolation {
    field: String,
    description: String,
}

impl GoogleError {
    /// `FcmError.errorCode`.
    fn fcm_code(&self) -> Option<&str> {
        self.details
            .iter()
            .find(|detail| detail.kind.ends_with("google.firebase.fcm.v1.FcmError"))
            .map(|detail| detail.error_code.as_str())
    }

    fn violations(&self) -> impl Iterator<Item = &FieldViolation> {
        self.details
            .iter()
            .filter(|detail| detail.kind.ends_with("google.rpc.BadRequest"))
            .flat_map(|detail| &detail.field_violations)
    }

    /// Whether the error is about the token and not about what is sent to it.
    fn names_the_token(&self) -> bool {
        self.message
            .to_ascii_lowercase()
            .contains("registration token")
            || self.violations().any(FieldViolation::is_about_the_token)
    }

    /// One line for people.
    fn reason(&self, status: StatusCode) -> String {
        let code = self.fcm_code().unwrap_or(&self.status);
        let mut reason = match code {
            "" => format!("status {}", status.as_u16()),
            code => code.to_owned(),
        };
        for violation in self.violations().take(3) {
            reason.push_str("; ");
            reason.push_str(&violation.field);
            reason.push_str(": ");
            reason.push_str(&violation.description);
        }
        if self.violations().next().is_none() && !self.message.is_empty() {
            reason.push_str(": ");
            reason.push_str(&self.message);
        }
        reason
    }
}

impl FieldViolation {
    fn is_about_the_token(&self) -> bool {
        matches!(self.field.as_str(), "message.token" | "message.fid")
    }
}

/// Classifies an answer.
pub(super) fn classify(
    status: StatusCode,
    body: &[u8],
    retry_after: Option<Duration>,
    now: Timestamp,
) -> Verdict {
    if status.is_success() {
        let accepted: Option<Accepted<'_>> = serde_json::from_slice(body).ok();
        let provider_id = accepted
            .and_then(|accepted| accepted.name)
            .map(std::borrow::Cow::into_owned);
        return Verdict::Final(Outcome::Accepted { provider_id });
    }
    let envelope: Envelope = serde_json::from_slice(body).unwrap_or_default();
    let error = envelope.error;
    let reason = error.reason(status);
    Verdict::Final(match (status.as_u16(), error.fcm_code()) {
        // Of another project, the second: good there, perhaps, but not here.
        (404, Some("UNREGISTERED")) | (403, Some("SENDER_ID_MISMATCH")) => gone(reason),
        (400, Some("INVALID_ARGUMENT")) if error.names_the_token() => gone(reason),
        (400, _) => bad_request(&error, reason),
        // A 404 without FCM's own word is about the address: there is no such
        // project, or no FCM at this endpoint. It says nothing of the device.
        (403 | 404, _) => refused(reason),
        (401, Some("THIRD_PARTY_AUTH_ERROR")) => Outcome::Paused {
            scope: Scope::ProjectAppleAndWeb,
            until: now.plus_seconds(THIRD_PARTY_REST_SECONDS),
            reason,
        },
        (401, _) => return Verdict::Renew(refused(reason)),
        (429, _) => Outcome::Throttled {
            limit: Throttle::Credential,
            retry_after: retry_after.or(Some(QUOTA_WAIT)),
            reason,
        },
        (500..=599, _) => Outcome::Transient {
            reason,
            retry_after,
        },
        _ => Outcome::Rejected { reason },
    })
}

/// A 400 that does not say that the token is gone: the token is kept.
fn bad_request(error: &GoogleError, reason: String) -> Outcome {
    // Where no violation is the content's, the push goes on without this one.
    if error.violations().all(FieldViolation::is_about_the_token) {
        Outcome::Rejected { reason }
    } else {
        Outcome::PushFault { reason }
    }
}

fn gone(reason: String) -> Outcome {
    Outcome::TokenGone {
        since: None,
        reason,
    }
}

fn refused(reason: String) -> Outcome {
    Outcome::CredentialRefused {
        scope: Scope::Project,
        reason,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> Outcome {
        let status = StatusCode::from_u16(status).unwrap();
        match classify(status, body.as_bytes(), None, Timestamp(0)) {
            Verdict::Final(outcome) | Verdict::Renew(outcome) => outcome,
        }
    }

    #[test]
    fn violation_of_the_token_field_alone_does_not_stop_the_push() {
        let body = |field: &str| {
            format!(
                r#"{{"error": {{"code": 400, "status": "INVALID_ARGUMENT", "message": "Invalid",
                "details": [{{"@type": "type.googleapis.com/google.rpc.BadRequest",
                "fieldViolations": [{{"field": "{field}", "description": "d"}}]}}]}}}}"#
            )
        };
        assert!(matches!(
            of(400, &body("message.token")),
            Outcome::Rejected { .. }
        ));
        let Outcome::PushFault { reason } = of(400, &body("message.android.ttl")) else {
            panic!("not a push fault");
        };
        assert!(reason.contains("message.android.ttl: d"), "{reason}");
    }

    #[test]
    fn only_what_names_the_token_is_held_against_the_device() {
        let names_it = ["UNREGISTERED", "SENDER_ID_MISMATCH"];
        for status in 400..600 {
            for code in [
                "",
                "UNREGISTERED",
                "SENDER_ID_MISMATCH",
                "INVALID_ARGUMENT",
                "NEW",
            ] {
                let body = format!(
                    r#"{{"error": {{"message": "Requested entity was not found.", "details": [
                    {{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError",
                    "errorCode": "{code}"}}]}}}}"#
                );
                let outcome = of(status, &body);
                let blames = matches!(
                    outcome,
                    Outcome::TokenGone { .. } | Outcome::TokenSuspect { .. }
                );
                let may = matches!(status, 403 | 404) && names_it.contains(&code);
                assert!(may || !blames, "{status} {code}: {outcome:?}");
            }
        }
    }

    #[test]
    fn answers_without_googles_body_are_judged_by_their_status() {
        for body in ["", "<html>", "[]", r#"{"error": "text"}"#] {
            assert!(matches!(of(400, body), Outcome::Rejected { .. }), "{body}");
            assert_eq!(of(404, body), refused("status 404".to_owned()), "{body}");
            assert!(matches!(of(502, body), Outcome::Transient { .. }));
            assert!(matches!(of(418, body), Outcome::Rejected { .. }));
        }
    }
}
