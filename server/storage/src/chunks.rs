//! Chunks: about 500 sends of one push revision over a range of shards, the
//! unit that is claimed, planned, sent and finished.

use domain::push::DeliveryClass;
use domain::{CampaignId, ChunkId, PushId, RevisionId, Shard, Timestamp};
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::ledger::Owner;
use crate::rows::{Rows, Scalar, shard_of};
use crate::{Conn, Cursor, Page, Result, StorageError, Tx};

/// How far a chunk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkState {
    /// Its sends are decided; no gate was asked yet.
    Decided,
    /// Its deliveries are written.
    Planned,
    /// Providers are being called.
    Sending,
    /// Every delivery has an outcome, or waits among the retries.
    Finished,
}

impl ChunkState {
    /// The number in the database.
    pub(crate) const fn code(self) -> i16 {
        self as i16
    }

    fn from_code(code: i16) -> Result<Self> {
        Ok(match code {
            0 => Self::Decided,
            1 => Self::Planned,
            2 => Self::Sending,
            3 => Self::Finished,
            _ => return Err(StorageError::corrupt("a chunk's state")),
        })
    }
}

/// A chunk about to be inserted, decided.
#[derive(Clone, Debug)]
pub struct NewChunk {
    /// Its identifier.
    pub id: ChunkId,
    /// The push.
    pub push_id: PushId,
    /// What is sent.
    pub push_revision_id: RevisionId,
    /// For which campaign.
    pub campaign_id: Option<CampaignId>,
    /// What an uncertain delivery means.
    pub class: DeliveryClass,
    /// A test: every call is kept, and nothing is counted.
    pub test: bool,
    /// The first shard of its sends.
    pub shard_lo: Shard,
    /// The last shard of its sends.
    pub shard_hi: Shard,
    /// How many sends it has.
    pub recipients: i32,
}

/// A chunk as stored.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// Its identifier.
    pub id: ChunkId,
    /// The push.
    pub push_id: PushId,
    /// What is sent.
    pub push_revision_id: RevisionId,
    /// For which campaign.
    pub campaign_id: Option<CampaignId>,
    /// What an uncertain delivery means.
    pub class: DeliveryClass,
    /// A test: every call is kept, and nothing is counted.
    pub test: bool,
    /// The first shard of its sends, where its deliveries are kept.
    pub home: Shard,
    /// How far it is.
    pub state: ChunkState,
    /// How many sends it has.
    pub recipients: i32,
    /// How many deliveries it has.
    pub deliveries: i32,
    /// Deliveries below this number may have left; those from it on have not.
    pub started_to: i32,
    /// Grows with each claim; a write with an older one changes nothing.
    pub epoch: i64,
    /// When it was decided: its time to live counts from here.
    pub created_at: Timestamp,
    /// When it was finished.
    pub finished_at: Option<Timestamp>,
}

/// `id push push_revision campaign class test home state recipients
/// deliveries started_to epoch created_at finished_at`
type ChunkRow = (
    Uuid,
    Uuid,
    Uuid,
    Option<Uuid>,
    i16,
    bool,
    i16,
    i16,
    i32,
    i32,
    i32,
    i64,
    i64,
    Option<i64>,
);

macro_rules! columns {
    () => {
        "id, push_id, push_revision_id, campaign_id, class, test, shard_lo, state, recipients, \
         deliveries, started_to, epoch, created_at, finished_at"
    };
}

/// `$lane` narrows the choice. Both lanes read a partial index of the
/// unfinished.
macro_rules! claim {
    ($lane:literal) => {
        concat!(
            "UPDATE chunks SET owner = $1, epoch = epoch + 1, lease_until = $3 WHERE id IN (\
             SELECT id FROM chunks WHERE finished_at IS NULL ",
            $lane,
            " AND (lease_until IS NULL OR lease_until < $2) ORDER BY id LIMIT $4 {claim}) \
             RETURNING ",
            columns!()
        )
    };
}

impl TryFrom<ChunkRow> for Chunk {
    type Error = StorageError;

