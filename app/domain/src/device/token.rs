//! Push tokens: what a channel's token looks like, and the one form in which
//! it is compared.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{Deserializer, Error};

use super::{AddressKind, Channel, Subscription, address};
use crate::validate::FieldErrors;

/// Longest token, in bytes.
pub const TOKEN_MAX: usize = 4096;

/// Checks a token's form: APNs tokens are hexadecimal bytes (Apple: treat
/// the length as variable), a browser's is its subscription, all others are
/// visible ASCII.
pub fn check_token(channel: Channel, token: &str, errors: &mut FieldErrors) {
    if token.is_empty() {
        errors.add("token", "must not be empty");
    } else if token.len() > TOKEN_MAX {
        errors.add(
            "token",
            format!(
                "is {} bytes long; at most {TOKEN_MAX} are allowed",
                token.len()
            ),
        );
    } else {
        match channel {
            Channel::Apns
                if !token.len().is_multiple_of(2)
                    || !token.bytes().all(|b| b.is_ascii_hexdigit()) =>
            {
                errors.add(
                    "token",
                    "is not an APNs token: it must be hexadecimal, two digits a byte",
                );
            }
            Channel::Fcm if AddressKind::of(channel, token).0 == AddressKind::Fid => {
                let (_, fid) = AddressKind::of(channel, token);
                if let Err(problem) = address::check_fid(fid) {
                    errors.add("token", problem);
                }
            }
            Channel::Fcm | Channel::Adm | Channel::Twilio if token.starts_with('{') => {
                errors.add(
                    "token",
                    "is an object, as only a browser's subscription is: give the token itself",
                );
            }
            Channel::Fcm | Channel::Adm | Channel::Twilio
                if !token.bytes().all(|b| b.is_ascii_graphic()) =>
            {
                errors.add(
                    "token",
                    format!(
                        "is not a token of {}: it holds spaces or other characters that no token has",
                        channel.label()
                    ),
                );
            }
            Channel::Webpush => {
                if let Err(problem) = Subscription::parse(token) {
                    errors.add("token", problem);
                }
            }
            Channel::Apns | Channel::Fcm | Channel::Adm | Channel::Twilio => {}
        }
    }
}

/// The one form in which a token is compared, hashed and kept. APNs tokens are
/// bytes that apps write in hexadecimal of either case: lower case here, so
/// that one device is never two. A subscription is written in one way; other
/// tokens stay as they are.
pub fn canonical_token(channel: Channel, token: &str) -> Cow<'_, str> {
    match channel {
        Channel::Apns if token.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            Cow::Owned(token.to_ascii_lowercase())
        }
        Channel::Webpush => match Subscription::parse(token) {
            Ok(subscription) => Cow::Owned(subscription.canonical()),
            Err(_) => Cow::Borrowed(token),
        },
        Channel::Apns | Channel::Fcm | Channel::Adm | Channel::Twilio => Cow::Borrowed(token),
    }
}

/// The characters by which people tell tokens apart: where one ends.
pub fn token_end(token: &str, length: usize) -> &str {
    let token = token.trim_end_matches(['"', '}']);
    let start = token.char_indices().rev().nth(length.saturating_sub(1));
    &token[start.map_or(0, |(at, _)| at)..]
}

/// A token as JSON has it: a text, or a browser's subscription as an object.
pub(super) fn text_or_subscription<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    match serde_json::Value::deserialize(from)? {
        serde_json::Value::String(text) => Ok(text),
        object @ serde_json::Value::Object(_) => Ok(object.to_string()),
        _ => Err(D::Error::custom(
            "a token is a text, or for webpush a subscription's object",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_apns_token_is_the_same_in_either_case() {
        assert_eq!(canonical_token(Channel::Apns, "00FFaa"), "00ffaa");
        assert_eq!(canonical_token(Channel::Apns, "00ffaa"), "00ffaa");
    }

    #[test]
    fn a_subscription_comes_as_an_object_or_as_its_text() {
        let subscription = serde_json::json!({"endpoint": "https://push.example/1", "keys": {}});
        let input = |token: serde_json::Value| {
            serde_json::from_value::<super::super::DeviceInput>(
                serde_json::json!({"app": "site", "channel": "webpush", "token": token}),
            )
        };
        let object = input(subscription.clone()).unwrap();
        let text = input(subscription.to_string().into()).unwrap();
        assert_eq!(object.token, text.token);
        let problem = input(7.into()).unwrap_err().to_string();
        assert!(problem.contains("a token is a text"), "{problem}");
    }

    #[test]
    fn an_object_is_a_token_of_browsers_alone() {
        for channel in [Channel::Apns, Channel::Fcm, Channel::Adm, Channel::Twilio] {
            let mut errors = FieldErrors::default();
            check_token(channel, r#"{"no":["such","thing"]}"#, &mut errors);
            assert!(errors.of("token").is_some(), "{channel:?}");
        }
    }

    #[test]
    fn a_token_is_told_by_its_end() {
        assert_eq!(token_end("00ffaa", 4), "ffaa");
        assert_eq!(token_end("ab", 4), "ab");
        assert_eq!(
            token_end(r#"{"endpoint":"https://p.example/xyz1"}"#, 4),
            "xyz1"
        );
    }

    #[test]
    fn an_fcm_token_keeps_its_case() {
        assert_eq!(canonical_token(Channel::Fcm, "aB:c"), "aB:c");
    }
}
