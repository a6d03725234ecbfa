//! The step machine: where a contact goes, and nothing else decides it.
//!
//! Pure: no clock, no chance, no database. The engine runs it against stored
//! enrollments; the simulator runs the same functions against a virtual
//! clock.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::graph::StepId;
use super::revision::Revision;
use super::step::{Port, ReEntry, Step};
use crate::contact::Contact;
use crate::{PushId, Timestamp};

/// Where an enrollment stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The step.
    pub step: StepId,
    /// Until when it waits there; `None` when it has only just come.
    pub until: Option<Timestamp>,
}

/// What the machine may know of the world.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    /// The contact; `None` when it was deleted.
    pub contact: Option<&'a Contact>,
    /// Properties of the event that let it in.
    pub properties: &'a Map<String, Value>,
}

/// What a step wants done beside moving on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Effect {
    /// Decide a send of this push.
    Send {
        /// Which push.
        push_id: PushId,
    },
}

/// Why a pass ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// It came to an exit.
    Exit,
    /// The contact was deleted.
    ContactDeleted,
    /// The revision has no such step: a fault of the stored data, kept apart
    /// so that it is seen.
    LostStep,
}

/// What one step comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transition {
    /// Go on to another step at once.
    Go {
        /// By which port.
        port: Port,
        /// To which step.
        to: StepId,
        /// What is to be done.
        effect: Option<Effect>,
    },
    /// Stay until a time.
    Wait {
        /// Until when.
        until: Timestamp,
    },
    /// The pass is over.
    End {
        /// Why.
        reason: EndReason,
    },
}

/// Takes one step. Calling it again with the same arguments gives the same
/// transition, so that a batch that was lost can be run again.
pub fn advance(revision: &Revision, at: &Position, facts: Facts<'_>, now: Timestamp) -> Transition {
    let Some(step) = revision.step(&at.step) else {
        return Transition::End {
            reason: EndReason::LostStep,
        };
    };
    let Some(contact) = facts.contact else {
        return Transition::End {
            reason: EndReason::ContactDeleted,
        };
    };
    match step {
        Step::Trigger { .. } => go(revision, at, Port::Next, None),
        Step::Delay { delay } => match at.until {
            Some(until) if until <= now => go(revision, at, Port::Next, None),
            Some(until) => Transition::Wait { until },
            None => Transition::Wait {
                until: now.plus_seconds(delay.seconds()),
            },
        },
        Step::Branch { condition } => {
            let port = if condition.holds(contact, facts.properties) {
                Port::Yes
            } else {
                Port::No
            };
            go(revision, at, port, None)
        }
        Step::Push { push_id } => go(
            revision,
            at,
            Port::Next,
            push_id.map(|push_id| Effect::Send { push_id }),
        ),
        Step::Exit {} => Transition::End {
            reason: EndReason::Exit,
        },
    }
}

fn go(revision: &Revision, at: &Position, port: Port, effect: Option<Effect>) -> Transition {
    match revision.next(&at.step, port) {
        Some(to) => Transition::Go {
            port,
            to: to.clone(),
            effect,
        },
        None => Transition::End {
            reason: EndReason::LostStep,
        },
    }
}

/// One line of an enrollment's log: a step that was left or waited at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum Entry {
    /// Left a step.
    Left {
        /// Which.
        step: StepId,
        /// By which port.
        port: Port,
        /// What was done there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        effect: Option<Effect>,
    },
    /// Began to wait.
    Waiting {
        /// Where.
        step: StepId,
        /// Until when.
        until: Timestamp,
    },
    /// The pass ended.
    Ended {
        /// Where.
        step: StepId,
        /// Why.
        reason: EndReason,
    },
}

/// An enrollment's way from where it stood to its next wait or its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pass {
    /// Where it stands now.
    pub position: Position,
    /// Why it ended, if it did.
    pub ended: Option<EndReason>,
    /// What happened, in order. Effects stand in the entries.
    pub entries: Vec<Entry>,
}

/// Runs a pass through every step that does not wait. A graph has no cycles,
/// so this ends.
pub fn run(revision: &Revision, from: Position, facts: Facts<'_>, now: Timestamp) -> Pass {
    let mut position = from;
    let mut entries = Vec::new();
    loop {
        let step = position.step.clone();
        match advance(revision, &position, facts, now) {
            Transition::Go { port, to, effect } => {
                entries.push(Entry::Left { step, port, effect });
                position = Position {
                    step: to,
                    until: None,
                };
            }
            Transition::Wait { until } => {
                if position.until.is_none() {
                    entries.push(Entry::Waiting { step, until });
                }
                position.until = Some(until);
                return Pass {
                    position,
                    ended: None,
                    entries,
                };
            }
            Transition::End { reason } => {
                entries.push(Entry::Ended { step, reason });
                return Pass {
                    position,
                    ended: Some(reason),
                    entries,
                };
            }
        }
    }
}

/// A contact's latest pass through the same workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Previous {
    /// When it began.
    pub entered_at: Timestamp,
    /// Whether it has ended.
    pub ended: bool,
}

/// Whether a contact may enter, after its latest pass, at `now`.
pub fn may_enter(rule: ReEntry, previous: Option<Previous>, now: Timestamp) -> bool {
    let Some(previous) = previous else {
        return true;
    };
    match rule {
        ReEntry::Never => false,
        ReEntry::OnceOut => previous.ended,
        ReEntry::AnyTime => true,
        ReEntry::After { delay } => previous.entered_at.plus_seconds(delay.seconds()) <= now,
    }
}
