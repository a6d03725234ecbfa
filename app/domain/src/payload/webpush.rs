//! What the site's service worker is told by a web push, before encryption.

use serde::Serialize;
use uuid::Uuid;

use super::{Payload, Target, replacement_key};
use crate::app::Capabilities;
use crate::push::{Rendered, RenderedButton};

#[derive(Serialize)]
struct Message<'a> {
    carillon_id: Uuid,
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    buttons: &'a [RenderedButton<'a>],
    /// A later notification with the same tag replaces this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<&'a str>,
    /// The number for the app's icon.
    #[serde(skip_serializing_if = "Option::is_none")]
    badge: Option<u32>,
    /// Without sound or vibration.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    silent: bool,
}

/// The buttons that the site's worker shows.
pub(super) fn shown<'a, 'r>(
    buttons: &'a [RenderedButton<'r>],
    capabilities: &Capabilities,
) -> &'a [RenderedButton<'r>] {
    &buttons[..buttons.len().min(capabilities.web_actions.into())]
}

pub(super) fn payload(rendered: &Rendered<'_>, target: Target<'_>) -> Payload {
    let tag = replacement_key(rendered, target.delivery);
    let message = Message {
        carillon_id: target.delivery,
        title: &rendered.title,
        body: &rendered.body,
        image: rendered.image.as_deref(),
        link: rendered.link.as_deref(),
        buttons: shown(&rendered.buttons, target.capabilities),
        tag: tag.as_deref(),
        badge: rendered.badge,
        silent: rendered.sound.is_none(),
    };
    let body = serde_json::to_vec(&message).unwrap_or_default();
    Payload {
        counted: body.len(),
        body,
    }
}
