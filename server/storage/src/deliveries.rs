//! Deliveries: one push to one device each, kept in the order of their chunk.
//! Written once before the first call and, unless that call was taken, once
//! after it; of those that were taken, runs are kept. `ledger` does both.

use domain::delivery::DeliveryState;
use domain::device::{BindingState, Channel, OsPermission, Platform};
use domain::gate::{GateFacts, GateMask};
use domain::{AppId, BindingId, ChunkId, ContactId, Shard, Timestamp};
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::rows::{Flag, Rows, shard, shard_of};
use crate::{Conn, Result, StorageError, codes, facts};

/// A delivery as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The chunk's home shard, which leads its key.
    pub home: Shard,
    /// The chunk.
    pub chunk_id: ChunkId,
    /// Its number in the chunk.
    pub seq: i32,
    /// The contact's shard.
    pub contact_shard: Shard,
    /// The contact.
    pub contact_id: ContactId,
    /// The device.
    pub binding_id: BindingId,
    /// The provider.
    pub channel: Channel,
    /// The send's source.
    pub source_id: Uuid,
    /// The send's step.
    pub step: String,
    /// What became of it.
    pub state: DeliveryState,
    /// Why: a gate's name, or the provider's reason.
    pub reason: Option<String>,
    /// How many calls were made.
    pub attempt: i16,
    /// The gates passed.
    pub mask: GateMask,
    /// What the gate that stopped it saw.
    pub facts: Option<GateFacts>,
    /// The provider's own identifier.
    pub provider_id: Option<String>,
    /// When its outcome was recorded.
    pub finished_at: Option<Timestamp>,
}

/// `shard chunk seq contact_shard contact binding channel source step state
/// reason attempt mask provider_id finished_at facts`
type DeliveryRow = (
    i16,
    Uuid,
    i32,
    i16,
    Uuid,
    Uuid,
    i16,
    Uuid,
    String,
    i16,
    Option<String>,
    i16,
    i32,
    Option<String>,
    Option<i64>,
    Option<Vec<u8>>,
);

/// What follows `deliveries d` wherever deliveries are read: the run that one
/// stands in, if its first call was taken.
macro_rules! runs {
    () => {
        " LEFT JOIN accepted_runs a ON a.shard = d.shard AND a.chunk_id = d.chunk_id \
         AND d.state < 2 AND a.hi >= d.seq AND a.lo = (SELECT MAX(r.lo) FROM accepted_runs r \
         WHERE r.shard = d.shard AND r.chunk_id = d.chunk_id AND r.lo <= d.seq)"
    };
}

mod lately;
mod new;

pub use lately::{Lately, lately};
pub use new::NewDelivery;
pub(crate) use new::insert;

macro_rules! columns {
    () => {
        "d.shard, d.chunk_id, d.seq, d.contact_shard, d.contact_id, d.binding_id, d.channel, \
         d.source_id, d.step, \
         CASE WHEN a.lo IS NULL THEN d.state ELSE CAST(2 AS SMALLINT) END, d.reason, \
         CASE WHEN a.lo IS NULL THEN d.attempt ELSE CAST(1 AS SMALLINT) END, d.gates_mask, \
         d.provider_id, COALESCE(d.finished_at, a.at), d.facts"
    };
}

impl TryFrom<DeliveryRow> for Delivery {
    type Error = StorageError;

    fn try_from(row: DeliveryRow) -> Result<Self> {
        Ok(Self {
            home: shard_of(row.0),
            chunk_id: row.1.into(),
            seq: row.2,
            contact_shard: shard_of(row.3),
            contact_id: row.4.into(),
            binding_id: row.5.into(),
            channel: codes::channel_of(row.6)?,
            source_id: row.7,
            step: row.8,
            state: DeliveryState::from_code(row.9)
                .ok_or(StorageError::corrupt("a delivery's state"))?,
            reason: row.10,
            attempt: row.11,
            mask: GateMask(row.12),
            provider_id: row.13,
            finished_at: row.14.map(Timestamp),
            facts: row.15.as_deref().map(facts::unpack).transpose()?,
        })
    }
}

/// A device as far as a delivery needs it.
#[derive(Clone, Debug)]
pub struct Target {
    /// The binding.
    pub id: BindingId,
    /// The contact.
    pub contact_id: ContactId,
    /// The app.
    pub app_id: AppId,
    /// The provider.
    pub channel: Channel,
    /// The system.
    pub platform: Platform,
    /// The push token.
    pub token: String,
    /// What the system lets the app show.
    pub os_permission: OsPermission,
    /// Whether this device takes pushes.
    pub opted_in: bool,
    /// Whether it can be sent to.
    pub state: BindingState,
    /// When the token was last registered.
    pub registered_at: Timestamp,
}

/// `id contact app channel platform token permission opted_in state registered_at`
pub(crate) type TargetRow = (Uuid, Uuid, Uuid, i16, i16, String, i16, Flag, i16, i64);

impl TryFrom<TargetRow> for Target {
    type Error = StorageError;

