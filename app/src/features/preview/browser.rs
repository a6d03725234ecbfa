//! Browsers, and what each shows of a web push. The same worker is told the same
//! everywhere; image and buttons are the browser's to draw or to leave out.

use domain::{device::Platform, push::ActionKind};

use super::Shown;

/// A browser on a system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Browser {
    /// Chrome or Edge on Windows.
    #[default]
    ChromeWindows,
    /// Chrome or Edge on macOS.
    ChromeMac,
    /// Chrome on Android.
    ChromeAndroid,
    /// Firefox on a desktop.
    Firefox,
    /// Safari on macOS.
    Safari,
}

impl Browser {
    /// Every browser that the preview draws.
    pub const ALL: [Self; 5] = [
        Self::ChromeWindows,
        Self::ChromeMac,
        Self::ChromeAndroid,
        Self::Firefox,
        Self::Safari,
    ];

    /// Its name in a control.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ChromeWindows => "chrome-windows",
            Self::ChromeMac => "chrome-mac",
            Self::ChromeAndroid => "chrome-android",
            Self::Firefox => "firefox",
            Self::Safari => "safari",
        }
    }

    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::ChromeWindows => "Chrome, Windows",
            Self::ChromeMac => "Chrome, macOS",
            Self::ChromeAndroid => "Chrome, Android",
            Self::Firefox => "Firefox",
            Self::Safari => "Safari",
        }
    }

    /// The browser called `name`; the first one for any other name.
    pub fn parse(name: &str) -> Self {
        Self::ALL
            .into_iter()
            .find(|browser| browser.name() == name)
            .unwrap_or_default()
    }

    /// What it shows of a web push; other notifications stay as they are.
    #[must_use]
    pub fn shows(self, shown: Shown) -> Shown {
        if shown.platform != Platform::Web {
            return shown;
        }
        let pictures = matches!(self, Self::ChromeWindows | Self::ChromeAndroid);
        let acts = !matches!(self, Self::Firefox | Self::Safari);
        let mut buttons = if acts { shown.buttons } else { Vec::new() };
        if self != Self::ChromeAndroid {
            // No field to type into: a button like the others.
            for button in &mut buttons {
                button.placeholder = None;
                button.kind = ActionKind::Open;
            }
        }
        Shown {
            image: shown.image.filter(|_| pictures),
            buttons,
            ..shown
        }
    }

    /// Whether a notification stands opened: Windows opens each as it arrives.
    pub const fn opens(self, platform: Platform, expanded: bool) -> bool {
        expanded || (matches!(platform, Platform::Web) && matches!(self, Self::ChromeWindows))
    }
}

#[cfg(test)]
mod tests {
    use domain::app::Action;

    use super::*;

    #[test]
    fn image_and_buttons_are_the_browsers_to_leave_out() {
        let push = Shown {
            image: Some("https://x.test/i.png".into()),
            buttons: vec![Action {
                kind: ActionKind::TextInput,
                placeholder: Some("Well?".into()),
                ..Action::opening("Go")
            }],
            ..Shown::nothing(Platform::Web)
        };
        let seen = |browser: Browser| {
            let shown = browser.shows(push.clone());
            (shown.image.is_some(), shown.buttons.len())
        };
        assert_eq!(seen(Browser::ChromeWindows), (true, 1));
        assert_eq!(seen(Browser::ChromeMac), (false, 1));
        assert_eq!(seen(Browser::Safari), (false, 0));
        let field = |browser: Browser| browser.shows(push.clone()).buttons[0].placeholder.clone();
        assert_eq!(field(Browser::ChromeAndroid).as_deref(), Some("Well?"));
        assert_eq!(field(Browser::ChromeMac), None);
        let phone = Shown {
            platform: Platform::Android,
            ..push
        };
        assert_eq!(Browser::Safari.shows(phone.clone()), phone);
    }

    #[test]
    fn windows_alone_opens_what_arrives() {
        assert!(Browser::ChromeWindows.opens(Platform::Web, false));
        assert!(!Browser::ChromeWindows.opens(Platform::Android, false));
        assert!(!Browser::ChromeMac.opens(Platform::Web, false));
    }
}
