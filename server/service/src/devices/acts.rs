//! What people do with one device: revoke it, move it.

use domain::BindingId;
use domain::device::{Binding, BindingState, DeviceInput};
use domain::people::{Permission, Principal};
use storage::contacts;
use storage::devices::{self, Registration, StateChange};
use storage::{Tx, apps};

use crate::service::{require, way_of};
use crate::{Result, Service, ServiceError, audit};

impl Service {
    /// Revokes a binding: nothing is sent to it until it registers again.
    pub async fn revoke_binding(&self, by: &Principal, id: BindingId) -> Result<()> {
        require(by, Permission::RegisterDevices)?;
        let mut reader = self.reader().await?;
        let binding = super::binding::find(&mut reader, id).await?;
        let contact = contacts::find(&mut reader, binding.contact_id).await?;
        drop(reader);
        let contact = contact.map_or_else(String::new, |contact| contact.external_id);
        self.revoke(by, &binding, &contact).await
    }

    pub(super) async fn revoke(
        &self,
        by: &Principal,
        binding: &Binding,
        contact: &str,
    ) -> Result<()> {
        let now = self.now();
        let mut tx = self.begin().await?;
        let change = StateChange {
            shard: binding.shard,
            contact_id: binding.contact_id,
            binding_id: binding.id,
            token: None,
            since: None,
            to: BindingState::Revoked,
            reason: format!("revoked by {}", by.actor()),
        };
        devices::set_states(&mut tx, &[change], now, way_of(by)).await?;
        let facts = [("contact", contact)];
        let device = &binding.device_id;
        audit::note(&mut tx, by, "device.revoke", device, &facts, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Moves a device that can be reached to another contact, who must exist.
    /// Both histories say so.
    ///
    /// # Errors
    /// `Invalid` for a contact that there is not, or that has the device;
    /// `Conflict` for a device that cannot be reached: moving it would claim
    /// that its token lives.
    pub async fn move_binding(
        &self,
        by: &Principal,
        id: BindingId,
        external_id: &str,
    ) -> Result<()> {
        require(by, Permission::RegisterDevices)?;
        let external_id = external_id.trim();
        let now = self.now();
        let mut tx = self.begin().await?;
        let binding = devices::find(&mut tx, id)
            .await?
            .ok_or_else(|| ServiceError::not_found("This device"))?;
        let to = contacts::find_by_external_id(&mut tx, external_id)
            .await?
            .ok_or_else(|| {
                let message = format!("“{external_id}” is not a contact's identifier");
                ServiceError::invalid("external_id", message)
            })?;
        if to.id == binding.contact_id {
            return Err(ServiceError::invalid(
                "external_id",
                "is the contact that the device has already",
            ));
        }
        if binding.state != BindingState::Active {
            return Err(ServiceError::conflict(format!(
                "Only a device that can be reached is moved, and this one is set aside ({}). Let the app register it for the other contact",
                binding.state.label().to_lowercase()
            )));
        }
        let from = contacts::find(&mut tx, binding.contact_id).await?;
        self.carry(by, &mut tx, &binding, external_id).await?;
        let from = from.map_or_else(String::new, |from| from.external_id);
        let facts = [("from", from.as_str()), ("to", external_id)];
        let device = &binding.device_id;
        audit::note(&mut tx, by, "device.move", device, &facts, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Registers a device as it is for another contact.
    async fn carry(
        &self,
        by: &Principal,
        tx: &mut Tx,
        binding: &Binding,
        external_id: &str,
    ) -> Result<()> {
        let app = apps::find(&mut *tx, binding.app_id)
            .await?
            .ok_or_else(|| ServiceError::conflict("The device's app was deleted"))?;
        let input = DeviceInput {
            app: app.slug,
            channel: binding.channel,
            token: binding.token.clone(),
            address_kind: None,
            platform: Some(binding.platform),
            os_permission: None,
            opted_in: None,
            app_version: None,
            os_version: None,
            model: None,
            locale: None,
            time_zone: None,
            label: None,
        };
        let registration = Registration {
            external_id,
            device_id: &binding.device_id,
            app_id: binding.app_id,
            input: &input,
        };
        let (now, way, actor) = (self.now(), way_of(by), by.actor());
        devices::register(tx, &[registration], now, way, &actor).await?;
        Ok(())
    }
}
