//! Every virtual device that something arrived at, the latest first.

use leptos::prelude::*;
use leptos_meta::Title;
use ui::{EmptyState, Glyph, LinkButton, Page, Segment, Segmented, Skeleton};

use super::{
    api::{VirtualDevice, virtual_devices},
    arrivals::on_arrival,
    device::VirtualDeviceCard,
};
use crate::features::contacts::search_row::{SearchRow, asked};
use crate::shell::loaded::load;

/// The page. It follows what arrives while it is open.
#[component]
pub fn VirtualDevicesPage() -> impl IntoView {
    let asked = asked();
    let devices = load(move || asked.get().0, virtual_devices);
    on_arrival(move || devices.refetch());
    let shape = RwSignal::new("expanded".to_owned());
    view! {
        <Title text="Virtual devices" />
        <Page
            title="Virtual devices"
            lead="What arrived at the sandbox, drawn from what came over the wire. New pushes appear by themselves."
        >
            <div class="row row--apart">
                <SearchRow
                    path="/virtual-devices"
                    label="Contact, device or whole token"
                />
                <Segmented
                    label="How notifications stand"
                    name="shape"
                    parts=vec![
                        Segment::new("collapsed", "Collapsed"),
                        Segment::new("expanded", "Expanded"),
                    ]
                    value=shape
                />
            </div>
            {devices.show(
                "The virtual devices",
                || view! { <Skeleton label="Loading the virtual devices" lines=8 /> },
                move |found| grid(found, asked.get_untracked().0.is_empty(), shape),
            )}
        </Page>
    }
    .into_any()
}

fn grid(found: Vec<VirtualDevice>, all: bool, shape: RwSignal<String>) -> AnyView {
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
    let expanded = Signal::derive(move || shape.with(|shape| shape == "expanded"));
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
