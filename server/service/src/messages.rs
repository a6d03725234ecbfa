//! Messages: what an analytics library says of one person after another, in
//! order: profiles, events, devices, and that two identifiers are one person.

mod alias;
mod device;
mod locks;
mod profile;

use domain::contact::{ContactInput, check_external_id};
use domain::event::{EventInput, Properties};
use domain::people::{Permission, Principal};
use domain::validate::FieldErrors;
use domain::view::SeenRegistration;
use domain::{Timestamp, validate};
use storage::devices;
use storage::{Tx, contacts, events};

use crate::events::check_time;
use crate::service::{require, way_of};
use crate::signing::Signers;
use crate::{Result, Service};
use alias::Rights;
use device::{Apps, Placed};
use locks::Work;

pub use profile::{Profile, group_profile, profile};

/// Most aliases in one batch: each moves whatever a contact has.
pub const ALIASES_MAX: usize = 50;

/// One message.
#[derive(Clone, Debug)]
pub struct Message {
    /// Whom it is about. A contact that is not known is created.
    pub external_id: String,
    /// The sender's own identifier of the message: sent again, it is taken
    /// once. Absent means that each is a new one.
    pub id: Option<String>,
    /// What it says.
    pub says: Says,
    /// The device that it was said on, where that can be pushed to.
    pub device: Option<DeviceSaid>,
    /// What signs `external_id`, for apps that take devices only so.
    pub signature: Option<String>,
}

/// What a message says.
#[derive(Clone, Debug)]
pub enum Says {
    /// What the contact is like.
    Profile(ContactInput),
    /// What the contact did.
    Event {
        /// What happened.
        name: String,
        /// When.
        occurred_at: Timestamp,
        /// Facts about it.
        properties: Properties,
    },
    /// That the contact was called otherwise before.
    Alias {
        /// The `external_id` of before.
        previous: String,
        /// What signs it, where apps ask for that.
        signature: Option<String>,
    },
}

/// A device as a message names it.
#[derive(Clone, Debug)]
pub struct DeviceSaid {
    /// The installation's stable identifier.
    pub device_id: String,
    /// What the app calls itself, the likeliest first: its slug is found by
    /// these.
    pub app_names: Vec<String>,
    /// The system: `ios`, `android` or `fireos`.
    pub kind: String,
    /// The push token.
    pub token: String,
    /// Version of the app.
    pub app_version: Option<String>,
    /// Version of the system.
    pub os_version: Option<String>,
    /// Model of the device.
    pub model: Option<String>,
    /// Language tag.
    pub locale: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
}

/// What became of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was taken.
    Taken,
    /// It was taken before, under the sender's own identifier. (Messages that say
    /// nothing but events are not told apart: each is stored once.)
    Repeated,
    /// It is wrong.
    Refused(FieldErrors),
}

/// What became of messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakenMessages {
    /// Of each message, in order.
    pub fates: Vec<Fate>,
    /// Devices that were not registered, and aliases that did not move
    /// everything, by the message's place; the rest of such a message is taken.
    pub refused_devices: Vec<(usize, FieldErrors)>,
}

