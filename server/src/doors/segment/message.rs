//! One message: from Segment's fields to what it says.

use domain::contact::EXTERNAL_ID_MAX;
use domain::event::Properties;
use domain::validate::{FieldErrors, check_text};
use serde_json::Value;
use service::messages::{DeviceSaid, Message, Profile, Says, group_profile, profile};
use service::time_zone;

use super::Kind;
use super::fields::{Fields, Said};
use super::times::Times;

/// What `page` and `screen` are as events.
const PAGE: &str = "page_viewed";
const SCREEN: &str = "screen_viewed";

/// How a message that could be read is spoken of.
#[derive(Clone, Debug)]
pub(super) struct About {
    pub(super) kind: Kind,
    /// Segment's `messageId`.
    pub(super) id: Option<String>,
    /// Whom it is about.
    pub(super) external_id: String,
    /// What it said that cannot be kept.
    pub(super) left_out: Vec<String>,
    /// The field that says whom it is about.
    whose: &'static str,
}

/// Reads a message.
///
/// # Errors
/// Each field that is missing or of another type.
pub(super) fn read(
    kind: Kind,
    mut said: Said,
    times: &Times,
) -> Result<(Message, About), FieldErrors> {
    let mut errors = FieldErrors::default();
    let properties = match kind {
        Kind::Track | Kind::Page | Kind::Screen => said.take_properties(&mut errors),
        Kind::Identify | Kind::Group | Kind::Alias => Properties::default(),
    };
    let mut fields = said.fields;
    let user = fields.id("userId", &mut errors);
    let anonymous = fields.id("anonymousId", &mut errors);
    let id = fields.text("messageId", &mut errors);
    let occurred_at = times.of(&fields, &mut errors);
    let context = fields.take_object("context", &mut errors);
    let mut left_out = Vec::new();
    let says = match kind {
        Kind::Identify => {
            let traits = fields.take_object("traits", &mut errors);
            let mut known = kept(profile(traits.0), &mut errors);
            let input = &mut known.input;
            if input.locale.is_none() {
                input.locale = context.aside("locale");
            }
            if input.time_zone.is_none() {
                input.time_zone = zone(&context);
            }
            left_out = known.left_out;
            Says::Profile(known.input)
        }
        Kind::Group => {
            let group = required("groupId", fields.id("groupId", &mut errors), &mut errors);
            check_text("groupId", &group, 0, EXTERNAL_ID_MAX, &mut errors);
            let traits = fields.take_object("traits", &mut errors);
            let known = kept(group_profile(group, traits.0), &mut errors);
            left_out = known.left_out;
            Says::Profile(known.input)
        }
        Kind::Alias => {
            let previous = fields.id("previousId", &mut errors);
            let previous = previous.or_else(|| anonymous.clone().filter(|_| user.is_some()));
            Says::Alias {
                previous: required("previousId", previous, &mut errors),
                signature: context.aside("previousSignature"),
            }
        }
        Kind::Track => Says::Event {
            name: required("event", fields.text("event", &mut errors), &mut errors),
            occurred_at,
            properties,
        },
        Kind::Page | Kind::Screen => Says::Event {
            name: if kind == Kind::Page { PAGE } else { SCREEN }.to_owned(),
            occurred_at,
            properties: with_names(properties, &fields, &mut errors),
        },
    };
    let (whose, external_id) = match (user, anonymous) {
        (Some(user), _) => ("userId", user),
        (None, Some(anonymous)) if kind != Kind::Alias => ("anonymousId", anonymous),
        (None, _) => {
            if errors.of("userId").is_none() {
                errors.add("userId", "is missing");
            }
            ("userId", String::new())
        }
    };
    let about = About {
        kind,
        id: id.clone(),
        external_id: external_id.clone(),
        left_out,
        whose,
    };
    let message = Message {
        external_id,
        id,
        says,
        device: device(&context),
        signature: context.aside("signature"),
    };
    errors.into_result((message, about))
}

/// The properties of something that was seen, with what it is called among them.
fn with_names(properties: Properties, fields: &Fields, errors: &mut FieldErrors) -> Properties {
    let names = ["name", "category"].map(|about| (about, fields.text(about, errors)));
    if names.iter().all(|(_, text)| text.is_none()) {
        return properties;
    }
    let mut all = properties.to_map();
    for (about, text) in names {
        if let Some(text) = text {
            all.entry(about).or_insert(Value::from(text));
        }
    }
    all.into()
}

fn required(name: &str, value: Option<String>, errors: &mut FieldErrors) -> String {
    if value.is_none() && errors.of(name).is_none() {
        errors.add(name, "is missing");
    }
    value.unwrap_or_default()
}

fn kept(read: Result<Profile, FieldErrors>, errors: &mut FieldErrors) -> Profile {
    read.unwrap_or_else(|wrong| {
        for error in wrong.0 {
            let name = error.field.trim_start_matches("attributes.");
            errors.add(format!("traits.{name}"), error.message);
        }
        Profile::default()
    })
}

/// The time zone, if there is such a one: what a device says of itself on the
/// way is no reason to refuse the rest.
fn zone(context: &Fields) -> Option<String> {
    context
        .aside("timezone")
        .filter(|zone| time_zone::is_known(zone))
}

/// The device in a message's context, where it has a push token.
fn device(context: &Fields) -> Option<DeviceSaid> {
    let device = context.object_aside("device");
    let token = device.aside("token")?;
    let app = context.object_aside("app");
    Some(DeviceSaid {
        device_id: device.aside("id").unwrap_or_default(),
        app_names: ["namespace", "name"]
            .into_iter()
            .filter_map(|name| app.aside(name))
            .collect(),
        kind: device.aside("type").unwrap_or_default(),
        token,
        app_version: app.aside("version"),
        os_version: context.object_aside("os").aside("version"),
        model: device.aside("model"),
        locale: context.aside("locale"),
        time_zone: zone(context),
    })
}

impl About {
    /// Mistakes, each under the name that its field has in Segment's message.
    pub(super) fn in_segments_words(&self, mut errors: FieldErrors) -> FieldErrors {
        for error in &mut errors.0 {
            let field = error.field.as_str();
            error.field = match field {
                "external_id" => self.whose.to_owned(),
                "id" => "messageId".to_owned(),
                "name" => "event".to_owned(),
                "occurred_at" => "timestamp".to_owned(),
                "previous" => "previousId".to_owned(),
                "first_name" => "traits.firstName".to_owned(),
                "last_name" => "traits.lastName".to_owned(),
                "time_zone" => "traits.timezone".to_owned(),
                "email" | "locale" => format!("traits.{field}"),
                "attributes" => "traits".to_owned(),
                other => match other.strip_prefix("attributes.") {
                    Some(name) if self.kind == Kind::Group => {
                        format!("traits.{}", name.trim_start_matches("group_"))
                    }
                    Some(name) => format!("traits.{name}"),
                    None => other.to_owned(),
                },
            };
        }
        errors
    }
}

/// A device's mistakes, each under the name that its field has in Segment's
/// message.
pub(super) fn in_segments_words_of_device(mut errors: FieldErrors) -> FieldErrors {
    for error in &mut errors.0 {
        let field = match error.field.as_str() {
            "app" => "app.name",
            "app_version" => "app.version",
            "os_version" => "os.version",
            "time_zone" => "timezone",
            "locale" => "locale",
            "signature" => "signature",
            "previous_signature" => "previousSignature",
            "device_id" => "device.id",
            "kind" => "device.type",
            "model" => "device.model",
            _ => "device.token",
        };
        error.field = format!("context.{field}");
    }
    errors
}
