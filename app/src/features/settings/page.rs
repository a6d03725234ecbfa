//! The frame of the settings: which part is open, as the address says.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use ui::{LinkTabs, Page};

use super::{
    account::Account, app_page::AppPage, apps::Apps, audit::Audit, keys::Keys, users::Users,
};
use crate::shell::not_found::NotFound;

/// `/settings`, `/settings/{part}` and `/settings/apps/{app}`.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let params = use_params_map();
    let part = Memo::new(move |_| {
        params.with(|params| {
            (
                params.get("part").unwrap_or_default(),
                params.get("item").unwrap_or_default(),
            )
        })
    });
    move || {
        let (part, item) = part.get();
        let content = match (part.as_str(), item.as_str()) {
            ("", "") => view! { <Account /> }.into_any(),
            ("apps", "") => view! { <Apps /> }.into_any(),
            ("apps", _) => return view! { <AppPage slug=item /> }.into_any(),
            ("users", "") => view! { <Users /> }.into_any(),
            ("keys", "") => view! { <Keys /> }.into_any(),
            ("audit", "") => view! { <Audit /> }.into_any(),
            _ => return view! { <NotFound /> }.into_any(),
        };
        let here = if part.is_empty() {
            "/settings".to_owned()
        } else {
            format!("/settings/{part}")
        };
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
                <LinkTabs label="Settings" tabs here />
                {content}
            </Page>
        }
        .into_any()
    }
}
