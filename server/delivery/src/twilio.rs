//! Twilio Notify, which hands pushes on to APNs and FCM with credentials of its
//! own. Twilio ends it on 31 October 2027.
//! Source: "Notification resource" and "Service resource", Twilio documentation.

mod client;
mod form;
mod outcome;
mod settings;

pub use client::Client;
pub(crate) use client::Shared;
pub use settings::{ENDPOINT, Settings};
