//! The channels: how a rendered push reaches a provider and what its answer
//! means.
//!
//! One folder per channel with client, settings, provider token and outcome;
//! `pool` is the HTTP/2 pool that the two hot channels share, `web` is what the
//! others call with, `reach` says which addresses they may. A channel classifies
//! an answer, the engine decides what follows.
//!
//! It must not know the database, nor what a push says: bodies arrive encoded.
//!
//! The `a2` crate's typed options are not used: its types come with a second
//! TLS stack (rustls 0.22, tokio-rustls 0.25, base64 0.21) that its HTTP
//! client needs and this crate does not, and its error names lack
//! `ExpiredToken`.

pub mod adm;
pub mod apns;
mod client;
mod connector;
pub mod fcm;
mod message;
mod oauth;
mod outbound;
mod outcome;
mod outline;
mod picture;
pub mod pool;
mod reach;
mod retry_after;
mod settings;
mod tls;
pub mod twilio;
mod web;
pub mod webpush;

pub use client::{Client, CredentialProblem};
pub use connector::Connector;
pub use message::{Message, Options, Priority, PushType};
pub use outcome::{Answer, Outcome, Scope, Throttle};
pub use outline::{Outline, outline};
pub use picture::{NoPicture, Picture};
pub use reach::{Inside, Reach};
pub use settings::{Limits, SettingsError};
