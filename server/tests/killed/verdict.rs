//! What the sandbox received, beside what the database says.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::delivery::{DeliveryState, delivery_uuid};
use domain::push::DeliveryClass;
use domain::{PushId, Shard, Timestamp};
use serde::Deserialize;
use storage::deliveries::{self, Delivery};
use storage::{Store, enrollments, retries, triggers};
use uuid::Uuid;

use crate::kills::all_chunks;
use crate::seed::{CONTACTS, token};

/// What one line of the sandbox's log says.
#[derive(Deserialize)]
struct Line {
    token: String,
    headers: HashMap<String, serde_json::Value>,
    status: Option<u16>,
}

/// The sandbox's log.
pub(crate) struct Log {
    /// The identifiers received.
    ids: HashSet<Uuid>,
    /// For each token: the replacement keys received.
    by_token: HashMap<String, Vec<Option<String>>>,
    /// Calls that were answered with nothing at all.
    unanswered: usize,
}

impl Log {
    pub(crate) fn read(text: &str) -> Self {
        let mut log = Self {
            ids: HashSet::new(),
            by_token: HashMap::new(),
            unanswered: 0,
        };
        for line in text.lines() {
            let line: Line = serde_json::from_str(line).expect("a line of JSON");
            let header = |name: &str| {
                line.headers
                    .get(name)
                    .and_then(|value| value.as_str())
                    .map(str::to_owned)
            };
            let id = header("apns-id").expect("every push has an id");
            log.ids.insert(id.parse().expect("a UUID"));
            log.unanswered += usize::from(line.status.is_none());
            log.by_token
                .entry(line.token)
                .or_default()
                .push(header("apns-collapse-id"));
        }
        log
    }
}

/// How many chunks, retries, enrollments and triggers are still open.
pub(crate) async fn open_work(store: &Store, push: PushId) -> usize {
    let (lo, hi) = (Shard::from_number(0), Shard::from_number(1023));
    // Past every lease and every wait.
    let far = Timestamp(i64::MAX / 2);
    let mut reader = store.read().await.expect("a reader");
    // In the order in which work goes on, so that none is missed on its way.
    let pending = triggers::pending(&mut reader, lo, hi, 1)
        .await
        .expect("triggers")
        .len();
    let due = enrollments::due(&mut reader, lo, hi, far, 1)
        .await
        .expect("enrollments")
        .len();
    let unfinished = all_chunks(store, push)
        .await
        .iter()
        .filter(|chunk| chunk.finished_at.is_none())
        .count();
    let waiting = retries::count_to(&mut reader, 1).await.expect("retries") as usize;
    unfinished + waiting + due + pending
}

/// Every delivery of the push.
async fn all_deliveries(store: &Store, push: PushId) -> Vec<Delivery> {
    let mut all = Vec::with_capacity(CONTACTS);
    for chunk in all_chunks(store, push).await {
        let mut reader = store.read().await.expect("a reader");
        let own = deliveries::of_chunk(&mut reader, chunk.home, chunk.id, 0, 100_000)
            .await
            .expect("deliveries");
        assert_eq!(
            own.len(),
            usize::try_from(chunk.deliveries).expect("no less than none")
        );
        all.extend(own);
    }
    all
}

/// Compares, and fails where a promise was broken.
pub(crate) async fn check(
    class: DeliveryClass,
    store: &Store,
    push: PushId,
    log: &Log,
    kills: usize,
) {
    let deliveries = all_deliveries(store, push).await;
    let mut states: BTreeMap<&str, usize> = BTreeMap::new();
    for delivery in &deliveries {
        *states.entry(delivery.state.name()).or_default() += 1;
    }
    println!(
        "{class:?}: {states:?}; {} tokens received, {} unanswered",
        log.by_token.len(),
        log.unanswered
    );
    assert_eq!(deliveries.len(), CONTACTS, "one delivery for each contact");
    for delivery in &deliveries {
        assert!(
            delivery.state.is_final(),
            "{delivery:?} has no definite state"
        );
        if delivery.state == DeliveryState::Accepted {
            let id = delivery_uuid(delivery.chunk_id, delivery.seq);
            assert!(
                log.ids.contains(&id),
                "accepted, but never received: {delivery:?}"
            );
        }
    }
    let count = |state: DeliveryState| states.get(state.name()).copied().unwrap_or(0);
    match class {
        DeliveryClass::Promotional => {
            for (token, received) in &log.by_token {
                assert_eq!(received.len(), 1, "{token} received it twice");
            }
            // One in a hundred is reset and one never answered: both are
            // received, and nobody can know. Four standard deviations on top.
            let ambiguous = CONTACTS / 50 + 80;
            let bound = kills * engine::Settings::default().in_flight + ambiguous;
            let unknown = count(DeliveryState::Unknown);
            assert!(unknown <= bound, "{unknown} unknown, {bound} allowed");
            let accepted = count(DeliveryState::Accepted);
            assert!(accepted * 100 >= CONTACTS * 95, "only {accepted} accepted");
        }
        DeliveryClass::Transactional => {
            for n in 0..CONTACTS {
                let received = log.by_token.get(&token(n)).map_or(&[][..], Vec::as_slice);
                assert!(!received.is_empty(), "contact {n} received nothing");
                let first = &received[0];
                assert!(
                    first.is_some(),
                    "a transactional push has a replacement key"
                );
                assert!(
                    received.iter().all(|key| key == first),
                    "a repeat must replace"
                );
            }
            assert_eq!(
                count(DeliveryState::Unknown),
                0,
                "at least once leaves nothing unknown"
            );
        }
    }
}
