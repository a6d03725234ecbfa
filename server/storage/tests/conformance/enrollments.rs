use domain::workflow::{EndReason, Entry, Previous, StepId, WorkflowState};
use domain::{ContactId, EventId, RevisionId, Shard, WorkflowId};
use storage::enrollments::{self, Enrollment, EnrollmentState, LogLine, enrollment_id};
use storage::leases;
use storage::recipients::TriggerEvent;
use storage::step_counts::{self, StepCount, StepDeltas};
use storage::{StorageError, Store, triggers, workflow_revisions, workflows};
use uuid::Uuid;

use crate::bed::{NOW, later};
use crate::workflows::live;

conformance!(
    an_event_enrolls_once,
    due_enrollments_are_found_by_their_shards,
    enrollments_of_a_paused_workflow_are_due_when_it_goes_on,
    an_enrollment_is_advanced_by_one,
    the_latest_pass_is_found_for_each_contact_and_workflow,
    a_log_is_read_in_order,
    step_counts_add_up,
    step_counts_of_earlier_revisions_stay,
    a_range_is_held_by_one,
);

fn enrollment(contact: u128, event: u128) -> Enrollment {
    of_workflow(WorkflowId(Uuid::from_u128(1)), contact, event)
}

fn of_workflow(workflow_id: WorkflowId, contact: u128, event: u128) -> Enrollment {
    Enrollment {
        shard: Shard::from_number(u16::try_from(contact).unwrap()),
        id: enrollment_id(workflow_id, EventId(Uuid::from_u128(event))),
        contact_id: ContactId(Uuid::from_u128(contact)),
        workflow_id,
        revision_id: RevisionId(Uuid::from_u128(2)),
        step: StepId::from("start"),
        state: EnrollmentState::Arrived,
        due_at: Some(NOW),
        version: 0,
        entered_at: NOW,
        ended_at: None,
        event: TriggerEvent {
            name: "order_placed".to_owned(),
            ..TriggerEvent::none(NOW)
        },
    }
}

async fn insert(store: &Store, enrollments: &[Enrollment]) -> u64 {
    write!(store, |tx| enrollments::insert(tx, enrollments)).unwrap()
}

async fn due(store: &Store, lo: u16, hi: u16, seconds: i64) -> Vec<Enrollment> {
    let (lo, hi) = (Shard::from_number(lo), Shard::from_number(hi));
    read!(store, |db| enrollments::due(
        db,
        lo,
        hi,
        later(seconds),
        100
    ))
}

async fn an_event_enrolls_once(store: Store) {
    let workflow = live(&store, "order_placed").await.id;
    let first = of_workflow(workflow, 5, 9);
    assert_eq!(insert(&store, std::slice::from_ref(&first)).await, 1);
    let again = Enrollment {
        step: StepId::from("other"),
        ..first.clone()
    };
    assert_eq!(insert(&store, &[again]).await, 0);
    assert_eq!(due(&store, 0, 1023, 0).await, [first]);
}

async fn due_enrollments_are_found_by_their_shards(store: Store) {
    let workflow = live(&store, "order_placed").await.id;
    let later_one = Enrollment {
        due_at: Some(later(60)),
        ..of_workflow(workflow, 7, 3)
    };
    let (one, two) = (of_workflow(workflow, 5, 1), of_workflow(workflow, 6, 2));
    insert(&store, &[one, two, later_one]).await;
    assert_eq!(due(&store, 0, 1023, 0).await.len(), 2);
    assert_eq!(due(&store, 6, 1023, 0).await.len(), 1);
    assert_eq!(due(&store, 6, 1023, 60).await.len(), 2);
    let busy = read!(store, |db| triggers::busy_ranges(db, 64, NOW));
    assert_eq!(busy, [Shard::from_number(0)]);
    assert!(read!(store, |db| triggers::busy_ranges(db, 64, later(-1))).is_empty());
}

async fn enrollments_of_a_paused_workflow_are_due_when_it_goes_on(store: Store) {
    let paused = live(&store, "order_placed").await.id;
    let other = live(&store, "signed_up").await.id;
    let of_other = of_workflow(other, 6, 2);
    let of_paused = of_workflow(paused, 5, 1);
    insert(&store, &[of_paused.clone(), of_other.clone()]).await;
    let set = async |state| {
        write!(store, |tx| workflows::set_state(tx, paused, state, NOW)).unwrap();
    };
    set(WorkflowState::Paused).await;
    assert_eq!(due(&store, 0, 1023, 0).await, [of_other]);
    let busy = read!(store, |db| triggers::busy_ranges(db, 1, NOW));
    assert_eq!(busy, [Shard::from_number(6)]);
    set(WorkflowState::Live).await;
    assert_eq!(due(&store, 5, 5, 0).await, [of_paused]);
}

async fn an_enrollment_is_advanced_by_one(store: Store) {
    let workflow = live(&store, "order_placed").await.id;
    let mut moved = of_workflow(workflow, 5, 1);
    insert(&store, &[moved.clone()]).await;
    moved.step = StepId::from("delay");
    moved.state = EnrollmentState::Waiting;
    moved.due_at = Some(later(60));
    let advance = async |enrollment: &Enrollment| {
        write!(store, |tx| enrollments::advance(tx, &[enrollment])).unwrap()
    };
    assert_eq!(advance(&moved).await, [moved.id]);
    assert!(advance(&moved).await.is_empty(), "the version has moved on");
    let stored = due(&store, 5, 5, 60).await.remove(0);
    assert_eq!(
        (stored.version, stored.state),
        (1, EnrollmentState::Waiting)
    );
    let ended = Enrollment {
        state: EnrollmentState::Ended,
        due_at: None,
        ended_at: Some(later(61)),
        ..stored
    };
    assert_eq!(advance(&ended).await, [moved.id]);
    assert!(due(&store, 0, 1023, 9999).await.is_empty());
    let (home, contact) = (moved.shard, moved.contact_id);
    let page = read!(store, |db| enrollments::of_contact(
        db, home, contact, None, 10
    ));
    assert_eq!(page.items[0].ended_at, Some(later(61)));
}

