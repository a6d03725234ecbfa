//! Writing contacts, many at a time: only what differs is written.

use std::collections::{HashMap, HashSet};

use domain::consent::Way;
use domain::contact::{Contact, ContactInput};
use domain::{ContactId, Shard, Timestamp};

use super::{ContactRow, columns, read_all};
use crate::consent::{NewConsent, insert as insert_consent};
use crate::dialect::Dialect;
use crate::rows::Rows;
use crate::{Ids, Result, Tx};

/// What a write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It was not there before.
    Created,
    /// Something about it was different.
    Changed,
    /// Everything was so already: no row was written.
    Unchanged,
}

/// What became of one input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upserted {
    /// The contact.
    pub id: ContactId,
    /// Its shard.
    pub shard: Shard,
    /// What was done to it.
    pub change: Change,
}

/// Creates or changes contacts, and answers in the inputs' order. Each change
/// of consent becomes a consent event by `way` of `actor`. An `external_id`
/// that stands there twice is taken in order.
pub async fn upsert(
    tx: &mut Tx,
    inputs: &[(String, ContactInput)],
    now: Timestamp,
    way: Way,
    actor: &str,
) -> Result<Vec<Upserted>> {
    let keys = inputs.iter().map(|(external_id, _)| external_id.as_str());
    let known = find_by_external_ids(tx, keys).await?;
    let mut plan = Plan::new(known);
    let mut outcomes: Vec<_> = inputs
        .iter()
        .map(|(key, input)| plan.lay(key, input, now, tx.ids()))
        .collect();
    let lost = plan.write_new(tx).await?;
    if !lost.is_empty() {
        // Another process created these in the meantime: lay over its rows.
        let known = find_by_external_ids(tx, lost.iter().map(String::as_str)).await?;
        plan.forget(&known);
        let mut second = Plan::new(known);
        for (outcome, (key, input)) in outcomes.iter_mut().zip(inputs) {
            if lost.contains(key) {
                *outcome = second.lay(key, input, now, tx.ids());
            }
        }
        second.write_changed(tx, now, way, actor).await?;
    }
    plan.write_changed(tx, now, way, actor).await?;
    Ok(outcomes)
}

/// The contacts that the customer calls by these names, created where unknown.
/// A new one was never asked for its consent.
pub async fn ensure<'k>(
    tx: &mut Tx,
    external_ids: impl IntoIterator<Item = &'k str>,
    now: Timestamp,
) -> Result<HashMap<String, Upserted>> {
    let names: HashSet<&str> = external_ids.into_iter().collect();
    let mut found = locate(tx, names.iter().copied()).await?;
    let unknown: Vec<_> = names
        .into_iter()
        .filter(|name| !found.contains_key(*name))
        .map(|name| (name.to_owned(), ContactInput::default()))
        .collect();
    if !unknown.is_empty() {
        // Without consent no consent event is written: way and actor are not used.
        let created = upsert(tx, &unknown, now, Way::Api, "").await?;
        found.extend(unknown.into_iter().map(|(name, _)| name).zip(created));
    }
    Ok(found)
}

/// Where contacts are, without reading or locking the whole of them.
async fn locate<'k>(
    tx: &mut Tx,
    external_ids: impl Iterator<Item = &'k str>,
) -> Result<HashMap<String, Upserted>> {
    const SQL: &str = "WITH r (external_id, shard) AS ({rows}) \
        SELECT {pack}c.external_id, c.shard, {id}c.id{/id}{/pack} FROM r CROSS JOIN contacts c \
        WHERE c.external_id = r.external_id AND c.shard = r.shard";
    let names: Vec<&str> = external_ids.collect();
    let rows = Rows::new()
        .column(names.iter().copied())
        .column(names.iter().map(|name| Shard::of(name)));
    let found: Vec<(String, i16, uuid::Uuid)> = with_engine!(tx.conn(), |db| db
        .fetch_rows_packed(SQL, &rows, &[])
        .await?);
    Ok(found
        .into_iter()
        .map(|(name, shard, id)| {
            let shard = crate::rows::shard_of(shard);
            (
                name,
                Upserted {
                    id: id.into(),
                    shard,
                    change: Change::Unchanged,
                },
            )
        })
        .collect())
}

