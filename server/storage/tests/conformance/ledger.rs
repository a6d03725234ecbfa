use domain::consent::Way;
use domain::contact::ContactInput;
use domain::delivery::{DeliveryState, SendState};
use domain::device::{BindingState, Channel, DeviceInput};
use domain::gate::{Gate, GateMask, Suppression};
use domain::push::DeliveryClass;
use domain::{AppId, BindingId, ChunkId, ContactId, PushId, Shard, Timestamp};
use storage::attempts::{self, Call};
use storage::chunks::{self, Chunk, ChunkState};
use storage::deliveries::{self, NewDelivery, Place};
use storage::devices::{self, StateChange};
use storage::ledger::{self, Mark, Outcome, Owner, Plan, Progress, Retried};
use storage::retries::{self, Retry};
use storage::rollups::{self, Account, Counts, Metric};
use storage::sends::{self, SendVerdict};
use storage::{StorageError, Store, contacts};
use uuid::Uuid;

use crate::bed::{NOW, later};
use crate::chunks::{LEASE, chunk, claim, send};

conformance!(
    a_plan_is_written_whole,
    a_plan_without_anything_to_send_finishes_its_chunk,
    a_stale_owner_writes_nothing,
    outcomes_are_recorded_and_counted,
    an_outcome_is_final,
    what_is_uncertain_is_unknown_at_most_once,
    what_is_uncertain_is_sent_again_at_least_once,
    what_waited_without_a_call_keeps_no_reason_once_it_is_accepted,
    a_retry_is_claimed_once_and_settled_once,
    retries_stand_in_line_by_credential_and_by_when_they_are_due,
    a_gone_token_is_marked_with_its_outcome,
    rollups_add_up_by_day,
);

const OWNER: Owner = Owner {
    id: Uuid::from_u128(1),
    lease_millis: LEASE,
};
const HOME: Shard = Shard::from_number(5);

fn account() -> Account {
    Account {
        campaign_id: None,
        push_id: PushId(Uuid::from_u128(1)),
    }
}

fn released() -> SendVerdict {
    SendVerdict {
        state: SendState::Released,
        reason: None,
        mask: GateMask(7),
    }
}

fn delivery(seq: i32, state: DeliveryState) -> NewDelivery {
    NewDelivery {
        seq,
        contact_shard: HOME,
        contact_id: ContactId(Uuid::from_u128(1)),
        binding_id: BindingId(Uuid::from_u128(100)),
        channel: Channel::Apns,
        source_id: Uuid::from_u128(7),
        step: "a".into(),
        state,
        reason: (state == DeliveryState::Suppressed).then_some("permission_denied"),
        facts: None,
        mask: GateMask(255),
    }
}

fn plan(chunk: &Chunk, deliveries: Vec<NewDelivery>) -> Plan {
    Plan {
        chunk: chunk.id,
        epoch: chunk.epoch,
        home: chunk.home,
        account: Some(account()),
        deliveries,
        usual: released(),
        usual_count: 2,
        others: Vec::new(),
    }
}

pub(crate) fn outcome(seq: i32, state: DeliveryState) -> Outcome {
    Outcome {
        seq,
        state,
        reason: None,
        facts: None,
        attempt: 1,
        provider_id: None,
        retry_at: None,
        route: 0,
        call: None,
        mark: None,
    }
}

pub(crate) fn progress(
    chunk: &Chunk,
    started_to: i32,
    outcomes: Vec<Outcome>,
    finished: bool,
) -> Progress {
    Progress {
        chunk: chunk.id,
        epoch: chunk.epoch,
        home: chunk.home,
        account: Some(account()),
        started_to,
        finished,
        outcomes,
    }
}

/// A claimed chunk with two sends.
async fn claimed(store: &Store, class: DeliveryClass) -> Chunk {
    write!(store, |tx| chunks::insert(
        tx,
        &[chunk(10, class, false)],
        NOW
    ))
    .unwrap();
    let sends = [
        send(10, 1, 7, "a"),
        send(10, 2, 8, "a"),
        send(10, 3, 9, "a"),
    ];
    write!(store, |tx| sends::insert(tx, &sends, NOW)).unwrap();
    claim(store, 1, 0, 1).await.remove(0)
}

