//! The composed push and its validation.

use serde::{Deserialize, Serialize};

use crate::AppId;
use crate::validate::{FieldErrors, check_link, check_text};

/// Longest time to live that every provider takes: 28 days.
pub const TTL_MAX_SECONDS: u32 = 28 * 24 * 3600;
/// Longest `apns-collapse-id`, in bytes (Apple's header table).
const COLLAPSE_ID_MAX: usize = 64;
/// Most buttons that any platform shows.
const BUTTONS_MAX: usize = 4;

/// How urgent a push is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Priority {
    /// Shown at once.
    #[default]
    High,
    /// When it suits the device's battery.
    Normal,
}

/// What an uncertain delivery after a crash means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum DeliveryClass {
    /// At most once: what is uncertain stays unknown.
    #[default]
    Promotional,
    /// At least once: what is uncertain is sent again and replaces itself.
    Transactional,
}

impl DeliveryClass {
    /// The number in the database.
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The class with this number.
    pub const fn from_code(code: i16) -> Option<Self> {
        match code {
            0 => Some(Self::Promotional),
            1 => Some(Self::Transactional),
            _ => None,
        }
    }
}

/// A button under the notification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Button {
    /// Identifier that the app is told when it is tapped.
    pub id: String,
    /// What it says; Liquid.
    pub title: String,
    /// Where it leads; Liquid. The push's own link when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
}

/// A push notification's content. Texts and links are Liquid templates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PushContent {
    /// First line.
    pub title: String,
    /// Second line, iOS alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// The text.
    pub body: String,
    /// Address of an image.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// What a tap opens: a deep link of the app or an `https` address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// Buttons, at most four.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<Button>,
    /// Sound: `default`, or a file in the app; silent when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sound: Option<String>,
    /// Number on the app's icon; 0 clears it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub badge: Option<u32>,
    /// A later push with the same id replaces this one; Liquid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collapse_id: Option<String>,
    /// How long a provider keeps trying, in seconds; 0 is now or never.
    pub ttl_seconds: u32,
    /// How urgent it is.
    pub priority: Priority,
    /// What an uncertain delivery means.
    pub class: DeliveryClass,
    /// The one app to send to; every app of the contact when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<AppId>,
    /// A body typed by hand, in the place of all the rest: of a raw test alone,
    /// never stored with a push.
    #[serde(skip)]
    pub raw: Option<Box<super::RawPush>>,
}

impl Default for PushContent {
    fn default() -> Self {
        Self {
            title: String::new(),
            subtitle: None,
            body: String::new(),
            image: None,
            link: None,
            buttons: Vec::new(),
            sound: Some("default".to_owned()),
            badge: None,
            collapse_id: None,
            ttl_seconds: 24 * 3600,
            priority: Priority::High,
            class: DeliveryClass::Promotional,
            app: None,
            raw: None,
        }
    }
}

impl PushContent {
    /// Every field that is wrong, Liquid included. An empty list means that
    /// the push can be sent.
    pub fn check(&self) -> FieldErrors {
        let mut errors = FieldErrors::default();
        if self.title.trim().is_empty() && self.body.trim().is_empty() {
            errors.add("body", "must not be empty when there is no title either");
        }
        check_text("title", &self.title, 0, 1024, &mut errors);
        check_text("body", &self.body, 0, 8192, &mut errors);
        if let Some(subtitle) = &self.subtitle {
            check_text("subtitle", subtitle, 0, 1024, &mut errors);
        }
        if let Some(image) = &self.image {
            check_link("image", image, &mut errors);
            let dynamic = image.starts_with("{{") || image.starts_with("{%");
            if !dynamic && !image.starts_with("https://") {
                errors.add(
                    "image",
                    "must be an https:// address: devices fetch nothing else",
                );
            }
        }
        if let Some(link) = &self.link {
            check_link("link", link, &mut errors);
        }
        self.check_buttons(&mut errors);
        if let Some(sound) = &self.sound {
            check_text("sound", sound, 1, 128, &mut errors);
        }
        if let Some(id) = &self.collapse_id {
            check_text("collapse_id", id, 1, 1024, &mut errors);
            if !id.contains("{{") && id.len() > COLLAPSE_ID_MAX {
                errors.add(
                    "collapse_id",
                    format!(
                        "is {} bytes long; at most {COLLAPSE_ID_MAX} are allowed",
                        id.len()
                    ),
                );
            }
        }
        if self.ttl_seconds > TTL_MAX_SECONDS {
            errors.add(
                "ttl_seconds",
                format!("is more than 28 days ({TTL_MAX_SECONDS} seconds)"),
            );
        }
        super::CompiledPush::check_templates(self, &mut errors);
        errors
    }

    fn check_buttons(&self, errors: &mut FieldErrors) {
        if self.buttons.len() > BUTTONS_MAX {
            errors.add(
                "buttons",
                format!(
                    "are {}; at most {BUTTONS_MAX} are allowed",
                    self.buttons.len()
                ),
            );
        }
        for (n, button) in self.buttons.iter().enumerate() {
            let mut id_errors = FieldErrors::default();
            crate::validate::check_slug("id", &button.id, &mut id_errors);
            if let Some(message) = id_errors.of("id") {
                errors.add(format!("buttons[{n}].id"), message);
            }
            if self.buttons[..n].iter().any(|other| other.id == button.id) {
                errors.add(format!("buttons[{n}].id"), "is used by another button");
            }
            check_text(
                &format!("buttons[{n}].title"),
                &button.title,
                1,
                256,
                errors,
            );
            if let Some(link) = &button.link {
                check_link(&format!("buttons[{n}].link"), link, errors);
            }
        }
    }
}
