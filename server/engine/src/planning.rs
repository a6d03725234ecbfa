//! Planning: every gate for every send and device of a chunk, and what passes
//! them rendered and encoded. Pure: all that it needs was read before.

use std::collections::HashMap;
use std::sync::Arc;

use domain::app::Capabilities;
use domain::delivery::{DeliveryState, SendState, delivery_uuid};
use domain::device::Binding;
use domain::gate::{
    DeviceFacts, Gate, GateFacts, GateMask, Suppression, binding_gates, contact_gates, device_gates,
};
use domain::payload::{self, Payload, Target};
use domain::push::{CompiledPush, Needs, Rendered, template_data_of};
use domain::{AppId, Shard, Timestamp};
use liquid::Value;
use storage::StorageError;
use storage::deliveries::{self, Delivery, NewDelivery};
use storage::recipients::Recipient;
use storage::sends::{self, SendKey, SendVerdict};

use crate::parcel::{Bodies, BoxedParcel, Order, Parcel};
use crate::routes::{Access, Routes};

/// What planning of one push knows beside its contacts.
pub(crate) struct Desk<'a> {
    /// What is sent; `None` when its stored content does not compile.
    pub(crate) push: Option<&'a CompiledPush>,
    /// Whether a provider refused its content before.
    pub(crate) stopped: bool,
    pub(crate) capabilities: &'a HashMap<AppId, Capabilities>,
    pub(crate) routes: &'a Routes,
    /// What the parcels belong to.
    pub(crate) order: &'a Arc<Order>,
    pub(crate) now: Timestamp,
}

/// A chunk's plan, and the deliveries that may leave.
#[derive(Debug)]
pub(crate) struct Planned {
    pub(crate) deliveries: Vec<NewDelivery>,
    pub(crate) usual: SendVerdict,
    pub(crate) usual_count: i64,
    pub(crate) others: Vec<(SendKey, SendVerdict)>,
    pub(crate) parcels: Vec<BoxedParcel>,
}

/// A delivery that is not to leave after all.
#[derive(Debug)]
pub(crate) struct Withheld {
    pub(crate) seq: i32,
    pub(crate) attempt: i16,
    pub(crate) stopped: Stopped,
}

/// Why a gate stopped a delivery, and what it saw.
#[derive(Debug)]
pub(crate) struct Stopped {
    pub(crate) reason: Suppression,
    pub(crate) facts: Option<GateFacts>,
}

impl From<Suppression> for Stopped {
    fn from(reason: Suppression) -> Self {
        Self {
            reason,
            facts: None,
        }
    }
}

/// A push rendered, or what is known of why it does not render: nothing when
/// its stored content does not even compile.
type Rendering<'a> = Result<Rendered<'a>, Option<GateFacts>>;

/// The verdict of a send that every gate for the contact let pass.
const RELEASED: SendVerdict = SendVerdict {
    state: SendState::Released,
    reason: None,
    mask: GateMask(0)
        .with(Gate::Exists)
        .with(Gate::OptedIn)
        .with(Gate::HasBinding),
};

static NO_CAPABILITIES: Capabilities = Capabilities::UNKNOWN;

/// Plans a decided chunk. `devices` stand in the order of their contacts; a
/// contact that is there twice has its devices twice.
///
/// # Errors
/// That of the first recipient that could not be read.
pub(crate) fn plan(
    desk: &Desk<'_>,
    recipients: impl Iterator<Item = Result<Recipient, StorageError>>,
    mut devices: Vec<deliveries::Target>,
) -> Result<Planned, StorageError> {
    let mut planned = Planned {
        deliveries: Vec::with_capacity(devices.len()),
        usual: RELEASED,
        usual_count: 0,
        others: Vec::new(),
        parcels: Vec::with_capacity(devices.len()),
    };
    devices.dedup_by_key(|device| device.id);
    let plain = desk.plain();
    let mut bodies = Bodies::default();
    let mut step: Arc<str> = Arc::from("");
    for recipient in recipients {
        let recipient = recipient?;
        let contact = recipient.key.contact_id;
        let from = devices.partition_point(|device| device.contact_id < contact);
        let own = devices[from..]
            .iter()
            .take_while(|device| device.contact_id == contact)
            .count();
        if *step != *recipient.key.step {
            step = recipient.key.step.as_str().into();
        }
        let own = &devices[from..from + own];
        plan_send(desk, &recipient, &step, own, plain.as_ref(), &mut planned);
        for parcel in &mut planned.parcels[bodies.taken()..] {
            bodies.take(parcel);
        }
    }
    bodies.give_back(&mut planned.parcels);
    Ok(planned)
}