/// A chunk with `n` planned deliveries.
pub(crate) async fn planned(store: &Store, class: DeliveryClass, n: i32) -> Chunk {
    let chunk = claimed(store, class).await;
    let deliveries = (0..n)
        .map(|seq| delivery(seq, DeliveryState::Planned))
        .collect();
    let plan = plan(&chunk, deliveries);
    let mut counts = Counts::default();
    assert!(
        write!(store, |tx| ledger::write_plan(
            tx,
            OWNER,
            &plan,
            NOW,
            &mut counts
        ))
        .unwrap()
    );
    chunk
}

pub(crate) async fn write_progress(
    store: &Store,
    progress: Progress,
    now: Timestamp,
) -> Vec<ChunkId> {
    let mut counts = Counts::default();
    let progress = [progress];
    let begun = ledger::begin_with_progress(store, OWNER, &progress, now, &mut counts);
    let (tx, lost) = begun.await.unwrap();
    rollups::add_and_commit(tx, 3, &counts).await.unwrap();
    lost
}

async fn states(store: &Store, chunk: &Chunk, n: i32) -> Vec<DeliveryState> {
    let mut reader = store.read().await.unwrap();
    let places: Vec<_> = (0..n)
        .map(|seq| Place {
            home: HOME,
            chunk_id: chunk.id,
            seq,
        })
        .collect();
    let mut found = deliveries::at(&mut reader, &places).await.unwrap();
    found.sort_by_key(|d| d.seq);
    found.into_iter().map(|d| d.state).collect()
}

async fn a_plan_is_written_whole(store: Store) {
    let chunk = claimed(&store, DeliveryClass::Promotional).await;
    let mut plan = plan(
        &chunk,
        vec![
            delivery(0, DeliveryState::Planned),
            delivery(1, DeliveryState::Suppressed),
        ],
    );
    let opted_out = SendVerdict {
        state: SendState::Suppressed,
        reason: Some(Suppression::OptedOut),
        mask: GateMask::default().with(Gate::Exists),
    };
    plan.others = vec![(send(10, 3, 9, "a").key, opted_out)];
    let mut counts = Counts::default();
    assert!(
        write!(store, |tx| ledger::write_plan(
            tx,
            OWNER,
            &plan,
            NOW,
            &mut counts
        ))
        .unwrap()
    );
    write!(store, |tx| rollups::add(tx, 3, &counts)).unwrap();
    let mut reader = store.read().await.unwrap();
    let stored = chunks::get(&mut reader, chunk.id).await.unwrap();
    assert_eq!((stored.state, stored.deliveries), (ChunkState::Planned, 2));
    let first = sends::get(&mut reader, &send(10, 1, 7, "a").key)
        .await
        .unwrap();
    assert_eq!(
        (first.state, first.reason, first.mask),
        (SendState::Released, None, GateMask(7))
    );
    let third = sends::get(&mut reader, &send(10, 3, 9, "a").key)
        .await
        .unwrap();
    assert_eq!(
        (third.state, third.reason),
        (SendState::Suppressed, Some(Suppression::OptedOut))
    );
    let kept = deliveries::get(&mut reader, HOME, chunk.id, 1)
        .await
        .unwrap();
    assert_eq!(kept.reason.as_deref(), Some("permission_denied"));
    assert_eq!((kept.finished_at, kept.mask), (Some(NOW), GateMask(255)));
    let open = deliveries::open_of_chunk(&mut reader, HOME, chunk.id)
        .await
        .unwrap();
    assert_eq!(open.iter().map(|d| d.seq).collect::<Vec<_>>(), [0]);
    let contact = ContactId(Uuid::from_u128(1));
    let own = deliveries::of_contact(&mut reader, HOME, chunk.id, contact)
        .await
        .unwrap();
    assert_eq!(own.len(), 2);
    let counted = rollups::of_days(&mut reader, 3, 3).await.unwrap();
    let n = |metric| {
        counted
            .iter()
            .filter(|c| c.metric == metric)
            .map(|c| c.n)
            .sum::<i64>()
    };
    assert_eq!(
        (
            n(Metric::Released),
            n(Metric::Suppressed),
            n(Metric::DeviceSuppressed)
        ),
        (2, 1, 1)
    );
}

