//! Whether a workflow let a contact in, and if not, what kept it out.

use serde::{Deserialize, Serialize};

use super::{Place, WouldPass};
use crate::Timestamp;
use crate::contact::Contact;
use crate::event::Event;
use crate::workflow::{Condition, Previous, ReEntry, Trigger, WorkflowState, may_enter};

/// What is known of a contact and a workflow that sends the push.
#[derive(Clone, Debug)]
pub struct EntranceFacts<'a> {
    /// Where the workflow is in its life.
    pub state: WorkflowState,
    /// When the revision that runs was published.
    pub published_at: Option<Timestamp>,
    /// Whether that revision sends the push; if not, its draft does.
    pub sends: bool,
    /// What lets contacts in.
    pub trigger: Option<(&'a Trigger, ReEntry)>,
    /// The contact.
    pub contact: &'a Contact,
    /// The contact's last event of the trigger's name, with the moment at which
    /// it came in.
    pub last: Option<(&'a Event, Timestamp)>,
    /// Whether nobody has looked at that event yet.
    pub pending: bool,
    /// Whether that event let the contact in.
    pub entered_by_last: bool,
    /// The contact's latest pass.
    pub previous: Option<Previous>,
}

/// What kept a contact out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeptOut {
    /// The workflow was never published.
    Draft,
    /// It is paused.
    Paused,
    /// It is stopped.
    Stopped,
    /// Its draft sends the push; the revision that runs does not.
    OnlyDraft,
    /// The contact never did what lets in.
    NoEvent,
    /// It did so before the revision was published.
    Before,
    /// It did so just now, and nobody has looked at it yet.
    Pending,
    /// What it did does not meet the filter.
    Filter,
    /// It was in before, and may not come again.
    ReEntry,
    /// Nothing that is known now.
    Unclear,
}

/// Whether a contact is in, or what kept it out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entrance {
    /// What kept it out; `None` when its last event let it in.
    pub kept_out: Option<KeptOut>,
    /// A sentence that says so.
    pub sentence: String,
    /// When what it speaks of happened.
    pub at: Option<Timestamp>,
    /// What would let it in.
    pub would_pass: Option<WouldPass>,
}

impl Entrance {
    fn out(
        kept_out: KeptOut,
        sentence: impl Into<String>,
        at: Option<Timestamp>,
        would_pass: Option<WouldPass>,
    ) -> Self {
        Self {
            kept_out: Some(kept_out),
            sentence: sentence.into(),
            at,
            would_pass,
        }
    }
}

/// Whether a workflow let the contact in by its last event, and if not, why.
/// Conditions on the contact are asked of the contact as it is now.
pub fn entrance(facts: &EntranceFacts<'_>) -> Entrance {
    if facts.entered_by_last && facts.sends {
        return Entrance {
            kept_out: None,
            sentence: "It was let in by what it did last.".to_owned(),
            at: facts.previous.map(|previous| previous.entered_at),
            would_pass: None,
        };
    }
    let (Some(published_at), true) = (facts.published_at, facts.state != WorkflowState::Draft)
    else {
        return Entrance::out(
            KeptOut::Draft,
            "The workflow is a draft: it lets nobody in.",
            None,
            Some(workflow(
                "Publish the workflow; what the contact does from then on lets it in.",
            )),
        );
    };
    if !facts.sends {
        return Entrance::out(
            KeptOut::OnlyDraft,
            "The revision that runs does not send this push; only the draft does.",
            Some(published_at),
            Some(workflow("Publish the draft.")),
        );
    }
    if facts.state != WorkflowState::Live {
        return shut(facts);
    }
    match facts.trigger {
        Some((Trigger::Event { name, filter }, re_entry)) => {
            by_event(facts, published_at, name, filter, re_entry)
        }
        None => Entrance::out(
            KeptOut::Unclear,
            "The revision that runs has nothing that lets contacts in.",
            Some(published_at),
            Some(workflow("Give the workflow a trigger, and publish it.")),
        ),
    }
}

/// Something to do in the workflow.
fn workflow(sentence: &str) -> WouldPass {
    WouldPass::new(Place::Workflow, sentence)
}

/// The contact's next event of this name.
fn next(name: &str) -> WouldPass {
    WouldPass::new(
        Place::Nowhere,
        format!("The next “{name}” of this contact lets it in."),
    )
}

