//! Amazon Device Messaging.
//! Source: "Send a Message" and "Request an Access Token", Amazon developer
//! documentation.

mod client;
mod outcome;
mod settings;
mod token;

pub use client::Client;
pub(crate) use client::{Shared, headers};
pub use settings::{ENDPOINT, Settings};
