use domain::JobId;
use serde_json::json;
use storage::jobs::{self, Job, JobState};
use storage::{StorageError, Store};
use uuid::Uuid;

use crate::bed::{NOW, later};

conformance!(
    the_oldest_job_is_claimed_first_and_by_one,
    a_job_reports_and_ends,
    a_job_whose_owner_is_gone_is_taken_over,
    a_job_that_was_called_off_stops_its_owner,
    jobs_are_listed_newest_first,
    jobs_that_have_not_ended_are_listed_apart,
);

const ADA: Uuid = Uuid::from_u128(1);
const BOB: Uuid = Uuid::from_u128(2);

async fn queue(store: &Store, n: i64) -> Job {
    let input = json!({"file": n});
    write!(store, |tx| jobs::queue(
        tx,
        "import_contacts",
        &input,
        "ada",
        later(n)
    ))
    .unwrap()
}

async fn claim(store: &Store, owner: Uuid, lease_millis: i64) -> Option<JobId> {
    write!(store, |tx| jobs::claim(tx, owner, lease_millis, NOW))
        .unwrap()
        .map(|job| job.id)
}

async fn the_oldest_job_is_claimed_first_and_by_one(store: Store) {
    let (one, two) = (queue(&store, 1).await, queue(&store, 2).await);
    assert_eq!(one.state, JobState::Queued);
    assert_eq!(claim(&store, ADA, 60_000).await, Some(one.id));
    assert_eq!(claim(&store, BOB, 60_000).await, Some(two.id));
    assert_eq!(claim(&store, BOB, 60_000).await, None);
    let stored = read!(store, |db| jobs::find(db, one.id)).unwrap();
    assert_eq!(
        (stored.state, stored.input),
        (JobState::Running, json!({"file": 1}))
    );
}

async fn a_job_reports_and_ends(store: Store) {
    let job = queue(&store, 1).await;
    claim(&store, ADA, 60_000).await;
    let half = json!({"rows": 500});
    write!(store, |tx| jobs::report(
        tx,
        job.id,
        ADA,
        &half,
        60_000,
        later(5)
    ))
    .unwrap();
    let stored = read!(store, |db| jobs::find(db, job.id)).unwrap();
    assert_eq!(
        (stored.progress, stored.updated_at),
        (half.clone(), later(5))
    );
    let stranger = write!(store, |tx| jobs::report(
        tx, job.id, BOB, &half, 60_000, NOW
    ));
    assert!(matches!(stranger, Err(StorageError::StaleLease)));
    let whole = json!({"rows": 1000});
    let finish = async |owner| {
        write!(store, |tx| jobs::finish(
            tx,
            job.id,
            owner,
            JobState::Done,
            &whole,
            later(9)
        ))
    };
    assert!(matches!(finish(BOB).await, Err(StorageError::StaleLease)));
    finish(ADA).await.unwrap();
    assert!(matches!(finish(ADA).await, Err(StorageError::StaleLease)));
    let stored = read!(store, |db| jobs::find(db, job.id)).unwrap();
    assert_eq!(
        (stored.state, stored.progress),
        (JobState::Done, whole.clone())
    );
    assert!(stored.state.is_final());
}

async fn a_job_whose_owner_is_gone_is_taken_over(store: Store) {
    let job = queue(&store, 1).await;
    // A lease that is over when it begins, by either engine's clock.
    assert_eq!(claim(&store, ADA, -1).await, Some(job.id));
    assert_eq!(claim(&store, BOB, 60_000).await, Some(job.id));
    let late = write!(store, |tx| jobs::report(
        tx,
        job.id,
        ADA,
        &json!({}),
        60_000,
        NOW
    ));
    assert!(matches!(late, Err(StorageError::StaleLease)));
    assert_eq!(claim(&store, ADA, 60_000).await, None);
}

async fn a_job_that_was_called_off_stops_its_owner(store: Store) {
    let job = queue(&store, 1).await;
    claim(&store, ADA, 60_000).await;
    let cancel = async |id| write!(store, |tx| jobs::cancel(tx, id, later(1)));
    cancel(job.id).await.unwrap();
    let report = write!(store, |tx| jobs::report(
        tx,
        job.id,
        ADA,
        &json!({}),
        60_000,
        NOW
    ));
    assert!(matches!(report, Err(StorageError::StaleLease)));
    assert!(matches!(cancel(job.id).await, Err(StorageError::Conflict)));
    assert!(matches!(
        cancel(Uuid::nil().into()).await,
        Err(StorageError::NotFound)
    ));
    assert_eq!(claim(&store, BOB, 60_000).await, None);
}

async fn jobs_are_listed_newest_first(store: Store) {
    let (one, two) = (queue(&store, 1).await, queue(&store, 2).await);
    let first = read!(store, |db| jobs::list(db, None, 1));
    assert_eq!(first.items, vec![two]);
    let rest = read!(store, |db| jobs::list(db, first.next.as_ref(), 1));
    assert_eq!((rest.items, rest.next), (vec![one], None));
}

async fn jobs_that_have_not_ended_are_listed_apart(store: Store) {
    let mut jobs = Vec::new();
    for n in 1..=4 {
        jobs.push(queue(&store, n).await.id);
    }
    assert_eq!(claim(&store, ADA, 60_000).await, Some(jobs[0]));
    assert_eq!(claim(&store, ADA, 60_000).await, Some(jobs[1]));
    let progress = json!({});
    let done = JobState::Done;
    write!(store, |tx| jobs::finish(
        tx, jobs[0], ADA, done, &progress, NOW
    ))
    .unwrap();
    write!(store, |tx| jobs::cancel(tx, jobs[2], NOW)).unwrap();
    let open = read!(store, |db| jobs::unfinished(db));
    let open: Vec<_> = open.iter().map(|job| (job.id, job.state)).collect();
    assert_eq!(
        open,
        [(jobs[1], JobState::Running), (jobs[3], JobState::Queued)]
    );
}
