//! What a fault makes of a request.

use std::time::Duration;

use super::{Action, Answer, Verdict};
use crate::wire::{Act, Plan, Reply};

impl Verdict {
    /// What happens to a request that is answered by `accepted` unless a fault
    /// was found; `scripted` writes the answer that one asks for.
    pub(crate) fn plan(
        found: Option<Self>,
        accepted: impl FnOnce() -> Reply,
        scripted: impl FnOnce(&Answer) -> Reply,
    ) -> Plan {
        let (delay, action) = match found {
            Some(Self { delay, action }) => (delay, action),
            None => (Duration::ZERO, Action::Deliver),
        };
        let act = match action {
            Action::Deliver => Act::Answer(accepted()),
            Action::Answer(answer) => Act::Answer(scripted(&answer)),
            Action::ResetStream => Act::ResetStream,
            Action::RefuseStream => Act::RefuseStream,
            Action::ResetConnection => Act::ResetConnection,
            Action::GoAway => Act::GoAway(accepted()),
            Action::NeverAnswer => Act::NeverAnswer,
        };
        Plan { delay, act }
    }
}
