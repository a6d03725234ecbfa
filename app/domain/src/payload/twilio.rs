//! The fields of a notification for Twilio Notify (Twilio, "Notification
//! resource"), which hands it on to APNs or FCM.

use serde::Serialize;
use serde_json::json;

use super::{Payload, Target};
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
    ttl: u32,
    priority: &'static str,
}

pub(super) fn payload(rendered: &Rendered<'_>, target: Target<'_>) -> Payload {
    let kind = match target.platform {
        Platform::Ios => "apn",
        Platform::Android | Platform::Web | Platform::Fireos => "fcm",
    };
    let mut data = json!({ "carillon_id": target.delivery });
    for (name, value) in [("link", &rendered.link), ("image", &rendered.image)] {
        if let Some(value) = value {
            data[name] = json!(value);
        }
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
