//! What happened to a contact, newest first, a page at a time.

use domain::{
    ContactId,
    device::DeviceChange,
    view::{Page as ListPage, TimelineEntry, TimelineItem as Item},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{EmptyState, Glyph, LinkButton, Skeleton, Timeline, TimelineItem, Tone};

use super::{
    api::contact_timeline,
    send::SendCard,
    why,
    words::{change_said, consent_said, way},
};
use crate::shell::loaded::{Loaded, load};

/// Longest list of an event's properties that is written out.
const PROPERTIES: usize = 6;

/// What happened, as the server gave it.
pub type TimelineItems = Loaded<ListPage<Item>>;

/// What the address asks for: the pushes alone, and where the page begins;
/// nothing while another tab is open.
fn wanted() -> Memo<Option<(bool, Option<String>)>> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|query| {
            let here = query.get("tab").is_none();
            let pushes = query.get("show").as_deref() == Some("pushes");
            here.then(|| (pushes, query.get("before")))
        })
    })
}

/// What happened to the contact whose page is open.
pub fn timeline_items(id: Memo<Option<ContactId>>) -> TimelineItems {
    let wanted = wanted();
    load(
        move || id.get().zip(wanted.get()),
        |wanted| async move {
            match wanted {
                Some((id, (pushes, cursor))) => contact_timeline(id, pushes, cursor).await,
                None => Ok(ListPage {
                    items: Vec::new(),
                    next: None,
                }),
            }
        },
    )
}

/// The timeline. `?show=pushes` leaves the pushes alone, `?before=` pages.
#[component]
pub fn ContactTimeline(
    /// Whose.
    id: ContactId,
    /// What happened.
    items: TimelineItems,
    /// The person may see payloads and provider answers.
    may_inspect: bool,
) -> impl IntoView {
    let wanted = wanted();
    let choice = move |pushes: bool, label: &'static str| {
        let href = if pushes {
            format!("/contacts/{id}?show=pushes")
        } else {
            format!("/contacts/{id}")
        };
        view! {
            <a
                class="choices__choice"
                href=href
                aria-current=move || wanted.with(|wanted| wanted.as_ref().is_some_and(|wanted| wanted.0 == pushes)).then_some("true")
            >
                {label}
            </a>
        }
    };
    view! {
        <div class="stack">
            <nav class="choices" aria-label="What to show">
                {choice(false, "Everything")}
                {choice(true, "Pushes only")}
            </nav>
            {items.show("The timeline", || view! { <Skeleton label="Loading what happened" lines=6 /> }, move |page| {
                let wanted = wanted.get_untracked().unwrap_or_default();
                happened(id, page, &wanted, may_inspect)
            })}
        </div>
    }
    .into_any()
}

fn happened(
    id: ContactId,
    page: ListPage<Item>,
    (pushes, cursor): &(bool, Option<String>),
    may_inspect: bool,
) -> AnyView {
    if page.items.is_empty() {
        let (title, text) = if *pushes {
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
    let show = if *pushes { "show=pushes&" } else { "" };
    // A cursor is made of characters that stand for themselves in an address.
    let older = page
        .next
        .map(|cursor| format!("/contacts/{id}?{show}before={cursor}"));
    let newest = cursor.as_ref().map(|_| format!("/contacts/{id}?{show}"));
    view! {
        <div class="stack">
            <Timeline>
                {page.items.into_iter().map(|item| entry(item, may_inspect)).collect_view()}
            </Timeline>
            <nav class="row" aria-label="Pages">
                {newest.map(|href| view! { <LinkButton href>"Newest"</LinkButton> })}
                {older.map(|href| view! { <LinkButton href>"Older"</LinkButton> })}
            </nav>
        </div>
    }
    .into_any()
}

fn entry(item: Item, may_inspect: bool) -> AnyView {
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
            let what = view! { <SendCard send=*send may_inspect /> };
            (Glyph::Push, tone, what.into_any())
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