impl Service {
    /// Takes messages in, in their order and in one transaction: those that are
    /// right are taken, whatever the others are.
    pub async fn take_messages(
        &self,
        by: &Principal,
        messages: Vec<Message>,
    ) -> Result<TakenMessages> {
        require(by, Permission::RegisterDevices)?;
        require(by, Permission::EditContacts)?;
        let now = self.now();
        let mut fates: Vec<Fate> = messages
            .iter()
            .map(|message| match message.check(now).into_result(()) {
                Ok(()) => Fate::Taken,
                Err(errors) => Fate::Refused(errors),
            })
            .collect();
        refuse_aliases_past_the_limit(&messages, &mut fates);
        if !fates.contains(&Fate::Taken) {
            return Ok(TakenMessages {
                fates,
                refused_devices: Vec::new(),
            });
        }
        if messages.iter().all(Message::is_event_alone) {
            return self.take_events_alone(by, messages, fates).await;
        }
        let mut good = messages.iter().zip(&fates);
        if good.any(|(message, fate)| *fate == Fate::Taken && message.is_alias()) {
            // What was accepted before moves as well.
            self.settle_events().await?;
        }
        let mut tx = self.begin().await?;
        self.require_in_use(&mut tx, by).await?;
        set_repeated_apart(&mut tx, &messages, &mut fates, now).await?;
        let with_devices = |message: &Message| message.device.is_some() || message.is_alias();
        let apps = if messages.iter().any(with_devices) {
            Apps::read(self, by, &mut tx).await?
        } else {
            Apps::default()
        };
        let mut refused_devices = Vec::new();
        let mut work: Vec<Work> = Vec::with_capacity(messages.len());
        for (n, mut message) in messages.into_iter().enumerate() {
            if fates.get(n) != Some(&Fate::Taken) {
                continue;
            }
            let contact = (message.external_id.as_str(), message.signature.as_deref());
            let placed =
                message
                    .device
                    .take()
                    .and_then(|said| match apps.place(said, contact, now) {
                        Ok(placed) => Some(placed),
                        Err(errors) => {
                            refused_devices.push((n, errors));
                            None
                        }
                    });
            work.push((n, message, placed));
        }
        locks::take(&mut tx, &work, now).await?;
        let mut stretch = Stretch::new(self, by, &mut tx, apps.signers);
        for work in work {
            stretch.add(work).await?;
        }
        stretch.write().await?;
        refused_devices.append(&mut stretch.refused_devices);
        let (triggers, seen) = (stretch.triggers, stretch.seen);
        tx.commit().await?;
        for registration in seen {
            self.tail().note(registration);
        }
        if triggers {
            self.bell().events_arrived();
        }
        Ok(TakenMessages {
            fates,
            refused_devices,
        })
    }
}

impl Service {
    /// Takes messages that say nothing but events: those of many requests in one
    /// transaction.
    async fn take_events_alone(
        &self,
        by: &Principal,
        messages: Vec<Message>,
        fates: Vec<Fate>,
    ) -> Result<TakenMessages> {
        let good = fates.iter().zip(messages);
        let good = good.filter(|(fate, _)| **fate == Fate::Taken);
        let events = good.filter_map(|(_, message)| match message.says {
            Says::Event {
                name,
                occurred_at,
                properties,
            } => Some(EventInput {
                id: message.id,
                external_id: message.external_id,
                name,
                occurred_at: Some(occurred_at),
                properties,
            }),
            Says::Profile(_) | Says::Alias { .. } => None,
        });
        self.write_events(by, events.collect()).await?;
        Ok(TakenMessages {
            fates,
            refused_devices: Vec::new(),
        })
    }
}

/// Refuses the good aliases that are too many.
fn refuse_aliases_past_the_limit(messages: &[Message], fates: &mut [Fate]) {
    let aliases = messages
        .iter()
        .zip(fates)
        .filter(|(message, fate)| {
            **fate == Fate::Taken && matches!(message.says, Says::Alias { .. })
        })
        .skip(ALIASES_MAX);
    for (_, fate) in aliases {
        let mut errors = FieldErrors::default();
        errors.add(
            "previous",
            format!(
                "stands in one alias more than the {ALIASES_MAX} that a batch may hold; \
                 send it in another"
            ),
        );
        *fate = Fate::Refused(errors);
    }
}

/// Takes the identifiers of the good messages, and marks those that were taken
/// before.
async fn set_repeated_apart(
    tx: &mut Tx,
    messages: &[Message],
    fates: &mut [Fate],
    now: Timestamp,
) -> Result<()> {
    let named: Vec<(usize, (&str, &str))> = messages
        .iter()
        .zip(fates.iter())
        .enumerate()
        .filter(|(_, (_, fate))| **fate == Fate::Taken)
        .filter_map(|(n, (message, _))| {
            Some((n, (message.external_id.as_str(), message.id.as_deref()?)))
        })
        .collect();
    let ids: Vec<_> = named.iter().map(|(_, id)| *id).collect();
    let fresh = events::claim(tx, &ids, now).await?;
    for ((n, _), fresh) in named.iter().zip(fresh) {
        if let Some(fate) = fates.get_mut(*n).filter(|_| !fresh) {
            *fate = Fate::Repeated;
        }
    }
    Ok(())
}

impl Message {
    /// Whether all that it says is what the contact did.
    const fn is_event_alone(&self) -> bool {
        matches!(self.says, Says::Event { .. }) && self.device.is_none()
    }

    const fn is_alias(&self) -> bool {
        matches!(self.says, Says::Alias { .. })
    }