async fn a_plan_without_anything_to_send_finishes_its_chunk(store: Store) {
    let chunk = claimed(&store, DeliveryClass::Promotional).await;
    let plan = plan(&chunk, vec![delivery(0, DeliveryState::Suppressed)]);
    let mut counts = Counts::default();
    assert!(
        write!(store, |tx| ledger::write_plan(
            tx,
            OWNER,
            &plan,
            NOW,
            &mut counts
        ))
        .unwrap()
    );
    let stored = read!(store, |db| chunks::get(db, chunk.id));
    assert_eq!(
        (stored.state, stored.finished_at),
        (ChunkState::Finished, Some(NOW))
    );
    assert!(claim(&store, 2, 1000, 5).await.is_empty());
}

async fn a_stale_owner_writes_nothing(store: Store) {
    let chunk = planned(&store, DeliveryClass::Promotional, 2).await;
    write!(store, |tx| chunks::void_leases(tx)).unwrap();
    let taken = claim(&store, 2, 0, 1).await.remove(0);
    assert_eq!(taken.epoch, chunk.epoch + 1);
    let late = progress(&chunk, 2, vec![outcome(0, DeliveryState::Accepted)], false);
    assert_eq!(
        write_progress(&store, late, NOW).await,
        [chunk.id],
        "it is told"
    );
    assert_eq!(states(&store, &chunk, 2).await, [DeliveryState::Planned; 2]);
    assert_eq!(read!(store, |db| chunks::get(db, chunk.id)).started_to, 0);
    let mut counts = Counts::default();
    let again = plan(&chunk, Vec::new());
    assert!(
        !write!(store, |tx| ledger::write_plan(
            tx,
            OWNER,
            &again,
            NOW,
            &mut counts
        ))
        .unwrap()
    );
    let mut tx = store.begin().await.unwrap();
    let error = ledger::settle_uncertain(&mut tx, OWNER, &chunk, NOW)
        .await
        .unwrap_err();
    assert!(matches!(error, StorageError::StaleLease));
    assert!(
        read!(store, |db| rollups::of_days(db, 0, 9)).is_empty(),
        "nothing is counted"
    );
}

