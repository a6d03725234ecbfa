//! Pending triggers as the enroller takes them, and where in the shards there
//! is work at all.

use domain::{ContactId, EventId, Shard, Timestamp};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::rows::{Rows, shard, shard_of};
use crate::{Conn, Result, StorageError, Tx};

/// An event that a live workflow listens to and nobody has looked at yet.
#[derive(Clone, Debug)]
pub struct PendingTrigger {
    /// The contact's shard.
    pub shard: Shard,
    /// The event.
    pub event_id: EventId,
    /// Who did it.
    pub contact_id: ContactId,
    /// What happened.
    pub name: String,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// Facts about it.
    pub properties: Map<String, Value>,
}

/// Pending triggers of the shards from `lo` to `hi`, at most `limit`.
pub async fn pending(
    db: impl Into<Conn<'_>>,
    lo: Shard,
    hi: Shard,
    limit: i64,
) -> Result<Vec<PendingTrigger>> {
    const SQL: &str = "SELECT shard, event_id, contact_id, name, occurred_at, properties \
        FROM pending_triggers WHERE shard >= $1 AND shard <= $2 ORDER BY shard, event_id LIMIT $3";
    let rows: Vec<(i16, Uuid, Uuid, String, i64, String)> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(lo))
            .bind(shard(hi))
            .bind(limit)
            .fetch_all(&mut *db)
            .await?
    });
    rows.into_iter()
        .map(|(home, event, contact, name, at, properties)| {
            Ok(PendingTrigger {
                shard: shard_of(home),
                event_id: event.into(),
                contact_id: contact.into(),
                name,
                occurred_at: Timestamp(at),
                properties: serde_json::from_str(&properties)
                    .map_err(StorageError::corrupt_json("an event's properties"))?,
            })
        })
        .collect()
}

/// Whether nobody has looked at an event yet.
pub async fn is_pending(db: impl Into<Conn<'_>>, home: Shard, event: EventId) -> Result<bool> {
    const SQL: &str = "SELECT COUNT(*) FROM pending_triggers WHERE shard = $1 AND event_id = $2";
    let found: i64 = with_engine!(db.into(), |db| {
        sqlx::query_scalar(SQL)
            .bind(shard(home))
            .bind(event.0)
            .fetch_one(&mut *db)
            .await?
    });
    Ok(found > 0)
}

/// Takes triggers off, and returns those that were still there: only these
/// may enroll.
pub async fn take(tx: &mut Tx, triggers: &[PendingTrigger]) -> Result<Vec<EventId>> {
    const SQL: &str = "WITH r (shard, event_id) AS ({rows}) DELETE FROM pending_triggers \
        WHERE (shard, event_id) IN (SELECT shard, event_id FROM r) RETURNING event_id";
    let rows = Rows::new()
        .column(triggers.iter().map(|t| t.shard))
        .column(triggers.iter().map(|t| t.event_id));
    let taken: Vec<(Uuid,)> = with_engine!(tx.conn(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    Ok(taken.into_iter().map(|(id,)| id.into()).collect())
}

/// The first shards of those ranges of `width` shards where something is
/// pending or due, enrollments of workflows that are not live left out.
pub async fn busy_ranges(
    db: impl Into<Conn<'_>>,
    width: u16,
    now: Timestamp,
) -> Result<Vec<Shard>> {
    // Three looks at a key for each shard; nothing is counted.
    const SQL: &str = "WITH RECURSIVE s (n) AS (SELECT CAST(0 AS SMALLINT) \
        UNION ALL SELECT CAST(n + 1 AS SMALLINT) FROM s WHERE n < 1023) \
        SELECT DISTINCT CAST(n / $1 AS SMALLINT) FROM s WHERE \
        EXISTS (SELECT 1 FROM pending_triggers p WHERE p.shard = n) \
        OR EXISTS (SELECT 1 FROM enrollments e WHERE e.shard = n AND e.due_at <= $2 \
        AND e.workflow_id IN (SELECT id FROM workflows WHERE state = 1)) \
        OR EXISTS (SELECT 1 FROM retries t WHERE t.shard = n AND t.due_at <= $2)";
    let width = width.max(1);
    let ranges: Vec<i16> = with_engine!(db.into(), |db| {
        sqlx::query_scalar(SQL)
            .bind(width.cast_signed())
            .bind(now.as_millis())
            .fetch_all(&mut *db)
            .await?
    });
    Ok(ranges
        .into_iter()
        .map(|n| Shard::from_number(n.cast_unsigned() * width))
        .collect())
}
