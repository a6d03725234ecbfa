//! The APNs body (Apple, "Generating a remote notification").

use serde::Serialize;
use uuid::Uuid;

use super::Target;
use crate::app::{Capabilities, Category};
use crate::push::{Rendered, RenderedButton};

#[derive(Serialize)]
struct Body<'a> {
    aps: Aps<'a>,
    /// Read by the app when the notification is tapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    /// Fetched by the app's service extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    /// What each button is called to the app, and where it leads.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    buttons: &'a [RenderedButton<'a>],
    carillon_id: Uuid,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Aps<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    alert: Option<Alert<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sound: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    badge: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mutable_content: Option<u8>,
}

#[derive(Serialize)]
struct Alert<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    subtitle: Option<&'a str>,
    #[serde(skip_serializing_if = "str::is_empty")]
    body: &'a str,
}

pub(super) fn body(rendered: &Rendered<'_>, target: Target<'_>) -> Vec<u8> {
    let aps = Aps {
        alert: Some(alert(rendered)),
        ..aps(rendered, target.capabilities)
    };
    let body = Body {
        aps,
        link: rendered.link.as_deref(),
        image: rendered.image.as_deref(),
        buttons: &rendered.buttons,
        carillon_id: target.delivery,
    };
    serde_json::to_vec(&body).unwrap_or_default()
}

fn alert<'a>(rendered: &'a Rendered<'_>) -> Alert<'a> {
    Alert {
        title: &rendered.title,
        subtitle: rendered.subtitle.as_deref(),
        body: &rendered.body,
    }
}

/// The parts of `aps` that FCM's `apns` block shares. FCM fills in the alert
/// from its own `notification`, which has no subtitle.
pub(super) fn aps<'a>(rendered: &'a Rendered<'_>, capabilities: &'a Capabilities) -> Aps<'a> {
    Aps {
        alert: rendered.subtitle.is_some().then(|| alert(rendered)),
        sound: rendered.sound,
        badge: rendered.badge,
        category: category(rendered, capabilities),
        mutable_content: rendered.image.is_some().then_some(1),
    }
}

/// What Twilio's form has no fields for, as a JSON object that is laid over the
/// payload that Twilio makes of them.
pub(super) fn aps_besides(rendered: &Rendered<'_>, capabilities: &Capabilities) -> Option<String> {
    #[derive(Serialize)]
    struct Besides<'a> {
        aps: Aps<'a>,
    }
    let aps = Aps {
        sound: None,
        ..aps(rendered, capabilities)
    };
    let nothing = aps.alert.is_none()
        && aps.badge.is_none()
        && aps.category.is_none()
        && aps.mutable_content.is_none();
    (!nothing).then(|| serde_json::to_string(&Besides { aps }).unwrap_or_default())
}

/// iOS shows what the app registered: the category whose actions are this
/// push's buttons, in order, by their titles and by what they do.
pub(super) fn category<'a>(
    rendered: &Rendered<'_>,
    capabilities: &'a Capabilities,
) -> Option<&'a str> {
    if rendered.buttons.is_empty() {
        return None;
    }
    let fits = |category: &&Category| {
        category.actions.len() == rendered.buttons.len()
            && category
                .actions
                .iter()
                .zip(&rendered.buttons)
                .all(|(action, button)| action.title == button.title && action.kind == button.kind)
    };
    let category = capabilities.ios_categories.iter().find(fits)?;
    Some(&category.id)
}
