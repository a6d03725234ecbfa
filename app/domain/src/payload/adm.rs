//! The ADM body (Amazon, "Send a message via ADM"): data alone, which the app's
//! own code draws.

use serde::Serialize;
use uuid::Uuid;

use super::{Payload, Target, listed, replacement_key};
use crate::push::Rendered;

/// How long ADM keeps a message at least and at most, in seconds.
const EXPIRES_AFTER: std::ops::RangeInclusive<u32> = 60..=31 * 24 * 3600;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    data: Data<'a>,
    /// Of those with the same key, ADM keeps the last one for a device that is
    /// away.
    #[serde(skip_serializing_if = "Option::is_none")]
    consolidation_key: Option<&'a str>,
    expires_after: u32,
}

/// Texts only, by the names that FCM's `data` has here.
#[derive(Serialize)]
struct Data<'a> {
    carillon_id: Uuid,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    /// A JSON list of `id`, `title` and what else a button has: `kind`, `link`,
    /// `placeholder`.
    #[serde(skip_serializing_if = "Option::is_none")]
    buttons: Option<String>,
    /// A later notification with the same tag replaces this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sound: Option<&'a str>,
    /// In digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    badge: Option<String>,
}

pub(super) fn payload(rendered: &Rendered<'_>, target: Target<'_>) -> Payload {
    let tag = replacement_key(rendered, target.delivery);
    let body = Body {
        data: Data {
            carillon_id: target.delivery,
            title: &rendered.title,
            body: &rendered.body,
            image: rendered.image.as_deref(),
            link: rendered.link.as_deref(),
            buttons: listed(&rendered.buttons),
            tag: tag.as_deref(),
            sound: rendered.sound,
            badge: rendered.badge.map(|badge| badge.to_string()),
        },
        consolidation_key: rendered.collapse_id.as_deref(),
        expires_after: rendered
            .ttl_seconds
            .clamp(*EXPIRES_AFTER.start(), *EXPIRES_AFTER.end()),
    };
    let body = serde_json::to_vec(&body).unwrap_or_default();
    Payload {
        counted: body.len(),
        body,
    }
}