async fn outcomes_are_recorded_and_counted(store: Store) {
    let chunk = planned(&store, DeliveryClass::Promotional, 6).await;
    assert!(
        write_progress(&store, progress(&chunk, 6, Vec::new(), false), NOW)
            .await
            .is_empty()
    );
    let mut outcomes: Vec<_> = [5, 0, 1, 2]
        .into_iter()
        .map(|seq| outcome(seq, DeliveryState::Accepted))
        .collect();
    outcomes[0].provider_id = Some("projects/p/messages/1".to_owned());
    outcomes.push(Outcome {
        reason: Some("BadTopic".to_owned()),
        call: Some(Box::new(Call {
            number: 1,
            at: NOW,
            status: Some(400),
            outcome: "rejected: BadTopic".to_owned(),
            answer: Some("{}".to_owned()),
            payload: "{\"aps\":{}}".to_owned(),
            headers: "{}".to_owned(),
        })),
        ..outcome(4, DeliveryState::Rejected)
    });
    write_progress(&store, progress(&chunk, 6, outcomes, false), later(1)).await;
    use DeliveryState::{Accepted, Planned, Rejected, Unknown};
    assert_eq!(
        states(&store, &chunk, 6).await,
        [Accepted, Accepted, Accepted, Planned, Rejected, Accepted]
    );
    let last = vec![outcome(3, Unknown)];
    write_progress(&store, progress(&chunk, 6, last, true), later(2)).await;
    let mut reader = store.read().await.unwrap();
    let stored = chunks::get(&mut reader, chunk.id).await.unwrap();
    assert_eq!((stored.state, stored.started_to), (ChunkState::Finished, 6));
    assert_eq!(stored.finished_at, Some(later(2)));
    let from_four = deliveries::of_chunk(&mut reader, HOME, chunk.id, 4, 1)
        .await
        .unwrap();
    assert_eq!(from_four.iter().map(|d| d.seq).collect::<Vec<_>>(), [4]);
    let of_push = chunks::of_push(&mut reader, account().push_id, None, 10)
        .await
        .unwrap();
    assert_eq!((of_push.items.len(), of_push.items[0].id), (1, chunk.id));
    let fifth = deliveries::get(&mut reader, HOME, chunk.id, 5)
        .await
        .unwrap();
    assert_eq!(fifth.provider_id.as_deref(), Some("projects/p/messages/1"));
    assert_eq!((fifth.attempt, fifth.finished_at), (1, Some(later(1))));
    let calls = attempts::of_delivery(&mut reader, HOME, chunk.id, 4)
        .await
        .unwrap();
    assert_eq!((calls.len(), calls[0].status), (1, Some(400)));
    let counted = rollups::of_push(&mut reader, account().push_id)
        .await
        .unwrap();
    let counted: Vec<_> = counted
        .iter()
        .map(|c| (c.metric, c.reason.as_str(), c.n))
        .collect();
    assert_eq!(
        counted,
        [
            (Metric::Accepted, "", 4),
            (Metric::Rejected, "BadTopic", 1),
            (Metric::Unknown, "", 1)
        ]
    );
}

async fn an_outcome_is_final(store: Store) {
    let chunk = planned(&store, DeliveryClass::Promotional, 1).await;
    let accepted = vec![outcome(0, DeliveryState::Accepted)];
    write_progress(&store, progress(&chunk, 1, accepted, false), NOW).await;
    let late = vec![outcome(0, DeliveryState::Unknown)];
    write_progress(&store, progress(&chunk, 1, late, true), NOW).await;
    assert_eq!(states(&store, &chunk, 1).await, [DeliveryState::Accepted]);
}

async fn uncertain(store: &Store, class: DeliveryClass) -> (Chunk, u64) {
    let chunk = planned(store, class, 4).await;
    let accepted = vec![outcome(1, DeliveryState::Accepted)];
    write_progress(store, progress(&chunk, 3, accepted, false), NOW).await;
    write!(store, |tx| chunks::void_leases(tx)).unwrap();
    let chunk = claim(store, 1, 0, 1).await.remove(0);
    assert_eq!((chunk.state, chunk.started_to), (ChunkState::Sending, 3));
    let settled = write!(store, |tx| ledger::settle_uncertain(tx, OWNER, &chunk, NOW)).unwrap();
    (chunk, settled)
}

async fn what_is_uncertain_is_unknown_at_most_once(store: Store) {
    use DeliveryState::{Accepted, Planned, Unknown};
    let (chunk, settled) = uncertain(&store, DeliveryClass::Promotional).await;
    assert_eq!(settled, 2);
    assert_eq!(
        states(&store, &chunk, 4).await,
        [Unknown, Accepted, Unknown, Planned]
    );
}

async fn what_is_uncertain_is_sent_again_at_least_once(store: Store) {
    let (chunk, settled) = uncertain(&store, DeliveryClass::Transactional).await;
    assert_eq!(settled, 2);
    let open = read!(store, |db| deliveries::open_of_chunk(db, HOME, chunk.id));
    let open: Vec<_> = open.iter().map(|d| (d.seq, d.attempt)).collect();
    assert_eq!(
        open,
        [(0, 1), (2, 1), (3, 0)],
        "each counts the call that may have been made"
    );
}

