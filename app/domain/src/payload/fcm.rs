//! The FCM HTTP v1 body (Google, "REST Resource: projects.messages").

use serde::Serialize;
use uuid::Uuid;

use super::apns::{Aps, aps};
use super::webpush::shown;
use super::{Target, expiration, listed, replacement_key};
use crate::app::Capabilities;
use crate::device::{AddressKind, Platform};
use crate::push::{ActionKind, Priority, Rendered, RenderedButton};

#[derive(Serialize)]
struct Body<'a> {
    message: Message<'a>,
}

#[derive(Serialize)]
struct Message<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notification: Option<Notification<'a>>,
    data: Data<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    android: Option<Android<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    apns: Option<Apns<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    webpush: Option<Webpush<'a>>,
}

#[derive(Serialize)]
struct Notification<'a> {
    #[serde(skip_serializing_if = "str::is_empty")]
    title: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
}

/// FCM's `data`: texts only. The visible fields stand here when the app
/// draws the notification itself, and then with all that Android would have
/// taken from `android.notification`.
#[derive(Serialize)]
struct Data<'a> {
    carillon_id: Uuid,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    /// A JSON list of `id`, `title` and what else a button has: `kind`, `link`,
    /// `placeholder`.
    #[serde(skip_serializing_if = "Option::is_none")]
    buttons: Option<String>,
    /// A later notification with the same tag replaces this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sound: Option<&'a str>,
    /// The number for the app's icon, in digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    badge: Option<String>,
    /// The notification channel to show it in.
    #[serde(skip_serializing_if = "Option::is_none")]
    channel_id: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Android<'a> {
    priority: &'static str,
    ttl: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    collapse_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notification: Option<AndroidNotification<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AndroidNotification<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    channel_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sound: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    notification_count: Option<u32>,
}

#[derive(Serialize)]
struct Apns<'a> {
    headers: ApnsHeaders<'a>,
    payload: ApnsPayload<'a>,
}

#[derive(Serialize)]
struct ApnsHeaders<'a> {
    #[serde(rename = "apns-priority")]
    priority: &'static str,
    #[serde(rename = "apns-expiration")]
    expiration: String,
    #[serde(rename = "apns-collapse-id", skip_serializing_if = "Option::is_none")]
    collapse_id: Option<&'a str>,
}

#[derive(Serialize)]
struct ApnsPayload<'a> {
    aps: Aps<'a>,
}

/// What Google hands on to the browser's own push service (RFC 8030), and to
/// `showNotification` there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Webpush<'a> {
    headers: WebpushHeaders,
    #[serde(skip_serializing_if = "Option::is_none")]
    notification: Option<WebNotification<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fcm_options: Option<WebOptions<'a>>,
}

#[derive(Serialize)]
struct WebpushHeaders {
    #[serde(rename = "TTL")]
    ttl: String,
    #[serde(rename = "Urgency")]
    urgency: &'static str,
}

#[derive(Serialize)]
struct WebNotification<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    actions: Vec<WebAction<'a>>,
}

/// A button as browsers take it (WHATWG, "Notifications API"). `type` and
/// `placeholder` are known to some browsers alone; the others draw a button.
#[derive(Serialize)]
struct WebAction<'a> {
    action: &'a str,
    title: &'a str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    placeholder: Option<&'a str>,
}

impl<'a> From<&'a RenderedButton<'_>> for WebAction<'a> {
    fn from(button: &'a RenderedButton<'_>) -> Self {
        Self {
            action: button.id,
            title: &button.title,
            kind: (button.kind == ActionKind::TextInput).then_some("text"),
            placeholder: button.placeholder.as_deref(),
        }
    }
}

/// What a tap opens: Google takes https addresses alone.
#[derive(Serialize)]
struct WebOptions<'a> {
    link: &'a str,
}

