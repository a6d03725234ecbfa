//! What a platform will not show of a push, and why: said while composing.

use serde::{Deserialize, Serialize};

use crate::app::Capabilities;
use crate::device::Platform;
use crate::push::{ActionKind, Rendered, RenderedButton};

/// Buttons that Android draws.
const ANDROID_BUTTONS: usize = 3;

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

/// What was found so far.
struct Found {
    platform: Platform,
    warnings: Vec<Warning>,
}

impl Found {
    fn warn(&mut self, field: &str, message: impl Into<String>) {
        self.warnings.push(Warning {
            platform: self.platform,
            field: field.to_owned(),
            message: message.into(),
        });
    }
}

/// What `platform` will not show of what it gets of `rendered`, for an app with
/// these capabilities.
pub fn warnings(
    rendered: &Rendered<'_>,
    platform: Platform,
    capabilities: &Capabilities,
) -> Vec<Warning> {
    let rendered = rendered.on(platform);
    let mut found = Found {
        platform,
        warnings: Vec::new(),
    };
    if !capabilities.reaches(platform) {
        let label = platform.label();
        found.warn(
            "app",
            format!("No {label} device gets it: this app uses no channel that leads there."),
        );
    }
    if platform != Platform::Ios && rendered.subtitle.is_some() {
        let label = platform.label();
        found.warn(
            "subtitle",
            format!("{label} has no subtitle; it is left out."),
        );
    }
    match platform {
        Platform::Ios => ios(rendered, capabilities, &mut found),
        Platform::Android => android(rendered, capabilities, &mut found),
        Platform::Web => web(rendered, capabilities, &mut found),
        Platform::Fireos => fire_os(rendered, capabilities, &mut found),
    }
    found.warnings
}

fn ios(rendered: &Rendered<'_>, capabilities: &Capabilities, found: &mut Found) {
    if rendered.image.is_some() && !capabilities.ios_service_extension {
        found.warn(
            "image",
            "The image is not shown: this app has no Notification Service Extension to fetch it.",
        );
    }
    if let Some(missing) = missing_category(rendered, capabilities) {
        found.warn("buttons", missing);
    }
    let category = super::apns::category(rendered, capabilities);
    let registered = capabilities
        .ios_categories
        .iter()
        .find(|known| Some(known.id.as_str()) == category);
    let actions = registered.map_or(&[][..], |known| &known.actions);
    for (action, button) in actions.iter().zip(&rendered.buttons) {
        if button.placeholder.is_some()
            && button.placeholder.as_deref() != action.placeholder.as_deref()
        {
            let shown = action.placeholder.as_deref().map_or_else(
                || "nothing".to_owned(),
                |placeholder| format!("“{placeholder}”"),
            );
            found.warn(
                "buttons",
                format!(
                    "The field of “{}” shows {shown}: iOS takes the placeholder from the app, as the title.",
                    button.title
                ),
            );
        }
    }
    if rendered
        .image
        .as_ref()
        .is_some_and(|image| image.starts_with("http://"))
    {
        found.warn("image", "iOS fetches images over https:// only.");
    }
}

/// Why iOS shows no buttons, if the push has some and no category of the app is
/// made of them.
pub fn missing_category(rendered: &Rendered<'_>, capabilities: &Capabilities) -> Option<String> {
    let rendered = rendered.on(Platform::Ios);
    let missing =
        !rendered.buttons.is_empty() && super::apns::category(rendered, capabilities).is_none();
    missing.then(|| {
        let titles: Vec<_> = rendered.buttons.iter().map(as_registered).collect();
        format!(
            "The buttons are not shown: iOS takes their titles from the app, and this app registered no category with exactly {}.",
            titles.join(", ")
        )
    })
}

/// A button as a category would have it.
fn as_registered(button: &RenderedButton<'_>) -> String {
    match button.kind {
        ActionKind::Open => format!("“{}”", button.title),
        ActionKind::QuickReply => format!("“{}” (quick reply)", button.title),
        ActionKind::TextInput => format!("“{}” (text input)", button.title),
    }
}

fn android(rendered: &Rendered<'_>, capabilities: &Capabilities, found: &mut Found) {
    if !rendered.buttons.is_empty() && !capabilities.android_handler {
        found.warn("buttons", "The buttons are not shown: the Android app must draw them itself, and this app does not say that it does.");
    } else if rendered.buttons.len() > ANDROID_BUTTONS {
        found.warn(
            "buttons",
            "Android shows three buttons; the fourth is left out.",
        );
    }
    let channels = &capabilities.android_channels;
    if let Some(channel) = rendered.channel_id
        && !channels.is_empty()
        && !channels.iter().any(|known| known == channel)
    {
        found.warn("channel_id", format!("This app made no notification channel “{channel}”: Android posts to the app’s default one instead."));
    }
    if super::fcm::app_draws(rendered, found.platform, capabilities) {
        if rendered.badge.is_some() {
            found.warn("badge", handed_over("number on the icon", "badge"));
        }
        if rendered.channel_id.is_some() || !channels.is_empty() {
            found.warn("buttons", handed_over("channel", "channel_id"));
        }
    }
}

fn web(rendered: &Rendered<'_>, capabilities: &Capabilities, found: &mut Found) {
    if rendered.image.is_some() {
        found.warn("image", "The image is shown by Chrome and Edge on Windows and Android; on macOS, in Firefox and in Safari there is none.");
    }
    if rendered
        .link
        .as_ref()
        .is_some_and(|link| !link.starts_with("http"))
    {
        found.warn(
            "link",
            "A tap opens nothing in a browser: the link is an app's own, not an http address.",
        );
    }
    if rendered.buttons.is_empty() {
        return;
    }
    if capabilities.web_actions == 0 {
        found.warn(
            "buttons",
            "The buttons are not sent to browsers: this site’s service worker shows none.",
        );
        return;
    }
    found.warn("buttons", "Chrome and Edge show two buttons at most, Firefox and Safari none: let the tap itself lead somewhere.");
    if rendered.buttons.len() > capabilities.web_actions.into() {
        found.warn(
            "buttons",
            format!(
                "This site’s service worker shows {}; the rest is not sent to browsers.",
                match capabilities.web_actions {
                    1 => "one button".to_owned(),
                    count => format!("{count} buttons"),
                }
            ),
        );
    }
    if rendered
        .buttons
        .iter()
        .any(|button| button.kind == ActionKind::TextInput)
    {
        found.warn("buttons", "A text can be typed in Chrome on Android; other browsers draw a plain button, which answers with its words alone.");
    }
}

fn fire_os(rendered: &Rendered<'_>, capabilities: &Capabilities, found: &mut Found) {
    found.warn(
        "title",
        "This look is approximate: ADM hands the push to the app, whose own code draws it.",
    );
    if !rendered.buttons.is_empty() && !capabilities.android_handler {
        found.warn("buttons", "Whether the buttons are shown is the app’s own code’s choice; this app does not say that it draws them.");
    }
}

/// A push with buttons is drawn by the app, not by Android.
fn handed_over(what: &str, key: &str) -> String {
    format!(
        "The {what} is left to the app: it draws a push with buttons itself and is told it as data, under `{key}`."
    )
}
