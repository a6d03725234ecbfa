//! What a platform will not show of a push, and why: said while composing.

use serde::{Deserialize, Serialize};

use crate::app::Capabilities;
use crate::device::Platform;
use crate::push::Rendered;

/// One thing that will not look as composed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The platform.
    pub platform: Platform,
    /// The field of the push.
    pub field: String,
    /// What will not be shown, why, and what would change that.
    pub message: String,
}

/// What `platform` will not show of `rendered`, for an app with these
/// capabilities.
pub fn warnings(
    rendered: &Rendered<'_>,
    platform: Platform,
    capabilities: &Capabilities,
) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut warn = |field: &str, message: String| {
        found.push(Warning {
            platform,
            field: field.to_owned(),
            message,
        });
    };
    match platform {
        Platform::Ios => {
            if rendered.image.is_some() && !capabilities.ios_service_extension {
                warn("image", "The image is not shown: this app has no Notification Service Extension to fetch it.".to_owned());
            }
            if !rendered.buttons.is_empty()
                && super::apns::category(rendered, capabilities).is_none()
            {
                let titles: Vec<_> = rendered
                    .buttons
                    .iter()
                    .map(|b| format!("“{}”", b.title))
                    .collect();
                warn(
                    "buttons",
                    format!(
                        "The buttons are not shown: iOS takes their titles from the app, and this app registered no category with exactly {}.",
                        titles.join(", ")
                    ),
                );
            }
            if rendered
                .image
                .as_ref()
                .is_some_and(|image| image.starts_with("http://"))
            {
                warn("image", "iOS fetches images over https:// only.".to_owned());
            }
        }
        Platform::Android => {
            if rendered.subtitle.is_some() {
                warn("subtitle", no_subtitle(platform));
            }
            if !rendered.buttons.is_empty() && !capabilities.android_handler {
                warn("buttons", "The buttons are not shown: the Android app must draw them itself, and this app does not say that it does.".to_owned());
            } else if rendered.buttons.len() > 3 {
                warn(
                    "buttons",
                    "Android shows three buttons; the fourth is left out.".to_owned(),
                );
            }
            if super::fcm::app_draws(rendered, platform, capabilities) {
                if rendered.badge.is_some() {
                    warn("badge", handed_over("number on the icon", "badge"));
                }
                if capabilities.android_channel_id.is_some() {
                    warn("buttons", handed_over("channel", "channel_id"));
                }
            }
        }
        Platform::Web => {
            if rendered.subtitle.is_some() {
                warn("subtitle", no_subtitle(platform));
            }
            if rendered.image.is_some() {
                warn("image", "The image is shown by Chrome and Edge on Windows and Android; on macOS, in Firefox and in Safari there is none.".to_owned());
            }
            if rendered
                .link
                .as_ref()
                .is_some_and(|link| !link.starts_with("http"))
            {
                warn("link", "A tap opens nothing in a browser: the link is an app's own, not an http address.".to_owned());
            }
            if !rendered.buttons.is_empty() {
                warn("buttons", "Chrome and Edge show two buttons at most, Firefox and Safari none: let the tap itself lead somewhere.".to_owned());
            }
        }
        Platform::Fireos => {
            if rendered.subtitle.is_some() {
                warn("subtitle", no_subtitle(platform));
            }
            warn(
                "title",
                "This look is approximate: ADM hands the push to the app, whose own code draws it."
                    .to_owned(),
            );
        }
    }
    found
}

fn no_subtitle(platform: Platform) -> String {
    format!("{} has no subtitle; it is left out.", platform.label())
}

/// A push with buttons is drawn by the app, not by Android.
fn handed_over(what: &str, key: &str) -> String {
    format!(
        "The {what} is left to the app: it draws a push with buttons itself and is told it as data, under `{key}`."
    )
}
