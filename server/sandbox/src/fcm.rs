//! FCM HTTP v1 and Google's token endpoint as a client sees them.

mod error;
mod message;
mod oauth;
mod service;

pub(crate) use oauth::Accounts;
pub use oauth::FcmAccount;
pub(crate) use service::FcmService;
