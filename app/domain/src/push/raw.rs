//! A payload typed by hand, sent to one device as it goes to the provider.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::content::{DeliveryClass, Priority, PushContent, TTL_MAX_SECONDS};
use crate::AppId;
use crate::device::{AddressKind, Channel, Platform};
use crate::payload::{Payload, Target, limit};
use crate::validate::{FieldErrors, check_text};

/// What stands for the delivery's identifier in a typed body, so that the app
/// can tell what became of it.
pub const DELIVERY_PLACE: &str = "{{carillon_id}}";

/// As long as an identifier is.
const DELIVERY_SAMPLE: &str = "00000000-0000-8000-8000-000000000000";

/// What a push does on an iPhone: `apns-push-type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum RawPushType {
    /// Shows something.
    #[default]
    Alert,
    /// Wakes the app silently.
    Background,
}

/// A push typed by hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RawPush {
    /// The body in JSON, as the provider gets it, without the address: that of
    /// the device is put in.
    pub body: String,
    /// `apns-push-type`; for APNs alone.
    #[serde(default)]
    pub push_type: RawPushType,
    /// How urgent: APNs' priority 10 or 5, Web Push's `Urgency`. FCM, ADM and
    /// Twilio have it in the body.
    #[serde(default)]
    pub priority: Priority,
    /// How long the provider keeps trying, in seconds; 0 is now or never. FCM,
    /// ADM and Twilio have it in the body.
    #[serde(default)]
    pub ttl_seconds: u32,
    /// `apns-collapse-id`, or what `Topic` is made of for Web Push.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub collapse_id: Option<String>,
}

impl RawPush {
    /// Every field that is wrong for a device of `channel`.
    pub fn check(&self, channel: Channel) -> FieldErrors {
        let mut errors = FieldErrors::default();
        match self.parsed() {
            Ok(body) => {
                check_shape(channel, &body, self.push_type, &mut errors);
                let size = self.size(channel, body);
                let most = limit(channel);
                if errors.is_empty() && size > most {
                    errors.add(
                        "body",
                        format!("is {size} bytes; {} takes at most {most}", channel.label()),
                    );
                }
            }
            Err(message) => errors.add("body", message),
        }
        if self.push_type == RawPushType::Background {
            if channel != Channel::Apns {
                errors.add("push_type", "is for APNs alone; leave it at “alert”");
            } else if self.priority == Priority::High {
                errors.add(
                    "priority",
                    "must be “normal” for a background push: APNs refuses the other",
                );
            }
        }
        if self.ttl_seconds > TTL_MAX_SECONDS {
            errors.add(
                "ttl_seconds",
                format!("is more than 28 days ({TTL_MAX_SECONDS} seconds)"),
            );
        }
        if let Some(id) = &self.collapse_id {
            check_text("collapse_id", id, 1, 64, &mut errors);
            if id.contains("{{") || id.contains("{%") {
                errors.add("collapse_id", "is taken as it is; Liquid has no place here");
            }
        }
        errors
    }

    fn parsed(&self) -> Result<Map<String, Value>, String> {
        if self.body.trim().is_empty() {
            return Err("must not be empty".to_owned());
        }
        match serde_json::from_str(&self.body) {
            Ok(Value::Object(body)) => Ok(body),
            Ok(_) => Err("is JSON, but no object: it begins with { and ends with }".to_owned()),
            Err(error) => Err(format!(
                "is not JSON at line {}, column {}: {error}",
                error.line(),
                error.column()
            )),
        }
    }

    /// Bytes as the platform counts them.
    fn size(&self, channel: Channel, body: Map<String, Value>) -> usize {
        let with_id = |text: String| text.replace(DELIVERY_PLACE, DELIVERY_SAMPLE).len();
        match channel {
            // Put together anew with the address, which does not count.
            Channel::Fcm | Channel::Twilio => with_id(Value::Object(body).to_string()),
            Channel::Apns | Channel::Adm | Channel::Webpush => with_id(self.body.clone()),
        }
    }

    /// The body for a device: with its address where the channel has it inside,
    /// and the delivery's identifier where its place is.
    pub fn payload(&self, target: Target<'_>) -> Payload {
        let delivery = target.delivery.to_string();
        let typed = || self.body.replace(DELIVERY_PLACE, &delivery);
        let mut body = self.parsed().unwrap_or_default();
        let text = match target.channel {
            Channel::Apns | Channel::Adm | Channel::Webpush => typed(),
            Channel::Fcm => {
                if let Some(Value::Object(message)) = body.get_mut("message") {
                    let (kind, address) = AddressKind::of(target.channel, target.token);
                    message.insert(kind.name().to_owned(), address.into());
                }
                Value::Object(body)
                    .to_string()
                    .replace(DELIVERY_PLACE, &delivery)
            }
            Channel::Twilio => {
                let kind = match target.platform {
                    Platform::Ios => "apn",
                    Platform::Android | Platform::Web | Platform::Fireos => "fcm",
                };
                let binding = serde_json::json!({"binding_type": kind, "address": target.token});
                body.insert("ToBinding".to_owned(), binding.to_string().into());
                Value::Object(body)
                    .to_string()
                    .replace(DELIVERY_PLACE, &delivery)
            }
        };
        let counted = match target.channel {
            Channel::Fcm => {
                let (_, address) = AddressKind::of(target.channel, target.token);
                text.len().saturating_sub(address.len())
            }
            _ => text.len(),
        };
        Payload {
            body: text.into_bytes(),
            counted,
        }
    }

