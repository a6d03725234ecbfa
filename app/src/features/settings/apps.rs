//! The apps: each with its channels and what keeps it from sending.

use domain::{app::CredentialState, device::Channel, view::AppView};
use leptos::{prelude::*, server_fn::ServerFn};
use ui::{
    Badge, Button, ButtonKind, CallForm, Dialog, DialogBody, DialogFoot, EmptyState, FormFailure,
    Glyph, InputKind, Section, State, StateChip, TextField, Then, Tone, field_id,
};

use super::api::{AddApp, AppsData, list_apps};
use crate::shell::loaded::load;

/// The id of the dialog that makes an app.
const ADD: &str = "add-app";

/// The apps' part of the settings.
#[component]
pub fn Apps() -> impl IntoView {
    load(list_apps()).show("The apps", list)
}

fn list(data: AppsData) -> AnyView {
    let may_edit = data.may_edit;
    let add = move || {
        may_edit.then(|| {
            view! {
                <Button kind=ButtonKind::Primary glyph=Glyph::Plus opens=ADD>
                    "Add an app"
                </Button>
            }
        })
    };
    let listed = if data.apps.is_empty() {
        view! {
            <EmptyState
                glyph=Glyph::Device
                title="No apps yet"
                text="An app is a mobile app or site with its own provider credentials. Devices register with it, and pushes go out in its name."
            >
                {add()}
            </EmptyState>
        }
        .into_any()
    } else {
        view! {
            <Section title="Apps and credentials" aside=add>
                <div class="tiles">{data.apps.into_iter().map(card).collect_view()}</div>
            </Section>
        }
        .into_any()
    };
    view! {
        {listed}
        {may_edit.then(add_app)}
    }
    .into_any()
}

fn card(app: AppView) -> AnyView {
    let channels = Channel::ALL
        .map(|channel| {
            let entered = app
                .credentials
                .iter()
                .find(|known| known.channel == channel);
            let chip = match entered.map(|credential| credential.state) {
                Some(CredentialState::Usable) => {
                    view! { <StateChip state=State::Active label="Usable" /> }.into_any()
                }
                Some(CredentialState::Refused) => {
                    view! { <StateChip state=State::Rejected label="Refused" /> }.into_any()
                }
                None => view! { <Badge tone=Tone::Plain>"No credential"</Badge> }.into_any(),
            };
            view! {
                <p class="row row--apart">
                    <span>{channel.label()}</span>
                    {chip}
                </p>
            }
        })
        .collect_view();
    view! {
        <section class="card card--link">
            <header class="card__head">
                <h3 class="card__title">
                    <a class="card__cover" href=format!("/settings/apps/{}", app.app.slug)>
                        {app.app.name}
                    </a>
                </h3>
                <span class="mono quiet small">{app.app.slug}</span>
            </header>
            <div class="card__body" data-gap="2">
                {channels}
            </div>
        </section>
    }
    .into_any()
}

/// The dialog that makes an app and leads to its page.
fn add_app() -> AnyView {
    view! {
        <Dialog id=ADD title="Add an app">
            <CallForm
                call=AddApp::url()
                then=Then::go("/settings/apps/{form.slug}")
                class="dialog__form"
            >
                <DialogBody>
                    <FormFailure />
                    <TextField
                        label="Name"
                        name="name"
                        hint="What people call it."
                        autofocus=true
                    />
                    <TextField
                        label="Short name"
                        name="slug"
                        key="app"
                        slug_of=field_id("name")
                        kind=InputKind::Mono
                        hint="Stands in files and addresses, and stays as it is: small letters, digits and hyphens."
                    />
                </DialogBody>
                <DialogFoot>
                    <Button closes=true>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true>
                        "Add the app"
                    </Button>
                </DialogFoot>
            </CallForm>
        </Dialog>
    }
    .into_any()
}
