//! The composed push and its validation.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::button::{Button, check_buttons};
use super::overrides::Overrides;
use crate::AppId;
use crate::validate::{FieldErrors, check_link, check_text};

/// Longest time to live that every provider takes: 28 days.
pub const TTL_MAX_SECONDS: u32 = 28 * 24 * 3600;
/// Longest `apns-collapse-id`, in bytes (Apple's header table).
const COLLAPSE_ID_MAX: usize = 64;

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

/// How much of a push is sent: what it leaves aside stays in the draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum PushFormat {
    /// Texts alone: image and buttons are left aside.
    Standard,
    /// Texts and image: buttons are left aside.
    Image,
    /// All that is there.
    #[default]
    Rich,
}

impl PushFormat {
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "serde asks with a reference"
    )]
    fn is_all(&self) -> bool {
        *self == Self::Rich
    }
}

/// A push notification's content. Texts and links are Liquid templates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PushContent {
    /// How much of it is sent.
    #[serde(skip_serializing_if = "PushFormat::is_all")]
    pub format: PushFormat,
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
    /// What single platforms get instead.
    #[serde(skip_serializing_if = "Overrides::is_empty")]
    pub overrides: Overrides,
}

impl Default for PushContent {
    fn default() -> Self {
        Self {
            format: PushFormat::Rich,
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
            overrides: Overrides::default(),
        }
    }
}

impl PushContent {
    /// What is sent of it: without what its format leaves aside.
    pub fn as_sent(&self) -> Cow<'_, Self> {
        if self.format == PushFormat::Rich {
            return Cow::Borrowed(self);
        }
        let mut sent = self.clone();
        sent.buttons.clear();
        if self.format == PushFormat::Standard {
            sent.image = None;
            sent.overrides.leave_images_aside();
        }
        sent.format = PushFormat::Rich;
        Cow::Owned(sent)
    }

    /// Every field that is wrong, Liquid included, of what is sent. An empty
    /// list means that the push can be sent.
    pub fn check(&self) -> FieldErrors {
        let sent = self.as_sent();
        let mut errors = FieldErrors::default();
        sent.check_fields(&mut errors);
        sent.overrides.check(&mut errors);
        for (platform, content) in sent.overrides.contents(&sent) {
            let mut own = FieldErrors::default();
            content.check_fields(&mut own);
            for error in own.0 {
                if sent.overrides.on(platform).sets(&error.field) {
                    errors.add(
                        super::overrides::path(platform, &error.field),
                        error.message,
                    );
                }
            }
        }
        super::CompiledPush::check_templates(&sent, &mut errors);
        errors
    }

    /// Its own fields, the templates' form aside.
    fn check_fields(&self, errors: &mut FieldErrors) {
        if self.title.trim().is_empty() && self.body.trim().is_empty() {
            errors.add("body", "must not be empty when there is no title either");
        }
        check_text("title", &self.title, 0, 1024, errors);
        check_text("body", &self.body, 0, 8192, errors);
        if let Some(subtitle) = &self.subtitle {
            check_text("subtitle", subtitle, 0, 1024, errors);
        }
        if let Some(image) = &self.image {
            check_image(image, errors);
        }
        if let Some(link) = &self.link {
            check_link("link", link, errors);
        }
        check_buttons(&self.buttons, errors);
        if let Some(sound) = &self.sound {
            check_text("sound", sound, 1, 128, errors);
        }
        if let Some(id) = &self.collapse_id {
            check_collapse_id(id, errors);
        }
        if self.ttl_seconds > TTL_MAX_SECONDS {
            errors.add(
                "ttl_seconds",
                format!("is more than 28 days ({TTL_MAX_SECONDS} seconds)"),
            );
        }
    }
}

fn check_image(image: &str, errors: &mut FieldErrors) {
    check_link("image", image, errors);
    let dynamic = image.starts_with("{{") || image.starts_with("{%");
    if !dynamic && !image.starts_with("https://") {
        errors.add(
            "image",
            "must be an https:// address: devices fetch nothing else",
        );
    }
}

fn check_collapse_id(id: &str, errors: &mut FieldErrors) {
    check_text("collapse_id", id, 1, 1024, errors);
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
