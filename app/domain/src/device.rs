//! Devices and their bindings to contacts and apps.

mod address;
mod channel;
mod subscription;
mod token;
mod verdict;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::consent::Way;
use crate::validate::{FieldErrors, check_text, check_time_zone};
use crate::{AppId, BindingId, ContactId, Shard, Timestamp};

pub use address::AddressKind;
pub use channel::Channel;
pub use subscription::Subscription;
pub use token::{TOKEN_MAX, canonical_token, check_token, token_end};
pub use verdict::{DeviceFacts, DeviceVerdict, Finding, LastPush, Outlook, Remedy, verdict};

/// The system that a device runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// iOS and iPadOS.
    Ios,
    /// Android with Google services.
    Android,
    /// A browser.
    Web,
    /// Amazon's Fire OS.
    Fireos,
}

impl Platform {
    /// Every platform.
    pub const ALL: [Self; 4] = [Self::Ios, Self::Android, Self::Web, Self::Fireos];

    /// The name in the API, in files and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ios => "ios",
            Self::Android => "android",
            Self::Web => "web",
            Self::Fireos => "fireos",
        }
    }

    /// The platform called `name`, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|platform| platform.name().eq_ignore_ascii_case(name))
    }

    /// The platform that a channel usually means.
    pub const fn usual_for(channel: Channel) -> Self {
        match channel {
            Channel::Apns => Self::Ios,
            Channel::Fcm | Channel::Twilio => Self::Android,
            Channel::Adm => Self::Fireos,
            Channel::Webpush => Self::Web,
        }
    }

    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ios => "iOS",
            Self::Android => "Android",
            Self::Web => "Web",
            Self::Fireos => "Fire OS",
        }
    }
}

/// What the operating system lets the app show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum OsPermission {
    /// Notifications are shown.
    Granted,
    /// Shown quietly, without asking (iOS).
    Provisional,
    /// The person said no, or took permission back.
    Denied,
    /// The app did not say.
    #[default]
    Unknown,
}

impl OsPermission {
    /// Every permission state.
    pub const ALL: [Self; 4] = [
        Self::Granted,
        Self::Provisional,
        Self::Denied,
        Self::Unknown,
    ];

    /// The name in the API, in files and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Provisional => "provisional",
            Self::Denied => "denied",
            Self::Unknown => "unknown",
        }
    }

    /// The permission called `name`, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|permission| permission.name().eq_ignore_ascii_case(name))
    }
}

/// Whether a binding can be sent to, as far as the providers' answers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BindingState {
    /// Usable.
    Active,
    /// The provider said that the token is gone.
    Gone,
    /// The token belongs to the provider's other environment.
    WrongEnvironment,
    /// The token belongs to another project or sender.
    WrongProject,
    /// Set aside until somebody looks: the token does not fit its app.
    Quarantined,
    /// Signed out, or revoked by hand.
    Revoked,
}

impl BindingState {
    /// Every state, in the order of their numbers.
    pub const ALL: [Self; 6] = [
        Self::Active,
        Self::Gone,
        Self::WrongEnvironment,
        Self::WrongProject,
        Self::Quarantined,
        Self::Revoked,
    ];

    /// The number in the database.
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The state with this number.
    pub fn from_code(code: i16) -> Option<Self> {
        usize::try_from(code)
            .ok()
            .and_then(|code| Self::ALL.get(code).copied())
    }

    /// The state of a token that its provider says is gone: Apple's
    /// `BadDeviceToken` is malformed or of the other environment, Google's
    /// `SENDER_ID_MISMATCH` of another project.
    pub fn of_gone_token(reason: &str) -> Self {
        if reason.starts_with("BadDeviceToken") {
            Self::WrongEnvironment
        } else if reason.starts_with("SENDER_ID_MISMATCH") {
            Self::WrongProject
        } else {
            Self::Gone
        }
    }

    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Gone => "Token gone",
            Self::WrongEnvironment => "Wrong environment",
            Self::WrongProject => "Wrong project",
            Self::Quarantined => "Quarantined",
            Self::Revoked => "Revoked",
        }
    }
}

