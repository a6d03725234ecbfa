//! Sends, deliveries and attempts: their states and their identity.

use serde::{Deserialize, Serialize};
use uuid::{Builder, Uuid, Variant};
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

/// The last bits of a delivery's identifier: its number in the chunk.
const SEQ_BITS: u32 = 24;
const SEQ_MASK: u128 = (1 << SEQ_BITS) - 1;
/// The four bits that say a UUID's version (RFC 9562, section 4.2).
const VERSION_MASK: u128 = 0xf << 76;
const VERSION_7: u128 = 0x7 << 76;
const VERSION_8: u128 = 0x8 << 76;

/// The identifier of a delivery, told to providers and to the app: the same
/// for every attempt, so that a repeat can be recognized. It is the delivery's
/// place, stored nowhere (`UUIDv8`): [`delivery_place`] leads back. Chunks made
/// before there was a way back, and numbers too large for it, have a hash.
pub fn delivery_uuid(chunk: ChunkId, seq: i32) -> Uuid {
    let chunk_bits = chunk.0.as_u128();
    let number = u128::try_from(seq).ok().filter(|seq| *seq <= SEQ_MASK);
    match number {
        Some(seq) if chunk_bits & SEQ_MASK == 0 && chunk_bits & VERSION_MASK == VERSION_7 => {
            Uuid::from_u128(chunk_bits & !VERSION_MASK | VERSION_8 | seq)
        }
        _ => hashed(chunk, seq),
    }
}

fn hashed(chunk: ChunkId, seq: i32) -> Uuid {
    let mut bytes = [0; 20];
    bytes[..16].copy_from_slice(chunk.0.as_bytes());
    bytes[16..].copy_from_slice(&seq.to_be_bytes());
    Builder::from_custom_bytes(xxh3_128(&bytes).to_be_bytes()).into_uuid()
}

/// The chunk and the number there that a delivery's identifier names; `None`
/// when it has not the form of one. Whether there is such a delivery, the
/// database knows.
pub fn delivery_place(id: Uuid) -> Option<(ChunkId, i32)> {
    let bits = id.as_u128();
    if id.get_version_num() != 8 || id.get_variant() != Variant::RFC4122 {
        return None;
    }
    let seq = i32::try_from(bits & SEQ_MASK).ok()?;
    let chunk = bits & !VERSION_MASK & !SEQ_MASK | VERSION_7;
    Some((ChunkId(Uuid::from_u128(chunk)), seq))
}

/// Whether an identifier of a chunk leaves room for its deliveries' numbers.
pub fn leads_back(chunk: ChunkId) -> bool {
    chunk.0.as_u128() & SEQ_MASK == 0
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

#[cfg(test)]
mod tests {
    use super::*;

    const CHUNK: ChunkId = ChunkId(Uuid::from_u128(0x0198_1234_5678_7abc_9def_0123_4500_0000));

    #[test]
    fn a_delivery_is_found_by_its_identifier() {
        for seq in [0, 1, 499, 0x00ff_ffff] {
            let id = delivery_uuid(CHUNK, seq);
            assert_eq!(id.get_version_num(), 8);
            assert_eq!(id.get_variant(), Variant::RFC4122);
            assert_eq!(delivery_place(id), Some((CHUNK, seq)), "{id}");
        }
        assert!(leads_back(CHUNK));
    }

    #[test]
    fn identifiers_without_a_way_back_differ_all_the_same() {
        let older = ChunkId(Uuid::from_u128(CHUNK.0.as_u128() | 7));
        assert!(!leads_back(older));
        let ids = [
            delivery_uuid(older, 0),
            delivery_uuid(older, 1),
            delivery_uuid(CHUNK, 0x0100_0000),
            delivery_uuid(CHUNK, -1),
            delivery_uuid(CHUNK, 0),
            delivery_uuid(CHUNK, 7),
        ];
        for (n, id) in ids.iter().enumerate() {
            assert!(!ids[..n].contains(id), "{n}: {id}");
        }
    }

    #[test]
    fn what_is_no_deliverys_identifier_leads_nowhere() {
        for id in [Uuid::nil(), Uuid::max(), CHUNK.0] {
            assert_eq!(delivery_place(id), None, "{id}");
        }
    }
}
