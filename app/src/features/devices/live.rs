//! Registrations as they come in, taken and refused: for whoever has the app in hand.

use domain::view::{SeenOutcome, SeenRegistration};
use leptos::prelude::*;
use ui::{Column, EmptyState, Glyph, RelativeTime, State, StateChip, Table};

use super::api::{LiveData, watch_registrations};
use crate::features::contacts::search_row::{FOUND, SearchRow, asked};
use crate::shell::loaded::load;

/// Gives word of each registration.
const EVENTS: &str = "/devices/events";

/// The latest registrations; the page follows while it is open.
#[component]
pub fn LiveRegistrations() -> impl IntoView {
    let (words, _) = asked();
    let all = words.is_empty();
    let seen =
        load(watch_registrations(words)).show("The registrations", move |seen| list(seen, all));
    view! {
        <SearchRow path="/devices" label="Contact, device, app or outcome">
            <input type="hidden" name="tab" value="live" />
            <StateChip state=State::Live label="Follows what comes in" />
        </SearchRow>
        <div id=FOUND data-live-events=EVENTS>
            {seen}
        </div>
    }
    .into_any()
}

fn list(live: LiveData, all: bool) -> AnyView {
    if live.seen.is_empty() {
        let (title, text) = match (all, live.any_known) {
            (true, true) => (
                "Nothing came in yet",
                "Start the app on a device: its registration appears here at once, taken or refused. What came in before the server started is in the list of devices.",
            ),
            (true, false) => (
                "Waiting for the first device",
                "Start the app on a device: its registration appears here at once, taken or refused.",
            ),
            (false, _) => (
                "Nothing like that came in",
                "The latest two hundred registrations were looked at; new ones appear by themselves.",
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
