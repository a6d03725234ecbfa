//! The list of devices.

use domain::view::DeviceView;
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{
    Column, EmptyState, Glyph, LinkButton, Page, Pager, RelativeTime, Table, counted, grouped,
};

use super::api::{DeviceList, list_devices};
use crate::features::contacts::{
    devices::device_chip,
    search_row::{FOUND, SearchRow, asked, list_href},
    words::device_name,
};
use crate::shell::loaded::load;

const PATH: &str = "/devices";

/// Every device, newest first, or those that the search finds.
#[component]
pub fn DevicesPage() -> impl IntoView {
    let (words, cursor) = asked();
    let later = cursor.is_some();
    let searched = words.clone();
    let devices = load(list_devices(words, cursor))
        .show("The devices", move |found| list(found, &searched, later));
    view! {
        <Title text="Devices" />
        <Page
            title="Devices"
            lead="Each installation of an app that belongs to a contact, and whether a push can reach it."
        >
            <SearchRow path=PATH label="Device, contact or whole push token" />
            <div id=FOUND>{devices}</div>
        </Page>
    }
    .into_any()
}

fn list(found: DeviceList, words: &str, later: bool) -> AnyView {
    let listed = found.page.items.len() as u64;
    if listed == 0 {
        return if words.is_empty() {
            no_devices()
        } else {
            nothing_found(words)
        };
    }
    let shown = if words.is_empty() {
        let more = if found.count.more { "more than " } else { "" };
        let all = counted(found.count.n.into(), "device", "devices");
        format!("{} of {more}{all}", grouped(listed))
    } else {
        counted(listed, "device", "devices")
    };
    let next = found
        .page
        .next
        .map(|next| list_href(PATH, words, Some(&next)));
    let first = later.then(|| list_href(PATH, words, None));
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

fn row(device: DeviceView) -> AnyView {
    let chip = device_chip(&device);
    let contact = device.external_id.unwrap_or_default();
    let binding = device.binding;
    let name = device_name(&binding);
    let token = binding.token.clone();
    view! {
        <tr>
            <td>
                <a
                    class="table__link"
                    href=format!("/contacts/{}?tab=devices", binding.contact_id)
                >
                    {name}
                </a>
                <div class="mono quiet small clip devices__id">{binding.device_id}</div>
            </td>
            <td data-label="Contact">
                <span class="clip devices__id">{contact}</span>
            </td>
            <td data-label="App">
                {device.app.name} <span class="quiet">" · " {binding.channel.label()}</span>
            </td>
            <td data-label="State">{chip}</td>
            <td data-label="Push token">
                <span class="mono quiet small clip devices__token" title=token>
                    {binding.token}
                </span>
            </td>
            <td class="quiet" data-label="Registered">
                <RelativeTime at=binding.registered_at.as_millis() />
            </td>
        </tr>
    }
    .into_any()
}

fn no_devices() -> AnyView {
    view! {
        <EmptyState
            glyph=Glyph::Device
            title="No devices yet"
            text="A device appears when your app registers its push token, or by an import."
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

fn nothing_found(words: &str) -> AnyView {
    let text = format!(
        "No device or contact begins with “{words}”, and no push token is that. A token is found whole, not by its beginning."
    );
    view! {
        <EmptyState glyph=Glyph::Search title="No such device" text>
            <LinkButton href=PATH>"Show all devices"</LinkButton>
        </EmptyState>
    }
    .into_any()
}
