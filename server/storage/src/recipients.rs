//! What planning reads: the contacts of a chunk's sends, and their devices.

use std::fmt;

use domain::gate::ContactFacts;
use domain::push::StoredAttributes;
use domain::{ChunkId, ContactId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::deliveries::{Delivery, Target, TargetRow};
use crate::dialect::{self, Dialect};
use crate::rows::{Flag, Rows, Scalar, shard_of};
use crate::sends::SendKey;
use crate::{Conn, Result, StorageError};

/// The event that let a contact in, as an enrollment keeps it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TriggerEvent {
    /// Its identifier.
    pub id: Uuid,
    /// What happened.
    pub name: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Facts about it: what templates call `event`.
    #[serde(default)]
    pub properties: Map<String, Value>,
}

/// Of a [`TriggerEvent`], what templates read.
#[derive(Deserialize)]
struct EventProperties {
    #[serde(default = "no_properties")]
    properties: liquid::Value,
}

fn no_properties() -> liquid::Value {
    liquid::Value::object::<&str>([])
}

/// A contact as planning knows it.
#[derive(Clone, Debug)]
pub struct Person {
    /// What gates ask.
    pub facts: ContactFacts,
    /// What templates read; nil where it was not asked for.
    pub fields: liquid::Value,
}

/// A send with its contact.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// Which send.
    pub key: SendKey,
    /// The contact; `None` when it was deleted.
    pub contact: Option<Person>,
    /// Properties of the event that began the journey, as templates read them; empty
    /// where they were not asked for.
    pub properties: liquid::Value,
}

impl Recipient {
    /// What gates ask of the contact.
    pub fn facts(&self) -> Option<ContactFacts> {
        self.contact.as_ref().map(|contact| contact.facts)
    }
}

/// `shard contact source step external first last email locale zone opted_in
/// attributes trigger`
type RecipientRow = (
    i16,
    Uuid,
    Uuid,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<Flag>,
    Option<String>,
    Option<String>,
);

/// How much of a recipient is worth reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// Only what gates ask.
    Gates,
    /// The contact too, for templates.
    Contact,
    /// The event as well: one more page of the database to read for each recipient.
    Event,
}

fn recipient(row: RecipientRow, depth: Depth) -> Result<Recipient> {
    let home = shard_of(row.0);
    let exists = row.4.is_some();
    let (mut fields, mut properties) = (liquid::Value::Nil, no_properties());
    if depth != Depth::Gates {
        let attributes: StoredAttributes = match &row.11 {
            Some(json) if json != "{}" => serde_json::from_str(json)
                .map_err(StorageError::corrupt_json("a contact's attributes"))?,
            _ => StoredAttributes::default(),
        };
        let own = [row.4, row.5, row.6, row.7, row.8, row.9];
        fields = attributes.into_contact(own);
        if let Some(json) = &row.12 {
            let event: EventProperties = serde_json::from_str(json)
                .map_err(StorageError::corrupt_json("an enrollment's event"))?;
            properties = event.properties;
        }
    }
    let facts = ContactFacts {
        opted_in: row.10.map(|flag| flag.0),
    };
    let contact = exists.then_some(Person { facts, fields });
    let key = SendKey {
        shard: home,
        contact_id: row.1.into(),
        source_id: row.2,
        step: row.3,
    };
    Ok(Recipient {
        key,
        contact,
        properties,
    })
}

/// A chunk's recipients and their devices as they were fetched, still to be decoded:
/// a good part of the work, which needs no connection.
pub struct Fetched {
    rows: dialect::Fetched<(Vec<RecipientRow>, Vec<TargetRow>)>,
    depth: Depth,
}

impl Fetched {
    /// The sends with their contacts, ordered by shard and contact, and the devices of
    /// these contacts, ordered by contact and binding; a contact with two sends in the
    /// chunk has its devices twice. What templates read of a contact is made when it is
    /// its turn, and so is never there for all of a chunk.
    pub fn decode(self) -> Result<(impl Iterator<Item = Result<Recipient>>, Vec<Target>)> {
        let (mut rows, mut devices) = (self.rows)()?;
        rows.sort_unstable_by(|a, b| (a.0, a.1, a.2, &a.3).cmp(&(b.0, b.1, b.2, &b.3)));
        let depth = self.depth;
        let recipients = rows.into_iter().map(move |row| recipient(row, depth));
        devices.sort_unstable_by_key(|row| (row.1, row.0));
        let mut targets = Vec::with_capacity(devices.len());
        for row in devices {
            targets.push(row.try_into()?);
        }
        Ok((recipients, targets))
    }
}

