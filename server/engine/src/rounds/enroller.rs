//! The enroller: turns pending triggers into enrollments.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use domain::contact::Contact;
use domain::workflow::{Condition, Previous, ReEntry, Trigger, may_enter};
use domain::{ContactId, Timestamp};
use storage::enrollments::{self, ContactInWorkflow, Enrollment, EnrollmentState, enrollment_id};
use storage::recipients::TriggerEvent;
use storage::triggers::{self, PendingTrigger};
use storage::{StorageError, catalog, contacts};

use super::{Range, Turn};
use crate::shared::Shared;
use crate::shelf::Workflow;

/// Triggers in one turn.
const BATCH: i64 = 2000;

/// A live workflow and what it listens to.
struct Listener {
    workflow: Arc<Workflow>,
    name: String,
    filter: Condition,
    re_entry: ReEntry,
}

/// Looks at the next pending triggers of the range.
pub(super) async fn turn(shared: &Arc<Shared>, range: &Range) -> Result<Turn, StorageError> {
    let mut reader = shared.store.read().await?;
    let pending = triggers::pending(&mut reader, range.lo, range.hi, BATCH).await?;
    if pending.is_empty() {
        return Ok(Turn::Rest);
    }
    let live = catalog::live_workflows(&mut reader).await?;
    let mut keys: Vec<_> = pending.iter().map(|t| (t.shard, t.contact_id)).collect();
    keys.sort_unstable();
    keys.dedup();
    let contacts: HashMap<ContactId, Contact> = contacts::find_many(&mut reader, &keys)
        .await?
        .into_iter()
        .map(|contact| (contact.id, contact))
        .collect();
    let mut listeners = Vec::new();
    for workflow in live {
        let Some(workflow) = shared.shelf.workflow(workflow.revision_id).await? else {
            continue;
        };
        if let Some((Trigger::Event { name, filter }, re_entry)) = workflow.revision.trigger() {
            let (name, filter) = (name.clone(), filter.clone());
            listeners.push(Listener {
                workflow,
                name,
                filter,
                re_entry,
            });
        }
    }
    let candidates = candidates(&pending, &listeners, &contacts);
    let mut of: Vec<ContactInWorkflow> = candidates.iter().map(Candidate::key).collect();
    of.sort_unstable();
    of.dedup();
    let previous = enrollments::previous(&mut reader, &of).await?;
    drop(reader);

    let now = shared.now();
    let entering = entering(&candidates, previous, now);
    let mut tx = shared.store.begin().await?;
    range.hold(&mut tx, shared).await?;
    let taken: HashSet<_> = triggers::take(&mut tx, &pending)
        .await?
        .into_iter()
        .collect();
    let entering: Vec<Enrollment> = entering
        .into_iter()
        .filter(|enrollment| taken.contains(&enrollment.event.id.into()))
        .collect();
    let entered = enrollments::insert(&mut tx, &entering).await?;
    tx.commit().await?;
    metrics::counter!("carillon_enrollments_total").increment(entered);
    Ok(Turn::More)
}

/// A contact that an event could let into a workflow.
struct Candidate<'a> {
    trigger: &'a PendingTrigger,
    listener: &'a Listener,
}

impl Candidate<'_> {
    fn key(&self) -> ContactInWorkflow {
        (
            self.trigger.shard,
            self.trigger.contact_id,
            self.listener.workflow.id,
        )
    }
}

/// Every event with every workflow that listens to it and whose filter lets it
/// pass.
fn candidates<'a>(
    pending: &'a [PendingTrigger],
    listeners: &'a [Listener],
    contacts: &HashMap<ContactId, Contact>,
) -> Vec<Candidate<'a>> {
    let mut candidates = Vec::with_capacity(pending.len());
    for trigger in pending {
        let Some(contact) = contacts.get(&trigger.contact_id) else {
            continue;
        };
        candidates.extend(
            listeners
                .iter()
                .filter(|l| l.name == trigger.name && l.filter.holds(contact, &trigger.properties))
                .map(|listener| Candidate { trigger, listener }),
        );
    }
    candidates
}

/// Those that the re-entry rules let in, in the order of their events.
fn entering(
    candidates: &[Candidate<'_>],
    mut previous: HashMap<ContactInWorkflow, Previous>,
    now: Timestamp,
) -> Vec<Enrollment> {
    let mut entering = Vec::with_capacity(candidates.len());
    for candidate in candidates {
        let Candidate { trigger, listener } = candidate;
        let key = candidate.key();
        if !may_enter(listener.re_entry, previous.get(&key).copied(), now) {
            continue;
        }
        previous.insert(
            key,
            Previous {
                entered_at: now,
                ended: false,
            },
        );
        let workflow = &listener.workflow;
        entering.push(Enrollment {
            shard: trigger.shard,
            id: enrollment_id(workflow.id, trigger.event_id),
            contact_id: trigger.contact_id,
            workflow_id: workflow.id,
            revision_id: workflow.revision.id,
            step: workflow.revision.start().clone(),
            state: EnrollmentState::Arrived,
            due_at: Some(now),
            version: 0,
            entered_at: now,
            ended_at: None,
            event: TriggerEvent {
                id: trigger.event_id.0,
                name: trigger.name.clone(),
                occurred_at: trigger.occurred_at,
                properties: trigger.properties.clone(),
            },
        });
    }
    entering
}