    fn check(&self, now: Timestamp) -> FieldErrors {
        let mut errors = FieldErrors::default();
        check_external_id(&self.external_id, &mut errors);
        if let Some(id) = &self.id {
            validate::check_text("id", id, 1, 256, &mut errors);
        }
        match &self.says {
            Says::Profile(input) => {
                input.check(&mut errors);
                crate::time_zone::check(input.time_zone.as_deref(), &mut errors);
            }
            Says::Event {
                name,
                occurred_at,
                properties,
            } => {
                domain::event::check_name("name", name, &mut errors);
                domain::event::check_properties("properties", properties, &mut errors);
                check_time("occurred_at", *occurred_at, now, &mut errors);
            }
            Says::Alias { previous, .. } => {
                let max = domain::contact::EXTERNAL_ID_MAX;
                validate::check_text("previous", previous, 1, max, &mut errors);
                if *previous == self.external_id {
                    errors.add("previous", "is the same identifier as the one of now");
                }
            }
        }
        errors
    }
}

/// Messages that are written together: up to one that joins two contacts.
struct Stretch<'a> {
    service: &'a Service,
    by: &'a Principal,
    tx: &'a mut Tx,
    signers: Signers,
    profiles: Vec<(String, ContactInput)>,
    events: Vec<EventInput>,
    devices: Vec<(String, Placed)>,
    refused_devices: Vec<(usize, FieldErrors)>,
    /// The devices that were written, for whoever watches.
    seen: Vec<SeenRegistration>,
    triggers: bool,
}

impl<'a> Stretch<'a> {
    fn new(service: &'a Service, by: &'a Principal, tx: &'a mut Tx, signers: Signers) -> Self {
        Self {
            service,
            by,
            tx,
            signers,
            profiles: Vec::new(),
            events: Vec::new(),
            devices: Vec::new(),
            refused_devices: Vec::new(),
            seen: Vec::new(),
            triggers: false,
        }
    }

    async fn add(&mut self, (n, message, placed): Work) -> Result<()> {
        let external_id = message.external_id;
        if let Some(placed) = placed {
            self.devices.push((external_id.clone(), placed));
        }
        match message.says {
            Says::Profile(input) => self.profiles.push((external_id, input)),
            Says::Event {
                name,
                occurred_at,
                properties,
            } => self.events.push(EventInput {
                // Its identifier is taken already.
                id: None,
                external_id,
                name,
                occurred_at: Some(occurred_at),
                properties,
            }),
            Says::Alias {
                previous,
                signature,
            } => {
                self.write().await?;
                let (now, by) = (self.service.now(), self.by);
                let own = (external_id.as_str(), message.signature.as_deref());
                let before = (previous.as_str(), signature.as_deref());
                let refusing = self.signers.refusing(&[own, before], now);
                let rights = Rights {
                    everything: self.signers.content(&refusing),
                    except: refusing,
                };
                let joined =
                    alias::join(self.tx, by, (&previous, &external_id), &rights, now).await?;
                self.triggers |= joined.triggers;
                if joined.left {
                    let own_is_good = self.signers.content(&self.signers.refusing(&[own], now));
                    let field = if own_is_good {
                        "previous_signature"
                    } else {
                        "signature"
                    };
                    let mut errors = FieldErrors::default();
                    let message = "is missing or wrong: not everything was moved, for an app \
                                   asks for the signatures of both contacts";
                    errors.add(field, message);
                    self.refused_devices.push((n, errors));
                }
            }
        }
        Ok(())
    }

    /// Writes what was gathered.
    async fn write(&mut self) -> Result<()> {
        let (now, way, actor) = (self.service.now(), way_of(self.by), self.by.actor());
        let profiles = std::mem::take(&mut self.profiles);
        contacts::upsert(self.tx, &profiles, now, way, &actor).await?;
        let events = std::mem::take(&mut self.events);
        let taken = events::ingest(self.tx, &events, now).await?;
        self.triggers |= taken.iter().any(|event| event.triggers);
        let placed = std::mem::take(&mut self.devices);
        let registrations: Vec<_> = placed
            .iter()
            .map(|(external_id, placed)| placed.registration(external_id))
            .collect();
        let registered = devices::register(self.tx, &registrations, now, way, &actor).await?;
        let seen = placed.iter().zip(&registered);
        self.seen
            .extend(seen.map(|((contact, placed), taken)| placed.seen(contact, taken, now)));
        Ok(())
    }
}
