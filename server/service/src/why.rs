//! Why a push did or did not reach a contact: what is known, brought together
//! for the verdicts in `domain::why`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::app::App;
use domain::consent::ConsentEvent;
use domain::contact::Contact;
use domain::device::{Binding, DeviceHistory};
use domain::event::Event;
use domain::payload;
use domain::people::{Permission, Principal};
use domain::view::{SendView, WhyDevice, WhyJourney, WhyPass, WhySend, WhyView};
use domain::why::{
    ContactThen, DeviceThen, EntranceFacts, StandingFacts, contact_saw, device_saw, entrance,
    standing,
};
use domain::workflow::{Graph, Previous, Step, Trigger};
use domain::{AppId, ContactId, PushId, RevisionId, Timestamp};
use storage::enrollments::{self, Enrollment, EnrollmentState};
use storage::workflow_revisions::{self, WorkflowRevision};
use storage::workflows::{self, Workflow};
use storage::{
    Reader, consent, contacts, devices, events, push_revisions, pushes, sends, triggers,
};

use crate::sends::Assembler;
use crate::service::require;
use crate::{Result, Service, ServiceError};

/// Workflows of the push that are looked at.
const WORKFLOWS: u32 = 20;
/// Passes of each that are shown.
const PASSES: u32 = 5;
/// Sends of the push that are shown.
const SENDS: u32 = 20;
/// The contact's events among which its last of a name is looked for.
const EVENTS: u32 = 1000;
/// Lines of consent and device history that are looked through.
const HISTORY: u32 = 500;

impl Service {
    /// The whole chain for a contact and a push: what let the contact in or
    /// kept it out, where it stands, each gate with what it saw at its time,
    /// each delivery and call, and what devices told.
    pub async fn why(&self, by: &Principal, contact: ContactId, push: PushId) -> Result<WhyView> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let contact = contacts::find(&mut reader, contact)
            .await?
            .ok_or_else(|| ServiceError::not_found("This contact"))?;
        let key = (contact.shard, contact.id);
        let found = pushes::find(&mut reader, push)
            .await?
            .ok_or_else(|| ServiceError::not_found("This push"))?;
        let sent = sends::of_contact_and_push(&mut reader, key.0, key.1, push, SENDS).await?;
        let sent = Assembler::default().assemble(&mut reader, by, sent).await?;
        let known = Known {
            bindings: devices::of_contact(&mut reader, key.0, key.1).await?,
            consent: consent::of_contact(&mut reader, key, None, HISTORY)
                .await?
                .items,
            history: devices::history(&mut reader, key, None, HISTORY)
                .await?
                .items,
            apps: crate::apps::all(&mut reader)
                .await?
                .into_iter()
                .map(|app| (app.id, app))
                .collect(),
            app: found.draft.app,
            contact,
        };
        let mut others = Vec::new();
        for send in sent {
            others.push(known.send(&mut reader, send).await?);
        }
        let mut journeys = Vec::new();
        for workflow in workflows::sending(&mut reader, push, WORKFLOWS).await? {
            journeys.push(journey(&mut reader, &known.contact, push, workflow, &mut others).await?);
        }
        Ok(WhyView {
            apps: known.slugs(),
            contact: known.contact,
            push_id: push,
            push: found.name,
            journeys,
            others,
        })
    }
}

/// What is known of the contact.
struct Known {
    contact: Contact,
    bindings: Vec<Binding>,
    consent: Vec<ConsentEvent>,
    history: Vec<DeviceHistory>,
    apps: HashMap<AppId, App>,
    app: Option<AppId>,
}

impl Known {
    /// Slugs of the apps in question, the push's own first.
    fn slugs(&self) -> Vec<String> {
        let mut ids: Vec<AppId> = self.app.into_iter().collect();
        ids.extend(self.bindings.iter().map(|binding| binding.app_id));
        let mut slugs: Vec<String> = Vec::new();
        for app in ids.iter().filter_map(|id| self.apps.get(id)) {
            if !slugs.contains(&app.slug) {
                slugs.push(app.slug.clone());
            }
        }
        slugs
    }

