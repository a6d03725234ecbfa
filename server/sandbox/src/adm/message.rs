//! Reads a message as ADM does, and says what is wrong with it.
//! Source: "Send a Message", Amazon developer documentation.

use http::{HeaderMap, StatusCode};
use serde_json::Value;

/// Largest body, in bytes.
const BODY_LIMIT: usize = 6 * 1024;
/// Longest consolidation key, in characters.
const KEY_LIMIT: usize = 64;
/// How long a message may be kept, in seconds.
const EXPIRATION: std::ops::RangeInclusive<u64> = 60..=31 * 24 * 3600;
/// How every registration id begins.
const REGISTRATION: &str = "amzn1.adm-registration.";

/// Why a message is not taken.
pub(super) type Refusal = (StatusCode, &'static str);

const fn bad(reason: &'static str) -> Refusal {
    (StatusCode::BAD_REQUEST, reason)
}

/// That `registration` can be one.
pub(super) fn registration(registration: &str) -> Result<(), Refusal> {
    let good = registration
        .strip_prefix(REGISTRATION)
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_graphic()));
    if good {
        Ok(())
    } else {
        Err(bad("InvalidRegistrationId"))
    }
}

/// That a message is one.
pub(super) fn check(headers: &HeaderMap, body: &[u8]) -> Result<(), Refusal> {
    let says = |name: &str, value: &str| headers.get(name).is_some_and(|is| is == value);
    let typed = says(
        "x-amzn-type-version",
        "com.amazon.device.messaging.ADMMessage@1.0",
    ) && says(
        "x-amzn-accept-type",
        "com.amazon.device.messaging.ADMSendResult@1.0",
    ) && says("content-type", "application/json")
        && says("accept", "application/json");
    if !typed {
        return Err(bad("InvalidType"));
    }
    if body.len() > BODY_LIMIT {
        return Err((StatusCode::PAYLOAD_TOO_LARGE, "MessageTooLarge"));
    }
    let message: Value = serde_json::from_slice(body).map_err(|_| bad("InvalidData"))?;
    let data = message.get("data").and_then(Value::as_object);
    if !data.is_some_and(|data| data.values().all(Value::is_string)) {
        return Err(bad("InvalidData"));
    }
    let good = |field: &str, check: fn(&Value) -> bool| message.get(field).is_none_or(check);
    if !good("consolidationKey", |key| {
        key.as_str()
            .is_some_and(|key| key.chars().count() <= KEY_LIMIT)
    }) {
        return Err(bad("InvalidConsolidationKey"));
    }
    if !good("expiresAfter", |expires| {
        expires
            .as_u64()
            .is_some_and(|seconds| EXPIRATION.contains(&seconds))
    }) {
        return Err(bad("InvalidExpiration"));
    }
    // The sum itself is not computed: Carillon sends none.
    if !good("md5", |sum| {
        sum.as_str()
            .is_some_and(|sum| sum.len() == 24 && sum.ends_with("=="))
    }) {
        return Err(bad("InvalidChecksum"));
    }
    Ok(())
}
