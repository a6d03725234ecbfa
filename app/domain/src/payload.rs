//! Payload rules: the exact bytes that each provider is sent, built by the
//! same code for the editor's byte count and for the send itself.

mod apns;
mod fcm;
mod warning;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;
use crate::app::Capabilities;
use crate::device::{Channel, Platform};
use crate::push::{DeliveryClass, Priority, Rendered};

pub use warning::{Warning, warnings};

/// Largest payload, in bytes: APNs (Apple, "Sending notification requests")
/// and FCM (Google, "FCM message concepts") both take 4096.
pub const PAYLOAD_MAX: usize = 4096;

/// What a payload is built for.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The provider.
    pub channel: Channel,
    /// The system that will show it.
    pub platform: Platform,
    /// The push token.
    pub token: &'a str,
    /// What the app can show.
    pub capabilities: &'a Capabilities,
    /// The delivery's identifier, told to the app.
    pub delivery: Uuid,
    /// When the push was decided: its time to live counts from here.
    pub decided_at: Timestamp,
}

/// A request's body, and its size as the platform counts it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// The body as sent.
    pub body: Vec<u8>,
    /// Bytes that count against [`PAYLOAD_MAX`]: for APNs the whole body; for
    /// FCM the body without the token, which addresses and is not content.
    pub counted: usize,
}

/// Builds the body for `target`.
pub fn build(rendered: &Rendered<'_>, target: Target<'_>) -> Payload {
    match target.channel {
        Channel::Apns => {
            let body = apns::body(rendered, target);
            Payload {
                counted: body.len(),
                body,
            }
        }
        Channel::Fcm => {
            let body = fcm::body(rendered, target);
            Payload {
                counted: body.len() - target.token.len(),
                body,
            }
        }
    }
}

/// When a provider is to forget a push, as `apns-expiration` says it: Unix
/// seconds, or 0 for now or never (Apple, "Sending notification requests").
pub fn expiration(ttl_seconds: u32, decided_at: Timestamp) -> i64 {
    match ttl_seconds {
        0 => 0,
        ttl => decided_at.plus_seconds(ttl.into()).as_seconds(),
    }
}

/// What goes beside the body: request headers for APNs, already inside the
/// body for FCM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Replaces an earlier notification with the same key.
    pub collapse_id: Option<String>,
    /// Whether to show it at once.
    pub priority: Priority,
    /// How long the provider keeps trying, in seconds.
    pub ttl_seconds: u32,
}

/// The options that belong to `rendered`.
pub fn options(rendered: &Rendered<'_>, delivery: Uuid) -> Options {
    Options {
        collapse_id: replacement_key(rendered, delivery),
        priority: rendered.priority,
        ttl_seconds: rendered.ttl_seconds,
    }
}

/// The key by which a repeat replaces what is on the screen: the marketer's
/// own, or the delivery's identifier where a push may be sent twice.
fn replacement_key(rendered: &Rendered<'_>, delivery: Uuid) -> Option<String> {
    match (&rendered.collapse_id, rendered.class) {
        (Some(id), _) => Some(id.to_string()),
        (None, DeliveryClass::Transactional) => Some(delivery.to_string()),
        (None, DeliveryClass::Promotional) => None,
    }
}

#[cfg(test)]
mod tests;
