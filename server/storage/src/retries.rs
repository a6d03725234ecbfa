//! Retries: deliveries that left their chunk to be tried again later.
//!
//! A row is also the lease of the call that it is for: claiming it moves its
//! `due_at` past the call, and whoever records the outcome deletes exactly
//! that row. One that comes due while its delivery stands as started was
//! uncertain: its caller died.

use domain::{ChunkId, Shard, Timestamp};
use uuid::Uuid;

use crate::deliveries::Place;
use crate::dialect::Dialect;
use crate::rows::{Rows, Scalar, shard, shard_of};
use crate::{Conn, Result, Tx};

/// A retry's key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Retry {
    /// The delivery.
    pub place: Place,
    /// When it is due, or until when it is claimed.
    pub due_at: Timestamp,
}

/// `shard due_at chunk seq`
type RetryRow = (i16, i64, Uuid, i32);

impl From<RetryRow> for Retry {
    fn from(row: RetryRow) -> Self {
        let place = Place {
            home: shard_of(row.0),
            chunk_id: ChunkId(row.2),
            seq: row.3,
        };
        Self {
            place,
            due_at: Timestamp(row.1),
        }
    }
}

/// Retries that are due in the shards from `lo` to `hi`, at most `limit`.
pub async fn due(
    db: impl Into<Conn<'_>>,
    lo: Shard,
    hi: Shard,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Retry>> {
    // Shard by shard: each is one look at the key's (shard, due_at).
    const SQL: &str = "WITH RECURSIVE s (n) AS (SELECT CAST($1 AS SMALLINT) \
        UNION ALL SELECT CAST(n + 1 AS SMALLINT) FROM s WHERE n < $2) \
        SELECT t.shard, t.due_at, t.chunk_id, t.seq FROM s CROSS JOIN retries t \
        WHERE t.shard = s.n AND t.due_at <= $3 LIMIT $4";
    let rows: Vec<RetryRow> = with_engine!(db.into(), |db| {
        let now = db.lease_clock(now).await?;
        sqlx::query_as(SQL)
            .bind(shard(lo))
            .bind(shard(hi))
            .bind(now.as_millis())
            .bind(limit)
            .fetch_all(&mut *db)
            .await?
    });
    Ok(rows.into_iter().map(Into::into).collect())
}

/// How many retries there are, due or not; counted up to `most`.
pub async fn count_to(db: impl Into<Conn<'_>>, most: u32) -> Result<u32> {
    const SQL: &str = "SELECT COUNT(*) FROM (SELECT 1 FROM retries LIMIT $1) AS found";
    let found: i64 = with_engine!(db.into(), |db| {
        sqlx::query_scalar(SQL)
            .bind(i64::from(most))
            .fetch_one(&mut *db)
            .await?
    });
    Ok(u32::try_from(found).unwrap_or(most))
}

fn rows(retries: &[Retry]) -> Rows<'static> {
    Rows::new()
        .column(retries.iter().map(|r| r.place.home))
        .column(retries.iter().map(|r| r.due_at))
        .column(retries.iter().map(|r| r.place.chunk_id))
        .column(retries.iter().map(|r| r.place.seq))
}

/// Claims retries for one call each: their deliveries stand as started from
/// here. Those that another claimed first are left out.
pub async fn claim(
    tx: &mut Tx,
    retries: &[Retry],
    now: Timestamp,
    lease_millis: i64,
) -> Result<Vec<Retry>> {
    const CLAIM: &str = "WITH r (shard, due_at, chunk_id, seq) AS ({rows}) \
        UPDATE retries SET due_at = $1, attempt = retries.attempt + 1 FROM r \
        WHERE retries.shard = r.shard AND retries.due_at = r.due_at \
        AND retries.chunk_id = r.chunk_id AND retries.seq = r.seq \
        RETURNING retries.shard, retries.due_at, retries.chunk_id, retries.seq";
    const START: &str = "WITH r (shard, due_at, chunk_id, seq) AS ({rows}) \
        UPDATE deliveries SET state = 1, attempt = deliveries.attempt + 1 FROM r \
        WHERE deliveries.shard = r.shard AND deliveries.chunk_id = r.chunk_id \
        AND deliveries.seq = r.seq";
    with_engine!(tx.conn(), |db| {
        let until = db.lease_clock(now).await?.plus_millis(lease_millis);
        let until = Scalar::Big(until.as_millis());
        let claimed: Vec<RetryRow> = db.fetch_rows(CLAIM, &rows(retries), &[until]).await?;
        let claimed: Vec<Retry> = claimed.into_iter().map(Into::into).collect();
        db.execute_rows(START, &rows(&claimed), &[]).await?;
        Ok(claimed)
    })
}

/// Deletes retries whose outcome is being recorded, and returns those that
/// were still there: only their outcomes count.
pub(crate) async fn settle(tx: &mut Tx, retries: &[Retry]) -> Result<Vec<Retry>> {
    const SQL: &str = "WITH r (shard, due_at, chunk_id, seq) AS ({rows}) \
        DELETE FROM retries WHERE (shard, due_at, chunk_id, seq) \
        IN (SELECT shard, due_at, chunk_id, seq FROM r) \
        RETURNING shard, due_at, chunk_id, seq";
    let settled: Vec<RetryRow> = with_engine!(tx.conn(), |db| db
        .fetch_rows(SQL, &rows(retries), &[])
        .await?);
    Ok(settled.into_iter().map(Into::into).collect())
}

/// Plans retries.
pub(crate) async fn insert(tx: &mut Tx, retries: &[Retry]) -> Result<()> {
    const SQL: &str = "INSERT INTO retries (shard, due_at, chunk_id, seq, attempt) {rows} \
        ON CONFLICT (shard, due_at, chunk_id, seq) DO NOTHING";
    let rows = rows(retries).column(retries.iter().map(|_| 1_i16));
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}
