//! Sends and deliveries: what became of each, which gates it passed, which one
//! stopped it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use domain::delivery::{DeliveryState, delivery_uuid};
use domain::device::Binding;
use domain::gate::{Gate, GateMask, Suppression};
use domain::people::{Permission, Principal};
use domain::report::Report;
use domain::view::{DeliveryView, GateAnswer, GateVerdict, Page, SendOrigin, SendRef, SendView};
use domain::{BindingId, ChunkId, ContactId, EnrollmentId, PushId, RevisionId, Shard, WorkflowId};
use storage::deliveries::{Delivery, Place};
use storage::sends::{Send, SendKey, is_test};
use storage::{
    attempts, chunks, contacts, deliveries, devices, enrollments, push_revisions, reports, sends,
    workflows,
};

use crate::overview::suppression;
use crate::service::{Reads, require};
use crate::{PageRequest, Result, Service, ServiceError};

impl Service {
    /// A contact's sends, newest first, each with its deliveries.
    pub async fn list_sends(
        &self,
        by: &Principal,
        contact: ContactId,
        wish: &PageRequest,
    ) -> Result<Page<SendView>> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let home = home_of(&mut reader, contact).await?;
        let after = wish.after()?;
        let found =
            sends::of_contact(&mut reader, home, contact, after.as_ref(), wish.limit).await?;
        let items = Assembler::default()
            .assemble(&mut reader, by, found.items)
            .await?;
        Ok(Page {
            items,
            next: found.next.map(|cursor| cursor.to_string()),
        })
    }

    /// One send with its deliveries and, for those who may inspect, their
    /// calls.
    pub async fn send(&self, by: &Principal, key: &SendRef) -> Result<SendView> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let home = home_of(&mut reader, key.contact_id).await?;
        let key = SendKey {
            shard: home,
            contact_id: key.contact_id,
            source_id: key.source_id,
            step: key.step.clone(),
        };
        let send = sends::get(&mut reader, &key)
            .await
            .map_err(ServiceError::finding("This send"))?;
        let mut found = Assembler::default()
            .assemble(&mut reader, by, vec![send])
            .await?;
        found
            .pop()
            .ok_or_else(|| ServiceError::not_found("This send"))
    }

    /// One delivery, by its chunk and its number there.
    pub async fn delivery(
        &self,
        by: &Principal,
        chunk: ChunkId,
        seq: i32,
    ) -> Result<(ContactId, DeliveryView)> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let missing = ServiceError::finding("This delivery");
        let chunk = chunks::get(&mut reader, chunk).await.map_err(missing)?;
        let delivery = deliveries::get(&mut reader, chunk.home, chunk.id, seq)
            .await
            .map_err(ServiceError::finding("This delivery"))?;
        let contact = delivery.contact_id;
        let place = place(&delivery);
        let mut told = reports::of_deliveries(&mut reader, &[place]).await?;
        name_buttons(&mut reader, chunk.push_revision_id, &mut told).await?;
        let told = told.remove(&place).unwrap_or_default();
        let binding = devices::find(&mut reader, delivery.binding_id).await?;
        let bindings = binding
            .into_iter()
            .map(|binding| (binding.id, binding))
            .collect();
        Ok((
            contact,
            delivery_view(&mut reader, by, delivery, &bindings, told).await?,
        ))
    }
}

async fn home_of(db: &mut impl Reads, contact: ContactId) -> Result<Shard> {
    contacts::find(db.conn(), contact)
        .await?
        .map(|contact| contact.shard)
        .ok_or_else(|| ServiceError::not_found("This contact"))
}

/// Puts sends together from their parts, looking each name up once.
#[derive(Default)]
pub(crate) struct Assembler {
    pushes: HashMap<PushId, String>,
    workflows: HashMap<WorkflowId, (String, domain::CampaignId)>,
    homes: HashMap<ChunkId, Shard>,
}

