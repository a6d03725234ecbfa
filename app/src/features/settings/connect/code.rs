//! The code for each system, filled in for one app and this server.

use domain::{
    app::{Action, App, Category},
    device::Channel,
    push::ActionKind,
};

/// A system that apps run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// iOS, in Swift.
    Ios,
    /// Android, in Kotlin.
    Android,
    /// Browsers.
    Web,
    /// Fire OS, in Kotlin.
    FireOs,
}

/// A file to copy.
pub struct Sample {
    /// What it is for.
    pub title: &'static str,
    /// A sentence about it.
    pub what: &'static str,
    /// What it is called.
    pub file: &'static str,
    /// Its text, with places to fill.
    text: &'static str,
}

/// What is filled in.
pub struct Filling<'a> {
    /// This server's address.
    pub server: String,
    /// The app.
    pub app: &'a App,
    /// The public key of the site's pair, if there is one.
    pub public_key: Option<&'a str>,
}

const IOS: [Sample; 3] = [
    Sample {
        title: "Registering and reporting",
        what: "A member of both targets, the app's and the extension's.",
        file: "Carillon.swift",
        text: include_str!("Carillon.swift"),
    },
    Sample {
        title: "Permission, tokens, taps, buttons and replies",
        what: "Ask for permission when the person has just done something that a push will follow up.",
        file: "AppDelegate.swift",
        text: include_str!("AppDelegate.swift"),
    },
    Sample {
        title: "Images",
        what: "Without this extension iOS shows no image. Once it is in the app, say so under What the app can show.",
        file: "NotificationService.swift",
        text: include_str!("NotificationService.swift"),
    },
];

const ANDROID: [Sample; 3] = [
    Sample {
        title: "Registering, drawing and reporting",
        what: "Buttons have no field in FCM: the app draws such a push itself. Once this is in the app, say so under What the app can show.",
        file: "Carillon.kt",
        text: include_str!("Carillon.kt"),
    },
    Sample {
        title: "Tokens and messages from Firebase",
        what: "Firebase changes the token when it likes; each is registered as it comes.",
        file: "CarillonMessaging.kt",
        text: include_str!("CarillonMessaging.kt"),
    },
    Sample {
        title: "Permission, and what a tap opens",
        what: "Android 13 and newer ask the person; older ones allow notifications from the start.",
        file: "MainActivity.kt",
        text: include_str!("MainActivity.kt"),
    },
];

const WEB: [Sample; 2] = [
    Sample {
        title: "The service worker",
        what: "One line, hosted at the root of the site. It shows pushes, opens their links, reports, and registers a changed address, also when no page is open.",
        file: "carillon-sw.js",
        text: include_str!("carillon-sw.js"),
    },
    Sample {
        title: "Asking, refreshing, signing out",
        what: "On every page of the site, or at least where people ask for news and where they come back to.",
        file: "site.html",
        text: include_str!("site.html"),
    },
];

const FIRE_OS: [Sample; 2] = [
    Sample {
        title: "Registering, drawing and reporting",
        what: "The same file as for Android.",
        file: "Carillon.kt",
        text: include_str!("Carillon.kt"),
    },
    Sample {
        title: "Registration ids and messages from Amazon",
        what: "On Fire OS the app draws every push, images and buttons included.",
        file: "CarillonAdm.kt",
        text: include_str!("CarillonAdm.kt"),
    },
];

impl System {
    /// Every system.
    pub const ALL: [Self; 4] = [Self::Ios, Self::Android, Self::Web, Self::FireOs];

    /// The name in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ios => "ios",
            Self::Android => "android",
            Self::Web => "web",
            Self::FireOs => "fireos",
        }
    }

    /// The system with this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.name() == name)
    }

    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ios => "iOS",
            Self::Android => "Android",
            Self::Web => "Web",
            Self::FireOs => "Fire OS",
        }
    }

    /// The push service that reaches it.
    pub const fn channel(self) -> Channel {
        match self {
            Self::Ios => Channel::Apns,
            Self::Android => Channel::Fcm,
            Self::Web => Channel::Webpush,
            Self::FireOs => Channel::Adm,
        }
    }

    /// Its files.
    pub const fn samples(self) -> &'static [Sample] {
        match self {
            Self::Ios => &IOS,
            Self::Android => &ANDROID,
            Self::Web => &WEB,
            Self::FireOs => &FIRE_OS,
        }
    }

    /// What to know beside the code.
    pub const fn notes(self) -> &'static [&'static str] {
        match self {
            Self::Ios => &[
                "Development builds have tokens of Apple's sandbox: they need a credential of that environment.",
                "iOS starts the extension only for pushes with an image. Of others, shown while the app is closed, nobody can tell that they were displayed; a tap is always told.",
            ],
            Self::Android => &[
                "A push without buttons is drawn by the system while the app is closed: nobody can tell then that it was displayed; a tap is always told.",
                "Quick replies and typed replies are reported without opening the app; other buttons open it.",
            ],
            Self::Web => &[
                "A browser needs a secure page: https, or localhost. On an iPhone only sites on the home screen have web push.",
            ],
            Self::FireOs => {
                &["Amazon's library is on the tablets: compile against it and do not ship it."]
            }
        }
    }

    /// When a report is to be expected.
    pub const fn report_comes(self) -> &'static str {
        match self {
            Self::Ios => "Tap the test push, or send one with an image.",
            Self::Android => "Tap the test push, or send one while the app is open.",
            Self::Web | Self::FireOs => "It comes when the test push is displayed.",
        }
    }
}

