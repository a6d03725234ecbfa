//! Firebase Cloud Messaging, HTTP v1.
//! Source: REST resource `projects.messages` and "FCM error codes", Firebase
//! documentation.

mod client;
mod outcome;
mod payload;
mod settings;
mod token;

pub use client::Client;
pub(crate) use client::{Shared, headers};
pub use settings::{ENDPOINT, Settings};