async fn the_latest_pass_is_found_for_each_contact_and_workflow(store: Store) {
    let early = Enrollment {
        state: EnrollmentState::Ended,
        due_at: None,
        ended_at: Some(later(5)),
        ..enrollment(5, 1)
    };
    let going_on = Enrollment {
        entered_at: later(10),
        ..enrollment(5, 2)
    };
    insert(&store, &[early.clone(), going_on, enrollment(6, 3)]).await;
    write!(store, |tx| enrollments::advance(tx, &[&early])).unwrap();
    let workflow = WorkflowId(Uuid::from_u128(1));
    let key = |n: u128| {
        (
            Shard::from_number(u16::try_from(n).unwrap()),
            ContactId(Uuid::from_u128(n)),
            workflow,
        )
    };
    let found = read!(store, |db| enrollments::previous(
        db,
        &[key(5), key(6), key(7)]
    ));
    assert_eq!(found.len(), 2);
    assert_eq!(
        found[&key(5)],
        Previous {
            entered_at: later(10),
            ended: false
        }
    );
    assert_eq!(
        found[&key(6)],
        Previous {
            entered_at: NOW,
            ended: false
        }
    );
}

async fn a_log_is_read_in_order(store: Store) {
    let id = enrollment(5, 1).id;
    let shard = Shard::from_number(5);
    let entries = [
        Entry::Waiting {
            step: StepId::from("delay"),
            until: later(60),
        },
        Entry::Ended {
            step: StepId::from("end"),
            reason: EndReason::Exit,
        },
    ];
    let lines: Vec<_> = entries
        .iter()
        .zip([2048, 1])
        .map(|(entry, seq)| LogLine {
            shard,
            enrollment_id: id,
            seq,
            entry,
        })
        .collect();
    write!(store, |tx| enrollments::append_log(tx, &lines, NOW)).unwrap();
    let log = read!(store, |db| enrollments::log_of(db, shard, id));
    assert_eq!(log, [(NOW, entries[1].clone()), (NOW, entries[0].clone())]);
}

async fn step_counts_add_up(store: Store) {
    let workflow = live(&store, "order_placed").await;
    let revision = workflow.current_revision_id.unwrap();
    for _ in 0..2 {
        let mut deltas = StepDeltas::default();
        deltas.of(revision, &StepId::from("delay")).entered += 3;
        deltas.of(revision, &StepId::from("delay")).passed += 1;
        write!(store, |tx| step_counts::add(tx, &deltas)).unwrap();
    }
    let counts = read!(store, |db| step_counts::of_workflow(db, workflow.id));
    let expected = StepCount {
        entered: 6,
        passed: 2,
        ended: 0,
    };
    assert_eq!(counts[&StepId::from("delay")], expected);
    assert_eq!(expected.waiting(), 4);
}

async fn step_counts_of_earlier_revisions_stay(store: Store) {
    let workflow = live(&store, "order_placed").await;
    let other = live(&store, "signed_up").await;
    let pushes = workflow_revisions::PushRevisions::new();
    let again = write!(store, |tx| workflow_revisions::publish(
        tx,
        workflow.id,
        workflow.draft_version,
        &pushes,
        "ada",
        NOW
    ))
    .unwrap();
    let mut deltas = StepDeltas::default();
    let first = workflow.current_revision_id.unwrap();
    deltas.of(first, &StepId::from("delay")).entered += 3;
    deltas.of(again.id, &StepId::from("delay")).entered += 2;
    let others = other.current_revision_id.unwrap();
    deltas.of(others, &StepId::from("delay")).entered += 100;
    write!(store, |tx| step_counts::add(tx, &deltas)).unwrap();
    let counts = read!(store, |db| step_counts::of_workflow(db, workflow.id));
    assert_eq!(counts[&StepId::from("delay")].entered, 5);
}

async fn a_range_is_held_by_one(store: Store) {
    for _ in 0..2 {
        write!(store, |tx| leases::ensure(tx, 16)).unwrap();
    }
    let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let lo = Shard::from_number(64);
    let take = async |owner| write!(store, |tx| leases::take(tx, lo, owner, NOW, 60_000)).unwrap();
    let lease = take(one).await.expect("it is free");
    assert_eq!((lease.lo, lease.hi), (lo, Shard::from_number(127)));
    assert!(take(two).await.is_none());
    let hold = async |lease, owner| {
        let mut tx = store.begin().await.unwrap();
        let held = leases::hold(&mut tx, lease, owner, NOW, 60_000).await;
        tx.commit().await.unwrap();
        held
    };
    hold(lease, one).await.expect("it is his");
    assert!(matches!(
        hold(lease, two).await,
        Err(StorageError::StaleLease)
    ));
    let again = take(one).await.expect("his own");
    assert!(
        matches!(hold(lease, one).await, Err(StorageError::StaleLease)),
        "an older epoch"
    );
    write!(store, |tx| leases::give(tx, again, one)).unwrap();
    assert!(take(two).await.is_some());
}
