//! Registering a device by hand: every field that an app can send.

use domain::{
    device::{Channel, OsPermission, Platform},
    view::AppName,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use ui::{
    Button, ButtonKind, CallForm, EmptyState, FormFailure, FormSummary, Glyph, InputKind,
    LinkButton, Notice, Page, Section, SelectField, SelectOption, TextArea, TextField, Then, Tone,
};

use super::api::{DevicesStart, RegisterDevice, open_devices};
use crate::{features::contacts::words::permission, shell::loaded::load};

/// `/devices/register`; `?contact=` fills in whose device it is.
#[component]
pub fn RegisterDevicePage() -> impl IntoView {
    let form = load(open_devices()).show("The form", shown);
    view! {
        <Title text="Register a device" />
        <Page
            title="Register a device"
            lead="What an app does over the API, done by hand: for a device that you want to look at, or that cannot register itself."
        >
            <p class="back">
                <a href="/devices">"All devices"</a>
            </p>
            {form}
        </Page>
    }
    .into_any()
}

fn shown(start: DevicesStart) -> AnyView {
    if !start.may_register {
        return view! {
            <Notice tone=Tone::Paused title="Your role does not include this">
                <p>"Developers, marketers and administrators register devices."</p>
            </Notice>
        }
        .into_any();
    }
    if start.apps.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::Device
                title="No apps yet"
                text="A device belongs to an app. Make the app first, then register its devices."
            >
                <LinkButton href="/settings/apps">"Open the apps"</LinkButton>
            </EmptyState>
        }
        .into_any();
    }
    let contact = use_query_map().with_untracked(|query| query.get("contact").unwrap_or_default());
    form(start.apps, contact)
}

fn form(apps: Vec<AppName>, contact: String) -> AnyView {
    let apps = apps
        .into_iter()
        .map(|app| SelectOption::new(app.slug, app.name))
        .collect();
    let channels = Channel::ALL
        .map(|channel| SelectOption::new(channel.name(), channel.label()))
        .to_vec();
    view! {
        <CallForm
            call=RegisterDevice::url()
            then=Then::go("/devices/{}").and_say("The device was registered.")
            class="stack register"
        >
            <FormFailure />
            <FormSummary />
            <Section title="Whose device, and which">
                <div class="pair">
                    <TextField
                        label="Contact’s identifier"
                        name="external_id"
                        value=contact
                        kind=InputKind::Mono
                        hint="An unknown one is created, without consent."
                        autofocus=true
                    />
                    <TextField
                        label="Device id"
                        name="device_id"
                        kind=InputKind::Mono
                        hint="The installation’s own, stable identifier. Another contact’s device moves here."
                    />
                </div>
            </Section>
            <Section title="Where pushes go">
                <div class="pair">
                    <SelectField label="App" name="input.app" key="app" options=apps />
                    <SelectField
                        label="Channel"
                        name="input.channel"
                        key="channel"
                        options=channels
                    />
                </div>
                <TextArea
                    label="Push token"
                    name="input.token"
                    key="token"
                    mono=true
                    rows=2
                    hint="As the provider gave it to the app. APNs: hexadecimal; Web Push: the whole subscription as JSON; others: as it is. For a Firebase installation id, write fid: before it."
                />
            </Section>
            <Section title="What the person allows">{allowed()}</Section>
            <Section title="What is known of the device">{known()}</Section>
            <div class="row">
                <Button kind=ButtonKind::Primary submit=true>
                    "Register the device"
                </Button>
                <LinkButton href="/devices" kind=ButtonKind::Quiet>
                    "Cancel"
                </LinkButton>
            </div>
        </CallForm>
    }
    .into_any()
}

/// Permission and opt-in; each may be left as it is.
fn allowed() -> AnyView {
    let as_before = SelectOption::new("", "As before, or not told");
    let permissions = std::iter::once(as_before)
        .chain(OsPermission::ALL.map(|one| SelectOption::new(one.name(), permission(one))))
        .collect();
    let takes = vec![
        SelectOption::new("", "As before, or yes"),
        SelectOption::new("yes", "Yes: opted in"),
        SelectOption::new("no", "No: opted out"),
    ];
    view! {
        <div class="pair">
            <SelectField
                label="Notifications in the system"
                name="input.os_permission"
                key="os_permission"
                options=permissions
                or_none=true
            />
            <SelectField
                label="Takes pushes"
                name="input.opted_in"
                key="opted_in"
                options=takes
                hint="What the person chose inside the app; it is kept as consent."
                or_none=true
            />
        </div>
    }
    .into_any()
}

fn known() -> AnyView {
    let usual = SelectOption::new("", "The channel’s usual");
    let platforms = std::iter::once(usual)
        .chain(Platform::ALL.map(|one| SelectOption::new(one.name(), one.label())))
        .collect();
    let text = |label: &'static str, name: &'static str, example: &'static str| {
        view! {
            <TextField
                label
                name=format!("input.{name}")
                key=name
                placeholder=example
                or_none=true
            />
        }
    };
    view! {
        <div class="tiles register__known">
            <SelectField
                label="Platform"
                name="input.platform"
                key="platform"
                options=platforms
                or_none=true
            />
            {text("Model", "model", "iPhone 15")}
            {text("System version", "os_version", "18.1")}
            {text("App version", "app_version", "4.2.0")}
            {text("Language", "locale", "de-AT")}
            {text("Time zone", "time_zone", "Europe/Vienna")}
            {text("Label", "label", "Till 4")}
        </div>
        <p class="tiny quiet">
            "Whatever is left empty stays as it was. A label makes it a custom device."
        </p>
    }
    .into_any()
}
