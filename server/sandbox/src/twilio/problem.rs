//! Twilio's error bodies.
//! Source: "Twilio's response", API documentation.

use http::StatusCode;
use serde_json::json;

use crate::faults::Answer;
use crate::wire::Reply;

/// A code of Twilio's error dictionary, and the words that come with it.
pub(super) type Problem = (StatusCode, u32, String);

pub(super) fn authenticate() -> Problem {
    (StatusCode::UNAUTHORIZED, 20003, "Authenticate".to_owned())
}

pub(super) fn not_found(resource: &str) -> Problem {
    let message = format!("The requested resource {resource} was not found");
    (StatusCode::NOT_FOUND, 20404, message)
}

/// The error as Twilio writes it.
pub(super) fn reply((status, code, message): Problem) -> Reply {
    let body = json!({
        "code": code,
        "message": message,
        "more_info": format!("https://www.twilio.com/docs/errors/{code}"),
        "status": status.as_u16(),
    });
    Reply::json(status, body.to_string())
}

/// The answer that a fault asks for.
pub(super) fn scripted(answer: &Answer) -> Reply {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let given = answer
        .reason
        .as_deref()
        .and_then(|reason| reason.parse().ok());
    let (code, usual) = usual(status);
    let message = answer.message.as_deref().unwrap_or(usual).to_owned();
    let mut reply = reply((status, given.unwrap_or(code), message));
    answer.finish(&mut reply);
    reply
}

/// Code and words that usually come with a status.
fn usual(status: StatusCode) -> (u32, &'static str) {
    match status.as_u16() {
        400 => (20001, "Can not convert incoming parameters"),
        401 => (20003, "Authenticate"),
        403 => (20403, "Forbidden"),
        404 => (20404, "The requested resource was not found"),
        429 => (20429, "Too Many Requests"),
        503 => (20503, "Service Unavailable"),
        _ => (20500, "Internal Server Error"),
    }
}