async fn find_by_external_ids<'k>(
    tx: &mut Tx,
    external_ids: impl Iterator<Item = &'k str>,
) -> Result<HashMap<String, Contact>> {
    // Locked in the order of the primary key, so that two writers of the same
    // contacts wait for each other and never in a circle.
    const SQL: &str = concat!(
        "WITH r (external_id, shard) AS ({rows}) SELECT ",
        columns!(),
        " FROM r CROSS JOIN contacts c \
         WHERE c.external_id = r.external_id AND c.shard = r.shard \
         ORDER BY c.shard, c.id {lock}"
    );
    let unique: HashSet<&str> = external_ids.collect();
    let unique: Vec<&str> = unique.into_iter().collect();
    let rows = Rows::new()
        .column(unique.iter().copied())
        .column(unique.iter().map(|name| Shard::of(name)));
    let found: Vec<ContactRow> =
        with_engine!(tx.conn(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    Ok(read_all(found)?
        .into_iter()
        .map(|c| (c.external_id.clone(), c))
        .collect())
}

/// A contact on its way: what is stored, and what shall be.
struct Work {
    stored: Option<Contact>,
    wanted: Contact,
}

struct Plan {
    work: HashMap<String, Work>,
    consents: Vec<NewConsent>,
}

impl Plan {
    fn new(known: HashMap<String, Contact>) -> Self {
        let work = known
            .into_iter()
            .map(|(key, contact)| {
                (
                    key,
                    Work {
                        wanted: contact.clone(),
                        stored: Some(contact),
                    },
                )
            })
            .collect();
        Self {
            work,
            consents: Vec::new(),
        }
    }

    fn lay(&mut self, key: &str, input: &ContactInput, now: Timestamp, ids: &Ids) -> Upserted {
        let created = !self.work.contains_key(key);
        let work = self.work.entry(key.to_owned()).or_insert_with(|| {
            let wanted = blank(key, ids.next(now).into(), now);
            Work {
                stored: None,
                wanted,
            }
        });
        let contact = &mut work.wanted;
        let consent = contact.opted_in;
        let changed = input.apply(contact);
        if let Some(opted_in) = contact.opted_in
            && consent != contact.opted_in
        {
            self.consents.push(NewConsent {
                shard: contact.shard,
                contact_id: contact.id,
                opted_in,
                binding: None,
            });
        }
        if changed {
            contact.updated_at = now;
        }
        let change = match (created, changed) {
            (true, _) => Change::Created,
            (false, true) => Change::Changed,
            (false, false) => Change::Unchanged,
        };
        Upserted {
            id: contact.id,
            shard: contact.shard,
            change,
        }
    }

    /// Inserts the new ones, and returns the names of those that another
    /// process had inserted already.
    async fn write_new(&self, tx: &mut Tx) -> Result<HashSet<String>> {
        const SQL: &str = "INSERT INTO contacts (shard, id, external_id, first_name, last_name, \
            email, locale, time_zone, opted_in, attributes, created_at, updated_at) {rows} \
            ON CONFLICT (external_id, shard) DO NOTHING";
        let mut new: Vec<&Contact> = self
            .work
            .values()
            .filter(|work| work.stored.is_none())
            .map(|work| &work.wanted)
            .collect();
        // In the order of their names, so that two writers of the same new
        // contacts wait for each other and never in a circle.
        new.sort_unstable_by(|a, b| a.external_id.cmp(&b.external_id));
        let rows = columns_of(&new)?
            .column(new.iter().map(|c| c.created_at))
            .column(new.iter().map(|c| c.updated_at));
        let written = with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
        if written == new.len() as u64 {
            return Ok(HashSet::new());
        }
        let there = locate(tx, new.iter().map(|c| c.external_id.as_str())).await?;
        Ok(new
            .into_iter()
            .filter(|c| {
                there
                    .get(&c.external_id)
                    .is_none_or(|other| other.id != c.id)
            })
            .map(|c| c.external_id.clone())
            .collect())
    }

    /// Drops what was planned for contacts that turned out to be others'.
    fn forget(&mut self, others: &HashMap<String, Contact>) {
        let dropped: HashSet<_> = others
            .keys()
            .filter_map(|key| self.work.remove(key))
            .map(|w| w.wanted.id)
            .collect();
        self.consents
            .retain(|consent| !dropped.contains(&consent.contact_id));
    }

    async fn write_changed(self, tx: &mut Tx, now: Timestamp, way: Way, actor: &str) -> Result<()> {
        const SQL: &str = "WITH r (shard, id, external_id, first_name, last_name, email, locale, \
            time_zone, opted_in, attributes, updated_at) AS ({rows}) \
            UPDATE contacts SET first_name = r.first_name, last_name = r.last_name, \
            email = r.email, locale = r.locale, time_zone = r.time_zone, \
            opted_in = r.opted_in, attributes = r.attributes, updated_at = r.updated_at \
            FROM r WHERE contacts.shard = r.shard AND contacts.id = r.id";
        let changed: Vec<&Contact> = self
            .work
            .values()
            .filter(|work| {
                // The time of change alone is no change: an input may undo
                // what an earlier one of the same batch did.
                work.stored.as_ref().is_some_and(|stored| {
                    let mut same_time = work.wanted.clone();
                    same_time.updated_at = stored.updated_at;
                    same_time != *stored
                })
            })
            .map(|work| &work.wanted)
            .collect();
        let rows = columns_of(&changed)?.column(changed.iter().map(|c| c.updated_at));
        with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
        insert_consent(tx, &self.consents, now, way, actor).await
    }
}

fn columns_of<'a>(contacts: &[&'a Contact]) -> Result<Rows<'a>> {
    let attributes: Vec<String> = contacts
        .iter()
        .map(|c| crate::json(&c.attributes))
        .collect::<Result<_>>()?;
    Ok(Rows::new()
        .column(contacts.iter().map(|c| c.shard))
        .column(contacts.iter().map(|c| c.id))
        .column(contacts.iter().map(|c| c.external_id.as_str()))
        .column(contacts.iter().map(|c| c.first_name.as_deref()))
        .column(contacts.iter().map(|c| c.last_name.as_deref()))
        .column(contacts.iter().map(|c| c.email.as_deref()))
        .column(contacts.iter().map(|c| c.locale.as_deref()))
        .column(contacts.iter().map(|c| c.time_zone.as_deref()))
        .column(contacts.iter().map(|c| c.opted_in))
        .column(attributes))
}

fn blank(external_id: &str, id: ContactId, now: Timestamp) -> Contact {
    Contact {
        id,
        shard: Shard::of(external_id),
        external_id: external_id.to_owned(),
        first_name: None,
        last_name: None,
        email: None,
        locale: None,
        time_zone: None,
        opted_in: None,
        attributes: domain::contact::Attributes::new(),
        created_at: now,
        updated_at: now,
    }
}
