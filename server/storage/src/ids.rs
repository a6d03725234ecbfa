//! New identifiers.

use std::sync::{Mutex, PoisonError};

use domain::{ChunkId, Timestamp};
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};
use uuid::{Builder, Uuid};

/// Bits of a `UUIDv7` below its time stamp that are free to choose: 12 in
/// `rand_a` and 62 in `rand_b` (RFC 9562, section 5.7).
const FREE_BITS: u32 = 74;

/// The last bits of a chunk's identifier, where its deliveries count.
const CHUNK_ROOM: u128 = (1 << 24) - 1;

/// Makes `UUIDv7`s: from the caller's time and a seeded generator, each larger
/// than the one before, so that rows inserted together stand together.
#[derive(Debug)]
pub struct Ids(Mutex<State>);

#[derive(Debug)]
struct State {
    random: StdRng,
    /// Milliseconds in the upper bits, the free bits below.
    last: u128,
}

impl Ids {
    /// A source of identifiers. `seed` must differ from process to process:
    /// take it from the operating system's randomness.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(State {
            random: StdRng::seed_from_u64(seed),
            last: 0,
        }))
    }

    /// A new identifier, made at `now`.
    pub fn next(&self, now: Timestamp) -> Uuid {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        build(state.choose(now))
    }

    /// A new chunk's identifier, made at `now`: its last bits are left to the
    /// numbers of its deliveries, whose identifiers lead back to it by that.
    pub fn next_chunk(&self, now: Timestamp) -> ChunkId {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let chosen = (state.choose(now) + CHUNK_ROOM) & !CHUNK_ROOM;
        // What comes next comes after all of its deliveries.
        state.last = chosen | CHUNK_ROOM;
        ChunkId(build(chosen))
    }
}

impl State {
    /// The next free bits.
    fn choose(&mut self, now: Timestamp) -> u128 {
        let millis = u128::from(now.as_millis().max(0).unsigned_abs());
        let mut chosen = millis << FREE_BITS | random_bits(&mut self.random);
        if chosen <= self.last {
            // The same millisecond, or a clock that went back: step on from the
            // last one by a random width.
            chosen = self.last + 1 + u128::from(self.random.next_u32());
        }
        self.last = chosen;
        chosen
    }
}

fn random_bits(random: &mut StdRng) -> u128 {
    let bits = u128::from(random.next_u64()) << 64 | u128::from(random.next_u64());
    // The top free bit stays clear, so that a millisecond has room to count.
    bits & ((1 << (FREE_BITS - 1)) - 1)
}

fn build(chosen: u128) -> Uuid {
    let millis = (chosen >> FREE_BITS) & 0xffff_ffff_ffff;
    let rand_a = (chosen >> 62) & 0xfff;
    let rand_b = chosen & ((1 << 62) - 1);
    Builder::from_u128(millis << 80 | 0x7 << 76 | rand_a << 64 | 0b10 << 62 | rand_b).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_version_7_and_ascend_even_when_the_clock_goes_back() {
        let ids = Ids::new(7);
        let mut last = Uuid::nil();
        for (n, now) in [
            1_700_000_000_000,
            1_700_000_000_000,
            1_699_999_999_000,
            1_700_000_000_001,
        ]
        .into_iter()
        .cycle()
        .take(10_000)
        .enumerate()
        {
            let id = ids.next(Timestamp(now));
            assert_eq!(id.get_version_num(), 7);
            assert_eq!(id.get_variant(), uuid::Variant::RFC4122);
            assert!(id > last, "{n}: {id} after {last}");
            last = id;
        }
    }

    #[test]
    fn an_id_carries_its_millisecond() {
        let id = Ids::new(1).next(Timestamp(1_700_000_000_123));
        let (seconds, nanos) = id
            .get_timestamp()
            .expect("a version 7 id has one")
            .to_unix();
        assert_eq!((seconds, nanos / 1_000_000), (1_700_000_000, 123));
    }

    #[test]
    fn chunks_leave_room_for_their_deliveries() {
        let ids = Ids::new(7);
        let now = Timestamp(1_700_000_000_000);
        let mut last = Uuid::nil();
        for n in 0..10_000 {
            let chunk = ids.next_chunk(now);
            assert_eq!(chunk.0.get_version_num(), 7);
            assert_eq!(chunk.0.get_variant(), uuid::Variant::RFC4122);
            assert!(domain::delivery::leads_back(chunk), "{n}: {chunk}");
            assert!(chunk.0 > last, "{n}: {chunk} after {last}");
            last = ids.next(now);
            assert!(
                last.as_u128() > chunk.0.as_u128() | CHUNK_ROOM,
                "{n}: {last}"
            );
        }
    }

    #[test]
    fn other_seeds_make_other_ids() {
        assert_ne!(
            Ids::new(1).next(Timestamp(5)),
            Ids::new(2).next(Timestamp(5))
        );
    }
}
