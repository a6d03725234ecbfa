//! The latest deliveries of all: read chunk by chunk, the newest first, so that
//! no index on the hot path is needed.

use domain::delivery::DeliveryState;
use domain::device::Channel;
use domain::{AppId, BindingId, ChunkId, ContactId, PushId, Timestamp};
use uuid::Uuid;

use super::Place;
use crate::rows::{shard, shard_of};
use crate::{Conn, Result, StorageError, codes};

/// The latest chunks that are looked at.
const CHUNKS: i64 = 100;
/// Deliveries that are looked at in all, and of one chunk.
const LOOKED_AT: usize = 5000;
const OF_CHUNK: i64 = 500;

/// A delivery with the names that people know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lately {
    /// Where it is kept.
    pub place: Place,
    /// The push.
    pub push_id: PushId,
    /// A test.
    pub test: bool,
    /// The contact.
    pub contact_id: ContactId,
    /// The contact's own identifier, while it is there.
    pub external_id: Option<String>,
    /// The device's identifier, while it is there.
    pub device_id: Option<String>,
    /// The binding.
    pub binding_id: BindingId,
    /// The app, while the device is there.
    pub app_id: Option<AppId>,
    /// The provider.
    pub channel: Channel,
    /// What became of it.
    pub state: DeliveryState,
    /// Why.
    pub reason: Option<String>,
    /// When its outcome was recorded, or else when it was decided.
    pub at: Timestamp,
}

/// `seq contact binding channel state reason at external device app`
type LatelyRow = (
    i32,
    Uuid,
    Uuid,
    i16,
    i16,
    Option<String>,
    Option<i64>,
    Option<String>,
    Option<String>,
    Option<Uuid>,
);

/// The latest deliveries that `wanted` lets pass, newest chunk first, at most
/// `limit`, among the latest five thousand.
pub async fn lately(
    db: &mut crate::Reader,
    limit: usize,
    wanted: impl Fn(&Lately) -> bool,
) -> Result<Vec<Lately>> {
    let mut found = Vec::new();
    let mut looked_at = 0;
    for (chunk, push, test, home, decided_at) in latest_chunks(&mut *db).await? {
        for row in of_chunk(&mut *db, home, chunk).await? {
            looked_at += 1;
            let lately = Lately {
                place: Place {
                    home: shard_of(home),
                    chunk_id: ChunkId(chunk),
                    seq: row.0,
                },
                push_id: push.into(),
                test,
                contact_id: row.1.into(),
                external_id: row.7,
                device_id: row.8,
                binding_id: row.2.into(),
                app_id: row.9.map(Into::into),
                channel: codes::channel_of(row.3)?,
                state: DeliveryState::from_code(row.4)
                    .ok_or(StorageError::corrupt("a delivery's state"))?,
                reason: row.5,
                at: Timestamp(row.6.unwrap_or(decided_at)),
            };
            if wanted(&lately) {
                found.push(lately);
            }
        }
        if found.len() >= limit || looked_at >= LOOKED_AT {
            break;
        }
    }
    found.truncate(limit);
    Ok(found)
}

/// `chunk push test home decided_at`
type ChunkRow = (Uuid, Uuid, bool, i16, i64);

async fn latest_chunks(db: impl Into<Conn<'_>>) -> Result<Vec<ChunkRow>> {
    const SQL: &str = "SELECT id, push_id, test, shard_lo, created_at FROM chunks \
        WHERE deliveries > 0 ORDER BY id DESC LIMIT $1";
    Ok(with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(CHUNKS).fetch_all(&mut *db).await?
    }))
}

async fn of_chunk(db: impl Into<Conn<'_>>, home: i16, chunk: Uuid) -> Result<Vec<LatelyRow>> {
    const SQL: &str = concat!(
        "SELECT d.seq, d.contact_id, d.binding_id, d.channel, \
         CASE WHEN a.lo IS NULL THEN d.state ELSE CAST(2 AS SMALLINT) END, d.reason, \
         COALESCE(d.finished_at, a.at), c.external_id, b.device_id, b.app_id \
         FROM deliveries d",
        runs!(),
        " LEFT JOIN contacts c ON c.shard = d.contact_shard AND c.id = d.contact_id \
          LEFT JOIN device_bindings b ON b.shard = d.contact_shard \
          AND b.contact_id = d.contact_id AND b.id = d.binding_id \
          WHERE d.shard = $1 AND d.chunk_id = $2 ORDER BY d.seq DESC LIMIT $3"
    );
    let home = shard(shard_of(home));
    Ok(with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(home)
            .bind(chunk)
            .bind(OF_CHUNK)
            .fetch_all(&mut *db)
            .await?
    }))
}