async fn retries_stand_in_line_by_credential_and_by_when_they_are_due(store: Store) {
    let chunk = planned(&store, DeliveryClass::Promotional, 6).await;
    let waiting = |seq: i32, due_at: i64, route| Outcome {
        retry_at: Some(Timestamp(due_at)),
        route,
        ..outcome(seq, DeliveryState::Waiting)
    };
    let outcomes = vec![
        waiting(0, 3, -5),
        waiting(1, 1, 9),
        waiting(2, 1, -5),
        waiting(3, 2, -5),
        // Far ahead of any clock.
        waiting(4, i64::from(i32::MAX) * 10_000, 9),
        waiting(5, i64::from(i32::MAX) * 10_000, i64::MAX),
    ];
    write_progress(&store, progress(&chunk, 6, outcomes, false), NOW).await;
    let routes = read!(store, |db| retries::routes(db));
    assert_eq!(routes, [-5, 9, i64::MAX]);
    let due = async |route, limit| {
        let all = (Shard::from_number(0), Shard::from_number(1023));
        let due = read!(store, |db| retries::due(
            db, route, all.0, all.1, NOW, limit
        ));
        due.iter().map(|retry| retry.place.seq).collect::<Vec<_>>()
    };
    assert_eq!(due(-5, 10).await, [2, 3, 0]);
    assert_eq!(due(-5, 2).await, [2, 3]);
    assert_eq!(due(9, 10).await, [1]);
    assert!(due(i64::MAX, 10).await.is_empty());
    assert!(due(0, 10).await.is_empty());
}

async fn a_retry_is_claimed_once_and_settled_once(store: Store) {
    let chunk = planned(&store, DeliveryClass::Promotional, 2).await;
    // Well in the past of any clock, so that it is due on both engines.
    let waiting = Outcome {
        retry_at: Some(Timestamp(1)),
        ..outcome(0, DeliveryState::Waiting)
    };
    write_progress(&store, progress(&chunk, 2, vec![waiting], false), NOW).await;
    let all = (Shard::from_number(0), Shard::from_number(1023));
    let due = read!(store, |db| retries::due(db, 0, all.0, all.1, NOW, 10));
    assert_eq!(due.len(), 1);
    let elsewhere = (Shard::from_number(6), Shard::from_number(1023));
    assert!(
        read!(store, |db| retries::due(
            db,
            0,
            elsewhere.0,
            elsewhere.1,
            NOW,
            10
        ))
        .is_empty()
    );
    let claimed = write!(store, |tx| retries::claim(tx, &due, NOW, LEASE)).unwrap();
    assert_eq!(claimed.len(), 1);
    assert!(
        write!(store, |tx| retries::claim(tx, &due, NOW, LEASE))
            .unwrap()
            .is_empty()
    );
    assert!(read!(store, |db| retries::due(db, 0, all.0, all.1, NOW, 10)).is_empty());
    let started = read!(store, |db| deliveries::get(db, HOME, chunk.id, 0));
    assert_eq!(
        (started.state, started.attempt),
        (DeliveryState::Started, 2)
    );
    let retried = |claim: Retry| Retried {
        claim,
        account: Some(account()),
        outcome: Outcome {
            attempt: 2,
            ..outcome(0, DeliveryState::Accepted)
        },
    };
    let settle = async |claim: Retry| {
        let mut counts = Counts::default();
        let entry = [retried(claim)];
        write!(store, |tx| ledger::write_retried(
            tx,
            &entry,
            NOW,
            &mut counts
        ))
        .unwrap()
    };
    assert_eq!(
        settle(due[0]).await,
        1,
        "the claim moved it: the old key is stale"
    );
    assert_eq!(settle(claimed[0]).await, 0);
    assert_eq!(settle(claimed[0]).await, 1, "settled before");
    let accepted = read!(store, |db| deliveries::get(db, HOME, chunk.id, 0));
    assert_eq!(
        (accepted.state, accepted.attempt),
        (DeliveryState::Accepted, 2)
    );
}

