//! One app: what it can show, and its credentials.

use domain::{device::Channel, view::AppView};
use leptos::prelude::*;
use leptos_meta::Title;
use ui::{Page, Section, Skeleton};

use super::{api::open_app, capabilities::CapabilitiesForm, credential::CredentialCard};
use crate::shell::answer::Failure;

/// `/settings/apps/{slug}`.
#[component]
pub fn AppPage(
    /// The app's name in addresses.
    slug: Memo<String>,
) -> impl IntoView {
    let app = Resource::new(move || slug.get(), open_app);
    view! {
        <Transition fallback=|| {
            view! {
                <div class="page">
                    <Skeleton label="Loading the app" />
                </div>
            }
        }>
            {move || Suspend::new(async move {
                match app.await {
                    Ok(mut data) => {
                        match data.apps.pop() {
                            Some(view) => shown(view, data.may_edit, app),
                            None => ().into_any(),
                        }
                    }
                    Err(error) => {
                        let again = move |()| app.refetch();
                        view! {
                            <div class="page">
                                <Failure error what="The app" again />
                            </div>
                        }
                            .into_any()
                    }
                }
            })}
        </Transition>
    }
    .into_any()
}

/// The app as the server gave it.
pub type AppResource = Resource<Result<super::api::AppsData, crate::AppError>>;

fn shown(view: AppView, may_edit: bool, resource: AppResource) -> AnyView {
    let slug = view.app.slug.clone();
    let credentials = view.credentials;
    let cards = Channel::ALL
        .map(|channel| {
            let entered = credentials
                .iter()
                .find(|known| known.channel == channel)
                .cloned();
            view! { <CredentialCard slug=slug.clone() channel entered may_edit resource /> }
        })
        .collect_view();
    view! {
        <Title text=view.app.name.clone() />
        <Page title=view.app.name.clone() lead=format!("App {}", view.app.slug)>
            <p class="back">
                <a href="/settings/apps">"All apps"</a>
            </p>
            <Section title="Credentials">
                <div class="pair">{cards}</div>
            </Section>
            <CapabilitiesForm app=view.app may_edit />
        </Page>
    }
    .into_any()
}
