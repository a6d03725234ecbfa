//! One call, from a parcel to what the ledger is told of it.

use std::time::{Duration, Instant};

use delivery::{Answer, Outcome as Said, Throttle};
use domain::Timestamp;
use domain::delivery::DeliveryState;
use domain::gate::Suppression;
use storage::attempts::Call;
use storage::devices::{StateChange, TokenChange};
use storage::ledger::{Mark, Outcome};

use super::cohorts::Cohort;
use crate::concurrency::Heard;
use crate::parcel::{BoxedParcel, Parcel};
use crate::policy::{BindingMark, Circumstances, Credential, Verdict, judge};
use crate::shared::Shared;

/// What a parcel comes to whose provider answers nobody at present.
pub(crate) const SILENT: &str = "the provider does not answer at present";
/// What a parcel comes to for which there is no room.
pub(crate) const CROWDED: &str = "as many calls as the provider takes at present are under way";
/// What a delivery comes to whose credential was refused while it was on its way.
pub(crate) const UNMENDED: &str = "the credential was refused, and is not mended yet";
/// The longest that what waits for a credential to be mended waits before it is
/// looked at again, in milliseconds.
pub(crate) const UNTIL_MENDED: i64 = 60_000;

/// A call that came to its end.
pub(crate) struct Answered {
    pub(crate) parcel: BoxedParcel,
    pub(crate) answer: Answer,
    /// How long it took.
    pub(crate) took: Duration,
    /// Where it counts until it is recorded, and until it ends.
    pub(crate) cohorts: [Cohort; 2],
}

/// What the ledger is told.
#[derive(Debug)]
pub(crate) struct Noted {
    pub(crate) outcome: Outcome,
    /// Whether a provider answered, so that the time it took says something.
    pub(crate) answered: bool,
}

/// What an answer means beyond its own delivery.
pub(crate) enum Side {
    RefuseCredential(String),
    StopPush(String),
}

/// Calls the provider.
pub(crate) async fn make(parcel: BoxedParcel, cohorts: [Cohort; 2]) -> Answered {
    let begun = Instant::now();
    let answer = parcel.route.client.send(&parcel.message).await;
    Answered {
        parcel,
        answer,
        took: begun.elapsed(),
        cohorts,
    }
}

/// Whether a parcel must not leave after all, and what it comes to then.
pub(crate) fn withhold(shared: &Shared, parcel: &Parcel, now: Timestamp) -> Option<Noted> {
    let made = parcel.attempt - 1;
    let suppressed = |reason: Suppression| Outcome {
        reason: Some(reason.name().to_owned()),
        ..bare(parcel, DeliveryState::Suppressed, made)
    };
    let outcome = if shared.shelf.is_stopped(parcel.order.push_revision_id) {
        suppressed(Suppression::PushStopped)
    } else if now > parcel.order.deadline {
        bare(parcel, DeliveryState::Expired, made)
    } else if parcel.route.is_refused() {
        let outcome = bare(parcel, DeliveryState::Waiting, made);
        until_mended(outcome, now, parcel.order.deadline)
    } else {
        let until = parcel.route.paused_for(parcel.device.platform, now)?;
        if until > parcel.order.deadline {
            bare(parcel, DeliveryState::Expired, made)
        } else {
            Outcome {
                retry_at: Some(until),
                ..bare(parcel, DeliveryState::Waiting, made)
            }
        }
    };
    Some(Noted {
        outcome,
        answered: false,
    })
}

/// What a delivery comes to that was on its way when its credential was
/// refused: it waits until that is mended, or its time is over.
pub(crate) fn until_mended(waiting: Outcome, now: Timestamp, deadline: Timestamp) -> Outcome {
    Outcome {
        state: DeliveryState::Waiting,
        reason: Some(UNMENDED.to_owned()),
        retry_at: Some(now.plus_millis(UNTIL_MENDED).min(deadline.plus_millis(1))),
        ..waiting
    }
}

/// What a parcel comes to that its provider has no room for at present, for
/// this reason: `hold` milliseconds later at the earliest it is tried.
pub(crate) fn put_off(parcel: &Parcel, now: Timestamp, hold: i64, reason: &str) -> Noted {
    // Spread, so that they do not all come back at once.
    let spread = parcel.message.id.as_u64_pair().1 % 1000;
    let until = now.plus_millis(hold).plus_millis(spread.cast_signed());
    let outcome = Outcome {
        reason: Some(reason.to_owned()),
        retry_at: Some(until.min(parcel.order.deadline)),
        ..bare(parcel, DeliveryState::Waiting, parcel.attempt - 1)
    };
    Noted {
        outcome,
        answered: false,
    }
}

fn bare(parcel: &Parcel, state: DeliveryState, attempt: i16) -> Outcome {
    Outcome {
        seq: parcel.seq,
        state,
        reason: None,
        facts: None,
        attempt,
        provider_id: None,
        retry_at: None,
        route: parcel.route.key,
        call: None,
        mark: None,
    }
}

