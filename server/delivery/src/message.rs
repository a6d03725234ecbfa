//! One push for one device, rendered and encoded.

use std::sync::Arc;

use bytes::Bytes;
use domain::{Timestamp, payload, push};
use uuid::Uuid;

/// What a channel sends.
#[derive(Clone, Debug)]
pub struct Message {
    /// The delivery's id. APNs echoes it; no provider uses it against repeats.
    pub id: Uuid,
    /// The push token. FCM's body names it too; this one is for the log.
    pub token: Box<str>,
    /// The request body: for APNs the payload, for FCM the whole
    /// `{"message":{…}}` with its target.
    pub body: Bytes,
    /// What goes beside the body.
    pub options: Options,
    /// Checked by the provider, not sent. FCM alone can do it; elsewhere such
    /// a message is rejected unsent.
    pub validate_only: bool,
}

/// What APNs wants in headers; FCM has it in the body.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The app's bundle id, `apns-topic`.
    pub topic: Option<Arc<str>>,
    /// What kind of push it is.
    pub push_type: PushType,
    /// How soon.
    pub priority: Priority,
    /// Until when the provider keeps it for a device that is away, Unix
    /// seconds; 0 does not keep it at all; absent leaves it to the provider.
    pub expiration: Option<i64>,
    /// Replaces what has the same id; up to 64 bytes.
    pub collapse_id: Option<Arc<str>>,
}

impl Options {
    /// What goes beside the body of a push that was decided at `decided_at`.
    pub fn of(options: payload::Options, topic: Option<Arc<str>>, decided_at: Timestamp) -> Self {
        Self {
            topic,
            push_type: PushType::Alert,
            priority: match options.priority {
                push::Priority::High => Priority::Immediate,
                push::Priority::Normal => Priority::Considerate,
            },
            expiration: Some(payload::expiration(options.ttl_seconds, decided_at)),
            collapse_id: options.collapse_id.map(Into::into),
        }
    }
}

/// `apns-push-type`.
/// Source: "Sending notification requests to APNs", Apple developer documentation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PushType {
    /// Shows something.
    #[default]
    Alert,
    /// Wakes the app silently.
    Background,
    /// Internet telephony.
    Voip,
    /// Updates a live activity.
    LiveActivity,
}

impl PushType {
    /// The header's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Background => "background",
            Self::Voip => "voip",
            Self::LiveActivity => "liveactivity",
        }
    }
}

/// `apns-priority`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Priority {
    /// At once: 10.
    #[default]
    Immediate,
    /// When it suits the device's power: 5.
    Considerate,
    /// Never wakes the device: 1.
    Low,
}

impl Priority {
    /// The header's value.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Immediate => "10",
            Self::Considerate => "5",
            Self::Low => "1",
        }
    }
}
