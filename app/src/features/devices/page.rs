//! The list of devices, and beside it what was refused.

use domain::device::token_end;
use domain::view::{DeviceFilter, FoundBy, FoundDevice};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    Badge, ButtonKind, Column, EmptyState, Glyph, LinkButton, LinkTabs, Page, Pager, RelativeTime,
    Table, counted, grouped,
};

use super::{
    api::{DeviceList, DevicesStart, list_devices, open_devices},
    filter::{asked_filter, choices, href},
    live::live,
    refused::Refusals,
};
use crate::features::contacts::{
    devices::device_chip,
    search_row::{FOUND, SearchRow, asked},
    words::device_name,
};
use crate::shell::loaded::load;

const PATH: &str = "/devices";
const REFUSED: &str = "/devices?tab=refused";
const LIVE: &str = "/devices?tab=live";

/// Every device, newest first, or those that the search finds. `?tab=live` shows
/// registrations as they come in, `?tab=refused` those that were refused.
#[component]
pub fn DevicesPage() -> impl IntoView {
    load(open_devices()).show("The devices", shown)
}

fn shown(start: DevicesStart) -> AnyView {
    let tab = use_query_map().with_untracked(|query| query.get("tab"));
    let may_register = start.may_register;
    let tabs = vec![
        (PATH.to_owned(), "Devices".to_owned()),
        (LIVE.to_owned(), "Live".to_owned()),
        (REFUSED.to_owned(), "Refused registrations".to_owned()),
    ];
    let (here, panel) = match tab.as_deref() {
        Some("refused") => (REFUSED, view! { <Refusals /> }.into_any()),
        Some("live") => (LIVE, live(&start.apps)),
        _ => (PATH, found(start)),
    };
    view! {
        <Title text="Devices" />
        <Page
            title="Devices"
            lead="Each installation of an app that belongs to a contact, and why a push does or does not reach it."
            actions=move || {
                may_register
                    .then(|| {
                        view! {
                            <LinkButton
                                href="/devices/register"
                                kind=ButtonKind::Primary
                                glyph=Glyph::Plus
                            >
                                "Register by hand"
                            </LinkButton>
                        }
                    })
            }
        >
            <LinkTabs label="Devices" tabs here />
            {panel}
        </Page>
    }
    .into_any()
}

/// The search and what it finds.
fn found(start: DevicesStart) -> AnyView {
    let (words, cursor) = asked();
    let filter = asked_filter();
    let later = cursor.is_some();
    let beside = choices(&start.apps, &filter);
    let (searched, narrowed) = (words.clone(), filter.clone());
    let devices = load(list_devices(words, filter, cursor)).show("The devices", move |found| {
        list(found, &searched, &narrowed, later)
    });
    view! {
        <div class="stack" data-gap="3">
            <SearchRow path=PATH label="Contact, device id, token or a part of it">
                {beside}
            </SearchRow>
            <p class="tiny quiet">
                "Found by the beginning of a contact’s identifier or email or of a device id, by a whole token, by at least six characters of its end, or (APNs and FCM) of its beginning."
            </p>
        </div>
        <div id=FOUND>{devices}</div>
    }
    .into_any()
}

fn list(found: DeviceList, words: &str, filter: &DeviceFilter, later: bool) -> AnyView {
    let listed = found.page.items.len() as u64;
    let everything = words.is_empty() && filter.is_open();
    let next = found.page.next.map(|next| href(words, filter, Some(&next)));
    let first = later.then(|| href(words, filter, None));
    if listed == 0 && next.is_none() && first.is_none() {
        return if everything {
            no_devices()
        } else {
            nothing_found(words, filter)
        };
    }
    let shown = if everything {
        let more = if found.count.more { "more than " } else { "" };
        let all = counted(found.count.n.into(), "device", "devices");
        format!("{} of {more}{all}", grouped(listed))
    } else if listed == 0 {
        "No device on this page".to_owned()
    } else {
        counted(listed, "device", "devices")
    };
    let columns = vec![
        Column::new("Device"),
        Column::new("Contact"),
        Column::new("App"),
        Column::tight("State"),
        Column::new("Push token"),
        Column::tight("Registered"),
    ];
    view! {
        <div>
            <Table caption="Devices" columns>
                {found.page.items.into_iter().map(row).collect_view()}
            </Table>
            <Pager shown first next />
        </div>
    }
    .into_any()
}

