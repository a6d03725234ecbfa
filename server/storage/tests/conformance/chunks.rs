use domain::delivery::SendState;
use domain::gate::{GateMask, Suppression};
use domain::push::DeliveryClass;
use domain::{ChunkId, ContactId, PushId, RevisionId, Shard};
use storage::chunks::{self, Chunk, ChunkState, NewChunk};
use storage::ledger::Owner;
use storage::sends::{self, NewSend, SendKey};
use storage::{StorageError, Store};
use uuid::Uuid;

use crate::bed::{NOW, later};

conformance!(
    a_chunk_is_claimed_by_one_until_its_lease_ends,
    urgent_chunks_are_claimed_first,
    only_chunks_in_hand_are_prolonged,
    what_is_released_or_voided_is_free_at_once,
    a_send_is_decided_once,
    a_contacts_sends_come_latest_first_and_pages_join,
);

pub(crate) const LEASE: i64 = 60_000;

pub(crate) fn chunk(n: u128, class: DeliveryClass, test: bool) -> NewChunk {
    NewChunk {
        id: ChunkId(Uuid::from_u128(n)),
        push_id: PushId(Uuid::from_u128(1)),
        push_revision_id: RevisionId(Uuid::from_u128(2)),
        campaign_id: None,
        class,
        test,
        shard_lo: Shard::from_number(5),
        shard_hi: Shard::from_number(9),
        recipients: 3,
    }
}

async fn insert(store: &Store, chunks: &[NewChunk]) {
    write!(store, |tx| chunks::insert(tx, chunks, NOW)).unwrap();
}

pub(crate) async fn claim(store: &Store, owner: u128, seconds: i64, limit: i64) -> Vec<Chunk> {
    let owner = Uuid::from_u128(owner);
    write!(store, |tx| chunks::claim(
        tx,
        owner,
        later(seconds),
        LEASE,
        limit,
        false
    ))
    .unwrap()
}

/// PostgreSQL measures leases by its own clock, so tests end them by hand.
async fn end_leases(store: &Store) {
    write!(store, |tx| chunks::void_leases(tx)).unwrap();
}

async fn a_chunk_is_claimed_by_one_until_its_lease_ends(store: Store) {
    insert(&store, &[chunk(10, DeliveryClass::Promotional, false)]).await;
    assert!(read!(store, |db| chunks::any_free(db, NOW, false)));
    assert!(read!(store, |db| chunks::any_open(db)));
    let first = claim(&store, 1, 0, 10).await.remove(0);
    assert_eq!((first.state, first.epoch), (ChunkState::Decided, 1));
    assert_eq!((first.home.number(), first.recipients), (5, 3));
    assert!(claim(&store, 2, 30, 10).await.is_empty());
    assert!(!read!(store, |db| chunks::any_free(db, NOW, false)));
    end_leases(&store).await;
    let second = claim(&store, 2, 90, 10).await.remove(0);
    assert_eq!(
        (second.id, second.epoch),
        (first.id, 2),
        "the epoch tells claims apart"
    );
}

async fn urgent_chunks_are_claimed_first(store: Store) {
    insert(
        &store,
        &[
            chunk(10, DeliveryClass::Promotional, false),
            chunk(11, DeliveryClass::Promotional, false),
            chunk(12, DeliveryClass::Transactional, false),
            chunk(13, DeliveryClass::Promotional, true),
        ],
    )
    .await;
    assert!(read!(store, |db| chunks::any_free(db, NOW, true)));
    let ids = |chunks: Vec<Chunk>| chunks.iter().map(|c| c.id.0.as_u128()).collect::<Vec<_>>();
    assert_eq!(ids(claim(&store, 1, 0, 3).await), [12, 13, 10]);
    let owner = Uuid::from_u128(1);
    let urgent = write!(store, |tx| chunks::claim(tx, owner, NOW, LEASE, 3, true)).unwrap();
    assert!(urgent.is_empty(), "no urgent one is left");
    assert!(!read!(store, |db| chunks::any_free(db, NOW, true)));
    assert_eq!(ids(claim(&store, 1, 0, 3).await), [11]);
}

