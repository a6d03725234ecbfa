//! Sends, deliveries and attempts: their states and their identity.

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid};
use xxhash_rust::xxh3::xxh3_128;

use crate::{ChunkId, Timestamp};

/// What became of a send: the decision to push to one contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SendState {
    /// Decided by a workflow; its gates were not asked yet.
    Decided,
    /// Put off until a time; every gate is asked again then.
    Deferred,
    /// A gate stopped it.
    Suppressed,
    /// It became deliveries.
    Released,
}

impl SendState {
    /// Every state, in the order of their numbers.
    pub const ALL: [Self; 4] = [
        Self::Decided,
        Self::Deferred,
        Self::Suppressed,
        Self::Released,
    ];

    /// The number in the database.
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The state with this number.
    pub fn from_code(code: i16) -> Option<Self> {
        usize::try_from(code)
            .ok()
            .and_then(|code| Self::ALL.get(code).copied())
    }
}

/// What became of a delivery: one push to one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// Written, not started.
    Planned,
    /// The provider was called, or is about to be.
    Started,
    /// The provider took it.
    Accepted,
    /// The provider refused it.
    Rejected,
    /// The provider said that the token is gone.
    TokenGone,
    /// It was given up after retries.
    Failed,
    /// Its time to live ended first.
    Expired,
    /// Nobody can know whether the provider took it.
    Unknown,
    /// A retry is due later.
    Waiting,
    /// A gate stopped it.
    Suppressed,
}

impl DeliveryState {
    /// Every state, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::Planned,
        Self::Started,
        Self::Accepted,
        Self::Rejected,
        Self::TokenGone,
        Self::Failed,
        Self::Expired,
        Self::Unknown,
        Self::Waiting,
        Self::Suppressed,
    ];

    /// The number in the database.
    pub const fn code(self) -> i16 {
        self as i16
    }

    /// The state with this number.
    pub fn from_code(code: i16) -> Option<Self> {
        usize::try_from(code)
            .ok()
            .and_then(|code| Self::ALL.get(code).copied())
    }

    /// Whether nothing more will happen to it.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Planned | Self::Started | Self::Waiting)
    }

    /// The name in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Started => "started",
            Self::Accepted => "accepted",
            Self::Rejected => "rejected",
            Self::TokenGone => "token_gone",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
            Self::Waiting => "waiting",
            Self::Suppressed => "suppressed",
        }
    }

    /// What a person calls it.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Planned => "Planned",
            Self::Started => "Sending",
            Self::Accepted => "Accepted",
            Self::Rejected => "Rejected",
            Self::TokenGone => "Token gone",
            Self::Failed => "Failed",
            Self::Expired => "Expired",
            Self::Unknown => "Unknown",
            Self::Waiting => "Waiting",
            Self::Suppressed => "Suppressed",
        }
    }
}

/// The identifier of a delivery, told to providers and to the app: the same
/// for every attempt, so that a repeat can be recognized. Derived from the
/// delivery's place and stored nowhere (`UUIDv8`).
pub fn delivery_uuid(chunk: ChunkId, seq: i32) -> Uuid {
    let mut bytes = [0; 20];
    bytes[..16].copy_from_slice(chunk.0.as_bytes());
    bytes[16..].copy_from_slice(&seq.to_be_bytes());
    Builder::from_custom_bytes(xxh3_128(&bytes).to_be_bytes()).into_uuid()
}

/// One provider call, as kept for tests and for whatever was not accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// 1 for the first call.
    pub number: i16,
    /// When it was made.
    pub at: Timestamp,
    /// The provider's status, if it answered.
    pub status: Option<u16>,
    /// What it came to, such as `accepted` or `token gone: Unregistered`.
    pub outcome: String,
    /// The provider's answer.
    pub answer: Option<String>,
    /// The payload as sent.
    pub payload: Option<String>,
}
