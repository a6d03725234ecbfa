//! Where a contact stands in a pass, or where it left.

use serde::{Deserialize, Serialize};

use super::{Place, WouldPass};
use crate::workflow::{Effect, EndReason, Entry, Graph, Port, Step, StepId, WorkflowState};
use crate::{PushId, Timestamp};

/// What is known of one pass.
#[derive(Clone, Copy, Debug)]
pub struct StandingFacts<'a> {
    /// The revision that the contact is on.
    pub graph: &'a Graph,
    /// The push that is asked about.
    pub push: PushId,
    /// Where it stands.
    pub step: &'a StepId,
    /// Until when it waits there.
    pub until: Option<Timestamp>,
    /// Whether the pass is over.
    pub ended: bool,
    /// What happened on the way, in order.
    pub log: &'a [(Timestamp, Entry)],
    /// Where the workflow is in its life.
    pub state: WorkflowState,
}

/// Where a contact stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// A sentence that says so.
    pub sentence: String,
    /// The moment that it speaks of.
    pub at: Option<Timestamp>,
    /// Whether it goes on from there.
    pub goes_on: bool,
    /// Whether the push was decided on the way.
    pub sent: bool,
    /// What would make it go on.
    pub would_pass: Option<WouldPass>,
}

/// Where a contact stands, or where it left the way to the push.
pub fn standing(facts: &StandingFacts<'_>) -> Standing {
    let name = |id: &StepId| {
        let node = facts.graph.node(id);
        node.map_or_else(
            || "a step that the revision does not have".to_owned(),
            |node| format!("“{}”", node.step.summary()),
        )
    };
    let sent_at = facts.log.iter().find_map(|(at, entry)| match entry {
        Entry::Left {
            effect: Some(Effect::Send { push_id }),
            ..
        } if *push_id == facts.push => Some(*at),
        _ => None,
    });
    let say = |sentence: String, at, would_pass| Standing {
        sentence,
        at,
        goes_on: !facts.ended,
        sent: sent_at.is_some(),
        would_pass,
    };
    if !facts.ended {
        let still = (facts.state == WorkflowState::Paused).then(|| {
            WouldPass::new(
                Place::Workflow,
                "The workflow is paused, so that it stands still: resume it.",
            )
        });
        return match facts.until {
            Some(until) => say(
                format!("It stands at {} until its time.", name(facts.step)),
                Some(until),
                still,
            ),
            None => say(
                format!("It has just come to {}.", name(facts.step)),
                None,
                still,
            ),
        };
    }
    let last = facts.log.iter().rev().find_map(|(at, entry)| match entry {
        Entry::Ended { step, reason } => Some((*at, step, *reason)),
        _ => None,
    });
    let at = last.map(|(at, ..)| at);
    match last.map(|(_, step, reason)| (step, reason)) {
        Some((_, EndReason::ContactDeleted)) => {
            say("The contact was deleted on the way.".to_owned(), at, None)
        }
        Some((step, EndReason::LostStep)) => say(
            format!("It fell out at {}, which leads nowhere.", name(step)),
            at,
            Some(WouldPass::new(
                Place::Workflow,
                "Publish the workflow again; who enters from then on goes all the way.",
            )),
        ),
        Some(_) if sent_at.is_some() => say(
            "It came to the push, and went on to the end.".to_owned(),
            sent_at,
            None,
        ),
        Some(_) => turned_off(facts, at),
        None => say(
            "The pass was ended when the workflow was stopped.".to_owned(),
            at,
            Some(WouldPass::new(
                Place::Workflow,
                "Publish the workflow again; who enters from then on goes all the way.",
            )),
        ),
    }
}

/// The pass came to an exit without the push: the branch that led elsewhere.
fn turned_off(facts: &StandingFacts<'_>, ended_at: Option<Timestamp>) -> Standing {
    let branch = facts.log.iter().rev().find_map(|(at, entry)| match entry {
        Entry::Left { step, port, .. } if *port != Port::Next => {
            match &facts.graph.node(step)?.step {
                Step::Branch { condition } => Some((*at, *port, condition)),
                _ => None,
            }
        }
        _ => None,
    });
    match branch {
        Some((at, port, condition)) => Standing {
            sentence: format!(
                "It left without the push: at “If {condition}” it went the way of “{}”.",
                port.label()
            ),
            at: Some(at),
            goes_on: false,
            sent: false,
            would_pass: Some(WouldPass::new(
                Place::Workflow,
                format!(
                    "A contact comes to the push when that condition {}.",
                    if port == Port::No {
                        "holds"
                    } else {
                        "does not hold"
                    }
                ),
            )),
        },
        None => Standing {
            sentence:
                "It came to the end, and the revision that it was on has no such push on its way."
                    .to_owned(),
            at: ended_at,
            goes_on: false,
            sent: false,
            would_pass: Some(WouldPass::new(
                Place::Workflow,
                "Who enters the revision that sends the push comes to it.",
            )),
        },
    }
}