/// Kept out by a workflow that does not run.
fn shut(facts: &EntranceFacts<'_>) -> Entrance {
    let (kept_out, what, mend) = match facts.state {
        WorkflowState::Paused => (
            KeptOut::Paused,
            "paused: it lets nobody in, and who is inside stands still",
            "Resume the workflow. What happened meanwhile lets nobody in.",
        ),
        _ => (
            KeptOut::Stopped,
            "stopped: it lets nobody in, and nobody is inside",
            "Publish the workflow again.",
        ),
    };
    let at = facts.last.map(|(event, _)| event.occurred_at);
    let sentence = format!("The workflow is {what}.");
    Entrance::out(kept_out, sentence, at, Some(workflow(mend)))
}

/// Let in, or kept out, by the contact's last event of the trigger's name.
fn by_event(
    facts: &EntranceFacts<'_>,
    published_at: Timestamp,
    name: &str,
    filter: &Condition,
    re_entry: ReEntry,
) -> Entrance {
    let Some((event, came_at)) = facts.last else {
        return Entrance::out(
            KeptOut::NoEvent,
            format!("The contact never did “{name}”, which lets contacts in."),
            Some(published_at),
            Some(WouldPass::new(
                Place::Nowhere,
                format!("Send the event “{name}” for this contact when it happens."),
            )),
        );
    };
    let at = Some(event.occurred_at);
    if facts.pending {
        let sentence = format!("It did “{name}” just now; the workflow is about to look at it.");
        return Entrance::out(KeptOut::Pending, sentence, at, None);
    }
    if came_at < published_at {
        let sentence = format!(
            "No event “{name}” since the revision that runs was published; the last came before."
        );
        return Entrance::out(KeptOut::Before, sentence, at, Some(next(name)));
    }
    if !filter.holds(facts.contact, &event.properties) {
        let sentence = format!(
            "It did “{name}”, but what it did does not meet the trigger's filter: {}.",
            missed(filter, facts.contact, event)
        );
        let mend = "Widen the trigger's filter and publish, or send an event that meets it.";
        return Entrance::out(KeptOut::Filter, sentence, at, Some(workflow(mend)));
    }
    if !may_enter(re_entry, facts.previous, came_at) {
        return again(re_entry, name, event, facts);
    }
    let sentence = format!(
        "It did “{name}”, and nothing that is known now keeps it out: the workflow or the contact was another at that time."
    );
    Entrance::out(KeptOut::Unclear, sentence, at, Some(next(name)))
}

/// The comparisons that do not hold.
fn missed(filter: &Condition, contact: &Contact, event: &Event) -> String {
    let missed: Vec<String> = filter
        .comparisons
        .iter()
        .filter(|comparison| {
            let alone = Condition {
                comparisons: vec![(*comparison).clone()],
                ..Condition::default()
            };
            !alone.holds(contact, &event.properties)
        })
        .map(|comparison| format!("“{comparison}” does not hold"))
        .collect();
    missed.join(", ")
}

/// Kept out by the re-entry rule.
fn again(rule: ReEntry, name: &str, event: &Event, facts: &EntranceFacts<'_>) -> Entrance {
    let (why, would_pass) = match rule {
        ReEntry::Never => (
            "it was in before, and nobody may come twice".to_owned(),
            WouldPass::new(
                Place::Workflow,
                "Let contacts come again in the trigger's settings, and publish.",
            ),
        ),
        ReEntry::OnceOut | ReEntry::AnyTime => (
            "it was still inside, and may come again only when that pass has ended".to_owned(),
            WouldPass::new(
                Place::Nowhere,
                format!("The next “{name}” after that pass has ended lets it in."),
            ),
        ),
        ReEntry::After { delay } => (
            format!("its last entry was less than {delay} before"),
            WouldPass::new(
                Place::Nowhere,
                format!("The next “{name}” that comes {delay} after its last entry lets it in."),
            ),
        ),
    };
    Entrance::out(
        KeptOut::ReEntry,
        format!("It did “{name}” again, but {why}."),
        facts
            .previous
            .map(|previous| previous.entered_at)
            .or(Some(event.occurred_at)),
        Some(would_pass),
    )
}
