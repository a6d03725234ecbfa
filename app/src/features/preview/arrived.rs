//! What a device receives: the parts of a provider's payload that matter to
//! whoever looks at the screen.

use domain::{app::Action, device::Channel, push::ActionKind};
use serde_json::Value;

/// A notification as it came over the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrived {
    /// First line.
    pub title: String,
    /// Second line.
    pub subtitle: Option<String>,
    /// The text.
    pub body: String,
    /// Address of the image.
    pub image: Option<String>,
    /// What a tap opens.
    pub link: Option<String>,
    /// Buttons that travel with the payload, for an app that draws them.
    pub buttons: Vec<Action>,
    /// The category that iOS looks up its buttons by.
    pub category: Option<String>,
    /// iOS wakes the app's service extension, which can fetch an image.
    pub mutable: bool,
    /// The app's own code draws it, not the system.
    pub app_draws: bool,
    /// The sound's name; silent without one.
    pub sound: Option<String>,
    /// The number on the app's icon.
    pub badge: Option<u64>,
}

impl Arrived {
    /// Reads a payload as `channel` carries it; nothing if it is not one.
    pub fn parse(channel: Channel, payload: &[u8]) -> Option<Self> {
        let payload: Value = serde_json::from_slice(payload).ok()?;
        match channel {
            Channel::Apns => Some(Self::apns(&payload)),
            Channel::Fcm => Some(Self::fcm(payload.get("message")?)),
            Channel::Adm => Some(Self::data(payload.get("data")?)),
            Channel::Webpush => Some(Self::web(&payload)),
            Channel::Twilio => Some(Self::twilio(&payload)),
        }
    }

    fn apns(payload: &Value) -> Self {
        Self {
            image: text(payload, "/image"),
            link: text(payload, "/link"),
            buttons: actions(payload.get("buttons")),
            ..Self::default()
        }
        .with_aps(payload)
    }

    fn with_aps(mut self, payload: &Value) -> Self {
        let plain_alert = text(payload, "/aps/alert");
        self.title = text(payload, "/aps/alert/title").unwrap_or(self.title);
        self.subtitle = text(payload, "/aps/alert/subtitle");
        self.body = text(payload, "/aps/alert/body")
            .or(plain_alert)
            .unwrap_or(self.body);
        self.category = text(payload, "/aps/category");
        self.mutable = payload
            .pointer("/aps/mutable-content")
            .and_then(Value::as_u64)
            == Some(1);
        self.sound = text(payload, "/aps/sound").or_else(|| text(payload, "/aps/sound/name"));
        self.badge = payload.pointer("/aps/badge").and_then(Value::as_u64);
        self
    }

    /// Texts that the app's own code draws.
    fn data(data: &Value) -> Self {
        Self {
            app_draws: true,
            badge: text(data, "/badge").and_then(|badge| badge.parse().ok()),
            sound: text(data, "/sound"),
            ..Self::plain(data)
        }
    }

    /// What Carillon's service worker is told.
    fn web(payload: &Value) -> Self {
        let silent = payload.get("silent").and_then(Value::as_bool) == Some(true);
        Self {
            app_draws: true,
            buttons: actions(payload.get("buttons")),
            badge: payload.get("badge").and_then(Value::as_u64),
            sound: (!silent).then(|| "default".to_owned()),
            ..Self::plain(payload)
        }
    }

    /// What Twilio is asked to hand on.
    fn twilio(fields: &Value) -> Self {
        let data = text(fields, "/Data")
            .and_then(|json| serde_json::from_str::<Value>(&json).ok())
            .unwrap_or_default();
        let json = |name: &str| {
            let json = text(fields, name)?;
            serde_json::from_str::<Value>(&json).ok()
        };
        let to_android = json("/ToBinding")
            .is_some_and(|binding| text(&binding, "/binding_type").as_deref() == Some("fcm"));
        let arrived = Self {
            title: text(fields, "/Title").unwrap_or_default(),
            body: text(fields, "/Body").unwrap_or_default(),
            sound: text(fields, "/Sound"),
            buttons: actions(data.get("buttons")),
            // Twilio makes data of it: `twi_title`, `twi_body`.
            app_draws: to_android,
            ..Self::plain(&data)
        };
        let Some(besides) = json("/Apn") else {
            return arrived;
        };
        Self {
            sound: arrived.sound.clone(),
            ..arrived.with_aps(&besides)
        }
    }

