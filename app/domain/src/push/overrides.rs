//! What single platforms get in place of the common content.

use serde::{Deserialize, Serialize};

use super::content::PushContent;
use crate::device::Platform;
use crate::validate::{FieldErrors, check_text};

/// The sound of an override that is silent; nothing at all is the common one.
pub const SILENT: &str = "none";

/// What each platform gets instead of the common content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct Overrides {
    /// On iOS and iPadOS.
    #[serde(skip_serializing_if = "PlatformOverride::is_empty")]
    pub ios: PlatformOverride,
    /// On Android.
    #[serde(skip_serializing_if = "PlatformOverride::is_empty")]
    pub android: PlatformOverride,
    /// In browsers.
    #[serde(skip_serializing_if = "PlatformOverride::is_empty")]
    pub web: PlatformOverride,
    /// On Fire OS.
    #[serde(skip_serializing_if = "PlatformOverride::is_empty")]
    pub fireos: PlatformOverride,
}

/// What one platform gets instead; what is absent or empty is the common value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(default, deny_unknown_fields)]
pub struct PlatformOverride {
    /// First line; Liquid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Second line; Liquid. iOS alone has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// The text; Liquid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Address of an image; Liquid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// What a tap opens; Liquid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// `default`, a file in the app, or `none` for silence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sound: Option<String>,
    /// A later push with the same id replaces this one; Liquid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collapse_id: Option<String>,
    /// The notification channel to post to; the app's first when absent.
    /// Android alone has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<String>,
}

/// The path of a field of a platform's override: `overrides.ios.title`.
pub(super) fn path(platform: Platform, field: &str) -> String {
    format!("overrides.{}.{field}", platform.name())
}

impl Overrides {
    /// Whether every platform gets the common content.
    pub fn is_empty(&self) -> bool {
        Platform::ALL
            .iter()
            .all(|platform| self.on(*platform).is_empty())
    }

    /// What `platform` gets instead.
    pub const fn on(&self, platform: Platform) -> &PlatformOverride {
        match platform {
            Platform::Ios => &self.ios,
            Platform::Android => &self.android,
            Platform::Web => &self.web,
            Platform::Fireos => &self.fireos,
        }
    }

    /// The same, to change it.
    pub const fn on_mut(&mut self, platform: Platform) -> &mut PlatformOverride {
        match platform {
            Platform::Ios => &mut self.ios,
            Platform::Android => &mut self.android,
            Platform::Web => &mut self.web,
            Platform::Fireos => &mut self.fireos,
        }
    }

    /// Takes every image out.
    pub(super) fn leave_images_aside(&mut self) {
        for platform in Platform::ALL {
            self.on_mut(platform).image = None;
        }
    }

    /// The whole content of each platform that gets another than the common.
    pub(super) fn contents(&self, common: &PushContent) -> Vec<(Platform, PushContent)> {
        let own = Platform::ALL
            .into_iter()
            .filter(|platform| !self.on(*platform).is_empty());
        own.map(|platform| (platform, self.on(platform).over(common)))
            .collect()
    }

    /// What no override of its platform can hold.
    pub(super) fn check(&self, errors: &mut FieldErrors) {
        for platform in Platform::ALL {
            let own = self.on(platform);
            for (field, only) in [
                ("subtitle", Platform::Ios),
                ("channel_id", Platform::Android),
            ] {
                if own.sets(field) && !PlatformOverride::has(platform, field) {
                    let message = format!("is for {} alone; take it away", only.label());
                    errors.add(path(platform, field), message);
                }
            }
            if let Some(channel) = &own.channel_id {
                check_text(&path(platform, "channel_id"), channel, 0, 128, errors);
            }
        }
    }
}

impl PlatformOverride {
    /// The names of its fields, in their order.
    pub const FIELDS: [&str; 8] = [
        "title",
        "subtitle",
        "body",
        "image",
        "link",
        "sound",
        "collapse_id",
        "channel_id",
    ];

    /// Whether `platform` has a use for the field called `name`.
    pub fn has(platform: Platform, name: &str) -> bool {
        match name {
            "subtitle" => platform == Platform::Ios,
            "channel_id" => platform == Platform::Android,
            _ => true,
        }
    }

    /// The values of its fields, in the order of [`Self::FIELDS`].
    pub const fn values(&self) -> [Option<&String>; 8] {
        [
            self.title.as_ref(),
            self.subtitle.as_ref(),
            self.body.as_ref(),
            self.image.as_ref(),
            self.link.as_ref(),
            self.sound.as_ref(),
            self.collapse_id.as_ref(),
            self.channel_id.as_ref(),
        ]
    }

    /// The same, to change them.
    pub const fn values_mut(&mut self) -> [&mut Option<String>; 8] {
        [
            &mut self.title,
            &mut self.subtitle,
            &mut self.body,
            &mut self.image,
            &mut self.link,
            &mut self.sound,
            &mut self.collapse_id,
            &mut self.channel_id,
        ]
    }

    /// Whether the platform gets the common content.
    pub fn is_empty(&self) -> bool {
        self.values()
            .into_iter()
            .all(|value| given(value).is_none())
    }

    /// Whether it has a value of its own for `field`.
    pub fn sets(&self, field: &str) -> bool {
        Self::FIELDS
            .iter()
            .zip(self.values())
            .any(|(name, value)| *name == field && given(value).is_some())
    }

    /// The common content with these values in it.
    fn over(&self, common: &PushContent) -> PushContent {
        let text =
            |own: &Option<String>, common: &String| given(own.as_ref()).unwrap_or(common).clone();
        let optional = |own: &Option<String>, common: &Option<String>| {
            given(own.as_ref()).or(common.as_ref()).cloned()
        };
        PushContent {
            title: text(&self.title, &common.title),
            subtitle: optional(&self.subtitle, &common.subtitle),
            body: text(&self.body, &common.body),
            image: optional(&self.image, &common.image),
            link: optional(&self.link, &common.link),
            sound: optional(&self.sound, &common.sound).filter(|sound| sound != SILENT),
            collapse_id: optional(&self.collapse_id, &common.collapse_id),
            overrides: Overrides::default(),
            ..common.clone()
        }
    }
}

/// A value that is there and not blank.
fn given(value: Option<&String>) -> Option<&String> {
    value.filter(|text| !text.trim().is_empty())
}
