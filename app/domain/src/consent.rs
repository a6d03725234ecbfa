//! Consent: an append-only record of each opt-in and opt-out.

use serde::{Deserialize, Serialize};

use crate::{BindingId, Timestamp};

/// The way by which a consent or a registration came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The REST API.
    Api,
    /// A file import.
    Import,
    /// A person in the dashboard.
    Dashboard,
    /// What a provider answered.
    Provider,
    /// A workflow step.
    Workflow,
    /// Sample data of `--demo`.
    Demo,
}

/// One opt-in or opt-out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentEvent {
    /// When it was given or taken back.
    pub at: Timestamp,
    /// True for an opt-in.
    pub opted_in: bool,
    /// The device it was about; the whole contact when absent.
    pub binding: Option<BindingId>,
    /// By which way it came.
    pub way: Way,
    /// Who did it: a user's email, an API key's name, a file's name.
    pub actor: String,
}
