//! APNs as a client sees it.

mod check;
mod provider_token;
mod service;

pub(crate) use provider_token::Keys;
pub use provider_token::{ApnsKey, UnknownKeys};
pub(crate) use service::ApnsService;
