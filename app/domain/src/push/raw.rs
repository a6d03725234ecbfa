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
mod tests {
    use super::*;
    use crate::Timestamp;
    use crate::app::Capabilities;

    fn raw(body: &str) -> RawPush {
        RawPush {
            body: body.to_owned(),
            push_type: RawPushType::Alert,
            priority: Priority::High,
            ttl_seconds: 60,
            collapse_id: None,
        }
    }

    fn wrong(channel: Channel, body: &str) -> String {
        let errors = raw(body).check(channel);
        errors.of("body").unwrap_or_default().to_owned()
    }

    #[test]
    fn a_body_of_each_channels_shape_is_right() {
        for (channel, body) in [
            (Channel::Apns, r#"{"aps": {"alert": "Hi"}, "x": 1}"#),
            (Channel::Fcm, r#"{"message": {"data": {"a": "b"}}}"#),
            (Channel::Adm, r#"{"data": {"a": "b"}, "expiresAfter": 60}"#),
            (Channel::Webpush, r#"{"anything": [1, 2]}"#),
            (Channel::Twilio, r#"{"Body": "Hi", "Data": "{}"}"#),
        ] {
            let errors = raw(body).check(channel);
            assert!(errors.is_empty(), "{channel:?}: {errors}");
        }
    }

    #[test]
    fn what_is_wrong_with_a_body_is_said() {
        for (channel, body, words) in [
            (Channel::Apns, "", "must not be empty"),
            (Channel::Apns, "{\n\"a\": }", "line 2"),
            (Channel::Apns, "[]", "no object"),
            (Channel::Apns, "{}", "needs “aps”"),
            (Channel::Apns, r#"{"aps": {"alert": 1}}"#, "neither a text"),
            (Channel::Fcm, "{}", "needs “message”"),
            (
                Channel::Fcm,
                r#"{"message": {"token": "t"}}"#,
                "leave it out",
            ),
            (
                Channel::Fcm,
                r#"{"message": {"data": {"a": 1}}}"#,
                "message.data.a",
            ),
            (Channel::Fcm, r#"{"message": {"data": []}}"#, "no object"),
            (
                Channel::Fcm,
                r#"{"message": {"colour": 1}}"#,
                "message.colour",
            ),
            (Channel::Fcm, r#"{"message": {}, "x": 1}"#, "“x”"),
            (Channel::Adm, r#"{"data": {"a": 1}}"#, "data.a"),
            (Channel::Adm, r#"{"message": {}}"#, "needs “data”"),
            (Channel::Twilio, r#"{"Identity": "a"}"#, "leave it out"),
        ] {
            let said = wrong(channel, body);
            assert!(said.contains(words), "{channel:?} {body}: {said}");
        }
        let long = format!(r#"{{"aps": {{"alert": "{}"}}}}"#, "x".repeat(4096));
        assert!(wrong(Channel::Apns, &long).contains("at most 4096"));
    }

    #[test]
    fn a_background_push_is_apples_and_spares_the_battery() {
        let mut push = raw(r#"{"aps": {"content-available": 1}}"#);
        push.push_type = RawPushType::Background;
        assert!(push.check(Channel::Apns).of("priority").is_some());
        push.priority = Priority::Normal;
        assert!(push.check(Channel::Apns).is_empty());
        assert!(push.check(Channel::Adm).of("push_type").is_some());
        push.body = r#"{"aps": {}}"#.to_owned();
        assert!(push.check(Channel::Apns).of("body").is_some());
    }

    #[test]
    fn what_was_kept_is_sent_again_as_it_was_but_for_address_and_delivery() {
        let before = Uuid::from_u128(3);
        let kept = format!(r#"{{"aps": {{"alert":"Hi"}},  "carillon_id":"{before}"}}"#);
        let headers = r#"{"push_type":"alert","priority":"5","collapse_id":"offer"}"#;
        let again = RawPush::replayed(before, &kept, headers, 90).expect("replayed");
        assert_eq!(
            again.body,
            kept.replace(&before.to_string(), DELIVERY_PLACE)
        );
        assert_eq!(again.priority, Priority::Normal);
        assert_eq!(again.collapse_id.as_deref(), Some("offer"));
        assert_eq!(again.ttl_seconds, 90);

        let kept = r#"{"message":{"token":"old","data":{"a":"b"}}}"#;
        let again = RawPush::replayed(before, kept, "{}", 0).expect("replayed");
        assert_eq!(again.body, r#"{"message":{"data":{"a":"b"}}}"#);
        assert!(again.check(Channel::Fcm).is_empty());
        assert_eq!(RawPush::replayed(before, "no JSON", "{}", 0), None);
    }

    #[test]
    fn beside_the_body_there_are_limits_too() {
        let mut push = raw(r#"{"aps": {}}"#);
        push.ttl_seconds = TTL_MAX_SECONDS + 1;
        push.collapse_id = Some("{{ x }}".into());
        let errors = push.check(Channel::Apns);
        assert!(errors.of("ttl_seconds").is_some());
        assert!(errors.of("collapse_id").is_some());
    }

    fn sent_to(token: &str, channel: Channel, body: &str) -> (String, usize) {
        let target = Target {
            channel,
            platform: Platform::Ios,
            token,
            capabilities: &Capabilities::default(),
            delivery: uuid::Uuid::from_u128(7),
            decided_at: Timestamp(0),
        };
        let payload = raw(body).payload(target);
        let text = String::from_utf8(payload.body).expect("text");
        (text, payload.counted)
    }

    fn sent(channel: Channel, body: &str) -> (String, usize) {
        sent_to("the-token", channel, body)
    }

    #[test]
    fn a_device_known_by_its_installation_is_addressed_by_that() {
        let body = r#"{"message": {"data": {}}}"#;
        let (text, counted) = sent_to("fid:abc", Channel::Fcm, body);
        let fcm: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(fcm["message"]["fid"], "abc");
        assert!(fcm["message"]["token"].is_null(), "{text}");
        assert_eq!(counted, text.len() - "abc".len());
    }

    #[test]
    fn a_body_goes_out_as_typed_with_the_delivery_and_the_address_in_their_places() {
        let typed = r#"{ "aps": {"alert": "Hi"},  "carillon_id": "{{carillon_id}}" }"#;
        let (text, counted) = sent(Channel::Apns, typed);
        let id = uuid::Uuid::from_u128(7).to_string();
        assert_eq!(text, typed.replace("{{carillon_id}}", &id));
        assert_eq!(counted, text.len());
        let (text, counted) = sent(Channel::Fcm, r#"{"message": {"data": {}}}"#);
        let fcm: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(fcm["message"]["token"], "the-token");
        assert_eq!(counted, text.len() - "the-token".len());
        let (text, _) = sent(Channel::Twilio, r#"{"Body": "Hi"}"#);
        let form: Value = serde_json::from_str(&text).expect("JSON");
        let binding = form["ToBinding"].as_str().expect("a text");
        assert!(
            binding.contains("the-token") && binding.contains("apn"),
            "{binding}"
        );
    }
}