impl fmt::Debug for Fetched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fetched")
            .field("depth", &self.depth)
            .finish_non_exhaustive()
    }
}

/// Reads a chunk's decided sends with their contacts, and these contacts' devices.
pub async fn of_chunk(db: impl Into<Conn<'_>>, chunk: ChunkId, depth: Depth) -> Result<Fetched> {
    /// The recipients with these columns after the contact's external id, from these tables
    /// beside.
    macro_rules! recipients {
        ($columns:literal, $beside:literal) => {
            concat!(
                "SELECT {pack}s.shard, {id}s.contact_id{/id}, {id}s.source_id{/id}, s.step, \
                c.external_id, ",
                $columns,
                "{/pack} FROM sends s \
                LEFT JOIN contacts c ON c.shard = s.shard AND c.id = s.contact_id ",
                $beside,
                "WHERE s.chunk_id = $1 AND s.state = 0"
            )
        };
    }
    let recipients = match depth {
        Depth::Gates => recipients!("NULL, NULL, NULL, NULL, NULL, c.opted_in, NULL, NULL", ""),
        Depth::Contact => recipients!(
            "c.first_name, c.last_name, c.email, c.locale, c.time_zone, c.opted_in, \
            c.attributes, NULL",
            ""
        ),
        Depth::Event => recipients!(
            "c.first_name, c.last_name, c.email, c.locale, c.time_zone, c.opted_in, \
            c.attributes, e.trigger_event",
            "LEFT JOIN enrollments e ON e.shard = s.shard AND e.id = s.source_id "
        ),
    };
    const DEVICES: &str = "SELECT {pack}{id}b.id{/id}, {id}b.contact_id{/id}, \
        {id}b.app_id{/id}, b.channel, b.platform, b.token, b.os_permission, b.opted_in, \
        b.state, b.registered_at{/pack} FROM sends s \
        JOIN device_bindings b ON b.shard = s.shard AND b.contact_id = s.contact_id \
        WHERE s.chunk_id = $1 AND s.state = 0";
    let rows = with_engine!(db.into(), |db| db
        .fetch_two_packed([recipients, DEVICES], &[Scalar::Uuid(chunk.0)])
        .await?);
    Ok(Fetched { rows, depth })
}

/// The contacts of these deliveries, with what templates read, in no order.
pub async fn of_deliveries(
    db: impl Into<Conn<'_>>,
    deliveries: &[Delivery],
) -> Result<Vec<Recipient>> {
    const SQL: &str = "WITH r (shard, contact_id, source_id, step) AS ({rows}) \
        SELECT r.shard, r.contact_id, r.source_id, r.step, c.external_id, \
        c.first_name, c.last_name, c.email, c.locale, c.time_zone, c.opted_in, c.attributes, \
        e.trigger_event FROM r \
        LEFT JOIN contacts c ON c.shard = r.shard AND c.id = r.contact_id \
        LEFT JOIN enrollments e ON e.shard = r.shard AND e.id = r.source_id";
    let mut keys: Vec<(domain::Shard, ContactId, Uuid, &str)> = deliveries
        .iter()
        .map(|d| (d.contact_shard, d.contact_id, d.source_id, d.step.as_str()))
        .collect();
    keys.sort_unstable();
    keys.dedup();
    let rows = Rows::new()
        .column(keys.iter().map(|key| key.0))
        .column(keys.iter().map(|key| key.1))
        .column(keys.iter().map(|key| key.2))
        .column(keys.iter().map(|key| key.3));
    let found: Vec<RecipientRow> =
        with_engine!(db.into(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    found
        .into_iter()
        .map(|row| recipient(row, Depth::Event))
        .collect()
}