    fn try_from(row: ChunkRow) -> Result<Self> {
        Ok(Self {
            id: row.0.into(),
            push_id: row.1.into(),
            push_revision_id: row.2.into(),
            campaign_id: row.3.map(Into::into),
            class: DeliveryClass::from_code(row.4)
                .ok_or(StorageError::corrupt("a chunk's class"))?,
            test: row.5,
            home: shard_of(row.6),
            state: ChunkState::from_code(row.7)?,
            recipients: row.8,
            deliveries: row.9,
            started_to: row.10,
            epoch: row.11,
            created_at: Timestamp(row.12),
            finished_at: row.13.map(Timestamp),
        })
    }
}

/// Inserts decided chunks; their sends go into the same transaction.
pub async fn insert(tx: &mut Tx, chunks: &[NewChunk], now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO chunks (id, push_id, push_revision_id, campaign_id, class, \
        test, shard_lo, shard_hi, state, recipients, deliveries, started_to, epoch, created_at) {rows}";
    let each = |value: i32| chunks.iter().map(move |_| value);
    let rows = Rows::new()
        .column(chunks.iter().map(|c| c.id))
        .column(chunks.iter().map(|c| c.push_id))
        .column(chunks.iter().map(|c| c.push_revision_id))
        .column(chunks.iter().map(|c| c.campaign_id))
        .column(chunks.iter().map(|c| c.class.code()))
        .column(chunks.iter().map(|c| c.test))
        .column(chunks.iter().map(|c| c.shard_lo))
        .column(chunks.iter().map(|c| c.shard_hi))
        .column(chunks.iter().map(|_| ChunkState::Decided.code()))
        .column(chunks.iter().map(|c| c.recipients))
        .column(each(0))
        .column(each(0))
        .column(chunks.iter().map(|_| 0_i64))
        .column(chunks.iter().map(|_| now));
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}

/// Claims unfinished chunks whose lease is free or over: transactional ones
/// and tests first, else the oldest, or `urgent_only` the former alone. On
/// PostgreSQL claimers pass each other by.
pub async fn claim(
    tx: &mut Tx,
    owner: Uuid,
    now: Timestamp,
    lease_millis: i64,
    limit: i64,
    urgent_only: bool,
) -> Result<Vec<Chunk>> {
    const URGENT: &str = claim!("AND (class = 1 OR test)");
    const ANY: &str = claim!("");
    let mut rows: Vec<ChunkRow> = with_engine!(tx.conn(), |db| {
        let now = db.lease_clock(now).await?;
        let until = now.plus_millis(lease_millis);
        let mut rows: Vec<ChunkRow> = Vec::new();
        for template in if urgent_only {
            &[URGENT][..]
        } else {
            &[URGENT, ANY]
        } {
            let left = limit - i64::try_from(rows.len()).unwrap_or(limit);
            if left > 0 {
                let more: Vec<ChunkRow> = sqlx::query_as(db.sql(template))
                    .bind(owner)
                    .bind(now.as_millis())
                    .bind(until.as_millis())
                    .bind(left)
                    .fetch_all(&mut *db)
                    .await?;
                rows.extend(more);
            }
        }
        rows
    });
    // RETURNING has no order. Urgent ones first, then by age.
    rows.sort_by_key(|row| {
        (
            row.4 != DeliveryClass::Transactional.code() && !row.5,
            row.0,
        )
    });
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Whether there is any chunk to claim: a look without a lock.
pub async fn any_free(db: impl Into<Conn<'_>>, now: Timestamp, urgent_only: bool) -> Result<bool> {
    const ANY: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM chunks WHERE finished_at IS NULL \
        AND (lease_until IS NULL OR lease_until < $1) LIMIT 1) AS found";
    const URGENT: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM chunks WHERE finished_at IS NULL \
        AND (class = 1 OR test) AND (lease_until IS NULL OR lease_until < $1) LIMIT 1) AS found";
    let sql = if urgent_only { URGENT } else { ANY };
    let found: i64 = with_engine!(db.into(), |db| {
        let now = db.lease_clock(now).await?;
        sqlx::query_scalar(sql)
            .bind(now.as_millis())
            .fetch_one(&mut *db)
            .await?
    });
    Ok(found > 0)
}

/// Whether any chunk is unfinished.
pub async fn any_open(db: impl Into<Conn<'_>>) -> Result<bool> {
    const SQL: &str = "SELECT COUNT(*) FROM \
        (SELECT 1 FROM chunks WHERE finished_at IS NULL LIMIT 1) AS found";
    let found: i64 = with_engine!(db.into(), |db| sqlx::query_scalar(SQL)
        .fetch_one(&mut *db)
        .await?);
    Ok(found > 0)
}

