//! Payload rules: the exact bytes that each provider is sent, built by the
//! same code for the editor's byte count and for the send itself.

mod adm;
mod apns;
mod fcm;
mod twilio;
mod warning;
mod webpush;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::Timestamp;
use crate::app::Capabilities;
use crate::device::{AddressKind, Channel, Platform};
use crate::push::{DeliveryClass, Priority, Rendered, RenderedButton};

pub use warning::{Warning, missing_category, warnings};

/// Largest payload that a channel takes, in bytes: APNs (Apple, "Sending
/// notification requests") and FCM (Google, "FCM message concepts") 4096, which
/// Twilio hands on to; ADM (Amazon, "Send a message") 6144; a browser's push
/// service 3993 before encryption (RFC 8291, section 4).
pub const fn limit(channel: Channel) -> usize {
    match channel {
        Channel::Apns | Channel::Fcm | Channel::Twilio => 4096,
        Channel::Adm => 6144,
        Channel::Webpush => 3993,
    }
}

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
    /// The body: as sent by APNs, FCM and ADM; for Web Push what is encrypted,
    /// for Twilio the form's fields as a JSON object.
    pub body: Vec<u8>,
    /// Bytes that count against [`limit`]: the body without a token, which
    /// addresses and is not content.
    pub counted: usize,
}

/// Builds the body for `target`, of what its platform gets.
pub fn build(rendered: &Rendered<'_>, target: Target<'_>) -> Payload {
    if let Some(raw) = rendered.raw {
        return raw.payload(target);
    }
    let rendered = rendered.on(target.platform);
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
                counted: body.len() - AddressKind::of(target.channel, target.token).1.len(),
                body,
            }
        }
        Channel::Adm => adm::payload(rendered, target),
        Channel::Webpush => webpush::payload(rendered, target),
        Channel::Twilio => twilio::payload(rendered, target),
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

/// What goes beside the body: request headers for APNs and Web Push, already
/// inside the body for the others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Options {
    /// Replaces an earlier notification with the same key.
    pub collapse_id: Option<String>,
    /// Whether to show it at once.
    pub priority: Priority,
    /// How long the provider keeps trying, in seconds.
    pub ttl_seconds: u32,
}

/// The options that belong to what `platform` gets of `rendered`.
pub fn options(rendered: &Rendered<'_>, platform: Platform, delivery: Uuid) -> Options {
    let rendered = rendered.on(platform);
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

/// The buttons as a JSON list, for channels whose data is text; nothing where
/// there are none.
fn listed(buttons: &[RenderedButton<'_>]) -> Option<String> {
    (!buttons.is_empty()).then(|| serde_json::to_string(buttons).unwrap_or_default())
}

#[cfg(test)]
mod tests;
