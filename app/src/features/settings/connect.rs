//! Connecting an app: code to copy for each system, and a checklist that turns
//! green as the app registers, is sent to, and tells.

pub mod checklist;
pub mod code;

use domain::{device::Channel, view::ConnectView};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use ui::{Card, Code, LinkTabs, Page, Section};

use super::api::{ConnectData, open_connect};
use crate::shell::loaded::{failed_page, load};
use checklist::checklist;
use code::{Filling, Sample, System};

/// `/settings/apps/{app}/connect?on={system}`.
#[component]
pub fn SettingsConnectPage() -> impl IntoView {
    let slug = use_params_map().with_untracked(|params| params.get("app").unwrap_or_default());
    let on = use_query_map().with_untracked(|query| query.get("on"));
    load(open_connect(slug)).show_answer(move |answer| match answer {
        Ok(data) => shown(data, on.as_deref()),
        Err(error) => failed_page("Connect the app", error, "The app"),
    })
}

fn shown(data: ConnectData, on: Option<&str>) -> AnyView {
    let ConnectData {
        view,
        server,
        may_administer,
    } = data;
    let system = on.and_then(System::parse).unwrap_or_else(|| likely(&view));
    let slug = view.app.app.slug.clone();
    let base = format!("/settings/apps/{slug}/connect");
    let tabs = System::ALL
        .map(|system| {
            (
                format!("{base}?on={}", system.name()),
                system.label().to_owned(),
            )
        })
        .to_vec();
    let here = format!("{base}?on={}", system.name());
    let title = format!("Connect “{}”", view.app.app.name);
    let filling = Filling {
        server,
        app: &view.app.app,
        public_key: view
            .app
            .credentials
            .iter()
            .find(|credential| credential.channel == Channel::Webpush)
            .map(|credential| credential.topic.as_str()),
    };
    let samples = system
        .samples()
        .iter()
        .map(|sample| one_sample(sample, &filling))
        .collect_view();
    let notes = system
        .notes()
        .iter()
        .map(|note| view! { <li>{*note}</li> })
        .collect_view();
    let key = if may_administer {
        view! {
            <p>
                "Put a key with the scope " <span class="mono">"ingest"</span> " where "
                <span class="mono">"carillon_…"</span> " stands: "
                <a href="/settings/keys">"make one under API keys"</a>
                ". It can be read out of the app, and may write contacts, devices and events, never read."
            </p>
        }
        .into_any()
    } else {
        view! {
            <p>
                "Put a key with the scope " <span class="mono">"ingest"</span> " where "
                <span class="mono">"carillon_…"</span>
                " stands; an administrator makes one under Settings, API keys."
            </p>
        }
        .into_any()
    };
    let back = format!("/settings/apps/{slug}");
    let list = checklist(&view, system);
    view! {
        <Title text=title.clone() />
        <Page title lead="Copy the code into the app; the list at its side turns green as the app comes alive.">
            <p class="back">
                <a href=back>"The app, its credentials and what it can show"</a>
            </p>
            <LinkTabs label="Systems" tabs here />
            <div class="connect">
                <div class="stack" data-gap="6">
                    {key} <ul class="connect__notes">{notes}</ul> {samples}
                </div>
                <aside class="connect__list">
                    <Card title="How far the app is">{list}</Card>
                </aside>
            </div>
        </Page>
    }
    .into_any()
}

fn one_sample(sample: &'static Sample, filling: &Filling<'_>) -> AnyView {
    let text = sample.filled(filling);
    view! {
        <Section title=sample.title>
            <p class="quiet">{sample.what}</p>
            <Code text what=sample.file />
        </Section>
    }
    .into_any()
}

/// The system that the app's credentials speak of.
fn likely(view: &ConnectView) -> System {
    System::ALL
        .into_iter()
        .find(|system| {
            view.app
                .credentials
                .iter()
                .any(|credential| credential.channel == system.channel())
        })
        .unwrap_or(System::Ios)
}
