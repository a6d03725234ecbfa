//! Registering devices, many at a time: only what differs is written.

use std::collections::{HashMap, HashSet};

use domain::consent::Way;
use domain::device::{Binding, DeviceInput};
use domain::{AppId, BindingId, ContactId, Shard, Timestamp};
use uuid::Uuid;

use super::plan::{Plan, Target};
use super::registry::{self, Place, place, token_key};
use super::{history, row};
use crate::contacts::{Change, ensure};
use crate::dialect::Dialect;
use crate::rows::Rows;
use crate::{Result, StorageError, Tx, consent};

/// A device to register.
#[derive(Clone, Copy, Debug)]
pub struct Registration<'a> {
    /// Whose device it is. An unknown contact is created, without consent.
    pub external_id: &'a str,
    /// The installation's stable identifier.
    pub device_id: &'a str,
    /// The app; `input.app` was looked up by the caller.
    pub app_id: AppId,
    /// What the registration says.
    pub input: &'a DeviceInput,
}

/// What became of one registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registered {
    /// The binding.
    pub binding_id: BindingId,
    /// Its contact.
    pub contact_id: ContactId,
    /// The contact's shard.
    pub shard: Shard,
    /// What was done to the binding.
    pub change: Change,
    /// Whether the contact was created for it.
    pub contact_created: bool,
    /// The contact that had the device or the token before.
    pub moved_from: Option<ContactId>,
}

/// Registers devices, and answers in the inputs' order. A device or token seen
/// on another contact moves, and both histories say so; changes of permission
/// and opt-in are recorded; a gone or revoked binding comes back to life, by a
/// file only with a new token. The time of registration advances when the
/// token, device or contact is another, or the binding came back.
pub async fn register(
    tx: &mut Tx,
    registrations: &[Registration<'_>],
    now: Timestamp,
    way: Way,
    actor: &str,
) -> Result<Vec<Registered>> {
    let contacts = ensure(tx, registrations.iter().map(|r| r.external_id), now).await?;
    let stored = load(tx, registrations).await?;
    let mut names: HashMap<ContactId, String> = contacts
        .iter()
        .map(|(name, contact)| (contact.id, name.clone()))
        .collect();
    name_others(tx, &stored, &mut names).await?;

    let ids = tx.shared_ids();
    let mut plan = Plan::new(stored, names, &ids, now, way);
    let mut outcomes = Vec::with_capacity(registrations.len());
    for registration in registrations {
        // Every name was ensured above.
        let contact = contacts
            .get(registration.external_id)
            .ok_or(StorageError::NotFound)?;
        let outcome = plan.register(&Target {
            shard: contact.shard,
            contact_id: contact.id,
            app_id: registration.app_id,
            device_id: registration.device_id,
            input: registration.input,
        });
        outcomes.push(Registered {
            binding_id: outcome.binding_id,
            contact_id: contact.id,
            shard: contact.shard,
            change: outcome.change,
            contact_created: contact.change == Change::Created,
            moved_from: outcome.moved_from,
        });
    }
    write(tx, &plan).await?;
    history::insert(tx, &plan.lines, now, way).await?;
    consent::insert(tx, &plan.consents, now, way, actor).await?;
    Ok(outcomes)
}

/// Keeps every other registration of these devices, and of the devices that
/// these contacts have, waiting until the transaction ends. Who registers or
/// hands over devices more than once in a transaction holds all of them first:
/// held one after another, two transactions may wait for each other in a circle.
pub async fn hold(
    tx: &mut Tx,
    registrations: &[Registration<'_>],
    contacts: &[(Shard, ContactId)],
) -> Result<()> {
    let known = super::of_contacts(&mut *tx, contacts).await?;
    let devices = registrations.iter().map(|r| (r.app_id, r.device_id));
    let tokens = registrations
        .iter()
        .map(|r| (token_key(r.input.channel, &r.input.token), r.app_id));
    let known_devices = known.iter().map(|b| (b.app_id, b.device_id.as_str()));
    let known_tokens = known.iter().map(registry::token_key_of);
    registry::hold(tx, devices.chain(known_devices), tokens.chain(known_tokens)).await
}

/// The bindings of all these devices and tokens, locked.
async fn load(tx: &mut Tx, registrations: &[Registration<'_>]) -> Result<Vec<Binding>> {
    let devices = || registrations.iter().map(|r| (r.app_id, r.device_id));
    let tokens = || {
        registrations
            .iter()
            .map(|r| (token_key(r.input.channel, &r.input.token), r.app_id))
    };
    registry::hold(tx, devices(), tokens()).await?;
    let mut attempts = 0;
    loop {
        let mut places: HashSet<Place> = registry::find_devices(tx, devices())
            .await?
            .into_iter()
            .collect();
        places.extend(registry::find_tokens(tx, tokens()).await?);
        let mut places: Vec<Place> = places.into_iter().collect();
        places.sort_unstable();
        let stored = row::lock(tx, &places).await?;
        // A binding that moved between the look-up and its lock is looked up
        // again: it moved under another device or token of its own.
        attempts += 1;
        if stored.len() == places.len() || attempts == 3 {
            return Ok(stored);
        }
    }
}

/// Adds the names of contacts that bindings may move away from.
async fn name_others(
    tx: &mut Tx,
    stored: &[Binding],
    names: &mut HashMap<ContactId, String>,
) -> Result<()> {
    const SQL: &str = "WITH r (shard, id) AS ({rows}) SELECT c.id, c.external_id \
        FROM r CROSS JOIN contacts c WHERE c.shard = r.shard AND c.id = r.id";
    let others: HashSet<(Shard, ContactId)> = stored
        .iter()
        .map(|binding| (binding.shard, binding.contact_id))
        .filter(|(_, id)| !names.contains_key(id))
        .collect();
    let others: Vec<_> = others.into_iter().collect();
    let rows = Rows::new()
        .column(others.iter().map(|o| o.0))
        .column(others.iter().map(|o| o.1));
    let found: Vec<(Uuid, String)> =
        with_engine!(tx.conn(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    names.extend(found.into_iter().map(|(id, name)| (id.into(), name)));
    Ok(())
}

async fn write(tx: &mut Tx, plan: &Plan<'_>) -> Result<()> {
    let (mut deleted, mut inserted, mut updated) = (Vec::new(), Vec::new(), Vec::new());
    for work in plan.work.values() {
        match (&work.stored, &work.wanted) {
            (Some(stored), Some(wanted)) if place(stored) == place(wanted) => {
                if stored != wanted {
                    updated.push(wanted);
                }
            }
            (stored, wanted) => {
                deleted.extend(stored);
                inserted.extend(wanted);
            }
        }
    }
    // In the order of their keys, which for new ones is the order of time.
    inserted.sort_unstable_by_key(|binding| binding.id);
    updated.sort_unstable_by_key(|binding| place(binding));
    row::delete(tx, &deleted).await?;
    row::insert(tx, &inserted).await?;
    row::update(tx, &updated).await?;
    let before: Vec<&Binding> = plan
        .work
        .values()
        .filter_map(|w| w.stored.as_ref())
        .collect();
    let after: Vec<&Binding> = plan
        .work
        .values()
        .filter_map(|w| w.wanted.as_ref())
        .collect();
    registry::write(tx, &before, &after).await
}
