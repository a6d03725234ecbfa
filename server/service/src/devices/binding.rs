//! A binding's page: everything that is known of one device.

use domain::delivery::SendState;
use domain::device::{Binding, DeviceChange, DeviceFacts, DeviceHistory, LastPush, verdict};
use domain::people::{Permission, Principal};
use domain::view::{BindingDelivery, BindingView, SendView};
use domain::{BindingId, Timestamp};
use storage::{Reader, consent, contacts, credentials, devices, sends};

use crate::sends::Assembler;
use crate::service::require;
use crate::{Result, Service, ServiceError};

/// Lines of its history that the page shows.
const HISTORY: u32 = 100;
/// The contact's sends that are looked through for the device's deliveries.
const SENDS: u32 = 30;
/// How long a decided send is expected to become deliveries by itself.
const JUST_DECIDED_MILLIS: i64 = 10 * 60 * 1000;

impl Service {
    /// A binding with its contact, history, last deliveries, and why a push
    /// would or would not be shown on it.
    pub async fn binding_view(&self, by: &Principal, id: BindingId) -> Result<BindingView> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let binding = find(&mut reader, id).await?;
        let contact = contacts::find(&mut reader, binding.contact_id)
            .await?
            .ok_or_else(|| ServiceError::not_found("This device's contact"))?;
        let key = (contact.shard, contact.id);
        let history = devices::history_of_binding(&mut reader, key, id, HISTORY).await?;
        let said = consent::of_contact(&mut reader, key, None, HISTORY).await?;
        let contact_said_at = said
            .items
            .iter()
            .find(|event| event.binding.is_none())
            .map(|event| event.at);
        let entered = credentials::of_app(&mut reader, binding.app_id).await?;
        let credential = entered
            .iter()
            .map(|sealed| &sealed.credential)
            .find(|credential| credential.channel == binding.channel);
        let found = sends::of_contact(&mut reader, key.0, key.1, None, SENDS).await?;
        let found = Assembler::default()
            .assemble(&mut reader, by, found.items)
            .await?;
        let since = self.now().plus_millis(-JUST_DECIDED_MILLIS);
        let decided = found
            .iter()
            .any(|send| send.state == SendState::Decided && send.created_at >= since);
        let deliveries = of_binding(found, id);
        let under_way = decided || deliveries.iter().any(|d| !d.delivery.state.is_final());
        let verdict = verdict(&DeviceFacts {
            binding: &binding,
            history: &history,
            contact_opted_in: contact.opted_in,
            contact_said_at,
            credential: credential.map(|c| (c.state, c.state_reason.as_deref())),
            last: deliveries.first().map(last_push),
        });
        let way = registered_by(&binding, &history).map(|line| line.way);
        let mut views = self.device_views(by, &mut reader, vec![binding]).await?;
        let mut device = views
            .pop()
            .ok_or_else(|| ServiceError::not_found("This device"))?;
        device.external_id = Some(contact.external_id.clone());
        Ok(BindingView {
            device,
            contact,
            verdict,
            way,
            history,
            deliveries,
            under_way,
        })
    }
}

/// The binding with this id.
pub(super) async fn find(reader: &mut Reader, id: BindingId) -> Result<Binding> {
    devices::find(&mut *reader, id)
        .await?
        .ok_or_else(|| ServiceError::not_found("This device"))
}

/// One device's part of a contact's sends.
fn of_binding(sends: Vec<SendView>, id: BindingId) -> Vec<BindingDelivery> {
    let mut deliveries = Vec::new();
    for send in sends {
        let SendView {
            key,
            push_id,
            push,
            origin,
            created_at,
            deliveries: all,
            ..
        } = send;
        let own = all
            .into_iter()
            .filter(|delivery| delivery.binding_id == id)
            .map(|delivery| BindingDelivery {
                send: key.clone(),
                push_id,
                push: push.clone(),
                origin: origin.clone(),
                decided_at: created_at,
                delivery,
            });
        deliveries.extend(own);
    }
    deliveries
}

fn last_push(last: &BindingDelivery) -> LastPush<'_> {
    let delivery = &last.delivery;
    LastPush {
        state: delivery.state,
        stopped: delivery.suppression,
        reason: delivery.reason.as_deref(),
        at: delivery.finished_at.unwrap_or(last.decided_at),
    }
}

/// The line that says how the present token came.
fn registered_by<'h>(binding: &Binding, history: &'h [DeviceHistory]) -> Option<&'h DeviceHistory> {
    let is_registration = |change: &DeviceChange| {
        matches!(
            change,
            DeviceChange::Registered { .. }
                | DeviceChange::TokenChanged { .. }
                | DeviceChange::MovedFrom { .. }
        )
    };
    let at: Timestamp = binding.registered_at;
    history
        .iter()
        .find(|line| line.at == at)
        .or_else(|| history.iter().find(|line| is_registration(&line.change)))
}
