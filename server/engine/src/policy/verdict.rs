//! Outcome in, verdict out.

use delivery::{Outcome, Scope};
use domain::Timestamp;
use domain::delivery::DeliveryState;
use domain::device::BindingState;
use domain::gate::Suppression;
use domain::push::DeliveryClass;

use super::backoff::{ATTEMPTS_MAX, Pace, backoff};
use super::uncertain_is_sent_again;

/// What is known around a call.
#[derive(Clone, Copy, Debug)]
pub struct Circumstances {
    /// What the push promises.
    pub class: DeliveryClass,
    /// The call's number, from 1.
    pub attempt: i16,
    /// When the push's time to live ends.
    pub deadline: Timestamp,
    /// The present moment.
    pub now: Timestamp,
    /// Spreads retries.
    pub seed: u64,
}

/// What follows from an outcome.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// What the delivery is now; `Planned` is never a verdict.
    pub state: Option<DeliveryState>,
    /// Why.
    pub reason: Option<String>,
    /// The provider's own identifier.
    pub provider_id: Option<String>,
    /// When to try again: the delivery waits until then.
    pub retry_at: Option<Timestamp>,
    /// What it says of the device.
    pub mark: Option<BindingMark>,
    /// What it says of the credential.
    pub credential: Option<Credential>,
    /// The push's content was refused: sending it stops.
    pub stops_push: bool,
}

/// What an outcome says of a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BindingMark {
    /// It cannot be sent to as before.
    State {
        /// The new state.
        to: BindingState,
        /// Only a registration that is not newer than this is marked.
        since: Option<Timestamp>,
    },
    /// It has another token.
    Token(String),
}

/// What an outcome says of a credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Refused until somebody mends it.
    Refused(Scope),
    /// Not to be used until then.
    Paused(Scope, Timestamp),
}

/// What follows from `outcome`.
pub fn judge(outcome: Outcome, around: Circumstances) -> Verdict {
    match outcome {
        Outcome::Accepted { provider_id } => Verdict {
            provider_id,
            ..Verdict::of(DeliveryState::Accepted)
        },
        Outcome::TokenReplaced { new, provider_id } => Verdict {
            provider_id,
            mark: Some(BindingMark::Token(new)),
            ..Verdict::of(DeliveryState::Accepted)
        },
        Outcome::Rejected { reason } => Verdict::because(DeliveryState::Rejected, reason),
        Outcome::PushFault { reason } => Verdict {
            stops_push: true,
            ..Verdict::because(DeliveryState::Rejected, reason)
        },
        Outcome::TokenGone { since, reason } => {
            let to = BindingState::of_gone_token(&reason);
            Verdict {
                mark: Some(BindingMark::State { to, since }),
                ..Verdict::because(DeliveryState::TokenGone, reason)
            }
        }
        Outcome::TokenSuspect { reason } => Verdict {
            mark: Some(BindingMark::State {
                to: BindingState::Quarantined,
                since: None,
            }),
            ..Verdict::because(DeliveryState::Rejected, reason)
        },
        Outcome::NotSent {
            reason,
            retry_after,
        } => again(reason, Pace::Soon, retry_after.map(millis), around),
        Outcome::Throttled {
            limit: _,
            retry_after,
            reason,
        }
        | Outcome::Transient {
            reason,
            retry_after,
        } => again(reason, Pace::Patient, retry_after.map(millis), around),
        Outcome::Ambiguous { reason } => {
            if uncertain_is_sent_again(around.class) {
                again(reason, Pace::Soon, None, around)
            } else {
                Verdict::because(DeliveryState::Unknown, reason)
            }
        }
        Outcome::Paused {
            scope,
            until,
            reason,
        } => {
            let wait = until
                .as_millis()
                .saturating_sub(around.now.as_millis())
                .max(0);
            Verdict {
                credential: Some(Credential::Paused(scope, until)),
                ..again(reason, Pace::Soon, Some(wait), around)
            }
        }
        // What stopped it is the credential gate, only later: the provider's
        // own words stay with the attempt.
        Outcome::CredentialRefused { scope, reason: _ } => Verdict {
            credential: Some(Credential::Refused(scope)),
            ..Verdict::because(
                DeliveryState::Suppressed,
                Suppression::CredentialRefused.name().to_owned(),
            )
        },
    }
}

impl Verdict {
    fn of(state: DeliveryState) -> Self {
        Self {
            state: Some(state),
            ..Self::default()
        }
    }

    fn because(state: DeliveryState, reason: String) -> Self {
        Self {
            reason: Some(reason),
            ..Self::of(state)
        }
    }
}

/// A retry, unless the time to live ends first or it was tried too often.
fn again(
    reason: String,
    pace: Pace,
    at_least_millis: Option<i64>,
    around: Circumstances,
) -> Verdict {
    if around.attempt >= ATTEMPTS_MAX {
        return Verdict::because(DeliveryState::Failed, reason);
    }
    let own = backoff(pace, around.attempt, around.seed);
    // What the provider asks for is the least; the spread comes on top.
    let wait = at_least_millis.map_or(own, |least| own.max(least.saturating_add(own / 4)));
    let retry_at = around.now.plus_millis(wait);
    if retry_at > around.deadline {
        return Verdict::because(DeliveryState::Expired, reason);
    }
    Verdict {
        retry_at: Some(retry_at),
        ..Verdict::because(DeliveryState::Waiting, reason)
    }
}

fn millis(duration: std::time::Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
