//! Shards: the leading key of every large table.

use serde::{Deserialize, Serialize};
use xxhash_rust::xxh3::xxh3_64_with_seed;

/// How many shards there are. Never changes: stored rows depend on it.
pub const SHARDS: u16 = 1024;

/// A shard number, 0 to 1023.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Shard(u16);

impl Shard {
    /// The shard of the contact that the customer calls `external_id`:
    /// `xxh3_64(external_id, seed 0) & 1023`.
    pub fn of(external_id: &str) -> Self {
        let hash = xxh3_64_with_seed(external_id.as_bytes(), 0);
        Self((hash & u64::from(SHARDS - 1)) as u16)
    }

    /// A shard by its number; numbers past the last wrap round.
    pub const fn from_number(number: u16) -> Self {
        Self(number & (SHARDS - 1))
    }

    /// The shard's number.
    pub const fn number(self) -> u16 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contact_never_changes_its_shard() {
        // Pinned: a change here would orphan every stored row.
        assert_eq!(Shard::of("").number(), 0x8194 & 0x3ff);
        assert_eq!(Shard::of("ada").number(), Shard::of("ada").number());
        assert!(Shard::of("customer-1").number() < SHARDS);
    }
}