    /// A send with what its gates saw.
    async fn send(&self, reader: &mut Reader, mut send: SendView) -> Result<WhySend> {
        let revision = push_revisions::find(reader, send.revision_id).await?;
        let then = ContactThen {
            contact: &self.contact,
            consent: &self.consent,
            bindings: &self.bindings,
            app: revision
                .as_ref()
                .map_or(self.app, |revision| revision.content.app),
            at: send.created_at,
        };
        let gates = contact_saw(&send.gates, send.reason, &then);
        let number = revision.map(|revision| revision.number);
        let devices = std::mem::take(&mut send.deliveries)
            .into_iter()
            .map(|delivery| {
                let binding = self.bindings.iter().find(|b| b.id == delivery.binding_id);
                let history: Vec<DeviceHistory> = self
                    .history
                    .iter()
                    .filter(|line| line.binding_id == delivery.binding_id)
                    .cloned()
                    .collect();
                let stopped_at = delivery
                    .finished_at
                    .filter(|_| delivery.suppression.is_some());
                let then = DeviceThen {
                    binding,
                    history: &history,
                    channel: delivery.channel,
                    revision: number,
                    facts: delivery.facts.as_ref(),
                    limit: payload::limit(delivery.channel),
                    at: stopped_at.unwrap_or(send.created_at),
                };
                let gates = device_saw(&delivery.gates, delivery.suppression, &then);
                let app = binding.and_then(|binding| self.apps.get(&binding.app_id));
                WhyDevice {
                    app: app.map(|app| app.slug.clone()),
                    gates,
                    delivery,
                }
            })
            .collect();
        Ok(WhySend {
            send,
            gates,
            devices,
        })
    }
}

/// A workflow and the contact in it; takes the sends of its passes out of
/// `sends`.
async fn journey(
    reader: &mut Reader,
    contact: &Contact,
    push: PushId,
    workflow: Workflow,
    sends: &mut Vec<WhySend>,
) -> Result<WhyJourney> {
    let running = match workflow.current_revision_id {
        Some(id) => workflow_revisions::find(&mut *reader, id).await?,
        None => None,
    };
    let graph = running
        .as_ref()
        .map_or(&workflow.draft, |revision| &revision.graph);
    let trigger = graph.nodes.iter().find_map(|node| match &node.step {
        Step::Trigger { trigger, re_entry } => Some((trigger, *re_entry)),
        _ => None,
    });
    let key = (contact.shard, contact.id);
    let last = match trigger {
        Some((Trigger::Event { name, .. }, _)) => {
            events::last_named(&mut *reader, key, name, EVENTS).await?
        }
        None => None,
    };
    let pending = match &last {
        Some(event) => triggers::is_pending(&mut *reader, contact.shard, event.id).await?,
        None => false,
    };
    let found = enrollments::of_contact_in(&mut *reader, key.0, key.1, workflow.id, PASSES).await?;
    let last_id = last.as_ref().map(|event| event.id.0);
    let entrance = entrance(&EntranceFacts {
        state: workflow.state,
        published_at: running.as_ref().map(|revision| revision.created_at),
        sends: running
            .as_ref()
            .is_some_and(|revision| revision.graph.pushes().contains(&push)),
        trigger,
        contact,
        last: last.as_ref().map(|event| (event, came_at(event))),
        pending,
        entered_by_last: found.iter().any(|pass| Some(pass.event.id) == last_id),
        previous: found.first().map(|latest| Previous {
            entered_at: latest.entered_at,
            ended: found
                .iter()
                .all(|pass| pass.state == EnrollmentState::Ended),
        }),
    });
    let trigger = graph
        .nodes
        .iter()
        .find(|node| matches!(node.step, Step::Trigger { .. }))
        .map(|node| node.step.summary());
    let mut revisions = HashMap::new();
    let mut passes = Vec::new();
    for pass in found {
        passes.push(one_pass(reader, push, &workflow, pass, &mut revisions, sends).await?);
    }
    Ok(WhyJourney {
        workflow_id: workflow.id,
        workflow: workflow.name,
        campaign_id: workflow.campaign_id,
        state: workflow.state,
        trigger,
        entrance,
        passes,
    })
}

async fn one_pass(
    reader: &mut Reader,
    push: PushId,
    workflow: &Workflow,
    pass: Enrollment,
    revisions: &mut HashMap<RevisionId, Option<WorkflowRevision>>,
    sends: &mut Vec<WhySend>,
) -> Result<WhyPass> {
    let revision = match revisions.entry(pass.revision_id) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(place) => {
            place.insert(workflow_revisions::find(&mut *reader, pass.revision_id).await?)
        }
    };
    let revision = revision.as_ref();
    let none = Graph::default();
    let log = enrollments::log_of(&mut *reader, pass.shard, pass.id).await?;
    let standing = standing(&StandingFacts {
        graph: revision.map_or(&none, |revision| &revision.graph),
        push,
        step: &pass.step,
        until: pass
            .due_at
            .filter(|_| pass.state == EnrollmentState::Waiting),
        ended: pass.state == EnrollmentState::Ended,
        log: &log,
        state: workflow.state,
    });
    let (own, others) = std::mem::take(sends)
        .into_iter()
        .partition(|send| send.send.key.source_id == pass.id.0);
    *sends = others;
    Ok(WhyPass {
        id: pass.id,
        entered_at: pass.entered_at,
        event: pass.event.name,
        revision: revision.map(|revision| revision.number),
        standing,
        sends: own,
    })
}

/// When an event came in: its identifier was made then (`UUIDv7`).
fn came_at(event: &Event) -> Timestamp {
    Timestamp(i64::try_from(event.id.0.as_u128() >> 80).unwrap_or(i64::MAX))
}
