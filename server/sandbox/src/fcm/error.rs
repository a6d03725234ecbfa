//! Google's error bodies.
//! Sources: "FCM error codes" (firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode)
//! and google.rpc's `Status`, `BadRequest` and `Code`.

use http::StatusCode;
use serde_json::{Value, json};

use crate::faults::{Answer, FieldViolation};
use crate::wire::Reply;

const FCM_ERROR: &str = "type.googleapis.com/google.firebase.fcm.v1.FcmError";
const BAD_REQUEST: &str = "type.googleapis.com/google.rpc.BadRequest";

/// What goes into an error body.
#[derive(Debug, Default)]
pub(super) struct GoogleError<'a> {
    pub(super) status: u16,
    pub(super) message: &'a str,
    /// `FcmError.errorCode`.
    pub(super) error_code: Option<&'a str>,
    /// `BadRequest.fieldViolations`.
    pub(super) fields: &'a [FieldViolation],
}

impl GoogleError<'_> {
    pub(super) fn reply(&self) -> Reply {
        let mut details: Vec<Value> = Vec::new();
        if let Some(code) = self.error_code {
            details.push(json!({"@type": FCM_ERROR, "errorCode": code}));
        }
        if !self.fields.is_empty() {
            details.push(json!({"@type": BAD_REQUEST, "fieldViolations": self.fields}));
        }
        let mut error = json!({
            "code": self.status,
            "message": self.message,
            "status": canonical(self.status),
        });
        if !details.is_empty() {
            error["details"] = Value::Array(details);
        }
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Reply::json(status, json!({"error": error}).to_string())
    }
}

/// The answer that a fault asks for.
pub(super) fn scripted(answer: &Answer) -> Reply {
    let error_code = answer.reason.as_deref();
    let mut reply = GoogleError {
        status: answer.status,
        message: answer
            .message
            .as_deref()
            .unwrap_or_else(|| usual_message(error_code)),
        error_code,
        fields: &answer.fields,
    }
    .reply();
    answer.finish(&mut reply);
    reply
}

/// `google.rpc.Code` of an HTTP status.
fn canonical(status: u16) -> &'static str {
    match status {
        400 => "INVALID_ARGUMENT",
        401 => "UNAUTHENTICATED",
        403 => "PERMISSION_DENIED",
        404 => "NOT_FOUND",
        429 => "RESOURCE_EXHAUSTED",
        500 => "INTERNAL",
        501 => "UNIMPLEMENTED",
        503 => "UNAVAILABLE",
        504 => "DEADLINE_EXCEEDED",
        _ => "UNKNOWN",
    }
}

fn usual_message(error_code: Option<&str>) -> &'static str {
    match error_code {
        Some("UNREGISTERED") => "Requested entity was not found.",
        Some("SENDER_ID_MISMATCH") => "SenderId mismatch",
        Some("QUOTA_EXCEEDED") => "Quota exceeded for quota metric 'Message sends'.",
        Some("THIRD_PARTY_AUTH_ERROR") => "Auth error from APNS or Web Push Service",
        Some("INVALID_ARGUMENT") => "Request contains an invalid argument.",
        Some("INTERNAL") => "Internal error encountered.",
        Some("UNAVAILABLE") => "The service is currently unavailable.",
        _ => "The request was refused.",
    }
}