fn plan_send(
    desk: &Desk<'_>,
    recipient: &Recipient,
    step: &Arc<str>,
    devices: &[deliveries::Target],
    plain: Option<&Rendering<'_>>,
    planned: &mut Planned,
) {
    let app = desk.push.and_then(CompiledPush::app);
    // A test may be for one device alone.
    let only = sends::tested_device(&recipient.key.step);
    let is_targeted = |device: &&deliveries::Target| {
        app.is_none_or(|app| device.app_id == app) && only.is_none_or(|only| device.id == only)
    };
    let targeted = devices.iter().filter(is_targeted).count();
    let (mask, stopped) = contact_gates(recipient.facts(), devices.len(), targeted);
    if let Some(reason) = stopped {
        let verdict = SendVerdict {
            state: SendState::Suppressed,
            reason: Some(reason),
            mask,
        };
        planned.others.push((recipient.key.clone(), verdict));
        return;
    }
    planned.usual_count += 1;
    let mut own = None;
    for device in devices.iter().filter(is_targeted) {
        let seq = i32::try_from(planned.deliveries.len()).unwrap_or(i32::MAX);
        let binding = binding(device, recipient.key.shard);
        let device = desk.device(binding, seq, 1, mask, || match plain {
            Some(rendered) => rendered.as_ref(),
            None => own.get_or_insert_with(|| desk.render(recipient)).as_ref(),
        });
        let (state, parcel, stopped) = match device.passed {
            Ok(parcel) => (DeliveryState::Planned, Some(parcel), None),
            Err(stopped) => (DeliveryState::Suppressed, None, Some(stopped)),
        };
        planned.deliveries.push(NewDelivery {
            seq,
            contact_shard: recipient.key.shard,
            contact_id: recipient.key.contact_id,
            binding_id: device.binding_id,
            channel: device.channel,
            source_id: recipient.key.source_id,
            step: Arc::clone(step),
            state,
            reason: stopped.as_ref().map(|stopped| stopped.reason.name()),
            facts: stopped.and_then(|stopped| stopped.facts),
            mask: device.mask,
        });
        planned.parcels.extend(parcel);
    }
}

/// Asks the gates again for deliveries that were planned before: after a
/// crash, or for a retry. Contacts and devices are as they are now.
pub(crate) fn plan_again(
    desk: &Desk<'_>,
    deliveries: &[Delivery],
    recipients: Vec<Recipient>,
    devices: Vec<deliveries::Target>,
) -> (Vec<BoxedParcel>, Vec<Withheld>) {
    let recipients: HashMap<SendKey, Recipient> = recipients
        .into_iter()
        .map(|recipient| (recipient.key.clone(), recipient))
        .collect();
    let devices: HashMap<_, _> = devices
        .into_iter()
        .map(|device| (device.id, device))
        .collect();
    let plain = desk.plain();
    let mut parcels = Vec::with_capacity(deliveries.len());
    let mut withheld = Vec::new();
    for delivery in deliveries {
        let (seq, attempt) = (delivery.seq, delivery.attempt.saturating_add(1));
        let key = SendKey {
            shard: delivery.contact_shard,
            contact_id: delivery.contact_id,
            source_id: delivery.source_id,
            step: delivery.step.clone(),
        };
        let recipient = recipients
            .get(&key)
            .filter(|recipient| recipient.contact.is_some());
        let stopped = |stopped| Withheld {
            seq,
            attempt: delivery.attempt,
            stopped,
        };
        let Some(recipient) = recipient else {
            withheld.push(stopped(Suppression::ContactDeleted.into()));
            continue;
        };
        let Some(device) = devices.get(&delivery.binding_id) else {
            withheld.push(stopped(Suppression::NoBinding.into()));
            continue;
        };
        let (mask, refused) = contact_gates(recipient.facts(), 1, 1);
        if let Some(reason) = refused {
            withheld.push(stopped(reason.into()));
            continue;
        }
        let mut own = None;
        let binding = binding(device, delivery.contact_shard);
        let device = desk.device(binding, seq, attempt, mask, || match &plain {
            Some(rendered) => rendered.as_ref(),
            None => own.get_or_insert_with(|| desk.render(recipient)).as_ref(),
        });
        match device.passed {
            Ok(parcel) => parcels.push(parcel),
            Err(why) => withheld.push(stopped(why)),
        }
    }
    (parcels, withheld)
}

