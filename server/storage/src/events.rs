//! Events: taking them in, once each, and what of them waits for workflows.

mod hand_over;
pub mod journal;

use std::borrow::Borrow;
use std::collections::HashSet;

use domain::event::{Event, EventInput};
use domain::{ContactId, EventId, Shard, Timestamp};
use serde_json::{Map, Value};
use sqlx::FromRow;
use uuid::Uuid;
use xxhash_rust::xxh3::Xxh3;

use crate::contacts::{Change, Upserted, ensure};
use crate::dialect::Dialect;
use crate::page::fetch_limit;
use crate::rows::{Rows, shard, shard_of};
use crate::{Conn, Cursor, Page, Result, StorageError, Tx};

pub use hand_over::hand_over;

/// What became of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ingested {
    /// Our identifier; `None` for one that was taken before under the
    /// customer's identifier.
    pub id: Option<EventId>,
    /// Whose event it is.
    pub contact_id: ContactId,
    /// The contact's shard.
    pub shard: Shard,
    /// Whether the contact was created for it.
    pub contact_created: bool,
    /// Whether a live workflow listens to it.
    pub triggers: bool,
}

/// An event that goes in.
struct New<'a> {
    id: EventId,
    contact: Upserted,
    occurred_at: Timestamp,
    name: &'a str,
    properties: &'a str,
    triggers: bool,
}

/// Takes events in, and answers in their order. Those that a live workflow
/// listens to are marked pending in the same transaction.
pub async fn ingest<E>(tx: &mut Tx, events: &[E], now: Timestamp) -> Result<Vec<Ingested>>
where
    E: Borrow<EventInput> + Sync,
{
    let events: Vec<&EventInput> = events.iter().map(Borrow::borrow).collect();
    let contacts = ensure(
        tx,
        events.iter().map(|event| event.external_id.as_str()),
        now,
    )
    .await?;
    let keys: HashSet<_> = events.iter().copied().filter_map(key_of).collect();
    let mut fresh = take_keys(tx, keys, now).await?;
    let listened = listened(tx, &events).await?;
    let mut new = Vec::with_capacity(events.len());
    let mut outcomes = Vec::with_capacity(events.len());
    for event in events {
        // Every name was ensured above.
        let contact = *contacts
            .get(&event.external_id)
            .ok_or(StorageError::NotFound)?;
        let taken = key_of(event).is_none_or(|key| fresh.remove(&key));
        let triggers = taken && listened.contains(&event.name);
        let id = taken.then(|| EventId(tx.ids().next(now)));
        if let Some(id) = id {
            new.push(New {
                id,
                contact,
                occurred_at: event.occurred_at.unwrap_or(now),
                name: &event.name,
                properties: event.properties.json(),
                triggers,
            });
        }
        outcomes.push(Ingested {
            id,
            contact_id: contact.id,
            shard: contact.shard,
            contact_created: contact.change == Change::Created,
            triggers,
        });
    }
    write(tx, &new).await?;
    Ok(outcomes)
}

/// Takes customers' own identifiers, each `(external_id, id)`, and says of each
/// in turn whether it is new: what comes again under one was taken before. The
/// identifiers are those of [`ingest`].
pub async fn claim(tx: &mut Tx, ids: &[(&str, &str)], now: Timestamp) -> Result<Vec<bool>> {
    let keys = || ids.iter().map(|(external_id, id)| key(external_id, id));
    let mut fresh = take_keys(tx, keys().collect(), now).await?;
    Ok(keys().map(|key| fresh.remove(&key)).collect())
}

/// The key of a customer's own identifier: one event of one contact.
fn key_of(event: &EventInput) -> Option<(Shard, Uuid)> {
    Some(key(&event.external_id, event.id.as_ref()?))
}

fn key(external_id: &str, id: &str) -> (Shard, Uuid) {
    let mut hash = Xxh3::new();
    hash.update(external_id.as_bytes());
    hash.update(&[0]);
    hash.update(id.as_bytes());
    (Shard::of(external_id), Uuid::from_u128(hash.digest128()))
}

/// Registers the customer's identifiers, and returns those that were new.
async fn take_keys(
    tx: &mut Tx,
    keys: HashSet<(Shard, Uuid)>,
    now: Timestamp,
) -> Result<HashSet<(Shard, Uuid)>> {
    const KNOWN: &str = "WITH r (shard, key_hash, at) AS ({rows}) \
        SELECT {pack}k.shard, {id}k.key_hash{/id}{/pack} FROM r CROSS JOIN event_keys k \
        WHERE k.shard = r.shard AND k.key_hash = r.key_hash";
    const TAKE: &str = "INSERT INTO event_keys (shard, key_hash, at) {rows}";
    const TAKE_NEW: &str = "INSERT INTO event_keys (shard, key_hash, at) {rows} \
        ON CONFLICT (shard, key_hash) DO NOTHING RETURNING shard, key_hash";
    let mut keys: Vec<_> = keys.into_iter().collect();
    // In one order, so that two ingests of the same events do not wait for
    // each other in a circle.
    keys.sort_unstable();
    let rows_of = |keys: &[(Shard, Uuid)]| {
        Rows::new()
            .column(keys.iter().map(|key| key.0))
            .column(keys.iter().map(|key| key.1))
            .column(keys.iter().map(|_| now))
    };
    let read = |(shard, hash): (i16, Uuid)| (shard_of(shard), hash);
    let rows = rows_of(&keys);
    match tx.conn() {
        // Nobody else writes: hardly any is known, and naming those costs less than
        // naming the others.
        Conn::Sqlite(db) => {
            let known: Vec<(i16, Uuid)> = db.fetch_rows_packed(KNOWN, &rows, &[]).await?;
            if known.is_empty() {
                db.execute_rows(TAKE, &rows, &[]).await?;
                return Ok(keys.into_iter().collect());
            }
            let known: HashSet<_> = known.into_iter().map(read).collect();
            keys.retain(|key| !known.contains(key));
            db.execute_rows(TAKE, &rows_of(&keys), &[]).await?;
            Ok(keys.into_iter().collect())
        }
        Conn::Postgres(db) => {
            let new: Vec<(i16, Uuid)> = db.fetch_rows(TAKE_NEW, &rows, &[]).await?;
            Ok(new.into_iter().map(read).collect())
        }
    }
}