fn row(found: FoundDevice) -> AnyView {
    let FoundDevice { device, by } = found;
    let chip = device_chip(&device);
    let contact = device.external_id.unwrap_or_default();
    let binding = device.binding;
    let name = device_name(&binding);
    let token = ending(&binding.token);
    // What a row was found by stands where that can be seen.
    let mark = |wanted: &[FoundBy]| {
        by.filter(|by| wanted.contains(by))
            .map(|by| view! { <Badge>"by " {by.label()}</Badge> })
    };
    view! {
        <tr>
            <td>
                <span class="row" data-gap="2">
                    <a class="table__link" href=format!("/devices/{}", binding.id)>
                        {name}
                    </a>
                    {mark(&[FoundBy::DeviceId])}
                </span>
                <div class="mono quiet small clip devices__id">{binding.device_id}</div>
            </td>
            <td data-label="Contact">
                <span class="row" data-gap="2">
                    <a class="clip devices__id" href=format!("/contacts/{}", binding.contact_id)>
                        {contact}
                    </a>
                    {mark(&[FoundBy::Contact])}
                </span>
            </td>
            <td data-label="App">
                <span>
                    {device.app.name} <span class="quiet">" · " {binding.channel.label()}</span>
                </span>
            </td>
            <td data-label="State">{chip}</td>
            <td data-label="Push token">
                <span class="row" data-gap="2">
                    <span class="mono quiet small">{token}</span>
                    {mark(&[FoundBy::Token, FoundBy::TokenStart, FoundBy::TokenEnd])}
                </span>
            </td>
            <td class="quiet" data-label="Registered">
                <RelativeTime at=binding.registered_at.as_millis() />
            </td>
        </tr>
    }
    .into_any()
}

/// The first and the last characters of a token: enough to tell two apart, too few to
/// send to.
pub fn ending(token: &str) -> String {
    let count = token.chars().count();
    // A masked one, or one that two ends would show whole.
    if token.starts_with('…') || count <= 16 {
        let start: String = token.chars().skip(count.saturating_sub(6)).collect();
        return if start.starts_with('…') || start == token {
            token.to_owned()
        } else {
            format!("…{start}")
        };
    }
    let end = token_end(token, 6);
    // Browsers' subscriptions all begin alike.
    if token.starts_with('{') {
        return format!("…{end}");
    }
    let start: String = token.chars().take(6).collect();
    format!("{start}…{end}")
}

fn no_devices() -> AnyView {
    view! {
        <EmptyState
            glyph=Glyph::Device
            title="No devices yet"
            text="A device appears when your app registers its push token, by an import, or by hand."
        >
            <LinkButton href="/contacts/import?kind=devices" glyph=Glyph::Upload>
                "Import devices"
            </LinkButton>
            <a href="/api/docs" rel="external">
                "Register them over the API"
            </a>
        </EmptyState>
    }
    .into_any()
}

fn nothing_found(words: &str, filter: &DeviceFilter) -> AnyView {
    let text = if words.is_empty() {
        "No device is of this app, channel and state.".to_owned()
    } else {
        let among = if filter.is_open() {
            ""
        } else {
            " Only devices of the chosen app, channel and state were looked at."
        };
        format!(
            "No contact’s identifier or email and no device id begins with “{words}”, and no push token begins or ends with it.{among} If the app tried to register it, see whether that was refused."
        )
    };
    view! {
        <EmptyState glyph=Glyph::Search title="No such device" text>
            <LinkButton href=PATH>"Show all devices"</LinkButton>
            <a href=REFUSED>"Look at refused registrations"</a>
        </EmptyState>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::ending;

    #[test]
    fn a_token_is_shown_by_its_ends_alone() {
        assert_eq!(ending("0123456789abcdefghij"), "012345…efghij");
        assert_eq!(ending("0123456789"), "…456789");
        assert_eq!(ending("…456789"), "…456789");
        assert_eq!(ending("short"), "short");
    }
}
