//! The frame of the settings, and a page for each part.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{LinkTabs, Page};

use super::{
    account::Account, app_page::AppPage, apps::Apps, audit::Audit, keys::Keys, users::Users,
};

/// A part of the settings below its tabs.
fn framed(here: &'static str, content: AnyView) -> AnyView {
    let tabs = [
        ("/settings", "Account"),
        ("/settings/apps", "Apps"),
        ("/settings/users", "Users"),
        ("/settings/keys", "API keys"),
        ("/settings/audit", "Audit log"),
    ]
    .map(|(href, label)| (href.to_owned(), label.to_owned()))
    .to_vec();
    view! {
        <Title text="Settings" />
        <Page title="Settings">
            <LinkTabs label="Settings" tabs here=here.to_owned() />
            {content}
        </Page>
    }
    .into_any()
}

/// `/settings`: the account.
#[component]
pub fn SettingsPage() -> impl IntoView {
    framed("/settings", view! { <Account /> }.into_any())
}

/// `/settings/apps`.
#[component]
pub fn SettingsAppsPage() -> impl IntoView {
    framed("/settings/apps", view! { <Apps /> }.into_any())
}

/// `/settings/apps/{app}`.
#[component]
pub fn SettingsAppPage() -> impl IntoView {
    let slug = use_params_map().with_untracked(|params| params.get("app").unwrap_or_default());
    view! { <AppPage slug /> }.into_any()
}

/// `/settings/users`.
#[component]
pub fn SettingsUsersPage() -> impl IntoView {
    framed("/settings/users", view! { <Users /> }.into_any())
}

/// `/settings/keys`.
#[component]
pub fn SettingsKeysPage() -> impl IntoView {
    framed("/settings/keys", view! { <Keys /> }.into_any())
}

/// `/settings/audit`.
#[component]
pub fn SettingsAuditPage() -> impl IntoView {
    framed("/settings/audit", view! { <Audit /> }.into_any())
}