    /// What was sent before as a push typed by hand: the payload that was kept,
    /// without the address and with a place for the new delivery's identifier,
    /// and what was sent beside it. `None` when it is no JSON object.
    pub fn replayed(
        delivery: Uuid,
        payload: &str,
        headers: &str,
        ttl_seconds: u32,
    ) -> Option<Self> {
        let mut parsed: Map<String, Value> = serde_json::from_str(payload).ok()?;
        let mut addressed = parsed.remove("ToBinding").is_some();
        if let Some(Value::Object(message)) = parsed.get_mut("message") {
            for name in ["token", "fid"] {
                addressed |= message.remove(name).is_some();
            }
        }
        // As it was, byte for byte, where no address stands inside.
        let text = if addressed {
            Value::Object(parsed).to_string()
        } else {
            payload.to_owned()
        };
        let headers: Beside = serde_json::from_str(headers).unwrap_or_default();
        let collapse_id = headers.collapse_id.filter(|id| {
            // The delivery's own identifier takes the place of no other.
            *id != delivery.to_string() && !id.contains("{{") && !id.contains("{%")
        });
        Some(Self {
            body: text.replace(&delivery.to_string(), DELIVERY_PLACE),
            push_type: match headers.push_type.as_deref() {
                Some("background") => RawPushType::Background,
                _ => RawPushType::Alert,
            },
            priority: match headers.priority.as_deref() {
                Some("10") | None => Priority::High,
                Some(_) => Priority::Normal,
            },
            ttl_seconds,
            collapse_id,
        })
    }

    /// As content that the sending path takes, for one app.
    pub fn into_content(self, app: AppId) -> PushContent {
        PushContent {
            title: "Raw payload".to_owned(),
            sound: None,
            collapse_id: self.collapse_id.clone(),
            ttl_seconds: self.ttl_seconds,
            priority: self.priority,
            class: DeliveryClass::Promotional,
            app: Some(app),
            raw: Some(Box::new(self)),
            ..PushContent::default()
        }
    }
}

/// What attempts keep of what was sent beside a body.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Beside {
    push_type: Option<String>,
    priority: Option<String>,
    collapse_id: Option<String>,
}

/// Checks what each channel asks of a body.
fn check_shape(
    channel: Channel,
    body: &Map<String, Value>,
    push_type: RawPushType,
    errors: &mut FieldErrors,
) {
    match channel {
        Channel::Apns => check_apns(body, push_type, errors),
        Channel::Fcm => check_fcm(body, errors),
        Channel::Adm => {
            match body.get("data") {
                Some(Value::Object(data)) => check_texts("data", data, errors),
                _ => errors.add("body", "needs “data”: an object of texts"),
            }
            only(
                "",
                body,
                &[
                    "data",
                    "consolidationKey",
                    "expiresAfter",
                    "md5",
                    "priority",
                ],
                errors,
            );
        }
        // Carillon's worker shows what it knows; a worker of one's own may know more.
        Channel::Webpush => {}
        Channel::Twilio => {
            for name in ["ToBinding", "Identity", "Tag", "Segment"] {
                if body.contains_key(name) {
                    errors.add(
                        "body",
                        format!("holds “{name}”; leave it out: the device's address is put in"),
                    );
                }
            }
        }
    }
}

fn check_apns(body: &Map<String, Value>, push_type: RawPushType, errors: &mut FieldErrors) {
    let Some(Value::Object(aps)) = body.get("aps") else {
        errors.add(
            "body",
            "needs “aps”: an object with “alert” or another of Apple's keys",
        );
        return;
    };
    let silent = aps.get("content-available") == Some(&Value::from(1));
    if push_type == RawPushType::Background && !silent {
        errors.add(
            "body",
            "needs “content-available”: 1 in “aps” for a background push",
        );
    }
    if let Some(alert) = aps.get("alert")
        && !alert.is_string()
        && !alert.is_object()
    {
        errors.add(
            "body",
            "has an “alert” in “aps” that is neither a text nor an object",
        );
    }
}

fn check_fcm(body: &Map<String, Value>, errors: &mut FieldErrors) {
    only("", body, &["message"], errors);
    let Some(Value::Object(message)) = body.get("message") else {
        errors.add(
            "body",
            "needs “message”: an object as FCM's HTTP v1 API has it",
        );
        return;
    };
    for name in ["token", "fid", "topic", "condition"] {
        if message.contains_key(name) {
            errors.add(
                "body",
                format!("holds “message.{name}”; leave it out: the device's address is put in"),
            );
        }
    }
    match message.get("data") {
        None => {}
        Some(Value::Object(data)) => check_texts("message.data", data, errors),
        Some(_) => errors.add("body", "has a “message.data” that is no object"),
    }
    only(
        "message.",
        message,
        &[
            "name",
            "data",
            "notification",
            "android",
            "webpush",
            "apns",
            "fcmOptions",
            "token",
            "fid",
            "topic",
            "condition",
        ],
        errors,
    );
}

fn check_texts(path: &str, texts: &Map<String, Value>, errors: &mut FieldErrors) {
    if let Some((name, _)) = texts.iter().find(|(_, value)| !value.is_string()) {
        errors.add(
            "body",
            format!("has “{path}.{name}”, which is no text: put it in quotation marks"),
        );
    }
}

fn only(path: &str, body: &Map<String, Value>, known: &[&str], errors: &mut FieldErrors) {
    if let Some(name) = body.keys().find(|name| !known.contains(&name.as_str())) {
        errors.add(
            "body",
            format!("holds “{path}{name}”, which the provider does not know"),
        );
    }
}

#[cfg(test)]
mod tests;
