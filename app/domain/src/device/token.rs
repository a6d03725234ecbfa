//! Push tokens: what a channel's token looks like, and the one form in which
//! it is compared.

use std::borrow::Cow;

use super::Channel;
use crate::validate::FieldErrors;

/// Longest token, in bytes.
pub const TOKEN_MAX: usize = 4096;

/// Checks a token's form: APNs tokens are hexadecimal bytes (Apple: treat
/// the length as variable), FCM tokens are visible ASCII.
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
            Channel::Fcm if !token.bytes().all(|b| b.is_ascii_graphic()) => {
                errors.add(
                    "token",
                    "is not an FCM token: it holds spaces or other characters that no token has",
                );
            }
            Channel::Apns | Channel::Fcm => {}
        }
    }
}

/// The one form in which a token is compared, hashed and kept. APNs tokens are
/// bytes that apps write in hexadecimal of either case: lower case here, so
/// that one device is never two. FCM tokens stay as they are.
pub fn canonical_token(channel: Channel, token: &str) -> Cow<'_, str> {
    match channel {
        Channel::Apns if token.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            Cow::Owned(token.to_ascii_lowercase())
        }
        Channel::Apns | Channel::Fcm => Cow::Borrowed(token),
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
    fn an_fcm_token_keeps_its_case() {
        assert_eq!(canonical_token(Channel::Fcm, "aB:c"), "aB:c");
    }
}
