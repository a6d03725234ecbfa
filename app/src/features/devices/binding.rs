//! The page of one device.

use domain::{
    BindingId,
    consent::Way,
    device::{AddressKind, Binding, BindingState, DeviceHistory},
    view::DeviceView,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{
    Button, ButtonKind, Card, CopyButton, ExactTime, Fact, Facts, Glyph, MenuItem, MoreMenu, Page,
    Section, Timeline, TimelineItem, Token,
};

use super::{
    acts::{MOVE, REVOKE, TEST, move_dialog, revoke_dialog, test_dialog},
    api::{DeviceData, open_device},
    deliveries::deliveries,
    page::ending,
    raw::{RAW, raw_dialog},
    verdict::{Places, verdict_view},
    verify::verify_card,
};
use crate::{
    AppError,
    features::contacts::{
        devices::device_chip,
        words::{change_said, device_name, permission, way},
    },
    shell::loaded::{failed_page, load},
};

/// How often the page looks again while a push is on its way, in milliseconds.
const LOOKS_EVERY: &str = "1500";

/// `/devices/{id}`: why this device is silent, what is known of it, and what can be done.
#[component]
pub fn DevicePage() -> impl IntoView {
    let id = use_params_map().with_untracked(|params| params.get("id")?.parse().ok());
    let device = async move {
        let id: BindingId = id.ok_or_else(|| AppError::NotFound {
            what: "This device".to_owned(),
        })?;
        open_device(id).await
    };
    load(device).show_answer(|answer| match answer {
        Ok(data) => detail(data),
        Err(error) => failed_page("Device", error, "The device"),
    })
}

fn detail(data: DeviceData) -> AnyView {
    let DeviceData {
        view: found,
        pushes,
        may_inspect,
        may_register,
        may_test,
        may_send_raw,
    } = data;
    let device = found.device;
    let (id, channel) = (device.binding.id, device.binding.channel);
    let name = device_name(&device.binding);
    let places = Places {
        contact: found.contact.id,
        app: device.app.slug.clone(),
    };
    let contact = found.contact.display_name();
    let contact_href = format!("/contacts/{}?tab=devices", found.contact.id);
    let revoked = device.binding.state == BindingState::Revoked;
    // Nothing is sent to a revoked device, a test neither.
    let (may_test, may_send_raw) = (may_test && !revoked, may_send_raw && !revoked);
    let actions = {
        let label = format!("More for {name}");
        move || acts(&label, (may_register, may_test, may_send_raw), revoked)
    };
    let chip = {
        let device = device.clone();
        move || device_chip(&device)
    };
    let lead = format!("{} by {}", device.app.name, channel.label());
    let dialogs = (
        may_test.then(|| test_dialog(id, pushes)),
        may_send_raw.then(|| raw_dialog(id, channel)),
        may_register.then(|| move_dialog(&device)),
        may_register.then(|| revoke_dialog(id, &name)),
    );
    let live = found.under_way.then_some(LOOKS_EVERY);
    view! {
        <Title text=name.clone() />
        <Page title=name lead state=chip actions>
            <p class="back">
                <a href="/devices">"All devices"</a>
            </p>
            <div class="beside device-page">
                <div class="stack" data-gap="8" id="device-now" data-live=live>
                    {verdict_view(found.verdict, &places)}
                    <Section title="Last pushes">
                        {deliveries(found.deliveries, may_inspect, may_test)}
                    </Section>
                    <Section title="History">{history(found.history)}</Section>
                </div>
                <div class="stack">
                    <Card title="Registered">
                        {registered(device, found.way, may_inspect, contact, contact_href)}
                    </Card>
                    {(may_register && !revoked).then(|| verify_card(id, channel))}
                </div>
            </div>
        </Page>
        {dialogs}
    }
    .into_any()
}

/// What the person may do: register, test, send a payload typed by hand.
fn acts(
    label: &str,
    (may_register, may_test, may_send_raw): (bool, bool, bool),
    revoked: bool,
) -> AnyView {
    let label = label.to_owned();
    let more = may_register.then(|| {
        view! {
            <MoreMenu label>
                {may_send_raw
                    .then(|| {
                        view! {
                            <MenuItem label="Send a raw payload…" glyph=Glyph::Code opens=RAW />
                        }
                    })}
                <MenuItem label="Move to another contact…" glyph=Glyph::ArrowRight opens=MOVE />
                {(!revoked)
                    .then(|| {
                        view! {
                            <MenuItem
                                label="Revoke the device…"
                                glyph=Glyph::Ban
                                danger=true
                                opens=REVOKE
                            />
                        }
                    })}
            </MoreMenu>
        }
    });
    let test = may_test.then(|| {
        view! {
            <Button kind=ButtonKind::Primary glyph=Glyph::Send opens=TEST>
                "Send a test push"
            </Button>
        }
    });
    view! {
        {more}
        {test}
    }
    .into_any()
}

/// Everything that the last registrations said.
fn registered(
    device: DeviceView,
    by: Option<Way>,
    may_inspect: bool,
    contact: String,
    contact_href: String,
) -> AnyView {
    let binding = device.binding;
    let external_id = device.external_id.unwrap_or_default();
    let opted_in = if binding.opted_in {
        "Opted in"
    } else {
        "Opted out"
    };
    let told = told(&binding);
    let (kind, address) = AddressKind::of(binding.channel, &binding.token);
    let (name, what) = match kind {
        AddressKind::Token => ("Push token", "push token"),
        AddressKind::Fid => ("Firebase installation id", "installation id"),
    };
    let (shown, address) = (ending(address), address.to_owned());
    let copy = may_inspect.then(|| view! { <CopyButton text=address what /> });
    let by = by.map(|by| view! { <div class="quiet small">{way(by)}</div> });
    view! {
        <Facts>
            <Fact name="Contact">
                <a href=contact_href>{contact}</a>
                <div class="mono quiet small refused__value">{external_id}</div>
            </Fact>
            <Fact name="Device id">
                <Token text=binding.device_id what="device id" />
            </Fact>
            <Fact name="App">{device.app.name}</Fact>
            <Fact name="Channel">{binding.channel.label()}</Fact>
            <Fact name="Platform">{binding.platform.label()}</Fact>
            <Fact name>
                <span class="token">
                    <span class="token__text">{shown}</span>
                    {copy}
                </span>
            </Fact>
            <Fact name="Permission">{permission(binding.os_permission)}</Fact>
            <Fact name="Opt-in">{opted_in}</Fact>
            {told}
            <Fact name="Token since">
                <ExactTime at=binding.registered_at.as_millis() />
                {by}
            </Fact>
            <Fact name="First seen">
                <ExactTime at=binding.created_at.as_millis() />
            </Fact>
        </Facts>
    }
    .into_any()
}

/// What an app may say of itself and of the device.
fn told(binding: &Binding) -> AnyView {
    [
        ("App version", &binding.app_version),
        ("System version", &binding.os_version),
        ("Model", &binding.model),
        ("Language", &binding.locale),
        ("Time zone", &binding.time_zone),
        ("Label", &binding.label),
    ]
    .into_iter()
    .filter_map(|(name, value)| {
        let value = value.clone()?;
        Some(view! { <Fact name>{value}</Fact> })
    })
    .collect_view()
    .into_any()
}

fn history(lines: Vec<DeviceHistory>) -> AnyView {
    if lines.is_empty() {
        return view! { <p class="quiet">"Nothing was recorded."</p> }.into_any();
    }
    let lines = lines
        .into_iter()
        .map(|line| {
            let (glyph, tone, said) = change_said(&line.change);
            view! {
                <TimelineItem glyph tone at=line.at.as_millis()>
                    <p>{capitalized(&said)} <span class="quiet">", " {way(line.way)}</span></p>
                </TimelineItem>
            }
        })
        .collect_view();
    view! { <Timeline>{lines}</Timeline> }.into_any()
}

/// A line without its subject, which the page is about.
fn capitalized(line: &str) -> String {
    let mut letters = line.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
