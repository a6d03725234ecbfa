//! Apple Push Notification service.
//! Source: "Sending notification requests to APNs" and "Handling notification
//! responses from APNs", Apple developer documentation.

mod client;
mod outcome;
mod request;
mod settings;
mod token;

pub use client::Client;
pub(crate) use client::Shared;
pub(crate) use request::headers;
pub(crate) use settings::SignerKey;
pub use settings::{PRODUCTION, SANDBOX, Settings};
pub(crate) use token::TokenSigner;
