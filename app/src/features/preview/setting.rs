//! How a device stands when its notification is looked at.

use domain::device::Platform;

use super::{Browser, Shown};

/// How long ago the notification came: the word for it takes room from the title.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum When {
    /// This minute.
    #[default]
    Now,
    /// Three hours ago.
    Hours,
    /// Yesterday morning.
    Yesterday,
}

impl When {
    /// Every moment.
    pub const ALL: [Self; 3] = [Self::Now, Self::Hours, Self::Yesterday];

    /// Its name in a control.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Now => "now",
            Self::Hours => "hours",
            Self::Yesterday => "yesterday",
        }
    }

    /// The moment called `name`; now for any other name.
    pub fn parse(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|when| when.name() == name)
            .unwrap_or_default()
    }

    /// The words that the platform writes.
    pub const fn words(self, platform: Platform) -> &'static str {
        match (self, platform) {
            (Self::Now, _) => "now",
            (Self::Hours, Platform::Ios) => "3h ago",
            (Self::Yesterday, Platform::Ios) => "Yesterday, 8:37 AM",
            (Self::Hours, _) => "3h",
            (Self::Yesterday, _) => "1d",
        }
    }
}

/// How the device stands when the notification is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Setting {
    /// Opened by a long press or a drag.
    pub expanded: bool,
    /// On iOS: over an app in use, as it arrives.
    pub banner: bool,
    /// How long ago it came.
    pub when: When,
    /// The device is set to dark.
    pub dark: bool,
    /// Of a web push: the browser.
    pub browser: Browser,
}

impl Setting {
    /// The same with the state called `name`: `collapsed`, `banner` or `expanded`.
    #[must_use]
    pub fn standing(self, name: &str) -> Self {
        Self {
            expanded: name == "expanded",
            banner: name == "banner",
            ..self
        }
    }

    /// Whether it is a banner: other platforms have none.
    pub fn is_banner(self, platform: Platform) -> bool {
        self.banner && platform == Platform::Ios
    }
}

/// The first line: iOS, and Firebase's own code on Android, write the app's name where a
/// title is missing.
pub fn first_line(shown: &Shown, app: &str) -> String {
    if shown.title.trim().is_empty() {
        app.to_owned()
    } else {
        shown.title.clone()
    }
}

/// The class of the field that a button which takes a text opens.
pub fn field_class(button: &str) -> String {
    format!("{button}-field")
}

/// What that field holds, which a tap on the button opens.
pub fn field_words(placeholder: Option<&str>) -> String {
    format!(
        "After a tap: {}",
        placeholder.unwrap_or("a text is written")
    )
}

/// The id of the template of a platform's notification.
pub const fn template_id(platform: Platform) -> &'static str {
    match platform {
        Platform::Ios => "notification-ios",
        Platform::Web => "notification-web",
        Platform::Android | Platform::Fireos => "notification-android",
    }
}

/// Which of the drawn devices shows a platform's notifications.
pub const fn device_name(platform: Platform) -> &'static str {
    match platform {
        Platform::Ios => "ios",
        Platform::Web => "web",
        Platform::Android | Platform::Fireos => "android",
    }
}
