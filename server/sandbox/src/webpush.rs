//! A browser's push service (RFC 8030), and the browsers behind it: it reads
//! what they are told with their own keys.

mod check;
mod decryption;
mod service;
mod subscriptions;

pub(crate) use service::WebpushService;
pub(crate) use subscriptions::{Subscriptions, is_id};
