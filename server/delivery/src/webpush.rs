//! Web Push: browsers' own push services (RFC 8030), what they are told
//! encrypted for one browser alone (RFC 8291), and who says it (RFC 8292).

mod client;
mod encryption;
mod outcome;
mod settings;
mod vapid;

pub use client::Client;
pub(crate) use client::{Shared, headers};
pub use settings::Settings;
pub use vapid::{private_key_from, public_key_of};
