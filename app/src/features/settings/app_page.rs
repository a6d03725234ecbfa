//! One app: what it can show, and its credentials.

use domain::{device::Channel, view::AppView};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Page, Section};

use super::{
    api::open_app, capabilities::CapabilitiesForm, credential::CredentialCard, signing::SigningCard,
};
use crate::shell::loaded::{failed_page, load};

/// `/settings/apps/{slug}`.
#[component]
pub fn AppPage(
    /// The app's name in addresses.
    slug: String,
) -> impl IntoView {
    load(open_app(slug)).show_answer(|answer| match answer {
        Ok(mut data) => match data.apps.pop() {
            Some(view) => shown(view, data.offered, data.may_edit),
            None => ().into_any(),
        },
        Err(error) => failed_page("App", error, "The app"),
    })
}

fn shown(view: AppView, offered: Vec<Channel>, may_edit: bool) -> AnyView {
    let slug = view.app.slug.clone();
    let (credentials, allowed) = (view.credentials, view.calls_allowed);
    let cards = Channel::ALL
        .into_iter()
        .filter_map(|channel| {
            let entered = credentials
                .iter()
                .find(|known| known.channel == channel)
                .cloned();
            let allowed = allowed
                .iter()
                .find_map(|(known, allowed)| (*known == channel).then_some(*allowed));
            let offered = offered.contains(&channel);
            (offered || entered.is_some()).then(|| {
                view! {
                    <CredentialCard slug=slug.clone() channel entered allowed offered may_edit />
                }
            })
        })
        .collect_view();
    let connect = format!("/settings/apps/{}/connect", view.app.slug);
    view! {
        <Title text=view.app.name.clone() />
        <Page title=view.app.name.clone() lead=format!("App {}", view.app.slug)>
            <p class="back">
                <a href="/settings/apps">"All apps"</a>
                " · "
                <a href=connect>"Connect the app: code to copy, and how far it is"</a>
            </p>
            <Section title="Credentials">
                <div class="pair">{cards}</div>
            </Section>
            <CapabilitiesForm offered app=view.app may_edit />
            <SigningCard slug />
        </Page>
    }
    .into_any()
}
