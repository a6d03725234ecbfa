//! Retries: deliveries that left their chunk to be tried again later.
//!
//! A row is also the lease of the call that it is for: claiming it moves its
//! `due_at` past the call, and whoever records the outcome deletes exactly
//! that row. One that comes due while its delivery stands as started was
//! uncertain: its caller died.

use domain::device::Channel;
use domain::{AppId, ChunkId, Shard, Timestamp};
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

use crate::deliveries::Place;
use crate::dialect::Dialect;
use crate::rows::{Rows, Scalar, shard, shard_of};
use crate::{Conn, Result, Tx, codes};

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

/// The key of the credential that a retry waits for. Two with the same one
/// would only wait in one line.
pub fn route(app: AppId, channel: Channel) -> i64 {
    let mut bytes = app.0.as_bytes().to_vec();
    bytes.extend(codes::channel(channel).to_be_bytes());
    xxh3_64(&bytes).cast_signed()
}

/// The keys of all credentials that any retry waits for, due or not.
pub async fn routes(db: impl Into<Conn<'_>>) -> Result<Vec<i64>> {
    // From one to the next by the index, however many retries there are.
    const SQL: &str = "WITH RECURSIVE r (n) AS (SELECT MIN(route) FROM retries \
        UNION ALL SELECT (SELECT MIN(t.route) FROM retries t WHERE t.route > r.n) FROM r \
        WHERE r.n IS NOT NULL) SELECT n FROM r WHERE n IS NOT NULL";
    Ok(with_engine!(db.into(), |db| sqlx::query_scalar(SQL)
        .fetch_all(&mut *db)
        .await?))
}

/// Retries that wait for the credential `route` and are due in the shards from
/// `lo` to `hi`: at most `limit`, the longest due first.
pub async fn due(
    db: impl Into<Conn<'_>>,
    route: i64,
    lo: Shard,
    hi: Shard,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Retry>> {
    // By retries_route.
    const SQL: &str = "SELECT shard, due_at, chunk_id, seq FROM retries \
        WHERE route = $5 AND due_at <= $3 AND shard >= $1 AND shard <= $2 \
        ORDER BY due_at LIMIT $4";
    let rows: Vec<RetryRow> = with_engine!(db.into(), |db| {
        let now = db.lease_clock(now).await?;
        sqlx::query_as(SQL)
            .bind(shard(lo))
            .bind(shard(hi))
            .bind(now.as_millis())
            .bind(limit)
            .bind(route)
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

/// Plans retries, each for the credential of that key.
pub(crate) async fn insert(tx: &mut Tx, retries: &[(Retry, i64)]) -> Result<()> {
    const SQL: &str = "INSERT INTO retries (shard, due_at, chunk_id, seq, attempt, route) {rows} \
        ON CONFLICT (shard, due_at, chunk_id, seq) DO NOTHING";
    let keys: Vec<Retry> = retries.iter().map(|(retry, _)| *retry).collect();
    let rows = rows(&keys)
        .column(retries.iter().map(|_| 1_i16))
        .column(retries.iter().map(|(_, route)| *route));
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}
