//! What each channel would be sent, byte for byte.

use domain::{
    device::Channel,
    view::{Inspected, InspectedRequest},
};
use leptos::prelude::*;
use ui::{CopyButton, Dialog, DialogBody, Loading, Notice, Tone, grouped};

/// The id of the dialog.
const DIALOG: &str = "inspect-push";

/// The dialog; the module asks for what it shows.
#[component]
pub fn InspectorDialog() -> impl IntoView {
    view! {
        <Dialog id=DIALOG title="What is sent" wide=true>
            <DialogBody>
                <p class="quiet">
                    "Made by the code that sends, for " <strong data-part="inspected-for"></strong>
                    ". What addresses a device and the credential are left out."
                </p>
                <div data-part="inspected"></div>
            </DialogBody>
        </Dialog>
        <template id="inspecting">
            <Loading label="Making the payloads" />
        </template>
    }
    .into_any()
}

/// What was made.
pub fn view(seen: Vec<Inspected>) -> AnyView {
    let shown = seen.iter().position(|one| one.used).unwrap_or_default();
    let name = |one: &Inspected| format!("{}-{}", one.channel.name(), one.platform.name());
    let tabs = seen
        .iter()
        .enumerate()
        .map(|(place, one)| {
            let pressed = if place == shown { "true" } else { "false" };
            view! {
                <button type="button" class="inspector__tab" data-shows=name(one) aria-pressed=pressed>
                    {title(one)}
                </button>
            }
        })
        .collect_view();
    let views = seen
        .iter()
        .enumerate()
        .map(|(place, one)| {
            view! {
                <section class="stack" data-gap="3" data-view=name(one) hidden={place != shown}>
                    {channel(one)}
                </section>
            }
        })
        .collect_view();
    view! {
        <div class="inspector" id="inspected" data-one="">
            <div class="inspector__tabs" role="group" aria-label="Channel">
                {tabs}
            </div>
            {views}
        </div>
    }
    .into_any()
}

/// A channel, and the platform where it leads to several.
fn title(one: &Inspected) -> String {
    let channel = one.channel.label();
    match one.channel {
        Channel::Fcm | Channel::Twilio => format!("{channel}, {}", one.platform.label()),
        Channel::Apns | Channel::Adm | Channel::Webpush => channel.to_owned(),
    }
}

fn channel(one: &Inspected) -> AnyView {
    let over = one.counted.checked_sub(one.limit).filter(|over| *over > 0);
    let size = format!(
        "{} of {} bytes",
        grouped(one.counted as u64),
        grouped(one.limit as u64)
    );
    let request = match &one.request {
        Ok(request) => beside(request),
        Err(reason) => refused(reason.clone()),
    };
    view! {
        {(!one.used).then(|| view! { <p class="quiet">"This app does not use the channel."</p> })}
        {request}
        <div class="row row--apart">
            <h3 class="inspector__part">"Body"</h3>
            <span class="small" data-tone=over.map(|_| "rejected")>
                {size} {over.map(|over| format!(", {} too many", grouped(over as u64)))}
            </span>
        </div>
        {code(indented(&one.body), one.body.clone(), "body")}
        <p class="field__hint">{how(one.channel)}</p>
    }
    .into_any()
}

fn refused(reason: String) -> AnyView {
    view! {
        <Notice tone=Tone::Rejected>
            <p>"There would be no request: " {reason}</p>
        </Notice>
    }
    .into_any()
}

fn beside(request: &InspectedRequest) -> AnyView {
    let headers: Vec<String> = request
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}"))
        .collect();
    let headers = headers.join("\n");
    view! {
        <p class="mono small inspector__line">{request.line.clone()}</p>
        <h3 class="inspector__part">"Headers"</h3>
        {code(headers.clone(), headers, "headers")}
    }
    .into_any()
}

/// A text as people read it, copied as it is sent.
fn code(read: String, copied: String, what: &'static str) -> AnyView {
    view! {
        <div class="code">
            <pre class="code__text" tabindex="0" aria-label=what>
                {read}
            </pre>
            <span class="code__acts">
                <CopyButton text=copied what />
            </span>
        </div>
    }
    .into_any()
}

/// What becomes of a body before it leaves.
const fn how(channel: Channel) -> &'static str {
    match channel {
        Channel::Apns | Channel::Adm => {
            "Indented to be read; it is sent, copied and counted without blanks."
        }
        Channel::Fcm => {
            "Indented to be read; it is sent and copied without blanks, and counts without the token."
        }
        Channel::Webpush => {
            "Indented to be read; without blanks it is counted, then encrypted for the one browser."
        }
        Channel::Twilio => {
            "Sent as a form of these fields. It counts without the address; what Twilio makes of it is Twilio’s own."
        }
    }
}

/// JSON with a line for each value, everything in its order.
fn indented(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    let line = |out: &mut String, depth: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(depth));
    };
    for (at, c) in json.char_indices() {
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        let next = json[at + c.len_utf8()..].chars().next();
        match c {
            '{' | '[' if matches!(next, Some('}' | ']')) => out.push(c),
            '{' | '[' => {
                depth += 1;
                out.push(c);
                line(&mut out, depth);
            }
            '}' | ']' if out.ends_with(['{', '[']) => out.push(c),
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => {
                quoted = c == '"';
                out.push(c);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indenting_keeps_every_value_and_the_order() {
        let json = r#"{"b":[1,{"x":"a, \"b\": {c}\\"}],"a":{},"c":[]}"#;
        let read = indented(json);
        assert_eq!(
            read,
            "{\n  \"b\": [\n    1,\n    {\n      \"x\": \"a, \\\"b\\\": {c}\\\\\"\n    }\n  ],\n  \"a\": {},\n  \"c\": []\n}"
        );
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(value(&read), value(json));
    }
}
