//! Every virtual device that something arrived at, the latest first.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{EmptyState, Glyph, LinkButton, Page, Segment, Segmented};

use super::{
    api::{VirtualDevice, virtual_devices},
    device::VirtualDeviceCard,
};
use crate::features::contacts::search_row::{FOUND, SearchRow, asked};
use crate::shell::loaded::load;

/// Gives word of each arrival.
const EVENTS: &str = "/virtual-devices/events";

/// The page. It follows what arrives while it is open.
#[component]
pub fn VirtualDevicesPage() -> impl IntoView {
    let (words, _) = asked();
    let all = words.is_empty();
    let collapsed =
        use_query_map().with_untracked(|query| query.get("shape").as_deref() == Some("collapsed"));
    let devices = load(virtual_devices(words)).show("The virtual devices", move |found| {
        grid(found, all, !collapsed)
    });
    view! {
        <Title text="Virtual devices" />
        <Page
            title="Virtual devices"
            lead="What arrived at the sandbox, drawn from what came over the wire. New pushes appear by themselves."
        >
            <SearchRow path="/virtual-devices" label="Contact, device or whole token">
                <Segmented
                    label="How notifications stand"
                    name="shape"
                    parts=vec![
                        Segment::new("collapsed", "Collapsed"),
                        Segment::new("expanded", "Expanded"),
                    ]
                    value=if collapsed { "collapsed" } else { "expanded" }
                />
            </SearchRow>
            <div id=FOUND data-live-events=EVENTS>
                {devices}
            </div>
        </Page>
    }
    .into_any()
}

fn grid(found: Vec<VirtualDevice>, all: bool, expanded: bool) -> AnyView {
    if found.is_empty() {
        return if all {
            view! {
                <EmptyState
                    glyph=Glyph::VirtualDevice
                    title="Nothing arrived yet"
                    text="Send a test or publish a workflow: each device of the sandbox that a push arrives at appears here with its screen."
                >
                    <LinkButton href="/pushes" glyph=Glyph::Push>
                        "Open the pushes"
                    </LinkButton>
                </EmptyState>
            }
            .into_any()
        } else {
            view! {
                <EmptyState
                    glyph=Glyph::Search
                    title="No such device"
                    text="No device, token or contact begins with that."
                />
            }
            .into_any()
        };
    }
    view! {
        <div class="virtual-devices">
            {found
                .into_iter()
                .map(|device| view! { <VirtualDeviceCard device expanded /> })
                .collect_view()}
        </div>
    }
    .into_any()
}
