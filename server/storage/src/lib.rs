//! Repositories over SQLite and PostgreSQL: SQL, migrations and what keeps
//! both engines alike.
//!
//! A repository is a module of functions. Reading functions take anything that
//! lends a [`Conn`] (a [`Reader`] or a [`Tx`]); writing functions take a
//! [`Tx`], which on SQLite is the one writer's `BEGIN IMMEDIATE`. Each body is
//! written once and instantiated for both engines by `with_engine!`; writes of
//! many rows go through [`rows::Rows`], never row by row. Time and identifiers
//! come in with the call: `now` by parameter, ids from the store's [`Ids`].
//!
//! This crate must not know HTTP or providers, nor decide anything that
//! `domain` decides.

#[macro_use]
mod conn;

pub mod apps;
pub mod attempts;
pub mod audit;
pub mod campaigns;
pub mod catalog;
pub mod chunks;
mod codes;
pub mod consent;
pub mod contacts;
pub mod credentials;
pub mod deliveries;
pub mod devices;
mod dialect;
pub mod enrollments;
mod error;
pub mod events;
mod facts;
pub mod idempotency;
mod ids;
pub mod jobs;
pub mod keys;
pub mod leases;
pub mod ledger;
pub mod links;
mod lock;
mod migrations;
pub mod milestones;
mod page;
pub mod push_revisions;
pub mod pushes;
pub mod raw_payloads;
mod readers;
pub mod recipients;
pub mod refusals;
pub mod registration_secrets;
pub mod reports;
pub mod retries;
pub mod rollups;
mod rows;
pub mod seen;
pub mod sends;
pub mod sessions;
pub mod settings;
pub mod step_counts;
mod store;
pub mod triggers;
pub mod users;
pub mod workflow_revisions;
pub mod workflows;
mod writer;

pub use conn::{Conn, Reader, Single, Tx};
pub use error::StorageError;
pub use ids::Ids;
pub use lock::EngineLock;
pub use page::{Cursor, Page};
pub use store::{Engine, Options, Store};

/// The result of everything here.
pub type Result<T> = std::result::Result<T, StorageError>;

/// A value as the JSON text that is stored.
pub(crate) fn json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StorageError::Database(Box::new(error)))
}

/// `NotFound` when a write by key met no row.
pub(crate) const fn found(written: u64) -> Result<()> {
    if written == 0 {
        Err(StorageError::NotFound)
    } else {
        Ok(())
    }
}