async fn a_gone_token_is_marked_with_its_outcome(store: Store) {
    let input = ContactInput {
        opted_in: Some(true),
        ..ContactInput::default()
    };
    let inputs = [("ada".to_owned(), input)];
    write!(store, |tx| contacts::upsert(
        tx,
        &inputs,
        NOW,
        Way::Api,
        "test"
    ))
    .unwrap();
    let input: DeviceInput = serde_json::from_value(serde_json::json!({
        "app": "shop", "channel": "apns", "token": "aa11",
    }))
    .unwrap();
    let registration = devices::Registration {
        external_id: "ada",
        device_id: "phone",
        app_id: AppId(Uuid::from_u128(3)),
        input: &input,
    };
    let done = write!(store, |tx| devices::register(
        tx,
        &[registration],
        NOW,
        Way::Api,
        "test"
    ));
    let device = done.unwrap()[0];
    let chunk = planned(&store, DeliveryClass::Promotional, 1).await;
    let mark = StateChange {
        shard: device.shard,
        contact_id: device.contact_id,
        binding_id: device.binding_id,
        token: Some("aa11".to_owned()),
        since: Some(later(5)),
        to: BindingState::Gone,
        reason: "Unregistered".to_owned(),
    };
    let gone = Outcome {
        mark: Some(Box::new(Mark::State(mark))),
        ..outcome(0, DeliveryState::TokenGone)
    };
    write_progress(&store, progress(&chunk, 1, vec![gone], true), later(9)).await;
    let binding = read!(store, |db| devices::find(db, device.binding_id)).unwrap();
    assert_eq!(binding.state, BindingState::Gone);
    assert_eq!(binding.state_reason.as_deref(), Some("Unregistered"));
}

async fn rollups_add_up_by_day(store: Store) {
    for (day, n) in [(3, 2), (3, 5), (4, 1)] {
        let mut counts = Counts::default();
        counts.add(account(), Metric::Accepted, "", n);
        counts.add(account(), Metric::Failed, "", 0);
        write!(store, |tx| rollups::add(tx, day, &counts)).unwrap();
    }
    let of = async |first, last| -> Vec<(i32, i64)> {
        let counts = read!(store, |db| rollups::of_days(db, first, last));
        counts
            .into_iter()
            .map(|count| (count.day, count.n))
            .collect()
    };
    assert_eq!(of(3, 3).await, [(3, 7)]);
    assert_eq!(of(0, 9).await, [(3, 7), (4, 1)]);
}

async fn what_waited_without_a_call_keeps_no_reason_once_it_is_accepted(store: Store) {
    let chunk = planned(&store, DeliveryClass::Promotional, 1).await;
    let waiting = Outcome {
        attempt: 0,
        reason: Some("crowded".into()),
        retry_at: Some(Timestamp(1)),
        ..outcome(0, DeliveryState::Waiting)
    };
    write_progress(&store, progress(&chunk, 1, vec![waiting], true), NOW).await;
    let all = (Shard::from_number(0), Shard::from_number(1023));
    let due = read!(store, |db| retries::due(db, 0, all.0, all.1, NOW, 10));
    let claimed = write!(store, |tx| retries::claim(tx, &due, NOW, LEASE)).unwrap();
    let entry = [Retried {
        claim: claimed[0],
        account: Some(account()),
        outcome: outcome(0, DeliveryState::Accepted),
    }];
    let mut counts = Counts::default();
    let stale = write!(store, |tx| ledger::write_retried(
        tx,
        &entry,
        NOW,
        &mut counts
    ));
    assert_eq!(stale.unwrap(), 0);
    let accepted = read!(store, |db| deliveries::get(db, HOME, chunk.id, 0));
    assert_eq!(
        (accepted.state, accepted.attempt, accepted.reason),
        (DeliveryState::Accepted, 1, None)
    );
}
