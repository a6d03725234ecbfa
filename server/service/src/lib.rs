//! Use cases: authorise, check, change, audit, enqueue. The REST doors, the
//! server functions and the command line call the same ones, so that no door
//! knows a rule that another does not.
//!
//! Each use case is a verb on [`Service`] and takes the principal who asks.
//! This crate must not know axum or leptos, nor how anything is shown.

mod apps;
mod audit;
mod bare_tokens;
mod campaigns;
mod chance;
mod connect;
mod contacts;
pub mod credentials;
mod demo;
mod devices;
mod error;
mod events;
pub mod idempotency;
mod image;
pub mod imports;
mod inspect;
pub mod jobs;
mod keys;
pub mod messages;
mod overview;
mod own_browser;
mod password;
mod people;
mod publishing;
mod pushes;
mod render_again;
mod reports;
mod sealing;
mod search;
mod send_test;
mod sends;
mod service;
mod sessions;
mod settings;
mod signing;
mod tally;
mod throttle;
pub mod time_zone;
mod timeline;
mod why;
mod workflows;

pub use bare_tokens::BareToken;
pub use chance::{Chance, NoChance, Secret, SystemChance, hash, hex};
pub use credentials::CredentialTrial;
pub use demo::DemoGround;
pub use devices::{RefusedRequest, RegisteredDevice};
pub use error::{Result, ServiceError, permission_name};
pub use password::{PASSWORD_MAX, PASSWORD_MIN};
pub use people::LinkForm;
pub use reports::TakenReports;
pub use sealing::{Sealer, SealingError};
pub use service::{Bell, NoBell, PageRequest, Parts, Service};
pub use sessions::{SESSION_SECONDS, SignedIn, me};
pub use settings::{KeyCheckError, sealing_key_id};
pub use storage::contacts::Change;
