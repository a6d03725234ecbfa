//! The apps: each with its channels and what keeps it from sending.

use domain::{app::CredentialState, device::Channel, view::AppView};
use leptos::{ev, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use ui::{
    Badge, Button, ButtonKind, Dialog, DialogBody, DialogFoot, EmptyState, Glyph, InputKind,
    Section, Skeleton, State, StateChip, TextField, Tone,
};

use super::{
    api::{AppsData, add_app, list_apps},
    deed::Deed,
};
use crate::shell::loaded::load;

/// The apps' part of the settings.
#[component]
pub fn Apps() -> impl IntoView {
    let apps = load(|| (), |()| list_apps());
    let adding = RwSignal::new(false);
    view! {
        {apps.show(
            "The apps",
            || view! { <Skeleton label="Loading the apps" /> },
            move |data| list(data, adding),
        )}
        <AddApp adding />
    }
    .into_any()
}

fn list(data: AppsData, adding: RwSignal<bool>) -> AnyView {
    let may_edit = data.may_edit;
    let add = move || {
        may_edit.then(|| {
            view! {
                <Button
                    kind=ButtonKind::Primary
                    glyph=Glyph::Plus
                    on:click=move |_| adding.set(true)
                >
                    "Add an app"
                </Button>
            }
        })
    };
    if data.apps.is_empty() {
        return view! {
            <EmptyState
                glyph=Glyph::Device
                title="No apps yet"
                text="An app is a mobile app or site with its own provider credentials. Devices register with it, and pushes go out in its name."
            >
                {add()}
            </EmptyState>
        }
        .into_any();
    }
    view! {
        <Section
            title="Apps and credentials"
            aside=add
        >
            <div class="tiles">{data.apps.into_iter().map(card).collect_view()}</div>
        </Section>
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

/// A name as it stands in addresses.
fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for c in name.to_lowercase().chars() {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}

#[component]
fn AddApp(adding: RwSignal<bool>) -> impl IntoView {
    let deed = Deed::new();
    let name = RwSignal::new(String::new());
    let slug = RwSignal::new(String::new());
    Effect::new(move |before: Option<String>| {
        let made = slug_of(&name.get());
        // It follows the name until the person writes one of their own.
        if slug.with_untracked(|slug| slug.is_empty() || Some(slug) == before.as_ref()) {
            slug.set(made.clone());
        }
        made
    });
    let navigate = use_navigate();
    let save = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let (short, navigate) = (slug.get_untracked(), navigate.clone());
        deed.run(add_app(short.clone(), name.get_untracked()), move |()| {
            adding.set(false);
            navigate(
                &format!("/settings/apps/{short}"),
                NavigateOptions::default(),
            );
        });
    };
    let save = Callback::new(save);
    view! {
        <Dialog open=adding id="add-app" title="Add an app">
            <form on:submit=move |event| save.run(event)>
                <DialogBody>
                    {deed.notice()}
                    <TextField
                        label="Name"
                        name="name"
                        value=name
                        hint="What people call it."
                        error=deed.errors.of("name")
                        autofocus=true
                    />
                    <TextField
                        label="Short name"
                        name="app"
                        value=slug
                        kind=InputKind::Mono
                        hint="Stands in files and addresses, and stays as it is: small letters, digits and hyphens."
                        error=deed.errors.of("app")
                    />
                </DialogBody>
                <DialogFoot>
                    <Button on:click=move |_| adding.set(false)>"Cancel"</Button>
                    <Button kind=ButtonKind::Primary submit=true busy=deed.busy>
                        "Add the app"
                    </Button>
                </DialogFoot>
            </form>
        </Dialog>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::slug_of;

    #[test]
    fn a_short_name_follows_from_the_name() {
        assert_eq!(
            [slug_of("Corner Shop"), slug_of("  Ünï & Co. 2 ")],
            ["corner-shop", "n-co-2"]
        );
    }
}
