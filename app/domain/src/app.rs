//! Apps and what they can show.

mod capabilities;

use serde::{Deserialize, Serialize};

use crate::device::Channel;
use crate::{AppId, CredentialId, Timestamp};

pub use capabilities::{Action, Capabilities, Category};

/// An app: a mobile app or site with its own provider credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// Our identifier.
    pub id: AppId,
    /// The name in URLs and files.
    pub slug: String,
    /// What people call it.
    pub name: String,
    /// What it will really show.
    pub capabilities: Capabilities,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The state of a provider credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CredentialState {
    /// In use.
    Usable,
    /// The provider refused it; nothing is sent with it until it is mended.
    Refused,
}

/// Where an APNs credential sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum ApnsEnvironment {
    /// The App Store's.
    #[default]
    Production,
    /// Apple's own sandbox, for development builds.
    Sandbox,
}

/// A credential with its secrets, as it is entered and as it is sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "channel", rename_all = "lowercase")]
pub enum CredentialSecret {
    /// A token-signing key for APNs.
    Apns {
        /// Ten-character identifier of the Apple team.
        team_id: String,
        /// Ten-character identifier of the key.
        key_id: String,
        /// The app's bundle identifier, sent as `apns-topic`.
        topic: String,
        /// Which of Apple's two environments.
        #[serde(default)]
        environment: ApnsEnvironment,
        /// The `.p8` file: a PKCS#8 P-256 key in PEM.
        private_key: String,
        /// Another address than Apple's, such as `https://127.0.0.1:8443`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        endpoint: Option<String>,
        /// Certificates to trust beside the public ones, in PEM.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ca: Option<String>,
    },
    /// A Google service account for FCM HTTP v1.
    Fcm {
        /// The service account file as downloaded from Google.
        service_account: String,
        /// Another address than Google's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        endpoint: Option<String>,
        /// Certificates to trust beside the public ones, in PEM.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ca: Option<String>,
    },
    /// A security profile of Amazon's, for ADM.
    Adm {
        /// The profile's client identifier.
        client_id: String,
        /// The profile's client secret.
        client_secret: String,
        /// Another address than Amazon's, for tokens and messages alike.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        endpoint: Option<String>,
        /// Certificates to trust beside the public ones, in PEM.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ca: Option<String>,
    },
    /// A key pair by which browsers' push services know a site (RFC 8292).
    Webpush {
        /// Whom a push service can turn to: `mailto:…` or `https://…`.
        subject: String,
        /// The private key: 32 bytes in base64url.
        private_key: String,
        /// Certificates to trust beside the public ones, in PEM.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ca: Option<String>,
    },
    /// An account of Twilio's, for Notify.
    Twilio {
        /// The account's identifier: `AC…`.
        account_sid: String,
        /// The account's secret.
        auth_token: String,
        /// The Notify service's identifier: `IS…`.
        service_sid: String,
        /// Another address than Twilio's.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        endpoint: Option<String>,
        /// Certificates to trust beside the public ones, in PEM.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ca: Option<String>,
    },
}

impl CredentialSecret {
    /// The channel that it is for.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Apns { .. } => Channel::Apns,
            Self::Fcm { .. } => Channel::Fcm,
            Self::Adm { .. } => Channel::Adm,
            Self::Webpush { .. } => Channel::Webpush,
            Self::Twilio { .. } => Channel::Twilio,
        }
    }

    /// Where it is used, if that is not the provider's own address.
    pub fn endpoint(&self) -> Option<&str> {
        match self {
            Self::Apns { endpoint, .. }
            | Self::Fcm { endpoint, .. }
            | Self::Adm { endpoint, .. }
            | Self::Twilio { endpoint, .. } => endpoint.as_deref(),
            Self::Webpush { .. } => None,
        }
    }

    /// What APNs is told in `apns-topic`; other channels have no topic.
    pub fn topic(&self) -> Option<&str> {
        match self {
            Self::Apns { topic, .. } => Some(topic),
            Self::Fcm { .. } | Self::Adm { .. } | Self::Webpush { .. } | Self::Twilio { .. } => {
                None
            }
        }
    }
}

impl std::fmt::Debug for CredentialSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "CredentialSecret({}, masked)", self.channel().name())
    }
}

/// What may be shown of a credential.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Our identifier.
    pub id: CredentialId,
    /// The app.
    pub app_id: AppId,
    /// The channel.
    pub channel: Channel,
    /// Facts without secrets, such as `team ABCDE12345, key …6789`.
    pub summary: String,
    /// What names it to apps and providers: APNs' topic, FCM's project, ADM's
    /// client, Web Push's public key, Twilio's service.
    pub topic: String,
    /// Whether it is in use.
    pub state: CredentialState,
    /// Why it was refused.
    pub state_reason: Option<String>,
    /// When it was entered or rotated.
    pub updated_at: Timestamp,
    /// Most calls that one worker may have in flight with it, where somebody
    /// limits them.
    pub max_in_flight: Option<u32>,
}
