//! The capability record: what the installed app can show, entered once by
//! whoever builds it. Payloads, warnings and previews follow it.

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::device::{Channel, Platform};
use crate::push::ActionKind;
use crate::validate::{FieldErrors, check_text};

/// Most categories of an app.
const CATEGORIES_MAX: usize = 64;
/// Most actions that iOS takes in a category's list.
const ACTIONS_MAX: usize = 8;
/// Most notification channels of an Android app.
const CHANNELS_MAX: usize = 64;
/// Most buttons that any browser draws.
const WEB_ACTIONS_MAX: u8 = 4;
/// Buttons that browsers commonly draw, and Carillon's worker with them.
const WEB_ACTIONS: u8 = 2;

/// What the installed app can show: a push is drawn and built by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, from = "Written")]
pub struct Capabilities {
    /// The channels that the app uses; empty when nobody said.
    pub channels: Vec<Channel>,
    /// The iOS app has a Notification Service Extension: without one, images
    /// are not shown.
    pub ios_service_extension: bool,
    /// Categories that the iOS app registered, with their actions.
    pub ios_categories: Vec<Category>,
    /// The Android app draws data-only messages itself: without that, it
    /// shows no buttons.
    pub android_handler: bool,
    /// The notification channels that the Android app made, by their ids. The
    /// first is posted to where a push names none.
    pub android_channels: Vec<String>,
    /// Buttons that the site's service worker shows, 0 to 4: Carillon's shows
    /// as many as the browser draws, commonly 2.
    #[cfg_attr(feature = "openapi", schema(maximum = 4))]
    pub web_actions: u8,
}

/// A notification category that the app registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its identifier in the app.
    pub id: String,
    /// Its actions, in the order in which they stand.
    #[serde(default)]
    pub actions: Vec<Action>,
}

/// An action of a category: what iOS writes on the button, and what it does.
/// A text alone is the title of one that opens the app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Action {
    /// What it says.
    pub title: String,
    /// What a tap does.
    #[serde(skip_serializing_if = "ActionKind::is_open")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub kind: ActionKind,
    /// What stands in the empty field of one that takes a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placeholder: Option<String>,
}

/// A record as it is written: as it is now, and as it was when an app had one
/// Android channel.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Written {
    channels: Vec<Channel>,
    ios_service_extension: bool,
    ios_categories: Vec<Category>,
    android_handler: bool,
    android_channels: Vec<String>,
    android_channel_id: Option<String>,
    web_actions: Option<u8>,
}

impl From<Written> for Capabilities {
    fn from(written: Written) -> Self {
        let mut android_channels = written.android_channels;
        if android_channels.is_empty() {
            android_channels.extend(written.android_channel_id.filter(|id| !id.is_empty()));
        }
        Self {
            channels: written.channels,
            ios_service_extension: written.ios_service_extension,
            ios_categories: written.ios_categories,
            android_handler: written.android_handler,
            android_channels,
            web_actions: written.web_actions.unwrap_or(WEB_ACTIONS),
        }
    }
}

impl Default for Capabilities {
    fn default() -> Self {
        Self::UNKNOWN
    }
}

impl Capabilities {
    /// An app of which nothing is known: texts are shown, and nothing else.
    pub const UNKNOWN: Self = Self {
        channels: Vec::new(),
        ios_service_extension: false,
        ios_categories: Vec::new(),
        android_handler: false,
        android_channels: Vec::new(),
        web_actions: WEB_ACTIONS,
    };