/// What the gates for a device said.
struct Asked {
    binding_id: domain::BindingId,
    channel: domain::device::Channel,
    mask: GateMask,
    passed: Result<BoxedParcel, Stopped>,
}

impl<'a> Desk<'a> {
    /// The push as it is for everybody, if it is the same for all.
    fn plain(&self) -> Option<Rendering<'a>> {
        let push = self.push?;
        (push.needs() == Needs::Nothing).then(|| {
            push.render(&Value::object::<&str>([]), self.now)
                .map_err(|problem| Some(GateFacts::from(&problem)))
        })
    }

    fn render(&self, recipient: &Recipient) -> Rendering<'a> {
        let contact = recipient.contact.as_ref().ok_or(None)?;
        let data = template_data_of(contact.fields.clone(), recipient.properties.clone());
        self.push
            .ok_or(None)?
            .render(&data, self.now)
            .map_err(|problem| Some(GateFacts::from(&problem)))
    }

    fn device<'r>(
        &self,
        binding: Binding,
        seq: i32,
        attempt: i16,
        passed: GateMask,
        rendered: impl FnOnce() -> Result<&'r Rendered<'a>, &'r Option<GateFacts>>,
    ) -> Asked
    where
        'a: 'r,
    {
        let (binding_id, channel) = (binding.id, binding.channel);
        let asked = |mask, passed| Asked {
            binding_id,
            channel,
            mask,
            passed,
        };
        let (mask, stopped) = binding_gates(&binding, passed);
        if let Some(reason) = stopped {
            return asked(mask, Err(reason.into()));
        }
        if self.stopped {
            return asked(mask, Err(Suppression::PushStopped.into()));
        }
        let rendered = rendered();
        let encoded = rendered
            .as_ref()
            .ok()
            .map(|rendered| self.encode(rendered, &binding, seq));
        let size = encoded
            .as_ref()
            .map(|payload| (payload.counted, payload::limit(binding.channel)));
        let access = self.routes.access(binding.app_id, binding.channel);
        let facts = DeviceFacts {
            binding: &binding,
            payload: size,
            credential: match access {
                Access::Missing => None,
                Access::Refused => Some(false),
                Access::Open(_) => Some(true),
            },
        };
        let (mask, stopped) = device_gates(facts, passed);
        match (stopped, rendered, encoded, access) {
            (None, Ok(rendered), Some(encoded), Access::Open(route)) => {
                let order = Arc::clone(self.order);
                let call = (seq, attempt);
                let parcel = Parcel::pack(order, call, rendered, encoded.body, binding, route);
                asked(mask, Ok(Box::new(parcel)))
            }
            (stopped, rendered, ..) => {
                let reason = stopped.unwrap_or(Suppression::DoesNotRender);
                let facts = match reason {
                    Suppression::DoesNotRender => rendered.err().cloned().flatten(),
                    Suppression::TooLarge => size.map(GateFacts::size),
                    _ => None,
                };
                asked(mask, Err(Stopped { reason, facts }))
            }
        }
    }

    fn encode(&self, rendered: &Rendered<'_>, binding: &Binding, seq: i32) -> Payload {
        payload::build(
            rendered,
            Target {
                channel: binding.channel,
                platform: binding.platform,
                token: &binding.token,
                capabilities: self
                    .capabilities
                    .get(&binding.app_id)
                    .unwrap_or(&NO_CAPABILITIES),
                delivery: delivery_uuid(self.order.chunk, seq),
                decided_at: self.order.decided_at,
            },
        )
    }
}

/// A device as the gates know it. What no gate asks stays empty.
fn binding(device: &deliveries::Target, shard: Shard) -> Binding {
    Binding {
        id: device.id,
        shard,
        contact_id: device.contact_id,
        app_id: device.app_id,
        device_id: String::new(),
        channel: device.channel,
        platform: device.platform,
        token: device.token.clone(),
        os_permission: device.os_permission,
        opted_in: device.opted_in,
        state: device.state,
        state_reason: None,
        app_version: None,
        os_version: None,
        model: None,
        locale: None,
        time_zone: None,
        label: None,
        registered_at: device.registered_at,
        created_at: device.registered_at,
        updated_at: device.registered_at,
    }
}
