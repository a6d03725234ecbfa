//! What happened to a contact, newest first, a page at a time.

use domain::{
    ContactId,
    device::DeviceChange,
    view::{Page as ListPage, TimelineEntry, TimelineItem as Item},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{EmptyState, Glyph, LinkButton, Timeline, TimelineItem, Tone};

use super::{
    api::contact_timeline,
    rendered_again::{Again, Asked, asked_again},
    send::send_card,
    why,
    words::{change_said, consent_said, way},
};
use crate::shell::loaded::load;

/// Longest list of an event's properties that is written out.
const PROPERTIES: usize = 6;

/// What the address asks for.
struct Wanted {
    /// The pushes alone.
    pushes: bool,
    /// Where the page begins.
    before: Option<String>,
}

impl Wanted {
    fn of_address() -> Self {
        use_query_map().with_untracked(|query| Self {
            pushes: query.get("show").as_deref() == Some("pushes"),
            before: query.get("before"),
        })
    }

    /// The address of a page of the same timeline. A cursor is made of characters that
    /// stand for themselves there.
    fn href(&self, id: ContactId, before: Option<&str>) -> String {
        let show = self.pushes.then(|| "show=pushes".to_owned());
        let before = before.map(|cursor| format!("before={cursor}"));
        let query: Vec<String> = show.into_iter().chain(before).collect();
        if query.is_empty() {
            format!("/contacts/{id}")
        } else {
            format!("/contacts/{id}?{}", query.join("&"))
        }
    }
}

/// The timeline. `?show=pushes` leaves the pushes alone, `?before=` pages, `?again=`
/// renders a delivery's payload again.
#[component]
pub fn ContactTimeline(
    /// Whose.
    id: ContactId,
    /// The person may see payloads and provider answers.
    may_inspect: bool,
) -> impl IntoView {
    let wanted = Wanted::of_address();
    let choice = |pushes: bool, label: &'static str| {
        let other = Wanted {
            pushes,
            before: None,
        };
        view! {
            <a
                class="choices__choice"
                href=other.href(id, None)
                aria-current=(wanted.pushes == pushes).then_some("true")
            >
                {label}
            </a>
        }
    };
    let choices = (choice(false, "Everything"), choice(true, "Pushes only"));
    let asked = (wanted.pushes, wanted.before.clone());
    let again = use_query_map().with_untracked(|query| query.get("again"));
    let items = async move {
        let page = contact_timeline(id, asked.0, asked.1).await?;
        Ok((page, asked_again(again).await))
    };
    let items = load(items).show("The timeline", move |(page, again)| {
        happened(id, page, &wanted, again.as_ref(), may_inspect)
    });
    view! {
        <div class="stack">
            <nav class="choices" aria-label="What to show">
                {choices}
            </nav>
            {items}
        </div>
    }
    .into_any()
}

fn happened(
    id: ContactId,
    page: ListPage<Item>,
    wanted: &Wanted,
    again: Option<&Asked>,
    may_inspect: bool,
) -> AnyView {
    if page.items.is_empty() {
        let (title, text) = if wanted.pushes {
            (
                "No pushes yet",
                "Every push that a workflow or a test decides for this contact appears here, with why it did or did not arrive.",
            )
        } else {
            (
                "Nothing happened yet",
                "Events, consents, devices and pushes of this contact appear here.",
            )
        };
        return view! { <EmptyState glyph=Glyph::History title text /> }.into_any();
    }
    let older = page.next.map(|cursor| wanted.href(id, Some(&cursor)));
    let newest = wanted.before.as_ref().map(|_| wanted.href(id, None));
    let again = Again {
        here: wanted.href(id, wanted.before.as_deref()),
        asked: again,
    };
    let entries = page
        .items
        .into_iter()
        .map(|item| entry(item, may_inspect, &again))
        .collect_view();
    view! {
        <div class="stack">
            <Timeline>{entries}</Timeline>
            <nav class="row" aria-label="Pages">
                {newest.map(|href| view! { <LinkButton href>"Newest"</LinkButton> })}
                {older.map(|href| view! { <LinkButton href>"Older"</LinkButton> })}
            </nav>
        </div>
    }
    .into_any()
}

fn entry(item: Item, may_inspect: bool, again: &Again) -> AnyView {
    let at = item.at.as_millis();
    let (glyph, tone, what) = match item.what {
        TimelineEntry::Event { name, properties } => {
            let facts = properties.len();
            let listed: Vec<String> = properties
                .into_iter()
                .take(PROPERTIES)
                .map(|(name, value)| match value {
                    serde_json::Value::String(text) => format!("{name}: {text}"),
                    other => format!("{name}: {other}"),
                })
                .collect();
            let more = if facts > PROPERTIES { ", …" } else { "" };
            let what = view! {
                <p>"Did " <span class="mono strong">{name}</span></p>
                <p class="quiet small">{listed.join(", ")} {more}</p>
            };
            (Glyph::Event, Tone::Accent, what.into_any())
        }
        TimelineEntry::Consent(event) => {
            let (glyph, tone) = if event.opted_in {
                (Glyph::Shield, Tone::Accepted)
            } else {
                (Glyph::Ban, Tone::Suppressed)
            };
            let what = view! {
                <p>{consent_said(&event)}</p>
                <p class="quiet small">{event.actor}</p>
            };
            (glyph, tone, what.into_any())
        }
        TimelineEntry::Device {
            device_id,
            change,
            way: by,
            ..
        } => device(device_id, &change, way(by)),
        TimelineEntry::Entered { workflow, .. } => {
            let what =
                view! { <p>"Entered the workflow " <span class="strong">{workflow}</span></p> };
            (Glyph::Branch, Tone::Plain, what.into_any())
        }
        TimelineEntry::Send(send) => {
            let tone = why::of_send(&send).tone;
            (Glyph::Push, tone, send_card(*send, may_inspect, again))
        }
    };
    view! {
        <TimelineItem glyph tone at>
            {what}
        </TimelineItem>
    }
    .into_any()
}

fn device(
    device_id: Option<String>,
    change: &DeviceChange,
    by: &'static str,
) -> (Glyph, Tone, AnyView) {
    let (glyph, tone, said) = change_said(change);
    let what = match device_id {
        Some(id) => view! { <p>"Device " <span class="mono">{id}</span> " " {said}</p> }.into_any(),
        None => view! { <p>"A device that is gone " {said}</p> }.into_any(),
    };
    let what = view! {
        {what}
        <p class="quiet small">{by}</p>
    };
    (glyph, tone, what.into_any())
}
