//! Consent events: append-only, written by the repositories whose rows change
//! consent.

use domain::consent::{ConsentEvent, Way};
use domain::{BindingId, ContactId, Shard, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::page::fetch_limit;
use crate::rows::{Rows, shard};
use crate::{Conn, Cursor, Page, Result, Tx, codes};

/// A change of consent to write down.
pub(crate) struct NewConsent {
    pub(crate) shard: Shard,
    pub(crate) contact_id: ContactId,
    pub(crate) opted_in: bool,
    /// The device that it is about; the whole contact when absent.
    pub(crate) binding: Option<BindingId>,
}

/// Writes changes of consent down.
pub(crate) async fn insert(
    tx: &mut Tx,
    consents: &[NewConsent],
    now: Timestamp,
    way: Way,
    actor: &str,
) -> Result<()> {
    const SQL: &str = "INSERT INTO consent_events \
        (shard, contact_id, at, id, opted_in, binding_id, way, actor) {rows}";
    let rows = Rows::new()
        .column(consents.iter().map(|c| c.shard))
        .column(consents.iter().map(|c| c.contact_id))
        .column(consents.iter().map(|_| now))
        .column(consents.iter().map(|_| tx.ids().next(now)))
        .column(consents.iter().map(|c| c.opted_in))
        .column(consents.iter().map(|c| c.binding))
        .column(consents.iter().map(|_| codes::way(way)))
        .column(consents.iter().map(|_| actor));
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}

#[derive(FromRow)]
struct ConsentRow {
    at: i64,
    id: Uuid,
    opted_in: bool,
    binding_id: Option<Uuid>,
    way: String,
    actor: String,
}

/// What a contact consented to, newest first.
pub async fn of_contact(
    db: impl Into<Conn<'_>>,
    contact: (Shard, ContactId),
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<ConsentEvent>> {
    const SQL: &str = "SELECT at, id, opted_in, binding_id, way, actor FROM consent_events \
        WHERE shard = $1 AND contact_id = $2 AND (at, id) < ($3, $4) \
        ORDER BY at DESC, id DESC LIMIT $5";
    let (at, id) = after.map_or(Ok((i64::MAX, Uuid::max())), Cursor::at)?;
    let rows: Vec<ConsentRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(SQL).bind(shard(contact.0)).bind(contact.1.0);
        query
            .bind(at)
            .bind(id)
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_at(row.at, row.id)).try_map(|row| {
        Ok(ConsentEvent {
            at: Timestamp(row.at),
            opted_in: row.opted_in,
            binding: row.binding_id.map(BindingId),
            way: codes::way_of(&row.way)?,
            actor: row.actor,
        })
    })
}
