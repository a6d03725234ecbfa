//! What surrounds every page: the document, the router, the frame.

pub mod answer;
pub mod document;
pub mod editor_module;
pub mod find;
pub mod frame;
pub mod frame_palette;
pub mod frame_rail;
pub mod frame_topbar;
pub mod loaded;
pub mod not_found;
pub mod session;
pub mod signed_in;
pub mod theme;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{Outlet, ParentRoute, Route, Router, Routes},
    path,
};

use crate::features::{
    campaigns::{CampaignPage, CampaignsPage},
    contacts::{ContactPage, ContactsPage, ImportPage, PushWhyPage, WhyPage},
    devices::{DevicePage, DevicesPage, RegisterDevicePage},
    entrance::{SignInPage, WelcomePage},
    overview::OverviewPage,
    pushes::{PushEditorPage, PushesPage},
    settings::{
        SettingsAppPage, SettingsAppsPage, SettingsAuditPage, SettingsConnectPage,
        SettingsKeysPage, SettingsPage, SettingsUsersPage,
    },
    virtual_devices::VirtualDevicesPage,
    workflow::WorkflowPage,
};
use frame_palette::FoundPage;
use not_found::NotFound;
use signed_in::SignedIn;

pub use theme::{THEME_COOKIE, Theme};

/// The whole application, from `<body>` inward, as the server writes it: whole documents,
/// since what a page finds decides its status.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| {
            if title.is_empty() { "Carillon".to_owned() } else { format!("{title} · Carillon") }
        } />
        <Router>
            <Routes fallback=NotFound>
                <Route path=path!("/sign-in") view=SignInPage ssr=SsrMode::Async />
                <Route path=path!("/welcome/:token") view=WelcomePage ssr=SsrMode::Async />
                <Route path=path!("/find") view=FoundPage ssr=SsrMode::Async />
                <ParentRoute path=path!("") view=SignedIn ssr=SsrMode::Async>
                    <Route path=path!("") view=OverviewPage />
                    <Route path=path!("/campaigns") view=CampaignsPage />
                    <Route path=path!("/campaigns/:id/workflow") view=WorkflowPage />
                    <Route path=path!("/campaigns/:id/:tab?") view=CampaignPage />
                    <Route path=path!("/contacts") view=ContactsPage />
                    <Route path=path!("/contacts/import/:job?") view=ImportPage />
                    <Route path=path!("/contacts/:id") view=ContactPage />
                    <Route path=path!("/contacts/:id/why") view=WhyPage />
                    <Route path=path!("/devices") view=DevicesPage />
                    <Route path=path!("/devices/register") view=RegisterDevicePage />
                    <Route path=path!("/devices/:id") view=DevicePage />
                    <Route path=path!("/pushes") view=PushesPage />
                    <Route path=path!("/pushes/:id") view=PushEditorPage />
                    <Route path=path!("/pushes/:id/why") view=PushWhyPage />
                    <ParentRoute path=path!("/settings") view=Outlet>
                        <Route path=path!("") view=SettingsPage />
                        <Route path=path!("/apps") view=SettingsAppsPage />
                        <Route path=path!("/apps/:app") view=SettingsAppPage />
                        <Route path=path!("/apps/:app/connect") view=SettingsConnectPage />
                        <Route path=path!("/audit") view=SettingsAuditPage />
                        <Route path=path!("/keys") view=SettingsKeysPage />
                        <Route path=path!("/users") view=SettingsUsersPage />
                    </ParentRoute>
                    <Route path=path!("/virtual-devices") view=VirtualDevicesPage />
                </ParentRoute>
            </Routes>
        </Router>
    }
}