impl Sample {
    /// The text for one app and this server.
    pub fn filled(&self, filling: &Filling<'_>) -> String {
        let channels = &filling.app.capabilities.android_channels;
        let channel = channels.first().map(String::as_str);
        let places = [
            ("{server}", filling.server.as_str()),
            ("{app}", &filling.app.slug),
            ("{key}", "carillon_…"),
            ("{channel}", channel.unwrap_or("offers")),
            (
                "{public_key}",
                filling
                    .public_key
                    .unwrap_or("enter the Web Push credential first: its card shows the key"),
            ),
            ("{categories}", &categories(filling.app)),
        ];
        let mut text = self.text.to_owned();
        for (place, value) in places {
            text = text.replace(place, value);
        }
        text
    }
}

/// The app's categories in Swift, as entered; an example where there are none.
fn categories(app: &App) -> String {
    let known = app.capabilities.ios_categories.as_slice();
    let example = [Category {
        id: "offer".to_owned(),
        actions: vec![Action::opening("Shop now"), Action::opening("Later")],
    }];
    let all = if known.is_empty() {
        &example[..]
    } else {
        known
    };
    let mut lines = Vec::new();
    for category in all {
        lines.push(format!(
            "            UNNotificationCategory(identifier: {}, actions: [",
            quoted(&category.id)
        ));
        for (place, action) in category.actions.iter().enumerate() {
            lines.push(format!("                {},", in_swift(place, action)));
        }
        lines.push("            ], intentIdentifiers: []),".to_owned());
    }
    lines.join("\n")
}

/// An action in Swift, its place for an identifier.
fn in_swift(place: usize, action: &Action) -> String {
    let title = quoted(&action.title);
    match action.kind {
        ActionKind::Open => format!(
            "UNNotificationAction(identifier: \"{place}\", title: {title}, options: .foreground)"
        ),
        ActionKind::QuickReply => {
            format!("UNNotificationAction(identifier: \"{place}\", title: {title}, options: [])")
        }
        ActionKind::TextInput => {
            let placeholder = quoted(action.placeholder.as_deref().unwrap_or_default());
            format!(
                "UNTextInputNotificationAction(identifier: \"{place}\", title: {title}, options: [], textInputButtonTitle: {title}, textInputPlaceholder: {placeholder})"
            )
        }
    }
}

/// A text in Swift.
fn quoted(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use domain::{Timestamp, app::Capabilities};

    use super::*;

    fn app(categories: Vec<Category>) -> App {
        App {
            id: uuid::Uuid::nil().into(),
            slug: "shop".into(),
            name: "Shop".into(),
            capabilities: Capabilities {
                ios_categories: categories,
                ..Capabilities::default()
            },
            created_at: Timestamp(0),
        }
    }

    #[test]
    fn every_sample_is_filled_in_and_leaves_no_place_open() {
        let app = app(vec![]);
        let filling = Filling {
            server: "https://push.example.org".into(),
            app: &app,
            public_key: Some("BKey"),
        };
        for sample in System::ALL.iter().flat_map(|system| system.samples()) {
            let text = sample.filled(&filling);
            for place in [
                "{server}",
                "{app}",
                "{key}",
                "{channel}",
                "{public_key}",
                "{categories}",
            ] {
                assert!(!text.contains(place), "{}: {place}", sample.file);
            }
            let talks = sample.text.contains("{server}");
            assert_eq!(text.contains("https://push.example.org"), talks);
        }
    }

    #[test]
    fn the_apps_own_categories_are_written_with_their_titles_escaped() {
        let app = app(vec![Category {
            id: "order".into(),
            actions: vec![
                Action::opening("Say \"yes\""),
                Action {
                    title: "Answer".into(),
                    kind: ActionKind::TextInput,
                    placeholder: Some("When?".into()),
                },
            ],
        }]);
        let text = categories(&app);
        assert!(text.contains("UNTextInputNotificationAction(identifier: \"1\""));
        assert!(text.contains("textInputPlaceholder: \"When?\""), "{text}");
        assert!(text.contains("identifier: \"order\""));
        assert!(
            text.contains("identifier: \"0\", title: \"Say \\\"yes\\\"\""),
            "{text}"
        );
    }
}