impl Assembler {
    pub(crate) async fn assemble(
        &mut self,
        db: &mut impl Reads,
        by: &Principal,
        sends: Vec<Send>,
    ) -> Result<Vec<SendView>> {
        let mut views = Vec::with_capacity(sends.len());
        let chunk_ids: Vec<_> = sends.iter().map(|send| send.chunk_id).collect();
        for chunk in chunks::of_ids(db.conn(), &chunk_ids).await? {
            self.homes.insert(chunk.id, chunk.home);
        }
        let mut bindings: HashMap<ContactId, HashMap<BindingId, Binding>> = HashMap::new();
        for send in sends {
            let contact = send.key.contact_id;
            let own = match bindings.entry(contact) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => {
                    let shard = send.key.shard;
                    let of_contact = devices::of_contact(db.conn(), shard, contact).await?;
                    place.insert(of_contact.into_iter().map(|one| (one.id, one)).collect())
                }
            };
            views.push(self.one(db, by, send, own).await?);
        }
        Ok(views)
    }

    async fn one(
        &mut self,
        db: &mut impl Reads,
        by: &Principal,
        send: Send,
        bindings: &HashMap<BindingId, Binding>,
    ) -> Result<SendView> {
        let push = self.push_name(db, send.push_id).await?;
        let origin = self.origin(db, &send).await?;
        let found = match self.homes.get(&send.chunk_id) {
            Some(&home) => {
                deliveries::of_contact(db.conn(), home, send.chunk_id, send.key.contact_id).await?
            }
            None => Vec::new(),
        };
        let mut views = Vec::new();
        // A chunk may hold several sends to one contact.
        let own: Vec<Delivery> = found
            .into_iter()
            .filter(|d| d.source_id == send.key.source_id && d.step == send.key.step)
            .collect();
        let places: Vec<Place> = own.iter().map(place).collect();
        let mut told = reports::of_deliveries(db.conn(), &places).await?;
        name_buttons(db, send.push_revision_id, &mut told).await?;
        for delivery in own {
            let told = told.remove(&place(&delivery)).unwrap_or_default();
            views.push(delivery_view(db, by, delivery, bindings, told).await?);
        }
        Ok(SendView {
            gates: answers(&Gate::CONTACT, send.mask, send.reason),
            key: SendRef {
                contact_id: send.key.contact_id,
                source_id: send.key.source_id,
                step: send.key.step,
            },
            push_id: send.push_id,
            push,
            revision_id: send.push_revision_id,
            origin,
            state: send.state,
            reason: send.reason,
            created_at: send.created_at,
            deliveries: views,
        })
    }

    async fn push_name(&mut self, db: &mut impl Reads, id: PushId) -> Result<String> {
        if let Some(name) = self.pushes.get(&id) {
            return Ok(name.clone());
        }
        let name = crate::pushes::name_of(db, id).await?;
        self.pushes.insert(id, name.clone());
        Ok(name)
    }

    async fn origin(&mut self, db: &mut impl Reads, send: &Send) -> Result<SendOrigin> {
        if is_test(&send.key.step) {
            return Ok(SendOrigin::Test);
        }
        let enrollment = EnrollmentId(send.key.source_id);
        let Some(id) = enrollments::workflow_of(db.conn(), send.key.shard, enrollment).await?
        else {
            return Ok(SendOrigin::Workflow {
                workflow_id: None,
                workflow: None,
                campaign_id: None,
            });
        };
        let (name, campaign) = self.workflow(db, id).await?.unzip();
        Ok(SendOrigin::Workflow {
            workflow_id: Some(id),
            workflow: name,
            campaign_id: campaign,
        })
    }

    pub(crate) async fn workflow(
        &mut self,
        db: &mut impl Reads,
        id: WorkflowId,
    ) -> Result<Option<(String, domain::CampaignId)>> {
        if let Some(known) = self.workflows.get(&id) {
            return Ok(Some(known.clone()));
        }
        let Some(found) = workflows::find(db.conn(), id).await? else {
            return Ok(None);
        };
        let known = (found.name, found.campaign_id);
        self.workflows.insert(id, known.clone());
        Ok(Some(known))
    }
}

/// Puts the words of tapped buttons beside their identifiers, from what was sent. Words
/// that a template makes for each contact are left out.
async fn name_buttons(
    db: &mut impl Reads,
    revision: RevisionId,
    told: &mut HashMap<Place, Vec<Report>>,
) -> Result<()> {
    let tapped: Vec<&mut Report> = told
        .values_mut()
        .flatten()
        .filter(|report| report.action.is_some())
        .collect();
    if tapped.is_empty() {
        return Ok(());
    }
    let Some(sent) = push_revisions::find(db.conn(), revision).await? else {
        return Ok(());
    };
    for report in tapped {
        let button = sent
            .content
            .buttons
            .iter()
            .find(|button| Some(&button.id) == report.action.as_ref());
        report.title = button
            .map(|button| button.title.clone())
            .filter(|title| !title.contains('{'));
    }
    Ok(())
}

const fn place(delivery: &Delivery) -> Place {
    Place {
        home: delivery.home,
        chunk_id: delivery.chunk_id,
        seq: delivery.seq,
    }
}

async fn delivery_view(
    db: &mut impl Reads,
    by: &Principal,
    delivery: Delivery,
    bindings: &HashMap<BindingId, Binding>,
    reports: Vec<Report>,
) -> Result<DeliveryView> {
    let calls = if by.may(Permission::Inspect) && delivery.attempt > 0 {
        attempts::of_delivery(db.conn(), delivery.home, delivery.chunk_id, delivery.seq).await?
    } else {
        Vec::new()
    };
    let binding = bindings.get(&delivery.binding_id);
    let stopped = match delivery.state {
        DeliveryState::Suppressed => delivery.reason.as_deref().and_then(suppression),
        _ => None,
    };
    let reason = delivery.reason.filter(|_| stopped.is_none());
    Ok(DeliveryView {
        id: delivery_uuid(delivery.chunk_id, delivery.seq),
        chunk_id: delivery.chunk_id,
        seq: delivery.seq,
        binding_id: delivery.binding_id,
        device_id: binding.map(|binding| binding.device_id.clone()),
        platform: binding.map(|binding| binding.platform),
        channel: delivery.channel,
        state: delivery.state,
        suppression: stopped,
        facts: delivery.facts.filter(|_| stopped.is_some()),
        reason,
        gates: answers(&Gate::DEVICE, delivery.mask, stopped),
        attempts: delivery.attempt,
        provider_id: delivery.provider_id,
        finished_at: delivery.finished_at,
        reports,
        calls,
    })
}

/// What each of these gates said.
fn answers(gates: &[Gate], passed: GateMask, stopped: Option<Suppression>) -> Vec<GateAnswer> {
    let by = stopped.map(Suppression::gate);
    gates
        .iter()
        .map(|&gate| GateAnswer {
            gate,
            verdict: if by == Some(gate) {
                GateVerdict::Stopped
            } else if passed.passed(gate) {
                GateVerdict::Passed
            } else {
                GateVerdict::NotAsked
            },
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gate_that_stopped_a_send_is_shown_between_passed_and_not_asked() {
        let passed = GateMask::default().with(Gate::Exists);
        let answers = answers(&Gate::CONTACT, passed, Some(Suppression::OptedOut));
        let verdicts: Vec<_> = answers.iter().map(|answer| answer.verdict).collect();
        assert_eq!(
            verdicts,
            [
                GateVerdict::Passed,
                GateVerdict::Stopped,
                GateVerdict::NotAsked
            ]
        );
    }
}
