//! What APNs demands of a request, in Apple's words for what is wrong.
//! Source: "Handling notification responses from APNs", Apple developer documentation.

use bytes::Bytes;
use http::{Method, StatusCode};

use crate::wire::Head;

/// A refusal: status and reason.
pub(super) type Refusal = (StatusCode, &'static str);

/// Largest payload, and largest of a `voip` push.
const PAYLOAD_LIMIT: usize = 4096;
const VOIP_PAYLOAD_LIMIT: usize = 5120;
const COLLAPSE_ID_LIMIT: usize = 64;

const PUSH_TYPES: [&str; 12] = [
    "alert",
    "background",
    "location",
    "voip",
    "complication",
    "fileprovider",
    "mdm",
    "liveactivity",
    "pushtotalk",
    "widgets",
    "controls",
    "safari",
];

/// The device token in the path, after the method and the path are checked.
pub(super) fn device_token(head: &Head) -> Result<&str, Refusal> {
    if head.method != Method::POST {
        return Err((StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed"));
    }
    let token = head
        .uri
        .path()
        .strip_prefix("/3/device")
        .ok_or((StatusCode::NOT_FOUND, "BadPath"))?;
    match token.strip_prefix('/') {
        Some("") => Err(bad("MissingDeviceToken")),
        None if token.is_empty() => Err(bad("MissingDeviceToken")),
        Some(token) if !token.contains('/') => Ok(token),
        _ => Err((StatusCode::NOT_FOUND, "BadPath")),
    }
}

/// The device token as the path names it, whatever else is wrong with the
/// request; empty if it names none.
pub(super) fn named_token(head: &Head) -> &str {
    let path = head.uri.path();
    path.strip_prefix("/3/device/").unwrap_or_default()
}

/// The headers that shape the push, and its size.
pub(super) fn request(head: &Head, body: &Bytes) -> Result<(), Refusal> {
    let push_type = one(head, "apns-push-type")?;
    if push_type.is_some_and(|given| !PUSH_TYPES.contains(&given)) {
        return Err(bad("InvalidPushType"));
    }
    if one(head, "apns-priority")?.is_some_and(|given| !["1", "5", "10"].contains(&given)) {
        return Err(bad("BadPriority"));
    }
    if one(head, "apns-expiration")?.is_some_and(|given| given.parse::<u64>().is_err()) {
        return Err(bad("BadExpirationDate"));
    }
    if one(head, "apns-collapse-id")?.is_some_and(|given| given.len() > COLLAPSE_ID_LIMIT) {
        return Err(bad("BadCollapseId"));
    }
    if one(head, "apns-id")?.is_some_and(|given| uuid::Uuid::try_parse(given).is_err()) {
        return Err(bad("BadMessageId"));
    }
    if body.is_empty() {
        return Err(bad("PayloadEmpty"));
    }
    let limit = if push_type == Some("voip") {
        VOIP_PAYLOAD_LIMIT
    } else {
        PAYLOAD_LIMIT
    };
    if body.len() > limit {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, "PayloadTooLarge"));
    }
    // Apple names no reason for a body that is not a JSON object; this is the
    // one that it gives where it can read nothing.
    if !is_json_object(body) {
        return Err(bad("PayloadEmpty"));
    }
    Ok(())
}

/// The topic that the request names.
pub(super) fn topic(head: &Head) -> Result<&str, Refusal> {
    match one(head, "apns-topic")? {
        None => Err(bad("MissingTopic")),
        Some(topic) if topic.is_empty() || topic.contains(char::is_whitespace) => {
            Err(bad("BadTopic"))
        }
        Some(topic) => Ok(topic),
    }
}

/// Tokens are hexadecimal and, today, 32 bytes or longer.
pub(super) fn is_device_token(token: &str) -> bool {
    (64..=200).contains(&token.len())
        && token.len().is_multiple_of(2)
        && token.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// A header that may come once.
fn one<'a>(head: &'a Head, name: &'static str) -> Result<Option<&'a str>, Refusal> {
    let mut values = head.headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() {
        return Err(bad("DuplicateHeaders"));
    }
    // What is not ASCII fits no rule below, as an empty value fits none.
    Ok(first.map(|value| value.to_str().unwrap_or_default()))
}

fn is_json_object(body: &[u8]) -> bool {
    body.trim_ascii_start().first() == Some(&b'{')
        && serde_json::from_slice::<serde::de::IgnoredAny>(body).is_ok()
}

fn bad(reason: &'static str) -> Refusal {
    (StatusCode::BAD_REQUEST, reason)
}