async fn only_chunks_in_hand_are_prolonged(store: Store) {
    let (one, two) = (10, 11);
    insert(
        &store,
        &[one, two].map(|n| chunk(n, DeliveryClass::Promotional, false)),
    )
    .await;
    claim(&store, 1, 0, 2).await;
    let ids = [ChunkId(Uuid::from_u128(one))];
    let renew = async |owner: u128| {
        let owner = Owner {
            id: Uuid::from_u128(owner),
            lease_millis: LEASE,
        };
        write!(store, |tx| chunks::renew(tx, &ids, owner, later(50))).unwrap()
    };
    assert_eq!(renew(1).await, 1);
    assert_eq!(renew(2).await, 0, "it is not his");
}

async fn what_is_released_or_voided_is_free_at_once(store: Store) {
    insert(&store, &[chunk(10, DeliveryClass::Promotional, false)]).await;
    claim(&store, 1, 0, 1).await;
    let owner = Uuid::from_u128(1);
    assert_eq!(write!(store, |tx| chunks::release(tx, owner)).unwrap(), 1);
    assert_eq!(claim(&store, 2, 1, 1).await.len(), 1);
    assert_eq!(write!(store, |tx| chunks::void_leases(tx)).unwrap(), 1);
    assert_eq!(claim(&store, 3, 2, 1).await.len(), 1);
    let missing = ChunkId(Uuid::from_u128(99));
    let mut reader = store.read().await.unwrap();
    let error = chunks::get(&mut reader, missing).await.unwrap_err();
    assert!(matches!(error, StorageError::NotFound));
    let known = ChunkId(Uuid::from_u128(10));
    let found = chunks::of_ids(&mut reader, &[known, missing])
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
}

pub(crate) fn send(chunk: u128, contact: u128, source: u128, step: &str) -> NewSend {
    NewSend {
        key: SendKey {
            shard: Shard::from_number(5),
            contact_id: ContactId(Uuid::from_u128(contact)),
            source_id: Uuid::from_u128(source),
            step: step.to_owned(),
        },
        chunk_id: ChunkId(Uuid::from_u128(chunk)),
        push_id: PushId(Uuid::from_u128(1)),
        push_revision_id: RevisionId(Uuid::from_u128(2)),
    }
}

async fn a_send_is_decided_once(store: Store) {
    let (first, other) = (send(10, 1, 7, "a"), send(10, 1, 7, "b"));
    let again = NewSend {
        chunk_id: ChunkId(Uuid::from_u128(11)),
        ..first.clone()
    };
    let new = write!(store, |tx| sends::insert(tx, &[first.clone(), other], NOW)).unwrap();
    assert_eq!(new, 2);
    let new = write!(store, |tx| sends::insert(tx, &[again], NOW)).unwrap();
    assert_eq!(new, 0);
    let stored = read!(store, |db| sends::get(db, &first.key));
    assert_eq!(stored.chunk_id, first.chunk_id, "the first decision stands");
    assert_eq!((stored.state, stored.reason), (SendState::Decided, None));
    assert_eq!((stored.mask, stored.created_at), (GateMask::default(), NOW));
    assert_eq!(Suppression::from_code(0), Some(Suppression::ContactDeleted));
}

async fn a_contacts_sends_come_latest_first_and_pages_join(store: Store) {
    for (second, source) in [(0, 1), (1, 2), (1, 3), (2, 4)] {
        let sends = ["a", "b"].map(|step| send(10, 1, source, step));
        write!(store, |tx| sends::insert(tx, &sends, later(second))).unwrap();
    }
    let (home, contact) = (Shard::from_number(5), ContactId(Uuid::from_u128(1)));
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = read!(store, |db| sends::of_contact(
            db,
            home,
            contact,
            after.as_ref(),
            3
        ));
        seen.extend(
            page.items
                .iter()
                .map(|s| (s.key.source_id.as_u128(), s.key.step.clone())),
        );
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    let expected: Vec<_> = [4, 3, 2, 1]
        .iter()
        .flat_map(|source| ["a", "b"].map(|step| (*source, step.to_owned())))
        .collect();
    assert_eq!(seen, expected);
}
