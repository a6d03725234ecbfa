//! Settings: the account, apps with their credentials, users, API keys, and
//! the audit log. Who may change what is decided by the use cases.

pub mod account;
pub mod api;
pub mod app_page;
pub mod apps;
pub mod audit;
pub mod capabilities;
pub mod connect;
pub mod credential;
pub mod credential_form;
pub mod file_text;
pub mod keys;
pub mod limit_form;
pub mod once;
pub mod page;
pub mod signing;
pub mod signing_api;
pub mod users;

pub use connect::SettingsConnectPage;
pub use page::{
    SettingsAppPage, SettingsAppsPage, SettingsAuditPage, SettingsKeysPage, SettingsPage,
    SettingsUsersPage,
};
