//! What of an arrived notification a platform and an app really show.

use domain::{
    app::{Action, Capabilities},
    device::Platform,
};

use super::Arrived;

/// Android draws three buttons at most.
const ANDROID_BUTTONS: usize = 3;
/// Browsers commonly draw two.
const WEB_BUTTONS: usize = 2;

/// A notification as it stands on the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The system that draws it.
    pub platform: Platform,
    /// First line.
    pub title: String,
    /// Second line.
    pub subtitle: Option<String>,
    /// The text.
    pub body: String,
    /// Address of the image, if it will be seen.
    pub image: Option<String>,
    /// The buttons that will be seen.
    pub buttons: Vec<Action>,
    /// Arrives without a sound.
    pub silent: bool,
    /// The number on the app's icon.
    pub badge: Option<u64>,
}

impl Shown {
    /// A notification before anything could be rendered.
    pub const fn nothing(platform: Platform) -> Self {
        Self {
            platform,
            title: String::new(),
            subtitle: None,
            body: String::new(),
            image: None,
            buttons: Vec::new(),
            silent: false,
            badge: None,
        }
    }

    /// What `platform` shows of `arrived`, in an app with these capabilities.
    pub fn of(arrived: Arrived, platform: Platform, capabilities: &Capabilities) -> Self {
        let ios = platform == Platform::Ios;
        let image = arrived
            .image
            .filter(|_| !ios || (arrived.mutable && capabilities.ios_service_extension));
        let buttons = if ios {
            category_actions(arrived.category.as_deref(), capabilities)
        } else if platform == Platform::Web {
            let most = WEB_BUTTONS.min(capabilities.web_actions.into());
            arrived.buttons.into_iter().take(most).collect()
        } else if arrived.app_draws && capabilities.android_handler {
            arrived.buttons.into_iter().take(ANDROID_BUTTONS).collect()
        } else {
            Vec::new()
        };
        Self {
            platform,
            title: arrived.title,
            subtitle: arrived.subtitle.filter(|_| ios),
            body: arrived.body,
            image,
            buttons,
            silent: arrived.sound.is_none(),
            badge: arrived.badge,
        }
    }
}

/// iOS shows the actions that the app registered for the category.
fn category_actions(category: Option<&str>, capabilities: &Capabilities) -> Vec<Action> {
    capabilities
        .ios_categories
        .iter()
        .find(|known| Some(known.id.as_str()) == category)
        .map(|known| known.actions.clone())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use domain::app::Category;

    use super::*;

    fn arrived() -> Arrived {
        Arrived {
            title: "T".into(),
            subtitle: Some("S".into()),
            image: Some("https://x.test/i.png".into()),
            buttons: ["a", "b", "c", "d"].map(Action::opening).into(),
            category: Some("OFFER".into()),
            mutable: true,
            app_draws: true,
            ..Arrived::default()
        }
    }

    #[test]
    fn without_a_service_extension_ios_shows_no_image() {
        assert_eq!(
            Shown::of(arrived(), Platform::Ios, &Capabilities::default()).image,
            None
        );
    }

    #[test]
    fn ios_shows_the_titles_that_the_app_registered() {
        let category = Category {
            id: "OFFER".into(),
            actions: vec![Action::opening("Buy")],
        };
        let capabilities = Capabilities {
            ios_categories: vec![category],
            ..Capabilities::default()
        };
        assert_eq!(
            Shown::of(arrived(), Platform::Ios, &capabilities).buttons,
            [Action::opening("Buy")]
        );
    }

    #[test]
    fn android_shows_three_buttons_and_no_subtitle() {
        let capabilities = Capabilities {
            android_handler: true,
            ..Capabilities::default()
        };
        let shown = Shown::of(arrived(), Platform::Android, &capabilities);
        assert_eq!((shown.buttons.len(), shown.subtitle), (3, None));
    }

    #[test]
    fn what_the_system_draws_on_android_has_no_buttons() {
        let capabilities = Capabilities {
            android_handler: true,
            ..Capabilities::default()
        };
        let by_system = Arrived {
            app_draws: false,
            ..arrived()
        };
        assert_eq!(
            Shown::of(by_system, Platform::Android, &capabilities).buttons,
            Vec::<Action>::new()
        );
    }
}
