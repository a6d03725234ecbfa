//! What FCM knows a device by: a registration token, or its Firebase
//! installation id, which takes the tokens' place (Google, "REST Resource:
//! projects.messages": `Message.token` is deprecated for `fid`).
//!
//! An installation id is kept as a token is, behind `fid:`, so that one is
//! never taken for the other, and everything that is true of tokens is true of
//! it: one contact has it at a time, it moves, it is found by its end.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Channel;
use crate::validate::FieldErrors;

/// What stands before an installation id where tokens are kept.
const FID: &str = "fid:";
/// Longest installation id: Firebase makes them of 22 characters.
const FID_MAX: usize = 64;

/// What kind of address a device has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum AddressKind {
    /// A push token.
    #[default]
    Token,
    /// A Firebase installation id, for FCM alone.
    Fid,
}

impl AddressKind {
    /// Every kind.
    pub const ALL: [Self; 2] = [Self::Token, Self::Fid];

    /// Its name in files and the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Fid => "fid",
        }
    }

    /// The kind with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What kind of address a kept token is, and the address as the provider
    /// knows it.
    pub fn of(channel: Channel, kept: &str) -> (Self, &str) {
        match kept.strip_prefix(FID) {
            Some(fid) if channel == Channel::Fcm => (Self::Fid, fid),
            _ => (Self::Token, kept),
        }
    }

    /// An address of this kind as it is kept.
    pub(super) fn kept(self, address: &str) -> Cow<'_, str> {
        match self {
            Self::Fid if !address.starts_with(FID) => Cow::Owned(format!("{FID}{address}")),
            Self::Fid | Self::Token => Cow::Borrowed(address),
        }
    }

    /// Checks that this kind goes with the channel.
    pub(super) fn check(self, channel: Channel, errors: &mut FieldErrors) {
        if self == Self::Fid && channel != Channel::Fcm {
            errors.add(
                "address_kind",
                "“fid” is a Firebase installation id, which channel fcm alone has",
            );
        }
    }
}

/// What is wrong with an installation id, to follow the word "token".
pub(super) fn check_fid(fid: &str) -> Result<(), String> {
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    if (1..=FID_MAX).contains(&fid.len()) && fid.bytes().all(good) {
        return Ok(());
    }
    Err(format!(
        "is not a Firebase installation id: it must be 1 to {FID_MAX} letters, digits, - and _"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_installation_id_is_kept_apart_from_tokens() {
        let kept = AddressKind::Fid.kept("dOXfS_-1");
        assert_eq!(kept, "fid:dOXfS_-1");
        assert_eq!(
            AddressKind::Fid.kept(&kept),
            kept,
            "said twice is said once"
        );
        assert_eq!(AddressKind::Token.kept("a:b"), "a:b");
        let of = AddressKind::of(Channel::Fcm, &kept);
        assert_eq!(of, (AddressKind::Fid, "dOXfS_-1"));
        let token = (AddressKind::Token, "dOXfS:APA91b");
        assert_eq!(AddressKind::of(Channel::Fcm, "dOXfS:APA91b"), token);
        // Elsewhere these are letters like others.
        let elsewhere = (AddressKind::Token, "fid:x");
        assert_eq!(AddressKind::of(Channel::Adm, "fid:x"), elsewhere);
    }

    #[test]
    fn kinds_are_known_by_their_names() {
        for kind in AddressKind::ALL {
            assert_eq!(AddressKind::parse(kind.name()), Some(kind));
        }
        assert_eq!(AddressKind::parse("FID"), None);
    }

    #[test]
    fn what_no_installation_id_can_be_is_refused() {
        assert!(check_fid("dOXfS4kXRk-1yJ8gD_aQ0w").is_ok());
        for wrong in ["", "a:b", "with space", "\u{e9}", &"x".repeat(65)] {
            assert!(check_fid(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_fid_is_for_fcm_alone() {
        for channel in Channel::ALL {
            let mut errors = FieldErrors::default();
            AddressKind::Fid.check(channel, &mut errors);
            AddressKind::Token.check(channel, &mut errors);
            let refused = errors.of("address_kind").is_some();
            assert_eq!(refused, channel != Channel::Fcm, "{channel:?}");
        }
    }
}
