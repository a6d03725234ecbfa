//! A delivery's payload, rendered again: what was sent is kept only for tests
//! and for whatever was not accepted.

use domain::ChunkId;
use domain::app::Capabilities;
use domain::delivery::delivery_uuid;
use domain::payload::{self, Target};
use domain::people::{Permission, Principal};
use domain::push::{CompiledPush, template_data_of};
use domain::view::RenderedAgain;
use storage::{catalog, chunks, deliveries, devices, push_revisions, raw_payloads, recipients};

use crate::service::require;
use crate::{Result, Service, ServiceError};

impl Service {
    /// The payload of a delivery, built as the send built it, from the push
    /// revision that was sent and the event that began the journey, with the
    /// contact, the device and the app as they are now.
    ///
    /// # Errors
    /// `NotFound` when the delivery, its contact or its device is gone;
    /// `Conflict` when the push does not render for the contact any more.
    pub async fn render_again(
        &self,
        by: &Principal,
        chunk: ChunkId,
        seq: i32,
    ) -> Result<RenderedAgain> {
        require(by, Permission::Inspect)?;
        let mut reader = self.reader().await?;
        let missing = || ServiceError::finding("This delivery");
        let chunk = chunks::get(&mut reader, chunk).await.map_err(missing())?;
        let delivery = deliveries::get(&mut reader, chunk.home, chunk.id, seq)
            .await
            .map_err(missing())?;
        let raw = raw_payloads::find(&mut reader, chunk.push_revision_id).await?;
        let (number, content) = if let Some(raw) = raw {
            (1, raw)
        } else {
            let revision = push_revisions::find(&mut reader, chunk.push_revision_id).await?;
            let revision =
                revision.ok_or_else(|| ServiceError::not_found("This delivery's push revision"))?;
            (revision.number, revision.content)
        };
        let binding = devices::find(&mut reader, delivery.binding_id)
            .await?
            .ok_or_else(|| ServiceError::not_found("This delivery's device"))?;
        let recipients = recipients::of_deliveries(&mut reader, &[delivery]).await?;
        let (contact, properties) = recipients
            .into_iter()
            .find_map(|recipient| Some((recipient.contact?, recipient.properties)))
            .ok_or_else(|| ServiceError::not_found("This delivery's contact"))?;
        let mut apps = catalog::capabilities(&mut reader).await?;
        let capabilities: Capabilities = apps.remove(&binding.app_id).unwrap_or_default();

        let push = CompiledPush::compile(content)?;
        let data = template_data_of(contact.fields, properties);
        let rendered = push.render(&data, chunk.created_at).map_err(|problem| {
            ServiceError::conflict(format!(
                "This push does not render for the contact as it is now: {problem}."
            ))
        })?;
        let target = Target {
            channel: binding.channel,
            platform: binding.platform,
            token: &binding.token,
            capabilities: &capabilities,
            delivery: delivery_uuid(chunk.id, seq),
            decided_at: chunk.created_at,
        };
        let body = payload::build(&rendered, target).body;
        Ok(RenderedAgain {
            revision_id: chunk.push_revision_id,
            revision: number,
            payload: String::from_utf8_lossy(&body).into_owned(),
        })
    }
}