/// Prolongs the leases of these chunks, as far as they are still `owner`'s.
pub async fn renew(tx: &mut Tx, ids: &[ChunkId], owner: Owner, now: Timestamp) -> Result<u64> {
    const SQL: &str = "WITH r (id) AS ({rows}) UPDATE chunks SET lease_until = $2 FROM r \
        WHERE chunks.id = r.id AND chunks.owner = $1 AND chunks.finished_at IS NULL";
    let rows = Rows::new().column(ids.iter().copied());
    with_engine!(tx.conn(), |db| {
        let until = db.lease_clock(now).await?.plus_millis(owner.lease_millis);
        let scalars = [Scalar::Uuid(owner.id), Scalar::Big(until.as_millis())];
        db.execute_rows(SQL, &rows, &scalars).await
    })
}

/// Gives up every chunk that `owner` has in hand: another may claim them now.
pub async fn release(tx: &mut Tx, owner: Uuid) -> Result<u64> {
    const SQL: &str = "UPDATE chunks SET owner = NULL, lease_until = NULL \
        WHERE finished_at IS NULL AND owner = $1";
    with_engine!(tx.conn(), |db| {
        Ok(sqlx::query(SQL)
            .bind(owner)
            .execute(&mut *db)
            .await?
            .rows_affected())
    })
}

/// Ends every lease. Only for the holder of an exclusive engine lock: nobody
/// else can be alive.
pub async fn void_leases(tx: &mut Tx) -> Result<u64> {
    const SQL: &str = "UPDATE chunks SET owner = NULL, lease_until = NULL \
        WHERE finished_at IS NULL AND lease_until IS NOT NULL";
    with_engine!(tx.conn(), |db| Ok(sqlx::query(SQL)
        .execute(&mut *db)
        .await?
        .rows_affected()))
}

/// Locks a chunk for a write of its owner.
///
/// # Errors
/// `StaleLease` when it is not `owner`'s any more.
pub(crate) async fn hold(tx: &mut Tx, id: ChunkId, owner: Uuid, epoch: i64) -> Result<()> {
    const SQL: &str = "UPDATE chunks SET epoch = epoch WHERE id = $1 AND owner = $2 AND epoch = $3";
    let held = with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(id.0)
            .bind(owner)
            .bind(epoch)
            .execute(&mut *db)
            .await?
            .rows_affected()
    });
    if held == 1 {
        Ok(())
    } else {
        Err(StorageError::StaleLease)
    }
}

/// One chunk.
///
/// # Errors
/// `NotFound`.
pub async fn get(db: impl Into<Conn<'_>>, id: ChunkId) -> Result<Chunk> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM chunks WHERE id = $1");
    let row: ChunkRow = with_engine!(db.into(), |db| sqlx::query_as(SQL)
        .bind(id.0)
        .fetch_one(&mut *db)
        .await?);
    row.try_into()
}

/// A push's chunks, latest first.
pub async fn of_push(
    db: impl Into<Conn<'_>>,
    push: PushId,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Chunk>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM chunks WHERE push_id = $1 AND id < $2 ORDER BY id DESC LIMIT $3"
    );
    let before = after.map_or(Ok(Uuid::max()), Cursor::id)?;
    let rows: Vec<ChunkRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(push.0)
            .bind(before)
            .bind(crate::page::fetch_limit(limit))
            .fetch_all(&mut *db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_id(row.0)).try_map(TryInto::try_into)
}

/// Chunks by id, in no order; those that do not exist are left out.
pub async fn of_ids(db: impl Into<Conn<'_>>, ids: &[ChunkId]) -> Result<Vec<Chunk>> {
    const SQL: &str = "WITH r (wanted) AS ({rows}) SELECT id, push_id, push_revision_id, \
        campaign_id, class, test, shard_lo, state, recipients, deliveries, started_to, epoch, \
        created_at, finished_at FROM r CROSS JOIN chunks WHERE chunks.id = r.wanted";
    let rows = Rows::new().column(ids.iter().copied());
    let found: Vec<ChunkRow> = with_engine!(db.into(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    found.into_iter().map(TryInto::try_into).collect()
}