/// What a registration says: the body of the devices' PUT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DeviceInput {
    /// Slug of the app.
    pub app: String,
    /// The push service that issued the token.
    pub channel: Channel,
    /// The push token. An APNs token may come in either case and is kept in
    /// lower case. For `webpush` it is the subscription as
    /// `PushSubscription.toJSON()` gives it, as an object or as its text.
    #[serde(deserialize_with = "token::text_or_subscription")]
    pub token: String,
    /// What `token` is: for `fcm` it may be a Firebase installation id, `fid`.
    /// The same is said by `fid:` before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_kind: Option<AddressKind>,
    /// The system; what the channel usually means when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// What the system lets the app show; as before when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_permission: Option<OsPermission>,
    /// Whether this device takes pushes; as before, or yes, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opted_in: Option<bool>,
    /// Version of the app.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_version: Option<String>,
    /// Version of the system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_version: Option<String>,
    /// Model of the device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Language tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// IANA time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// A name that a segment can target: this makes it a custom device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A device binding as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// Our identifier.
    pub id: BindingId,
    /// The contact's shard.
    pub shard: Shard,
    /// The contact.
    pub contact_id: ContactId,
    /// The app.
    pub app_id: AppId,
    /// The installation's stable identifier, from the app.
    pub device_id: String,
    /// The push service.
    pub channel: Channel,
    /// The system.
    pub platform: Platform,
    /// The push token.
    pub token: String,
    /// What the system lets the app show.
    pub os_permission: OsPermission,
    /// Whether this device takes pushes.
    pub opted_in: bool,
    /// Whether it can be sent to.
    pub state: BindingState,
    /// Why it is in that state: the provider's reason, or who revoked it.
    pub state_reason: Option<String>,
    /// Version of the app.
    pub app_version: Option<String>,
    /// Version of the system.
    pub os_version: Option<String>,
    /// Model of the device.
    pub model: Option<String>,
    /// Language tag.
    pub locale: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// The custom device's name.
    pub label: Option<String>,
    /// When the token was last registered: a provider's "gone since" counts
    /// only when it is not older than this.
    pub registered_at: Timestamp,
    /// When the device was first seen.
    pub created_at: Timestamp,
    /// When anything about it last changed.
    pub updated_at: Timestamp,
}

/// What happened to a binding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DeviceChange {
    /// First registration.
    Registered {
        /// The push service.
        channel: Channel,
    },
    /// A new token replaced the old one.
    TokenChanged {
        /// Last characters of the token before.
        from: String,
        /// Last characters of the token now.
        to: String,
    },
    /// The token or device was seen on another contact and moved there.
    MovedTo {
        /// The other contact.
        external_id: String,
    },
    /// It came from another contact.
    MovedFrom {
        /// The other contact.
        external_id: String,
    },
    /// The system's permission changed.
    PermissionChanged {
        /// Before.
        from: OsPermission,
        /// Now.
        to: OsPermission,
    },
    /// The device's opt-in changed.
    OptInChanged {
        /// Now.
        opted_in: bool,
    },
    /// The state changed.
    StateChanged {
        /// Before.
        from: BindingState,
        /// Now.
        to: BindingState,
        /// Why.
        reason: String,
    },
}

/// A dated change of a binding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceHistory {
    /// When.
    pub at: Timestamp,
    /// Which binding.
    pub binding_id: BindingId,
    /// What happened.
    pub change: DeviceChange,
    /// By which way.
    pub way: Way,
}

/// Longest device id, in bytes.
pub const DEVICE_ID_MAX: usize = 256;

/// Checks a device's stable identifier.
pub fn check_device_id(device_id: &str, errors: &mut FieldErrors) {
    check_text("device_id", device_id, 1, DEVICE_ID_MAX, errors);
}

impl DeviceInput {
    /// The token in the one form in which it is compared, hashed and kept.
    pub fn canonical_token(&self) -> Cow<'_, str> {
        match self.address_kind.unwrap_or_default() {
            AddressKind::Token => canonical_token(self.channel, &self.token),
            kind @ AddressKind::Fid => kind.kept(&self.token),
        }
    }

    /// Every field that is wrong.
    pub fn check(&self, errors: &mut FieldErrors) {
        crate::validate::check_slug("app", &self.app, errors);
        let kind = self.address_kind.unwrap_or_default();
        kind.check(self.channel, errors);
        check_token(self.channel, &kind.kept(&self.token), errors);
        for (field, value) in [
            ("app_version", &self.app_version),
            ("os_version", &self.os_version),
            ("model", &self.model),
            ("locale", &self.locale),
            ("label", &self.label),
        ] {
            if let Some(value) = value {
                check_text(field, value, 0, 256, errors);
            }
        }
        if let Some(zone) = &self.time_zone {
            check_time_zone("time_zone", zone, errors);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_gone_in_three_ways() {
        for (reason, state) in [
            ("BadDeviceToken", BindingState::WrongEnvironment),
            ("SENDER_ID_MISMATCH: other", BindingState::WrongProject),
            ("Unregistered", BindingState::Gone),
        ] {
            assert_eq!(BindingState::of_gone_token(reason), state);
        }
    }
}
