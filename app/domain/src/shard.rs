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
        let [.., high, low] = xxh3_64_with_seed(external_id.as_bytes(), 0).to_be_bytes();
        Self::from_number(u16::from_be_bytes([high, low]))
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
        // Pinned: a change here would orphan every stored row. XXH3's own
        // test vector for no input is 0x2d06_8005_38d3_94c2.
        assert_eq!(
            u64::from(Shard::of("").number()),
            0x2d06_8005_38d3_94c2 & 0x3ff
        );
    }
}
