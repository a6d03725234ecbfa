//! The engine: agents that turn events into enrollments, enrollments into
//! sends, sends into deliveries, and deliveries into provider calls and their
//! outcomes, so that a crash at any moment costs what `policy` says and no
//! more.
//!
//! | agent | does |
//! |---|---|
//! | `rounds` | goes through ranges of shards with work: enroller, runner, retrier |
//! | `dispatcher` | claims chunks, plans them, takes over what dead workers left |
//! | `sender` | calls providers, on its own thread |
//! | `ledger` | writes what they all have to write, together |
//! | `sweeper` | keeps leases from running out |
//!
//! It must not know HTTP's doors, pages, or how credentials are sealed.

mod concurrency;
mod dispatcher;
mod engine;
mod home;
mod ledger;
mod parcel;
mod planning;
pub mod policy;
mod pulse;
mod rounds;
mod route;
mod routes;
mod sender;
mod settings;
mod shared;
mod shelf;
mod sweeper;
mod window;

pub use engine::{Deps, Engine, StartError, Update, start};
pub use routes::{CredentialSource, SourceError};
pub use settings::Settings;