    /// The fields that have the same names wherever the app draws.
    fn plain(from: &Value) -> Self {
        let buttons =
            text(from, "/buttons").and_then(|json| serde_json::from_str::<Value>(&json).ok());
        Self {
            title: text(from, "/title").unwrap_or_default(),
            body: text(from, "/body").unwrap_or_default(),
            image: text(from, "/image"),
            link: text(from, "/link"),
            buttons: actions(buttons.as_ref()),
            ..Self::default()
        }
    }

    fn fcm(message: &Value) -> Self {
        let app_draws = message.get("notification").is_none();
        let from = if app_draws { "/data" } else { "/notification" };
        let part = |name: &str| text(message, &format!("{from}/{name}"));
        let buttons = text(message, "/data/buttons")
            .and_then(|json| serde_json::from_str::<Value>(&json).ok());
        let web = message.pointer("/webpush/notification/actions");
        let arrived = Self {
            title: part("title").unwrap_or_default(),
            body: part("body").unwrap_or_default(),
            image: part("image"),
            link: text(message, "/data/link"),
            buttons: actions(buttons.as_ref().or(web)),
            app_draws,
            sound: text(message, "/android/notification/sound")
                .or_else(|| text(message, "/data/sound")),
            badge: message
                .pointer("/android/notification/notificationCount")
                .and_then(Value::as_u64)
                .or_else(|| text(message, "/data/badge")?.parse().ok()),
            ..Self::default()
        };
        match message.pointer("/apns/payload") {
            Some(payload) => arrived.with_aps(payload),
            None => arrived,
        }
    }
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .map(str::to_owned)
}

