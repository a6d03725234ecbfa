//! Who sends, to a browser's push service: VAPID (RFC 8292).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::Timestamp;
use domain::time::Clock;
use http::HeaderValue;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToEncodedPoint;
use p256::pkcs8::EncodePrivateKey;
use reqwest::Url;
use serde::Serialize;

use crate::SettingsError;

/// How long a token holds: push services take at most 24 hours (RFC 8292,
/// section 2).
const LIFE_SECONDS: i64 = 12 * 3600;
/// How long before its end a token is signed anew.
const MARGIN_SECONDS: i64 = 3600;
/// Tokens of how many push services are kept. There are a handful in the world;
/// an address from outside may invent more.
const KEPT: usize = 256;

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    exp: i64,
    sub: &'a str,
}

/// A key pair that signs for one site.
pub(super) struct Signer {
    key: EncodingKey,
    public_key: String,
    subject: String,
    clock: Arc<dyn Clock>,
    kept: Mutex<HashMap<String, (HeaderValue, Timestamp)>>,
}

impl Signer {
    pub(super) fn new(
        private_key: &str,
        subject: &str,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, SettingsError> {
        let secret = secret_key(private_key)?;
        check_subject(subject)?;
        let der = secret
            .to_pkcs8_der()
            .map_err(|error| SettingsError::new("private_key", error.to_string()))?;
        Ok(Self {
            key: EncodingKey::from_ec_der(der.as_bytes()),
            public_key: public_key(&secret),
            subject: subject.to_owned(),
            clock,
            kept: Mutex::default(),
        })
    }

    /// The `Authorization` header for a push service.
    pub(super) fn authorization(
        &self,
        endpoint: &Url,
    ) -> Result<HeaderValue, jsonwebtoken::errors::Error> {
        // As RFC 6454 serializes it: a port that is not the scheme's own stays.
        let origin = endpoint.origin().ascii_serialization();
        let now = self.clock.now();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((header, renew_at)) = kept.get(&origin)
            && now < *renew_at
        {
            return Ok(header.clone());
        }
        let claims = Claims {
            aud: &origin,
            exp: now.as_seconds() + LIFE_SECONDS,
            sub: &self.subject,
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &self.key)?;
        let text = format!("vapid t={token}, k={}", self.public_key);
        // Base64url and dots: this is always a header's value.
        let mut header =
            HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""));
        header.set_sensitive(true);
        if kept.len() >= KEPT {
            kept.clear();
        }
        let renew_at = now.plus_seconds(LIFE_SECONDS - MARGIN_SECONDS);
        kept.insert(origin, (header.clone(), renew_at));
        Ok(header)
    }
}

/// Reads a private key: 32 bytes in base64url.
fn secret_key(text: &str) -> Result<SecretKey, SettingsError> {
    BASE64_URL_SAFE_NO_PAD
        .decode(text.trim_end_matches('='))
        .ok()
        .and_then(|bytes| SecretKey::from_slice(&bytes).ok())
        .ok_or_else(|| {
            SettingsError::new(
                "private_key",
                "is not a VAPID private key: it must be 32 bytes in base64url",
            )
        })
}

fn check_subject(subject: &str) -> Result<(), SettingsError> {
    let named = subject
        .strip_prefix("mailto:")
        .is_some_and(|address| address.contains('@'))
        || subject
            .strip_prefix("https://")
            .is_some_and(|rest| rest.contains('.'));
    if named && subject.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(());
    }
    Err(SettingsError::new(
        "subject",
        "must be an address that push services can turn to, such as mailto:push@example.com or \
         https://example.com/contact",
    ))
}

/// The public key of a private one, as a browser's `applicationServerKey` and
/// the header's `k` have it.
///
/// # Errors
/// When `private_key` is none.
pub fn public_key_of(private_key: &str) -> Result<String, SettingsError> {
    Ok(public_key(&secret_key(private_key)?))
}

/// A private key made of 32 random bytes; none in the one case of 2³² where
/// they are no key.
pub fn private_key_from(random: &[u8; 32]) -> Option<String> {
    SecretKey::from_slice(random)
        .ok()
        .map(|_| BASE64_URL_SAFE_NO_PAD.encode(random))
}

fn public_key(secret: &SecretKey) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(secret.public_key().to_encoded_point(false).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_audience_is_the_origin_with_any_port_that_is_not_the_usual() {
        for (endpoint, wanted) in [
            ("https://Push.Example/a/b?c", "https://push.example"),
            ("https://push.example:443/a", "https://push.example"),
            ("https://push.example:8443/a", "https://push.example:8443"),
            ("https://[::1]:8443/a", "https://[::1]:8443"),
        ] {
            let endpoint = Url::parse(endpoint).unwrap();
            assert_eq!(endpoint.origin().ascii_serialization(), wanted);
        }
    }

    #[test]
    fn a_key_or_subject_that_is_none_is_refused_by_its_name() {
        let private = private_key_from(&[7; 32]).unwrap();
        assert_eq!(public_key_of(&private).unwrap().len(), 87);
        for text in ["", "abc", &"A".repeat(43)] {
            assert_eq!(
                public_key_of(text).unwrap_err().field,
                "private_key",
                "{text}"
            );
        }
        for subject in ["", "me", "mailto:me", "http://example.com", "mailto:a@b c"] {
            assert_eq!(check_subject(subject).unwrap_err().field, "subject");
        }
    }
}
