//! The push services.

use serde::{Deserialize, Serialize};

use super::Platform;

/// The push service that reaches a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// Apple Push Notification service.
    Apns,
    /// Firebase Cloud Messaging.
    Fcm,
    /// Amazon Device Messaging.
    Adm,
    /// A browser's own push service (RFC 8030).
    Webpush,
    /// Twilio Notify.
    Twilio,
}

impl Channel {
    /// Every channel.
    pub const ALL: [Self; 5] = [
        Self::Apns,
        Self::Fcm,
        Self::Adm,
        Self::Webpush,
        Self::Twilio,
    ];

    /// The name in the API, in files and in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Apns => "apns",
            Self::Fcm => "fcm",
            Self::Adm => "adm",
            Self::Webpush => "webpush",
            Self::Twilio => "twilio",
        }
    }

    /// The channel called `name`, in any case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|channel| channel.name().eq_ignore_ascii_case(name))
    }

    /// Whether its provider checks a message without sending it.
    pub const fn has_dry_run(self) -> bool {
        matches!(self, Self::Fcm)
    }

    /// Why it is not known whether a device showed what the provider took.
    pub const fn tells_of_devices(self) -> &'static str {
        match self {
            Self::Apns => {
                "Apple tells nobody whether the device showed it; the app can, and has told nothing so far."
            }
            Self::Fcm => {
                "Google does not tell the sender whether the device showed it; the app can, and has told nothing so far."
            }
            Self::Adm => {
                "Amazon does not tell whether the device showed it; the app can, and has told nothing so far."
            }
            Self::Webpush => {
                "Push services do not tell whether the browser showed it; Carillon's service worker does, and has told nothing so far."
            }
            Self::Twilio => {
                "Twilio answers for the whole notification and gives no result for a device: what APNs or FCM said of it afterwards is told to nobody. The app can tell, and has told nothing so far."
            }
        }
    }

    /// Whether it leads to devices that run `platform`.
    pub const fn reaches(self, platform: Platform) -> bool {
        match self {
            Self::Apns => matches!(platform, Platform::Ios),
            Self::Fcm => matches!(platform, Platform::Ios | Platform::Android | Platform::Web),
            Self::Adm => matches!(platform, Platform::Fireos),
            Self::Webpush => matches!(platform, Platform::Web),
            Self::Twilio => matches!(platform, Platform::Ios | Platform::Android),
        }
    }

    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Apns => "APNs",
            Self::Fcm => "FCM",
            Self::Adm => "Amazon ADM",
            Self::Webpush => "Web Push",
            Self::Twilio => "Twilio Notify",
        }
    }
}
