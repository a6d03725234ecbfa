//! Pushes to one device alone: a test, and what was sent before once more.

use domain::people::{Permission, Principal};
use domain::view::SendRef;
use domain::{BindingId, ChunkId, PushId};
use storage::{Tx, chunks, contacts, deliveries, devices, push_revisions};

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

    /// Sends what a delivery sent to its device once more, as a test: the same
    /// content, for the contact as it is now, without the event that began a
    /// journey.
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
        let revision = push_revisions::find(&mut tx, chunk.push_revision_id)
            .await?
            .ok_or_else(|| ServiceError::not_found("What this delivery sent"))?;
        let (binding, contact) = owned(&mut tx, delivery.binding_id).await?;
        let test = Tested {
            revision,
            campaign_id: chunk.campaign_id,
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
