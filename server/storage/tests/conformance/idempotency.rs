use storage::Store;
use storage::idempotency::{self, Claim, KEPT_MILLIS};

use crate::bed::{NOW, later};

conformance!(
    a_key_is_claimed_once_and_then_gives_the_answer,
    a_key_of_another_request_is_told_apart,
    a_key_that_was_released_or_abandoned_can_be_claimed_again,
    answers_are_forgotten_after_a_day,
);

async fn a_key_is_claimed_once_and_then_gives_the_answer(store: Store) {
    let claim = write!(store, |tx| idempotency::claim(tx, b"key", b"request", NOW)).unwrap();
    assert_eq!(claim, Claim::First);
    let claim = write!(store, |tx| idempotency::claim(tx, b"key", b"request", NOW)).unwrap();
    assert_eq!(claim, Claim::InProgress);
    write!(store, |tx| idempotency::finish(tx, b"key", 201, b"{}")).unwrap();
    let claim = write!(store, |tx| idempotency::claim(tx, b"key", b"request", NOW)).unwrap();
    assert_eq!(
        claim,
        Claim::Answered {
            status: 201,
            body: b"{}".to_vec()
        }
    );
}

async fn a_key_of_another_request_is_told_apart(store: Store) {
    write!(store, |tx| idempotency::claim(tx, b"key", b"request", NOW)).unwrap();
    let claim = write!(store, |tx| idempotency::claim(tx, b"key", b"other", NOW)).unwrap();
    assert_eq!(claim, Claim::OtherRequest);
}

async fn a_key_that_was_released_or_abandoned_can_be_claimed_again(store: Store) {
    write!(store, |tx| idempotency::claim(tx, b"key", b"request", NOW)).unwrap();
    write!(store, |tx| idempotency::release(tx, b"key")).unwrap();
    let claim = write!(store, |tx| idempotency::claim(tx, b"key", b"other", NOW)).unwrap();
    assert_eq!(claim, Claim::First);
    let much_later = NOW.plus_seconds(3600);
    let claim = write!(store, |tx| idempotency::claim(
        tx, b"key", b"third", much_later
    ))
    .unwrap();
    assert_eq!(claim, Claim::First);
}

async fn answers_are_forgotten_after_a_day(store: Store) {
    write!(store, |tx| idempotency::claim(tx, b"key", b"request", NOW)).unwrap();
    write!(store, |tx| idempotency::finish(tx, b"key", 200, b"")).unwrap();
    assert_eq!(
        write!(store, |tx| idempotency::prune(tx, later(1))).unwrap(),
        0
    );
    let next_day = NOW.plus_millis(KEPT_MILLIS + 1);
    let claim = write!(store, |tx| idempotency::claim(
        tx, b"key", b"other", next_day
    ))
    .unwrap();
    assert_eq!(claim, Claim::First);
    let day_after = next_day.plus_millis(KEPT_MILLIS + 1);
    assert_eq!(
        write!(store, |tx| idempotency::prune(tx, day_after)).unwrap(),
        1
    );
}
