//! The fields of a notification for Twilio Notify (Twilio, "Notification
//! resource"), which hands it on to APNs or FCM.

use serde::Serialize;
use serde_json::json;

use super::apns::aps_besides;
use super::{Payload, Target, replacement_key};
use crate::device::Platform;
use crate::push::{Priority, Rendered};

/// Longest time to live that Twilio takes, in seconds.
const TTL_MAX: u32 = 2_419_200;

/// Fields by Twilio's own names; the client sends them as a form.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Fields<'a> {
    /// A JSON object: whom it is for.
    to_binding: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    sound: Option<&'a str>,
    /// A JSON object: what the app is told.
    data: String,
    /// A JSON object that APNs gets besides: what the form has no fields for.
    #[serde(skip_serializing_if = "Option::is_none")]
    apn: Option<String>,
    ttl: u32,
    priority: &'static str,
}

pub(super) fn payload(rendered: &Rendered<'_>, target: Target<'_>) -> Payload {
    let ios = target.platform == Platform::Ios;
    let kind = if ios { "apn" } else { "fcm" };
    let mut data = json!({ "carillon_id": target.delivery });
    for (name, value) in [("link", &rendered.link), ("image", &rendered.image)] {
        if let Some(value) = value {
            data[name] = json!(value);
        }
    }
    let tag = replacement_key(rendered, target.delivery);
    if let Some(tag) = tag.filter(|_| !ios) {
        data["tag"] = json!(tag);
    }
    if !rendered.buttons.is_empty() {
        data["buttons"] = json!(rendered.buttons);
    }
    let to_binding = json!({ "binding_type": kind, "address": target.token }).to_string();
    let addressed = to_binding.len();
    let fields = Fields {
        to_binding,
        title: &rendered.title,
        body: &rendered.body,
        sound: rendered.sound,
        data: data.to_string(),
        apn: ios
            .then(|| aps_besides(rendered, target.capabilities))
            .flatten(),
        ttl: rendered.ttl_seconds.min(TTL_MAX),
        priority: match rendered.priority {
            Priority::High => "high",
            Priority::Normal => "low",
        },
    };
    let body = serde_json::to_vec(&fields).unwrap_or_default();
    Payload {
        counted: body.len() - addressed,
        body,
    }
}
