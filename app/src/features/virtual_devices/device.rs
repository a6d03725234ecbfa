//! One virtual device: its screen, what else arrived, the payload on demand.

use domain::{
    app::Capabilities,
    device::{Channel, Platform},
};
use leptos::prelude::*;
use ui::{Badge, Code, RelativeTime, Token};

use super::api::{ArrivedPush, VirtualDevice};
use crate::features::{
    contacts::send::pretty,
    contacts::words::device_name,
    preview::{Arrived, DevicePreview, Setting, Shown},
};

/// The device.
#[component]
pub fn VirtualDeviceCard(
    /// The device and what it received.
    device: VirtualDevice,
    /// Its notifications are opened.
    expanded: bool,
) -> impl IntoView {
    let head = head(&device);
    let id = format!("device-{}", device.token);
    if device.pushes.is_empty() {
        return view! {
            <article class="virtual-device" id=id>
                {head}
                <p class="virtual-device__silent">"Nothing arrived here."</p>
            </article>
        }
        .into_any();
    }
    let app = device
        .device
        .as_ref()
        .map_or("App", |device| device.app.name.as_str());
    let platform = device.device.as_ref().map(|device| device.binding.platform);
    let (mut screens, mut entries, mut wires) = (Vec::new(), Vec::new(), Vec::new());
    for (number, push) in device.pushes.iter().enumerate() {
        let first = number == 0;
        let part = part_of(&device.pushes, number);
        let shown = shown_of(push, platform, &device.capabilities);
        entries.push(entry(title_of(shown.as_ref(), push), push, &part, first));
        screens.push(view! {
            <div data-view=part.clone() hidden=!first>
                {screen(shown, push, app, expanded)}
            </div>
        });
        wires.push(view! {
            <div data-view=part hidden=!first>
                {wire(push)}
            </div>
        });
    }
    view! {
        <article class="virtual-device" id=id data-one="">
            {head}
            {screens}
            <ol class="virtual-device__pushes" aria-label="What arrived">
                {entries}
            </ol>
            <details class="fold">
                <summary>"Payload and headers"</summary>
                <p class="small quiet">"Push token"</p>
                <Token text=device.token what="push token" />
                {wires}
            </details>
        </article>
    }
    .into_any()
}

/// What the parts of a push are called: by when it came, and by its turn among those
/// that came in the same millisecond.
fn part_of(pushes: &[ArrivedPush], number: usize) -> String {
    let at = pushes[number].at;
    let earlier = pushes[number + 1..]
        .iter()
        .filter(|push| push.at == at)
        .count();
    format!("{}-{earlier}", at.as_millis())
}

/// A push in the list; pressed, it is the one that is shown.
fn entry(title: String, push: &ArrivedPush, part: &str, first: bool) -> AnyView {
    view! {
        <li>
            <button
                type="button"
                class="virtual-device__push"
                data-shows=part.to_owned()
                aria-pressed=if first { "true" } else { "false" }
            >
                <span class="clip">{title}</span>
                <span class="quiet small">
                    <RelativeTime at=push.at.as_millis() />
                </span>
            </button>
        </li>
    }
    .into_any()
}

fn screen(shown: Option<Shown>, push: &ArrivedPush, app: &str, expanded: bool) -> AnyView {
    let Some(shown) = shown else {
        return view! { <p class="virtual-device__silent">{why_blank(push)}</p> }.into_any();
    };
    let setting = Setting {
        expanded,
        ..Setting::default()
    };
    view! { <DevicePreview shown setting app=app.to_owned() /> }.into_any()
}

/// What a screen shows of a push: nothing of one that never reached it.
fn shown_of(
    push: &ArrivedPush,
    platform: Option<Platform>,
    capabilities: &Capabilities,
) -> Option<Shown> {
    if push.refused().is_some() {
        return None;
    }
    let arrived = Arrived::parse(push.channel, push.payload.as_deref()?.as_bytes())?;
    if arrived.title.is_empty() && arrived.body.is_empty() {
        return None;
    }
    let platform = platform.unwrap_or(Platform::usual_for(push.channel));
    Some(Shown::of(arrived, platform, capabilities))
}

/// What a push is called in the list.
fn title_of(shown: Option<&Shown>, push: &ArrivedPush) -> String {
    match (shown, push.refused()) {
        (_, Some(status)) => format!("Refused with {status}"),
        (Some(shown), None) if !shown.title.is_empty() => shown.title.clone(),
        (Some(shown), None) => shown.body.clone(),
        (None, None) => "Not a notification".to_owned(),
    }
}

