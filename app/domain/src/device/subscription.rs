//! A browser's push subscription: the address of a device in Web Push.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// Length of the browser's public key, in bytes: a point of P-256, uncompressed.
const P256DH: usize = 65;
/// Length of the secret that the browser shares, in bytes.
const AUTH: usize = 16;

/// A subscription as `PushSubscription.toJSON()` gives it (W3C, "Push API").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subscription {
    /// What encrypts for this browser alone.
    pub keys: Keys,
    /// Where the browser's push service takes messages for it.
    // Last, so that the end of a token tells one device from another.
    pub endpoint: String,
}

/// A subscription's keys, in base64url without padding (RFC 8291, section 3.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// The browser's public key.
    pub p256dh: String,
    /// The secret that it shares with whoever may write to it.
    pub auth: String,
}

impl Subscription {
    /// Reads a subscription, and checks all that can be checked without asking
    /// the push service.
    ///
    /// # Errors
    /// What is wrong with it, to follow the word "token".
    pub fn parse(token: &str) -> Result<Self, String> {
        // The reader's own words may repeat the token.
        let mut subscription: Self = serde_json::from_str(token).map_err(|error| {
            let line = if error.is_data() {
                "a field is missing or of another type"
            } else {
                "it is no JSON"
            };
            format!(
                "is not a push subscription ({line}); send what PushSubscription.toJSON() gives: \
                 endpoint, and keys with p256dh and auth"
            )
        })?;
        let host = subscription
            .endpoint
            .strip_prefix("https://")
            .and_then(|rest| rest.split(['/', '?', '#']).next())
            .unwrap_or_default();
        if host.is_empty()
            || host.contains('@')
            || !subscription
                .endpoint
                .bytes()
                .all(|byte| byte.is_ascii_graphic())
        {
            return Err("has an endpoint that is not an https:// address".to_owned());
        }
        let keys = &mut subscription.keys;
        keys.p256dh = key("p256dh", &keys.p256dh, P256DH)?;
        keys.auth = key("auth", &keys.auth, AUTH)?;
        if subscription.public_key().first() != Some(&4) {
            return Err("has a keys.p256dh that is not an uncompressed point of P-256".to_owned());
        }
        Ok(subscription)
    }

    /// The one form in which it is compared and kept.
    pub fn canonical(&self) -> String {
        // Plain texts: this cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The browser's public key: 65 bytes.
    pub fn public_key(&self) -> Vec<u8> {
        BASE64_URL_SAFE_NO_PAD
            .decode(&self.keys.p256dh)
            .unwrap_or_default()
    }

    /// The shared secret: 16 bytes.
    pub fn auth_secret(&self) -> Vec<u8> {
        BASE64_URL_SAFE_NO_PAD
            .decode(&self.keys.auth)
            .unwrap_or_default()
    }
}

/// A key in the one way of writing it: base64url without padding. Browsers
/// write it so; other programs pad it, or use the common alphabet.
fn key(name: &str, text: &str, length: usize) -> Result<String, String> {
    let url_safe: String = text
        .trim_end_matches('=')
        .chars()
        .map(|c| match c {
            '+' => '-',
            '/' => '_',
            other => other,
        })
        .collect();
    match BASE64_URL_SAFE_NO_PAD.decode(&url_safe) {
        Ok(bytes) if bytes.len() == length => Ok(url_safe),
        Ok(bytes) => Err(format!(
            "has a keys.{name} of {} bytes; it must have {length}",
            bytes.len()
        )),
        Err(_) => Err(format!("has a keys.{name} that is not base64url")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(endpoint: &str, p256dh: &str, auth: &str) -> String {
        serde_json::json!({
            "endpoint": endpoint,
            "expirationTime": null,
            "keys": {"p256dh": p256dh, "auth": auth},
        })
        .to_string()
    }

    /// The subscription of RFC 8291, appendix A.
    const P256DH: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

    #[test]
    fn one_subscription_has_one_form_however_it_is_written() {
        let plain = Subscription::parse(&json("https://push.example/abc", P256DH, AUTH)).unwrap();
        let common = P256DH.replace('-', "+").replace('_', "/") + "=";
        let other = json("https://push.example/abc", &common, &format!("{AUTH}=="));
        let other = Subscription::parse(&other).unwrap();
        assert_eq!(plain.canonical(), other.canonical());
        assert_eq!(Subscription::parse(&plain.canonical()).unwrap(), plain);
        assert!(plain.canonical().ends_with("/abc\"}"));
        assert_eq!(
            (plain.public_key().len(), plain.auth_secret().len()),
            (65, 16)
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (token, named) in [
            ("abc".to_owned(), "toJSON"),
            ("{}".to_owned(), "keys"),
            (json("http://push.example/abc", P256DH, AUTH), "https://"),
            (json("https:///abc", P256DH, AUTH), "https://"),
            (json("https://user@push.example/", P256DH, AUTH), "https://"),
            (json("https://push.example/a b", P256DH, AUTH), "https://"),
            (json("https://push.example/", AUTH, AUTH), "p256dh"),
            (json("https://push.example/", P256DH, "BTBZ"), "auth"),
            (json("https://push.example/", P256DH, "!"), "auth"),
            (
                json("https://push.example/", &P256DH.replacen('B', "A", 1), AUTH),
                "P-256",
            ),
        ] {
            let problem = Subscription::parse(&token).unwrap_err();
            assert!(problem.contains(named), "{token}: {problem}");
        }
    }
}