/// Whether the app's own code draws the notification. Titles of buttons have
/// no field of FCM's: a message without `notification` reaches that code.
pub(super) fn app_draws(
    rendered: &Rendered<'_>,
    platform: Platform,
    capabilities: &Capabilities,
) -> bool {
    matches!(platform, Platform::Android | Platform::Fireos)
        && !rendered.buttons.is_empty()
        && capabilities.android_handler
}

/// The notification channel: the push's own, or the app's first.
fn channel_id<'a>(rendered: &Rendered<'a>, capabilities: &'a Capabilities) -> Option<&'a str> {
    let first = capabilities.android_channels.first();
    rendered.channel_id.or(first.map(String::as_str))
}

fn webpush<'a>(
    rendered: &'a Rendered<'_>,
    target: Target<'_>,
    tag: Option<&'a str>,
) -> Webpush<'a> {
    let buttons = shown(&rendered.buttons, target.capabilities);
    let actions: Vec<WebAction<'_>> = buttons.iter().map(WebAction::from).collect();
    let link = rendered.link.as_deref();
    Webpush {
        headers: WebpushHeaders {
            ttl: rendered.ttl_seconds.to_string(),
            urgency: match rendered.priority {
                Priority::High => "high",
                Priority::Normal => "normal",
            },
        },
        notification: (tag.is_some() || !actions.is_empty())
            .then_some(WebNotification { tag, actions }),
        fcm_options: link
            .filter(|link| link.starts_with("https://"))
            .map(|link| WebOptions { link }),
    }
}

pub(super) fn body(rendered: &Rendered<'_>, target: Target<'_>) -> Vec<u8> {
    let tag = replacement_key(rendered, target.delivery);
    let tag = tag.as_deref();
    let ios = target.platform == Platform::Ios;
    let web = target.platform == Platform::Web;
    let app_draws = app_draws(rendered, target.platform, target.capabilities);
    let channel_id = channel_id(rendered, target.capabilities);
    let high = rendered.priority == Priority::High;
    let notification = (!app_draws).then(|| Notification {
        title: &rendered.title,
        body: &rendered.body,
        image: rendered.image.as_deref(),
    });
    let data = Data {
        carillon_id: target.delivery,
        link: rendered.link.as_deref(),
        title: app_draws.then_some(&*rendered.title),
        body: app_draws.then_some(&*rendered.body),
        image: rendered.image.as_deref().filter(|_| app_draws),
        buttons: (app_draws || ios)
            .then(|| listed(&rendered.buttons))
            .flatten(),
        tag: tag.filter(|_| app_draws),
        sound: rendered.sound.filter(|_| app_draws),
        badge: rendered
            .badge
            .filter(|_| app_draws)
            .map(|badge| badge.to_string()),
        channel_id: channel_id.filter(|_| app_draws),
    };
    let android = (!ios && !web).then(|| Android {
        priority: if high { "HIGH" } else { "NORMAL" },
        ttl: format!("{}s", rendered.ttl_seconds),
        collapse_key: rendered.collapse_id.as_deref(),
        notification: (!app_draws).then_some(AndroidNotification {
            channel_id,
            sound: rendered.sound,
            tag,
            notification_count: rendered.badge,
        }),
    });
    let apns = ios.then(|| Apns {
        headers: ApnsHeaders {
            priority: if high { "10" } else { "5" },
            expiration: expiration(rendered.ttl_seconds, target.decided_at).to_string(),
            collapse_id: tag,
        },
        payload: ApnsPayload {
            aps: aps(rendered, target.capabilities),
        },
    });
    let webpush = web.then(|| webpush(rendered, target, tag));
    let (kind, address) = AddressKind::of(target.channel, target.token);
    let message = Message {
        token: (kind == AddressKind::Token).then_some(address),
        fid: (kind == AddressKind::Fid).then_some(address),
        notification,
        data,
        android,
        apns,
        webpush,
    };
    serde_json::to_vec(&Body { message }).unwrap_or_default()
}
