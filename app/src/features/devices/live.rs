//! Registrations as they come in and deliveries as they go out: for whoever has the app
//! in hand.

use domain::view::{AppName, SeenDelivery, SeenOutcome, SeenRegistration};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use ui::{Badge, Column, EmptyState, Glyph, RelativeTime, State, StateChip, Table};

use super::{
    api::{LiveData, watch_deliveries, watch_registrations},
    filter::{asked_tail, tail_choices},
};
use crate::features::{
    contacts::search_row::{FOUND, SearchRow},
    states,
};
use crate::shell::loaded::load;

/// Gives word of each registration and each delivery.
const EVENTS: &str = "/devices/events";
const REGISTRATIONS: &str = "/devices?tab=live";
const DELIVERIES: &str = "/devices?tab=live&what=deliveries";

/// The latest registrations, or with `what=deliveries` the latest deliveries; the page
/// follows while it is open.
pub fn live(apps: &[AppName]) -> AnyView {
    let filter = asked_tail();
    let deliveries =
        use_query_map().with_untracked(|query| query.get("what").as_deref() == Some("deliveries"));
    let choice = |wanted: bool, href: &'static str, label: &'static str| {
        view! {
            <a
                class="choices__choice"
                href=href
                aria-current=(wanted == deliveries).then_some("true")
            >
                {label}
            </a>
        }
    };
    let choices = (
        choice(false, REGISTRATIONS, "Registrations"),
        choice(true, DELIVERIES, "Deliveries"),
    );
    let all = filter.is_open();
    let beside = tail_choices(apps, &filter);
    let (what, label) = if deliveries {
        (
            Some(view! { <input type="hidden" name="what" value="deliveries" /> }),
            "Contact, device, state or reason",
        )
    } else {
        (None, "Contact, device, app or outcome")
    };
    let found = if deliveries {
        load(watch_deliveries(filter)).show("The deliveries", move |seen| sent(seen, all))
    } else {
        load(watch_registrations(filter)).show("The registrations", move |seen| list(seen, all))
    };
    view! {
        <nav class="choices" aria-label="What to follow">
            {choices}
        </nav>
        <SearchRow path="/devices" label>
            <input type="hidden" name="tab" value="live" />
            {what}
            {beside}
            <StateChip state=State::Live label="Follows what comes in" />
        </SearchRow>
        <div id=FOUND data-live-events=EVENTS>
            {found}
        </div>
    }
    .into_any()
}

fn sent(seen: Vec<SeenDelivery>, all: bool) -> AnyView {
    if seen.is_empty() {
        let (title, text) = if all {
            (
                "Nothing was sent yet",
                "Each delivery of a test or a workflow appears here at once, with what became of it.",
            )
        } else {
            (
                "Nothing like that was sent lately",
                "The latest deliveries were looked at, up to five thousand; new ones appear by themselves. Older ones stand on their contact’s page.",
            )
        };
        return view! { <EmptyState glyph=Glyph::Live title text /> }.into_any();
    }
    let columns = vec![
        Column::tight("State"),
        Column::new("Device"),
        Column::new("Contact"),
        Column::new("Push"),
        Column::tight("When"),
    ];
    view! {
        <Table caption="Deliveries" columns>
            {seen.into_iter().map(delivery).collect_view()}
        </Table>
    }
    .into_any()
}

fn delivery(seen: SeenDelivery) -> AnyView {
    let state = states::of_delivery(seen.state);
    let why = format!("/contacts/{}/why?push={}", seen.contact_id, seen.push_id);
    let device = match seen.device {
        Some(name) => view! {
            <a class="table__link mono" href=format!("/devices/{}", seen.binding_id)>
                {name}
            </a>
        }
        .into_any(),
        None => view! { <span class="quiet">"a device that is gone"</span> }.into_any(),
    };
    let reason = seen
        .reason
        .map(|reason| view! { <div class="small quiet refused__value">{reason}</div> });
    let app = seen.app.map(|app| app.name);
    let contact = format!("/contacts/{}", seen.contact_id);
    let channel = seen.channel.label();
    let test = seen.test.then(|| view! { <Badge>"Test"</Badge> });
    view! {
        <tr>
            <td data-label="State">
                <StateChip state label=seen.state.label() />
            </td>
            <td data-label="Device">
                <div>
                    {device}
                    <div class="small quiet">{app} " · " {channel}</div>
                    {reason}
                </div>
            </td>
            <td data-label="Contact">
                <a class="mono clip devices__id" href=contact>
                    {seen.contact}
                </a>
            </td>
            <td data-label="Push">
                <div>
                    {seen.push} " " {test}
                    <div class="small">
                        <a href=why>"Why"</a>
                    </div>
                </div>
            </td>
            <td class="quiet" data-label="When">
                <RelativeTime at=seen.at.as_millis() />
            </td>
        </tr>
    }
    .into_any()
}

fn list(live: LiveData, all: bool) -> AnyView {
    if live.seen.is_empty() {
        let (title, text) = match (all, live.any_known) {
            (true, true) => (
                "Nothing came in yet",
                "Start the app on a device: its registration appears here at once, taken or refused. What came in before is in the list of devices.",
            ),
            (true, false) => (
                "Waiting for the first device",
                "Start the app on a device: its registration appears here at once, taken or refused.",
            ),
            (false, _) => (
                "Nothing like that came in",
                "The latest five hundred registrations were looked at; new ones appear by themselves.",
            ),
        };
        return view! { <EmptyState glyph=Glyph::Live title text /> }.into_any();
    }
    let columns = vec![
        Column::tight("Outcome"),
        Column::new("Device"),
        Column::new("Contact"),
        Column::new("App"),
        Column::tight("When"),
    ];
    view! {
        <Table caption="Registrations" columns>
            {live.seen.into_iter().map(row).collect_view()}
        </Table>
    }
    .into_any()
}

fn row(seen: SeenRegistration) -> AnyView {
    let label = seen.outcome.label();
    let (state, id, reason) = match seen.outcome {
        SeenOutcome::New { id } | SeenOutcome::Moved { id } | SeenOutcome::Changed { id } => {
            (State::Accepted, Some(id), None)
        }
        SeenOutcome::Same { id } => (State::Finished, Some(id), None),
        SeenOutcome::Refused { reason } => (State::Rejected, None, Some(reason)),
    };
    let device = seen.device.unwrap_or_else(|| "not named".to_owned());
    let device = match id {
        Some(id) => view! {
            <a class="table__link mono" href=format!("/devices/{id}")>
                {device}
            </a>
        }
        .into_any(),
        None => view! { <span class="mono">{device}</span> }.into_any(),
    };
    let reason =
        reason.map(|reason| view! { <div class="small quiet refused__value">{reason}</div> });
    let channel = seen.channel.map(|channel| {
        view! { <span class="quiet">" · " {channel.label()}</span> }
    });
    view! {
        <tr>
            <td data-label="Outcome">
                <StateChip state label />
            </td>
            <td data-label="Device">
                <div>{device} {reason}</div>
            </td>
            <td data-label="Contact">
                <span class="mono clip devices__id">{seen.contact}</span>
            </td>
            <td data-label="App">
                <span>{seen.app} {channel}</span>
            </td>
            <td class="quiet" data-label="When">
                <RelativeTime at=seen.at.as_millis() />
            </td>
        </tr>
    }
    .into_any()
}