/// What the ledger is told of an answer, and what it means beyond.
pub(crate) fn note(shared: &Shared, parcel: &Parcel, answer: Answer) -> (Noted, Option<Side>) {
    let Answer {
        outcome: said,
        status,
        body,
    } = answer;
    let now = shared.now();
    let answered = status.is_some();
    let around = Circumstances {
        class: parcel.order.class,
        attempt: parcel.attempt,
        deadline: parcel.order.deadline,
        now,
        seed: parcel.message.id.as_u64_pair().1,
    };
    let words = match &said {
        Said::Accepted { .. } => None,
        said => reason_of(said).map(str::to_owned),
    };
    let scope_reason = words.clone();
    let verdict = judge(said, around);
    let state = verdict.state.unwrap_or(DeliveryState::Unknown);
    let call = (parcel.order.test || state != DeliveryState::Accepted).then(|| {
        Box::new(Call {
            number: parcel.attempt,
            at: now,
            status: status.map(u16::cast_signed),
            outcome: match &words {
                Some(words) => format!("{}: {words}", state.name()),
                None => state.name().to_owned(),
            },
            answer: body,
            payload: parcel.payload(),
            headers: parcel.headers(),
        })
    });
    let side = beyond(parcel, &verdict, scope_reason);
    let outcome = Outcome {
        seq: parcel.seq,
        state,
        mark: mark(parcel, verdict.mark, verdict.reason.as_deref()),
        reason: verdict.reason,
        facts: None,
        attempt: parcel.attempt,
        provider_id: verdict.provider_id,
        retry_at: verdict.retry_at,
        route: parcel.route.key,
        call,
    };
    (Noted { outcome, answered }, side)
}

/// What an answer tells of how many calls the provider bears.
pub(crate) fn heard(answer: &Answer) -> Heard {
    let asked = |wait: Option<Duration>| Heard::Less(wait.map(millis));
    match &answer.outcome {
        Said::Throttled {
            limit: Throttle::Credential,
            retry_after,
            ..
        } => asked(*retry_after),
        // Overloaded, says the status; other faults say nothing of that.
        Said::Transient { retry_after, .. } if answer.status == Some(503) => asked(*retry_after),
        Said::Paused { .. } => Heard::Less(None),
        Said::Transient { .. }
        | Said::Ambiguous { .. }
        | Said::NotSent { .. }
        | Said::CredentialRefused { .. } => Heard::Nothing,
        Said::Accepted { .. }
        | Said::TokenReplaced { .. }
        | Said::Rejected { .. }
        | Said::PushFault { .. }
        | Said::TokenGone { .. }
        | Said::TokenSuspect { .. }
        | Said::Throttled { .. } => Heard::Fine,
    }
}

fn reason_of(said: &Said) -> Option<&str> {
    match said {
        Said::Accepted { .. } | Said::TokenReplaced { .. } => None,
        Said::Rejected { reason }
        | Said::PushFault { reason }
        | Said::TokenGone { reason, .. }
        | Said::TokenSuspect { reason }
        | Said::Throttled { reason, .. }
        | Said::Transient { reason, .. }
        | Said::Ambiguous { reason }
        | Said::NotSent { reason, .. }
        | Said::Paused { reason, .. }
        | Said::CredentialRefused { reason, .. } => Some(reason),
    }
}

fn beyond(parcel: &Parcel, verdict: &Verdict, words: Option<String>) -> Option<Side> {
    match &verdict.credential {
        // A route is one app's credential: whatever the scope, this is the
        // part of it that was tried. Others of the same team or project are
        // stopped by their own answers.
        Some(Credential::Refused(_)) => {
            return Some(Side::RefuseCredential(words.unwrap_or_default()));
        }
        Some(Credential::Paused(scope, until)) => parcel.route.pause(*scope, *until),
        None => {}
    }
    verdict
        .stops_push
        .then(|| Side::StopPush(words.unwrap_or_default()))
}

fn mark(parcel: &Parcel, mark: Option<BindingMark>, reason: Option<&str>) -> Option<Box<Mark>> {
    let mark = mark?;
    let device = parcel.device;
    let token = parcel.message.token.to_string();
    Some(Box::new(match mark {
        BindingMark::State { to, since } => Mark::State(StateChange {
            shard: device.shard,
            contact_id: device.contact_id,
            binding_id: device.binding_id,
            token: Some(token),
            since,
            to,
            reason: reason.unwrap_or_default().to_owned(),
        }),
        BindingMark::Token(to) => Mark::Token(TokenChange {
            shard: device.shard,
            contact_id: device.contact_id,
            binding_id: device.binding_id,
            from: token,
            to,
        }),
    }))
}

/// Milliseconds, held at the end of the range.
pub(crate) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}