    /// What all of several apps can show; a channel is used if any of them uses it.
    pub fn shared<'a>(all: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut all = all.into_iter();
        let Some(mut shared) = all.next().cloned() else {
            return Self::UNKNOWN;
        };
        for other in all {
            shared.ios_service_extension &= other.ios_service_extension;
            let categories = &mut shared.ios_categories;
            categories.retain(|category| other.ios_categories.contains(category));
            shared.android_handler &= other.android_handler;
            let channels = &mut shared.android_channels;
            channels.retain(|channel| other.android_channels.contains(channel));
            shared.web_actions = shared.web_actions.min(other.web_actions);
            if other.channels.is_empty() || shared.channels.is_empty() {
                shared.channels.clear();
            } else {
                let more = other.channels.iter();
                let more: Vec<_> = more
                    .filter(|channel| !shared.channels.contains(channel))
                    .collect();
                shared.channels.extend(more);
            }
        }
        shared
    }

    /// Whether the app may have devices on `platform`: it uses a channel that
    /// reaches it, or nobody said which it uses.
    pub fn reaches(&self, platform: Platform) -> bool {
        self.channels.is_empty()
            || self
                .channels
                .iter()
                .any(|channel| channel.reaches(platform))
    }

    /// Every mistake in it, under the fields' names below `capabilities`.
    pub fn check(&self, errors: &mut FieldErrors) {
        let of = |field: &str| format!("capabilities.{field}");
        for (n, channel) in self.channels.iter().enumerate() {
            if self.channels[..n].contains(channel) {
                let field = of(&format!("channels[{n}]"));
                errors.add(field, format!("names {} twice", channel.name()));
            }
        }
        if self.ios_categories.len() > CATEGORIES_MAX {
            errors.add(
                of("ios_categories"),
                format!("are more than {CATEGORIES_MAX}"),
            );
        }
        for (n, category) in self.ios_categories.iter().enumerate() {
            let field = of(&format!("ios_categories[{n}]"));
            let earlier = &self.ios_categories[..n];
            if earlier.iter().any(|other| other.id == category.id) {
                errors.add(format!("{field}.id"), "is the id of another category");
            }
            category.check(&field, errors);
        }
        if self.android_channels.len() > CHANNELS_MAX {
            errors.add(
                of("android_channels"),
                format!("are more than {CHANNELS_MAX}"),
            );
        }
        for (n, channel) in self.android_channels.iter().enumerate() {
            let field = of(&format!("android_channels[{n}]"));
            check_text(&field, channel, 1, 128, errors);
            if self.android_channels[..n].contains(channel) {
                errors.add(field, "stands there twice");
            }
        }
        if self.web_actions > WEB_ACTIONS_MAX {
            errors.add(
                of("web_actions"),
                format!("are more than {WEB_ACTIONS_MAX}: no browser draws as many"),
            );
        }
    }
}

impl Category {
    fn check(&self, field: &str, errors: &mut FieldErrors) {
        check_text(&format!("{field}.id"), &self.id, 1, 128, errors);
        if self.actions.len() > ACTIONS_MAX {
            errors.add(
                format!("{field}.actions"),
                format!("are more than {ACTIONS_MAX}"),
            );
        }
        for (n, action) in self.actions.iter().enumerate() {
            let field = format!("{field}.actions[{n}]");
            check_text(&format!("{field}.title"), &action.title, 1, 128, errors);
            if let Some(placeholder) = &action.placeholder {
                let field = format!("{field}.placeholder");
                check_text(&field, placeholder, 0, 128, errors);
                if action.kind != ActionKind::TextInput {
                    errors.add(
                        field,
                        "is for an action that takes a text; leave it out or make the kind text_input",
                    );
                }
            }
        }
    }
}

impl Action {
    /// One that opens the app.
    pub fn opening(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            kind: ActionKind::Open,
            placeholder: None,
        }
    }
}

impl<'de> Deserialize<'de> for Action {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ActionVisitor)
    }
}

struct ActionVisitor;

/// An action with its kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenAction {
    title: String,
    #[serde(default)]
    kind: ActionKind,
    #[serde(default)]
    placeholder: Option<String>,
}

impl<'de> de::Visitor<'de> for ActionVisitor {
    type Value = Action;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a title, or an object of title, kind and placeholder")
    }

    fn visit_str<E: de::Error>(self, title: &str) -> Result<Action, E> {
        Ok(Action::opening(title))
    }

    fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Action, A::Error> {
        let written = WrittenAction::deserialize(de::value::MapAccessDeserializer::new(map))?;
        Ok(Action {
            title: written.title,
            kind: written.kind,
            placeholder: written.placeholder,
        })
    }
}

#[cfg(test)]
mod tests;
