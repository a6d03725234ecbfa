//! Pushes to one device alone: a test, a payload typed by hand, and what was sent
//! before once more.

use domain::delivery::delivery_uuid;
use domain::device::Binding;
use domain::people::{Permission, Principal};
use domain::push::RawPush;
use domain::view::SendRef;
use domain::{BindingId, ChunkId, PushId};
use storage::deliveries::Place;
use storage::push_revisions::PushRevision;
use storage::{Tx, attempts, chunks, contacts, deliveries, devices, push_revisions, raw_payloads};

use crate::send_test::{Tested, drafted, is_targeted};
use crate::service::require;
use crate::{Result, Service, ServiceError};

impl Service {
    /// Sends a push to one device alone, through every gate.
    ///
    /// # Errors
    /// `Invalid` when the draft has mistakes, or is for another app.
    pub async fn send_test_to_device(
        &self,
        by: &Principal,
        push: PushId,
        device: BindingId,
    ) -> Result<SendRef> {
        require(by, Permission::SendTest)?;
        let mut tx = self.begin().await?;
        let (binding, contact) = owned(&mut tx, device).await?;
        let draft = storage::pushes::find(&mut tx, push).await?;
        let draft = draft.ok_or_else(|| ServiceError::invalid("push", "is not a push"))?;
        if !is_targeted(&draft.draft, &binding) {
            return Err(ServiceError::invalid(
                "push",
                "is for another app than this device's; choose one for this app or for every app",
            ));
        }
        let test = drafted(by, &mut tx, push, self.now()).await?;
        self.decide_test(by, tx, test, contact, Some(device)).await
    }

    /// Sends a payload typed by hand to one device alone, through every gate.
    ///
    /// # Errors
    /// `Invalid` when it has not the shape of the device's channel.
    pub async fn send_raw(
        &self,
        by: &Principal,
        device: BindingId,
        raw: RawPush,
    ) -> Result<SendRef> {
        require(by, Permission::SendRaw)?;
        let mut tx = self.begin().await?;
        let (binding, contact) = owned(&mut tx, device).await?;
        raw.check(binding.channel).into_result(())?;
        let test = self.typed(by, &mut tx, &binding, raw).await?;
        self.decide_test(by, tx, test, contact, Some(device)).await
    }

    /// The same to a device of a contact by the customer's own identifiers; of
    /// several apps' devices to the one of the app that is named.
    pub async fn send_raw_to(
        &self,
        by: &Principal,
        external_id: &str,
        (device_id, app): (&str, Option<&str>),
        raw: RawPush,
    ) -> Result<SendRef> {
        require(by, Permission::SendRaw)?;
        let device = self.device(by, external_id, device_id, app).await?;
        self.send_raw(by, device.binding.id, raw).await
    }

    /// A typed payload as what a test sends.
    async fn typed(
        &self,
        by: &Principal,
        tx: &mut Tx,
        binding: &Binding,
        raw: RawPush,
    ) -> Result<Tested> {
        let now = self.now();
        let actor = by.actor();
        let id = raw_payloads::insert(tx, binding.app_id, &raw, &actor, now).await?;
        Ok(Tested {
            revision: PushRevision {
                id,
                push_id: PushId(id.0),
                number: 1,
                content: raw.into_content(binding.app_id),
                created_at: now,
                created_by: actor,
            },
            campaign_id: None,
        })
    }

    /// Sends what a delivery sent to its device once more, as a test: the very
    /// payload where it was kept, with the device's present address and the new
    /// delivery's identifier; else the same content, for the contact as it is
    /// now, without the event that began a journey.
    ///
    /// # Errors
    /// `NotFound` when the delivery, its content or its device is gone.
    pub async fn send_again(&self, by: &Principal, chunk: ChunkId, seq: i32) -> Result<SendRef> {
        require(by, Permission::SendTest)?;
        let mut tx = self.begin().await?;
        let missing = || ServiceError::finding("This delivery");
        let chunk = chunks::get(&mut tx, chunk).await.map_err(missing())?;
        let delivery = deliveries::get(&mut tx, chunk.home, chunk.id, seq)
            .await
            .map_err(missing())?;
        let (binding, contact) = owned(&mut tx, delivery.binding_id).await?;
        let place = Place {
            home: chunk.home,
            chunk_id: chunk.id,
            seq,
        };
        let kept = attempts::last_sent(&mut tx, place).await?;
        let content = match raw_payloads::find(&mut tx, chunk.push_revision_id).await? {
            Some(raw) => Some(raw),
            None => push_revisions::find(&mut tx, chunk.push_revision_id)
                .await?
                .map(|revision| revision.content),
        };
        let replayed = kept.filter(|_| binding.channel == delivery.channel);
        let replayed = replayed.and_then(|(payload, headers)| {
            let headers = headers.as_deref().unwrap_or("{}");
            let ttl = content.as_ref().map_or(0, |content| content.ttl_seconds);
            RawPush::replayed(delivery_uuid(chunk.id, seq), &payload, headers, ttl)
        });
        let test = match replayed {
            Some(raw) => self.typed(by, &mut tx, &binding, raw).await?,
            None => Tested {
                revision: push_revisions::find(&mut tx, chunk.push_revision_id)
                    .await?
                    .ok_or_else(|| ServiceError::not_found("What this delivery sent"))?,
                campaign_id: chunk.campaign_id,
            },
        };
        self.decide_test(by, tx, test, contact, Some(binding.id))
            .await
    }
}

/// A binding, and the contact that has it now.
async fn owned(
    tx: &mut Tx,
    device: BindingId,
) -> Result<(domain::device::Binding, domain::contact::Contact)> {
    let binding = devices::find(&mut *tx, device)
        .await?
        .ok_or_else(|| ServiceError::not_found("This device"))?;
    let contact = contacts::find(tx, binding.contact_id)
        .await?
        .ok_or_else(|| ServiceError::not_found("This device's contact"))?;
    Ok((binding, contact))
}
