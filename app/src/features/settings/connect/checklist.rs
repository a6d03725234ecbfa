//! How far an app is by one channel, and what comes next.

use domain::{
    connect::{MilestoneKind, reached},
    view::ConnectView,
};
use leptos::prelude::*;
use ui::{Glyph, Icon, RelativeTime};

use super::code::System;

/// How often an unfinished list is looked at anew, in milliseconds.
const LOOKS_EVERY_MS: u32 = 2000;

/// The list; it follows by itself until all of it is green.
pub fn checklist(view: &ConnectView, system: System) -> AnyView {
    let channel = system.channel();
    let slug = view.app.app.slug.clone();
    let credential = view
        .app
        .credentials
        .iter()
        .find(|credential| credential.channel == channel)
        .map(|credential| credential.updated_at);
    let at = |kind| reached(&view.milestones, channel, kind);
    let devices = format!("/devices?app={slug}&channel={}", channel.name());
    let steps = [
        (
            "A credential is entered",
            credential,
            format!("Enter the one for {} on the app's page.", channel.label()),
            format!("/settings/apps/{slug}"),
        ),
        (
            "The app registered a device",
            at(MilestoneKind::Registered),
            "Start the app on a device, signed in as a contact. A refusal is shown under Devices, Refused registrations.".to_owned(),
            "/devices?tab=live".to_owned(),
        ),
        (
            "The provider took a push to it",
            at(MilestoneKind::Accepted),
            "Open the device and send a test push.".to_owned(),
            devices,
        ),
        (
            "The app told what became of it",
            at(MilestoneKind::Reported),
            system.report_comes().to_owned(),
            "/devices?tab=live".to_owned(),
        ),
    ];
    let done = steps.iter().all(|(_, at, ..)| at.is_some());
    let lines = steps
        .into_iter()
        .map(|(what, at, next, href)| {
            let (state, glyph, spoken) = match at {
                Some(_) => ("done", Glyph::CheckCircle, "done"),
                None => ("open", Glyph::Clock, "still to come"),
            };
            let more = match at {
                Some(at) => view! {
                    <p class="small quiet">
                        <RelativeTime at=at.as_millis() />
                    </p>
                }
                .into_any(),
                None => view! {
                    <p class="small quiet">{next} " " <a href=href>"Go there"</a></p>
                }
                .into_any(),
            };
            view! {
                <li class="checks__step" data-state=state>
                    <Icon glyph />
                    <div>
                        <p>{what} <span class="spoken">": " {spoken}</span></p>
                        {more}
                    </div>
                </li>
            }
        })
        .collect_view();
    let words = done.then(|| {
        view! { <p class="small">"All of it was seen: the app is connected."</p> }
    });
    let live = (!done).then(|| LOOKS_EVERY_MS.to_string());
    view! {
        <div id="connect-list" data-live=live>
            <ol class="checks">{lines}</ol>
            <div class="checks__after">{words}</div>
        </div>
    }
    .into_any()
}
