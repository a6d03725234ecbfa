//! What happened to a contact's devices: append-only.

use domain::consent::Way;
use domain::device::{DeviceChange, DeviceHistory};
use domain::{BindingId, ContactId, Shard, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::page::fetch_limit;
use crate::rows::{Rows, shard};
use crate::{Conn, Cursor, Page, Result, StorageError, Tx, codes};

/// A line to write.
pub(super) struct NewLine {
    pub(super) shard: Shard,
    pub(super) contact_id: ContactId,
    pub(super) binding_id: BindingId,
    pub(super) change: DeviceChange,
}

/// Writes lines, dated `now`, in their order.
pub(super) async fn insert(tx: &mut Tx, lines: &[NewLine], now: Timestamp, way: Way) -> Result<()> {
    const SQL: &str = "INSERT INTO device_history \
        (shard, contact_id, at, id, binding_id, change, way) {rows}";
    let changes: Vec<String> = lines
        .iter()
        .map(|line| crate::json(&line.change))
        .collect::<Result<_>>()?;
    let rows = Rows::new()
        .column(lines.iter().map(|line| line.shard))
        .column(lines.iter().map(|line| line.contact_id))
        .column(lines.iter().map(|_| now))
        .column(lines.iter().map(|_| tx.ids().next(now)))
        .column(lines.iter().map(|line| line.binding_id))
        .column(changes)
        .column(lines.iter().map(|_| codes::way(way)));
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}

#[derive(FromRow)]
struct HistoryRow {
    at: i64,
    id: Uuid,
    binding_id: Uuid,
    change: String,
    way: String,
}

impl HistoryRow {
    fn read(self) -> Result<DeviceHistory> {
        Ok(DeviceHistory {
            at: Timestamp(self.at),
            binding_id: self.binding_id.into(),
            change: serde_json::from_str(&self.change)
                .map_err(StorageError::corrupt_json("a device's history"))?,
            way: codes::way_of(&self.way)?,
        })
    }
}

/// What happened to a contact's devices, newest first.
pub async fn history(
    db: impl Into<Conn<'_>>,
    contact: (Shard, ContactId),
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<DeviceHistory>> {
    const SQL: &str = "SELECT at, id, binding_id, change, way FROM device_history \
        WHERE shard = $1 AND contact_id = $2 AND (at, id) < ($3, $4) \
        ORDER BY at DESC, id DESC LIMIT $5";
    let (at, id) = after.map_or(Ok((i64::MAX, Uuid::max())), Cursor::at)?;
    let rows: Vec<HistoryRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(SQL).bind(shard(contact.0)).bind(contact.1.0);
        query
            .bind(at)
            .bind(id)
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_at(row.at, row.id)).try_map(HistoryRow::read)
}

/// What happened to one of a contact's devices, newest first, at most `limit`
/// lines. Reads the contact's own range of the key.
pub async fn history_of_binding(
    db: impl Into<Conn<'_>>,
    contact: (Shard, ContactId),
    binding: BindingId,
    limit: u32,
) -> Result<Vec<DeviceHistory>> {
    const SQL: &str = "SELECT at, id, binding_id, change, way FROM device_history \
        WHERE shard = $1 AND contact_id = $2 AND binding_id = $3 \
        ORDER BY at DESC, id DESC LIMIT $4";
    let rows: Vec<HistoryRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(SQL).bind(shard(contact.0)).bind(contact.1.0);
        query
            .bind(binding.0)
            .bind(i64::from(limit))
            .fetch_all(db)
            .await?
    });
    rows.into_iter().map(HistoryRow::read).collect()
}