/// Those of the events' names that live workflows listen to.
async fn listened(tx: &mut Tx, events: &[&EventInput]) -> Result<HashSet<String>> {
    const SQL: &str = "WITH r (name) AS ({rows}) SELECT DISTINCT t.name \
        FROM r CROSS JOIN workflow_triggers t WHERE t.name = r.name";
    let names: HashSet<&str> = events.iter().map(|event| event.name.as_str()).collect();
    let rows = Rows::new().column(names);
    let found: Vec<(String,)> =
        with_engine!(tx.conn(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    Ok(found.into_iter().map(|(name,)| name).collect())
}

async fn write(tx: &mut Tx, new: &[New<'_>]) -> Result<()> {
    const EVENTS: &str = "INSERT INTO events \
        (shard, contact_id, occurred_at, id, name, properties) {rows}";
    const PENDING: &str = "INSERT INTO pending_triggers \
        (shard, contact_id, occurred_at, event_id, name, properties) {rows}";
    fn rows_of<'a>(events: &[&New<'a>]) -> Rows<'a> {
        Rows::new()
            .column(events.iter().map(|e| e.contact.shard))
            .column(events.iter().map(|e| e.contact.id))
            .column(events.iter().map(|e| e.occurred_at))
            .column(events.iter().map(|e| e.id))
            .column(events.iter().map(|e| e.name))
            .column(events.iter().map(|e| e.properties))
    }
    let mut all: Vec<&New<'_>> = new.iter().collect();
    // Neighbors stand on one page.
    all.sort_unstable_by_key(|e| (e.contact.shard, e.contact.id, e.occurred_at));
    let triggers: Vec<&New<'_>> = new.iter().filter(|event| event.triggers).collect();
    let (all, triggers) = (rows_of(&all), rows_of(&triggers));
    with_engine!(tx.conn(), |db| {
        db.execute_rows(EVENTS, &all, &[]).await?;
        db.execute_rows(PENDING, &triggers, &[]).await?;
    });
    Ok(())
}

#[derive(FromRow)]
struct EventRow {
    id: Uuid,
    name: String,
    occurred_at: i64,
    properties: String,
}

fn read_properties(json: &str) -> Result<Map<String, Value>> {
    serde_json::from_str(json).map_err(StorageError::corrupt_json("an event's properties"))
}

impl EventRow {
    fn read(self) -> Result<Event> {
        Ok(Event {
            id: self.id.into(),
            name: self.name,
            occurred_at: Timestamp(self.occurred_at),
            properties: read_properties(&self.properties)?,
        })
    }
}

/// A contact's events, latest first.
pub async fn of_contact(
    db: impl Into<Conn<'_>>,
    contact: (Shard, ContactId),
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Event>> {
    const SQL: &str = "SELECT id, name, occurred_at, properties FROM events \
        WHERE shard = $1 AND contact_id = $2 AND (occurred_at, id) < ($3, $4) \
        ORDER BY occurred_at DESC, id DESC LIMIT $5";
    let (at, id) = after.map_or(Ok((i64::MAX, Uuid::max())), Cursor::at)?;
    let rows: Vec<EventRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(SQL).bind(shard(contact.0)).bind(contact.1.0);
        query
            .bind(at)
            .bind(id)
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_at(row.occurred_at, row.id)).try_map(EventRow::read)
}

/// A contact's latest event of this name, among its latest `among` events.
pub async fn last_named(
    db: impl Into<Conn<'_>>,
    contact: (Shard, ContactId),
    name: &str,
    among: u32,
) -> Result<Option<Event>> {
    const SQL: &str = "SELECT id, name, occurred_at, properties FROM (\
        SELECT id, name, occurred_at, properties FROM events \
        WHERE shard = $1 AND contact_id = $2 ORDER BY occurred_at DESC, id DESC LIMIT $4) AS latest \
        WHERE name = $3 ORDER BY occurred_at DESC, id DESC LIMIT 1";
    let row: Option<EventRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(SQL).bind(shard(contact.0)).bind(contact.1.0);
        query
            .bind(name)
            .bind(i64::from(among))
            .fetch_optional(db)
            .await?
    });
    row.map(EventRow::read).transpose()
}
