//! What a push service checks before it takes a message.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::Timestamp;
use http::{HeaderMap, StatusCode, header};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

/// Largest body: what every push service must take (RFC 8030, section 7.2).
const BODY_MAX: usize = 4096;
/// How far ahead a token may end (RFC 8292, section 2).
const LIFE_MAX_SECONDS: i64 = 24 * 3600;

/// Why a message is not taken: a status and a sentence.
pub(super) type Refusal = (StatusCode, &'static str);

#[derive(Deserialize)]
struct Claims {
    aud: String,
    exp: i64,
    sub: Option<String>,
}

/// Checks all but the encryption, which only the browser can.
pub(super) fn request(
    headers: &HeaderMap,
    body: &[u8],
    origin: &str,
    now: Timestamp,
) -> Result<(), Refusal> {
    sender(headers, origin, now)?;
    const BAD: StatusCode = StatusCode::BAD_REQUEST;
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text("ttl")
        .and_then(|ttl| ttl.parse::<u64>().ok())
        .is_none()
    {
        return Err((BAD, "A TTL header in seconds is required."));
    }
    if text("urgency")
        .is_some_and(|urgency| !["very-low", "low", "normal", "high"].contains(&urgency))
    {
        return Err((BAD, "The Urgency header is very-low, low, normal or high."));
    }
    if text("topic").is_some_and(|topic| {
        topic.len() > 32
            || !topic
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b))
    }) {
        return Err((BAD, "A Topic has at most 32 characters of base64url."));
    }
    if text(header::CONTENT_ENCODING.as_str()) != Some("aes128gcm") {
        return Err((BAD, "The Content-Encoding must be aes128gcm."));
    }
    if body.len() > BODY_MAX {
        return Err((
            StatusCode::PAYLOAD_TOO_LARGE,
            "A message has at most 4096 bytes.",
        ));
    }
    Ok(())
}

/// Checks who sends: `vapid t=…, k=…`.
fn sender(headers: &HeaderMap, origin: &str, now: Timestamp) -> Result<(), Refusal> {
    let missing = (
        StatusCode::UNAUTHORIZED,
        "A VAPID authorization is required.",
    );
    let wrong = |why| (StatusCode::FORBIDDEN, why);
    let parameters = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("vapid "))
        .ok_or(missing)?;
    let parameter = |name: char| {
        parameters
            .split(',')
            .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='))
    };
    let (token, key) = parameter('t').zip(parameter('k')).ok_or(missing)?;
    let point = BASE64_URL_SAFE_NO_PAD
        .decode(key)
        .ok()
        .filter(|point| point.len() == 65)
        .ok_or(wrong("The VAPID key is no point of P-256."))?;
    let mut validation = Validation::new(Algorithm::ES256);
    validation.required_spec_claims.clear();
    // By the sandbox's own clock, below.
    validation.validate_exp = false;
    validation.validate_aud = false;
    let claims =
        jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_ec_der(&point), &validation)
            .map_err(|_| wrong("The VAPID token is not signed by its key."))?
            .claims;
    if claims.aud != origin {
        return Err(wrong("The VAPID token's aud is not this origin."));
    }
    let left = claims.exp - now.as_seconds();
    if !(0..=LIFE_MAX_SECONDS).contains(&left) {
        return Err(wrong(
            "The VAPID token has expired, or ends in more than 24 hours.",
        ));
    }
    if !claims
        .sub
        .is_some_and(|sub| sub.starts_with("mailto:") || sub.starts_with("https://"))
    {
        return Err(wrong("The VAPID token's sub must be mailto: or https:."));
    }
    Ok(())
}
