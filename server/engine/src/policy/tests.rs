use std::time::Duration;

use delivery::{Outcome, Scope, Throttle};
use domain::Timestamp;
use domain::delivery::DeliveryState;
use domain::device::BindingState;
use domain::push::DeliveryClass::{self, Promotional, Transactional};
use proptest::prelude::*;

use super::*;

const NOW: Timestamp = Timestamp(1_790_000_000_000);

fn around(class: DeliveryClass, attempt: i16) -> Circumstances {
    Circumstances {
        class,
        attempt,
        deadline: deadline(NOW, 86_400),
        now: NOW,
        seed: 7,
    }
}

fn reason() -> String {
    "because".to_owned()
}

/// Every outcome, with what it comes to at most once and at least once.
fn table() -> Vec<(Outcome, DeliveryState, DeliveryState)> {
    use DeliveryState::{Accepted, Rejected, Suppressed, TokenGone, Unknown, Waiting};
    let reason = reason();
    vec![
        (Outcome::Accepted { provider_id: None }, Accepted, Accepted),
        (
            Outcome::TokenReplaced {
                new: "t".into(),
                provider_id: None,
            },
            Accepted,
            Accepted,
        ),
        (
            Outcome::Rejected {
                reason: reason.clone(),
            },
            Rejected,
            Rejected,
        ),
        (
            Outcome::PushFault {
                reason: reason.clone(),
            },
            Rejected,
            Rejected,
        ),
        (
            Outcome::TokenGone {
                since: None,
                reason: reason.clone(),
            },
            TokenGone,
            TokenGone,
        ),
        (
            Outcome::TokenSuspect {
                reason: reason.clone(),
            },
            Rejected,
            Rejected,
        ),
        (
            Outcome::Throttled {
                limit: Throttle::Credential,
                retry_after: None,
                reason: reason.clone(),
            },
            Waiting,
            Waiting,
        ),
        (
            Outcome::Transient {
                retry_after: None,
                reason: reason.clone(),
            },
            Waiting,
            Waiting,
        ),
        (
            Outcome::NotSent {
                retry_after: None,
                reason: reason.clone(),
            },
            Waiting,
            Waiting,
        ),
        (
            Outcome::Ambiguous {
                reason: reason.clone(),
            },
            Unknown,
            Waiting,
        ),
        (
            Outcome::Paused {
                scope: Scope::Team,
                until: NOW,
                reason: reason.clone(),
            },
            Waiting,
            Waiting,
        ),
        (
            Outcome::CredentialRefused {
                scope: Scope::Topic,
                reason,
            },
            Suppressed,
            Suppressed,
        ),
    ]
}

#[test]
fn every_outcome_has_its_state_and_only_the_uncertain_depends_on_the_class() {
    for (outcome, at_most_once, at_least_once) in table() {
        let verdict = judge(outcome.clone(), around(Promotional, 1));
        assert_eq!(verdict.state, Some(at_most_once), "{outcome:?}");
        assert_eq!(
            verdict.retry_at.is_some(),
            at_most_once == DeliveryState::Waiting,
            "{outcome:?} waits exactly when it is tried again"
        );
        let verdict = judge(outcome.clone(), around(Transactional, 1));
        assert_eq!(verdict.state, Some(at_least_once), "{outcome:?}");
    }
}

#[test]
fn a_push_fault_stops_the_push_and_nothing_else_does() {
    for (outcome, ..) in table() {
        let stops = matches!(outcome, Outcome::PushFault { .. });
        assert_eq!(judge(outcome, around(Promotional, 1)).stops_push, stops);
    }
}

#[test]
fn a_token_is_gone_in_the_way_that_the_provider_means() {
    for (reason, to) in [
        ("Unregistered", BindingState::Gone),
        ("ExpiredToken", BindingState::Gone),
        ("BadDeviceToken", BindingState::WrongEnvironment),
        ("SENDER_ID_MISMATCH", BindingState::WrongProject),
        ("UNREGISTERED", BindingState::Gone),
    ] {
        let since = Some(Timestamp(5));
        let outcome = Outcome::TokenGone {
            since,
            reason: reason.to_owned(),
        };
        let verdict = judge(outcome, around(Promotional, 1));
        assert_eq!(
            verdict.mark,
            Some(BindingMark::State { to, since }),
            "{reason}"
        );
    }
    let suspect = judge(
        Outcome::TokenSuspect { reason: reason() },
        around(Promotional, 1),
    );
    let quarantined = BindingMark::State {
        to: BindingState::Quarantined,
        since: None,
    };
    assert_eq!(suspect.mark, Some(quarantined));
}

#[test]
fn retry_after_is_the_least_that_is_waited() {
    for seconds in [0, 7, 600] {
        let outcome = Outcome::Throttled {
            limit: Throttle::Credential,
            retry_after: Some(Duration::from_secs(seconds)),
            reason: reason(),
        };
        let verdict = judge(outcome, around(Promotional, 1));
        let retry_at = verdict.retry_at.expect("it is tried again");
        assert!(
            retry_at >= NOW.plus_seconds(seconds.cast_signed()),
            "{seconds}"
        );
    }
}

#[test]
fn a_retry_past_the_time_to_live_is_expired() {
    let outcome = || Outcome::Transient {
        reason: reason(),
        retry_after: None,
    };
    let short = Circumstances {
        deadline: NOW.plus_millis(100),
        ..around(Promotional, 1)
    };
    assert_eq!(judge(outcome(), short).state, Some(DeliveryState::Expired));
    let asked = Outcome::Throttled {
        limit: Throttle::Credential,
        retry_after: Some(Duration::from_secs(u64::MAX)),
        reason: reason(),
    };
    assert_eq!(
        judge(asked, around(Promotional, 1)).state,
        Some(DeliveryState::Expired)
    );
}

#[test]
fn the_last_attempt_fails() {
    let outcome = || Outcome::NotSent {
        reason: reason(),
        retry_after: None,
    };
    let before = judge(outcome(), around(Promotional, ATTEMPTS_MAX - 1));
    assert_eq!(before.state, Some(DeliveryState::Waiting));
    let last = judge(outcome(), around(Promotional, ATTEMPTS_MAX));
    assert_eq!(
        (last.state, last.retry_at),
        (Some(DeliveryState::Failed), None)
    );
}

#[test]
fn now_or_never_still_has_a_moment_for_what_never_left() {
    let short = Circumstances {
        deadline: deadline(NOW, 0),
        ..around(Promotional, 1)
    };
    let refused = Outcome::NotSent {
        reason: reason(),
        retry_after: None,
    };
    assert_eq!(judge(refused, short).state, Some(DeliveryState::Waiting));
}

#[test]
fn only_at_least_once_sends_the_uncertain_again() {
    assert!(!uncertain_is_sent_again(Promotional));
    assert!(uncertain_is_sent_again(Transactional));
}

proptest! {
    #[test]
    fn waits_stay_between_half_a_step_and_a_quarter_of_an_hour(
        attempt in 1_i16..200,
        seed: u64,
    ) {
        for (pace, first) in [(Pace::Soon, 500), (Pace::Patient, 5_000)] {
            let wait = backoff(pace, attempt, seed);
            prop_assert!((first / 2..=15 * 60 * 1000).contains(&wait));
            prop_assert_eq!(wait, backoff(pace, attempt, seed));
        }
    }

    #[test]
    fn what_failed_together_does_not_come_back_together(seed: u64) {
        let waits: std::collections::HashSet<i64> =
            (0..20).map(|n| backoff(Pace::Patient, 3, seed.wrapping_add(n))).collect();
        prop_assert!(waits.len() > 10);
    }
}