/// Buttons as payloads list them; browsers call the kind `type`.
fn actions(buttons: Option<&Value>) -> Vec<Action> {
    let buttons = buttons.and_then(Value::as_array);
    let action = |button: &Value| {
        let kind = text(button, "/kind").and_then(|kind| ActionKind::parse(&kind));
        let typed = text(button, "/type").is_some_and(|kind| kind == "text");
        Some(Action {
            title: text(button, "/title")?,
            kind: kind.unwrap_or(if typed {
                ActionKind::TextInput
            } else {
                ActionKind::Open
            }),
            placeholder: text(button, "/placeholder"),
        })
    };
    buttons.into_iter().flatten().filter_map(action).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_app_that_draws_reads_its_badge_from_the_data() {
        let payload = br#"{"message":{"token":"t","data":{"title":"T","body":"B","badge":"3"}}}"#;
        let arrived = Arrived::parse(Channel::Fcm, payload).expect("a payload");
        assert_eq!((arrived.app_draws, arrived.badge), (true, Some(3)));
    }

    #[test]
    fn an_apns_alert_is_read_whole() {
        let payload = br#"{"aps":{"alert":{"title":"T","subtitle":"S","body":"B"},"sound":"default","badge":3,
            "category":"OFFER","mutable-content":1},"link":"app://x","image":"https://x.test/i.png"}"#;
        let arrived = Arrived::parse(Channel::Apns, payload).expect("a payload");
        assert_eq!(
            (
                arrived.title.as_str(),
                arrived.subtitle.as_deref(),
                arrived.body.as_str()
            ),
            ("T", Some("S"), "B")
        );
        assert_eq!(
            (arrived.badge, arrived.mutable, arrived.category.as_deref()),
            (Some(3), true, Some("OFFER"))
        );
        assert_eq!(arrived.link.as_deref(), Some("app://x"));
    }

    #[test]
    fn an_apns_alert_may_be_a_plain_text() {
        let arrived =
            Arrived::parse(Channel::Apns, br#"{"aps":{"alert":"Only this"}}"#).expect("a payload");
        assert_eq!(arrived.body, "Only this");
    }

    #[test]
    fn a_data_message_is_drawn_by_the_app() {
        let payload = br#"{"message":{"token":"t","data":{"title":"T","body":"B","buttons":"[{\"id\":\"a\",\"title\":\"Go\"}]"}}}"#;
        let arrived = Arrived::parse(Channel::Fcm, payload).expect("a payload");
        assert!(arrived.app_draws);
        assert_eq!(
            (arrived.title.as_str(), arrived.buttons.as_slice()),
            ("T", &[Action::opening("Go")][..])
        );
    }

    #[test]
    fn a_web_push_is_drawn_by_the_service_worker() {
        let payload =
            br#"{"title":"T","body":"B","buttons":[{"id":"a","title":"Go"}],"silent":true}"#;
        let arrived = Arrived::parse(Channel::Webpush, payload).expect("a payload");
        assert_eq!((arrived.title.as_str(), arrived.sound), ("T", None));
        assert_eq!(arrived.buttons, [Action::opening("Go")]);
    }

    #[test]
    fn adm_carries_texts_alone() {
        let payload = br#"{"data":{"title":"T","badge":"2","buttons":"[{\"title\":\"Go\"}]"}}"#;
        let arrived = Arrived::parse(Channel::Adm, payload).expect("a payload");
        assert_eq!((arrived.app_draws, arrived.badge), (true, Some(2)));
        assert_eq!(arrived.buttons, [Action::opening("Go")]);
    }

    #[test]
    fn what_twilio_hands_on_is_read_from_the_form() {
        let payload = br#"{"Title":"T","Body":"B","Data":"{\"link\":\"app://x\"}"}"#;
        let arrived = Arrived::parse(Channel::Twilio, payload).expect("a payload");
        assert_eq!((arrived.title.as_str(), arrived.body.as_str()), ("T", "B"));
        assert_eq!(arrived.link.as_deref(), Some("app://x"));
    }

    #[test]
    fn what_a_button_does_is_read_on_every_channel() {
        let reply = r#"[{"id":"a","title":"Say","kind":"text_input","placeholder":"Well?"}]"#;
        let quoted = serde_json::to_string(reply).expect("is written");
        let web = r#"[{"action":"a","title":"Say","type":"text","placeholder":"Well?"}]"#;
        let payloads = [
            (
                Channel::Webpush,
                format!(r#"{{"title":"T","buttons":{reply}}}"#),
            ),
            (
                Channel::Adm,
                format!(r#"{{"data":{{"buttons":{quoted}}}}}"#),
            ),
            (
                Channel::Fcm,
                format!(r#"{{"message":{{"data":{{"buttons":{quoted}}}}}}}"#),
            ),
            (
                Channel::Fcm,
                format!(
                    r#"{{"message":{{"notification":{{}},"webpush":{{"notification":{{"actions":{web}}}}}}}}}"#
                ),
            ),
        ];
        let expected = Action {
            title: "Say".to_owned(),
            kind: ActionKind::TextInput,
            placeholder: Some("Well?".to_owned()),
        };
        for (channel, payload) in payloads {
            let arrived = Arrived::parse(channel, payload.as_bytes()).expect("a payload");
            assert_eq!(
                arrived.buttons,
                std::slice::from_ref(&expected),
                "{payload}"
            );
        }
    }

    #[test]
    fn what_twilio_lays_over_for_apns_is_read() {
        let payload = br#"{"Title":"T","Sound":"default","Apn":"{\"aps\":{\"category\":\"OFFER\",\"mutable-content\":1}}"}"#;
        let arrived = Arrived::parse(Channel::Twilio, payload).expect("a payload");
        assert_eq!(
            (arrived.title.as_str(), arrived.category.as_deref()),
            ("T", Some("OFFER"))
        );
        assert!(arrived.mutable && arrived.sound.is_some());
    }

    #[test]
    fn what_is_not_a_payload_is_refused() {
        assert_eq!(Arrived::parse(Channel::Fcm, b"{}"), None);
        assert_eq!(Arrived::parse(Channel::Apns, b"not json"), None);
    }
}
