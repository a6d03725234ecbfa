//! Carillon's vocabulary as types: contacts, devices, push content, the
//! workflow graph, validation, the gates, payload rules and the pure step
//! machine.
//!
//! Everything here is plain data and pure functions, compiled for the server
//! and for the browser alike. It must not know leptos, tokio, sqlx, HTTP or
//! the system clock: time and chance come in as parameters.

pub mod app;
pub mod connect;
pub mod consent;
pub mod contact;
pub mod delivery;
pub mod device;
pub mod event;
pub mod gate;
pub mod ids;
pub mod image;
pub mod payload;
pub mod people;
pub mod push;
pub mod report;
pub mod shard;
pub mod time;
pub mod validate;
pub mod view;
pub mod why;
pub mod workflow;

pub use ids::{
    AppId, AuditId, BindingId, CampaignId, ChunkId, ContactId, CredentialId, EnrollmentId, EventId,
    JobId, KeyId, PushId, RevisionId, UserId, WorkflowId,
};
pub use shard::Shard;
pub use time::{Clock, Timestamp};