/// Why a screen shows nothing of a push.
fn why_blank(push: &ArrivedPush) -> &'static str {
    if push.refused().is_some() {
        return "No preview: the provider refused it, so it never reached this screen.";
    }
    let Some(payload) = push.payload.as_deref() else {
        return "No preview: what arrived is no JSON, so that nobody knows what an app would make of it.";
    };
    if Arrived::parse(push.channel, payload.as_bytes()).is_none() {
        return match push.channel {
            Channel::Fcm => "No preview: it has no “message” as FCM's HTTP v1 API has it.",
            Channel::Adm => "No preview: it has no “data”, which is all that ADM hands to the app.",
            Channel::Apns | Channel::Webpush | Channel::Twilio => {
                "No preview: it is not a JSON object."
            }
        };
    }
    match push.channel {
        Channel::Apns => {
            "No preview: it has no alert. iOS wakes the app without showing anything; what the app's own code then shows, nobody can tell from here."
        }
        Channel::Fcm => {
            "No preview: it has neither title nor text under the names that Carillon uses. It goes to the app's own code, which decides what is shown."
        }
        Channel::Adm => {
            "No preview: its data has neither title nor text under the names that Carillon uses. On Fire OS the app's own code decides what is shown."
        }
        Channel::Webpush => {
            "No preview: it has neither title nor text under the names that Carillon's service worker reads. A worker of your own decides what is shown."
        }
        Channel::Twilio => {
            "No preview: it has neither title nor text. Twilio hands its data on to the app by APNs or FCM, whose own code decides what is shown."
        }
    }
}

/// What nobody can know of a push that the provider took.
const fn unknown_of(channel: Channel) -> &'static str {
    match channel {
        Channel::Twilio => {
            "Taken by Twilio, which gives no result for a device: this is what it would hand on to APNs or FCM."
        }
        Channel::Webpush => {
            "A virtual browser has no service worker, so that it tells nothing back: no “Displayed”, no “Opened”."
        }
        Channel::Apns | Channel::Fcm | Channel::Adm => {
            "A virtual device has no app, so that it tells nothing back: no “Displayed”, no “Opened”."
        }
    }
}

fn head(device: &VirtualDevice) -> AnyView {
    let Some(known) = &device.device else {
        return view! {
            <header class="virtual-device__head">
                <p class="strong">"A device that nobody has now"</p>
                <p class="quiet small">
                    "Its token was replaced or deleted since, or it was never registered here."
                </p>
            </header>
        }
        .into_any();
    };
    let binding = &known.binding;
    let contact = device
        .contact
        .clone()
        .or_else(|| known.external_id.clone())
        .unwrap_or_default();
    let href = format!("/contacts/{}", binding.contact_id);
    let name = device_name(binding);
    let device_id = binding.device_id.clone();
    let platform = binding.platform.label();
    view! {
        <header class="virtual-device__head">
            <p class="row row--apart">
                <a class="strong clip" href=href>
                    {contact}
                </a>
                <Badge>{platform}</Badge>
            </p>
            <p class="quiet small clip">{name} " " <span class="mono">{device_id}</span></p>
        </header>
    }
    .into_any()
}

/// What came over the wire.
fn wire(push: &ArrivedPush) -> AnyView {
    let answered = push.status.map_or_else(
        || "It was never answered.".to_owned(),
        |status| format!("{} answered {status}.", provider(push.channel)),
    );
    let payload = pretty(push.payload.as_deref().unwrap_or("The body was not JSON."));
    let headers: Vec<String> = push
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    view! {
        <div class="stack" data-gap="2">
            <p class="small quiet">{answered}</p>
            {push.refused().is_none().then(|| {
                view! { <p class="small quiet">{unknown_of(push.channel)}</p> }
            })}
            <Code text=payload what="payload" />
            <Code text=headers.join("\n") what="headers" />
        </div>
    }
    .into_any()
}

const fn provider(channel: Channel) -> &'static str {
    match channel {
        Channel::Apns => "The sandbox's APNs",
        Channel::Fcm => "The sandbox's FCM",
        Channel::Adm => "The sandbox's ADM",
        Channel::Webpush => "The sandbox's push service",
        Channel::Twilio => "The sandbox's Twilio",
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    fn push(channel: Channel, payload: Option<&str>, status: u16) -> ArrivedPush {
        ArrivedPush {
            at: Timestamp(0),
            channel,
            token: String::new(),
            headers: Vec::new(),
            payload: payload.map(Into::into),
            status: Some(status),
        }
    }

    fn shows(push: &ArrivedPush) -> bool {
        shown_of(push, None, &Capabilities::default()).is_some()
    }

    #[test]
    fn each_kind_of_push_without_a_preview_says_why() {
        for (push, words) in [
            (push(Channel::Apns, Some("{}"), 410), "refused it"),
            (push(Channel::Webpush, None, 201), "no JSON"),
            (push(Channel::Fcm, Some("{}"), 200), "no “message”"),
            (push(Channel::Adm, Some("{}"), 200), "no “data”"),
            (
                push(
                    Channel::Apns,
                    Some(r#"{"aps": {"content-available": 1}}"#),
                    200,
                ),
                "no alert",
            ),
            (
                push(
                    Channel::Fcm,
                    Some(r#"{"message": {"data": {"a": "b"}}}"#),
                    200,
                ),
                "own code",
            ),
            (push(Channel::Adm, Some(r#"{"data": {}}"#), 200), "Fire OS"),
            (
                push(Channel::Webpush, Some("{}"), 201),
                "worker of your own",
            ),
            (push(Channel::Twilio, Some("{}"), 201), "Twilio hands"),
        ] {
            assert!(!shows(&push), "{push:?}");
            assert!(
                why_blank(&push).contains(words),
                "{push:?}: {}",
                why_blank(&push)
            );
        }
        let seen = push(Channel::Apns, Some(r#"{"aps": {"alert": "Hi"}}"#), 200);
        assert!(shows(&seen));
    }
}