    fn try_from(row: TargetRow) -> Result<Self> {
        Ok(Self {
            id: row.0.into(),
            contact_id: row.1.into(),
            app_id: row.2.into(),
            channel: codes::channel_of(row.3)?,
            platform: codes::platform_of(row.4)?,
            token: row.5,
            os_permission: codes::permission_of(row.6)?,
            opted_in: row.7.0,
            state: codes::binding_state_of(row.8)?,
            registered_at: Timestamp(row.9),
        })
    }
}

/// A chunk's deliveries that have no outcome, in order. Those that wait for a
/// retry, or were claimed for one, have left the chunk.
pub async fn open_of_chunk(
    db: impl Into<Conn<'_>>,
    home: Shard,
    chunk: ChunkId,
) -> Result<Vec<Delivery>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM deliveries d",
        runs!(),
        " WHERE d.shard = $1 AND d.chunk_id = $2 AND d.state = 0 \
          AND a.lo IS NULL ORDER BY d.seq"
    );
    let rows: Vec<DeliveryRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(home))
            .bind(chunk.0)
            .fetch_all(&mut *db)
            .await?
    });
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A chunk's deliveries from the number `from` on, in order, at most `limit`.
pub async fn of_chunk(
    db: impl Into<Conn<'_>>,
    home: Shard,
    chunk: ChunkId,
    from: i32,
    limit: u32,
) -> Result<Vec<Delivery>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM deliveries d",
        runs!(),
        " WHERE d.shard = $1 AND d.chunk_id = $2 AND d.seq >= $3 \
          ORDER BY d.seq LIMIT $4"
    );
    let rows: Vec<DeliveryRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(home))
            .bind(chunk.0)
            .bind(from)
            .bind(i64::from(limit))
            .fetch_all(&mut *db)
            .await?
    });
    rows.into_iter().map(TryInto::try_into).collect()
}

/// A contact's deliveries in one chunk, in order: what became of a send.
pub async fn of_contact(
    db: impl Into<Conn<'_>>,
    home: Shard,
    chunk: ChunkId,
    contact: ContactId,
) -> Result<Vec<Delivery>> {
    // A chunk's deliveries stand together: at most some thousand are read.
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM deliveries d",
        runs!(),
        " WHERE d.shard = $1 AND d.chunk_id = $2 AND d.contact_id = $3 \
          ORDER BY d.seq"
    );
    let rows: Vec<DeliveryRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(home))
            .bind(chunk.0)
            .bind(contact.0)
            .fetch_all(&mut *db)
            .await?
    });
    rows.into_iter().map(TryInto::try_into).collect()
}

/// One delivery.
///
/// # Errors
/// `NotFound`.
pub async fn get(
    db: impl Into<Conn<'_>>,
    home: Shard,
    chunk: ChunkId,
    seq: i32,
) -> Result<Delivery> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM deliveries d",
        runs!(),
        " WHERE d.shard = $1 AND d.chunk_id = $2 AND d.seq = $3"
    );
    let row: DeliveryRow = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(home))
            .bind(chunk.0)
            .bind(seq)
            .fetch_one(&mut *db)
            .await?
    });
    row.try_into()
}

/// A delivery's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The chunk's home shard.
    pub home: Shard,
    /// The chunk.
    pub chunk_id: ChunkId,
    /// Its number in the chunk.
    pub seq: i32,
}

/// The deliveries at these places, in no order.
pub async fn at(db: impl Into<Conn<'_>>, places: &[Place]) -> Result<Vec<Delivery>> {
    const SQL: &str = concat!(
        "WITH r (shard, chunk_id, seq) AS ({rows}) SELECT ",
        columns!(),
        " FROM r CROSS JOIN deliveries d",
        runs!(),
        " WHERE d.shard = r.shard AND d.chunk_id = r.chunk_id AND d.seq = r.seq"
    );
    let rows = Rows::new()
        .column(places.iter().map(|place| place.home))
        .column(places.iter().map(|place| place.chunk_id))
        .column(places.iter().map(|place| place.seq));
    let found: Vec<DeliveryRow> =
        with_engine!(db.into(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    found.into_iter().map(TryInto::try_into).collect()
}

/// The devices of these deliveries as they are now; those that are gone are
/// left out.
pub async fn targets(db: impl Into<Conn<'_>>, deliveries: &[Delivery]) -> Result<Vec<Target>> {
    const SQL: &str = "WITH r (shard, contact_id, id) AS ({rows}) \
        SELECT b.id, b.contact_id, b.app_id, b.channel, b.platform, b.token, b.os_permission, \
        b.opted_in, b.state, b.registered_at FROM r CROSS JOIN device_bindings b \
        WHERE b.shard = r.shard AND b.contact_id = r.contact_id AND b.id = r.id";
    let rows = Rows::new()
        .column(deliveries.iter().map(|d| d.contact_shard))
        .column(deliveries.iter().map(|d| d.contact_id))
        .column(deliveries.iter().map(|d| d.binding_id));
    let found: Vec<TargetRow> =
        with_engine!(db.into(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    found.into_iter().map(TryInto::try_into).collect()
}
