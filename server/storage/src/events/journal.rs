//! The journal: events that were accepted and are still to be filed.
//!
//! Filing an event touches a page of the contact's timeline and one of the
//! customers' own identifiers, each somewhere else in the file. Where events come
//! faster than that, they are appended here, many in a row, and filed behind in
//! portions, whose events share pages.

use domain::KeyId;
use domain::event::EventInput;

use crate::dialect::Dialect;
use crate::rows::Rows;
use crate::{Conn, Result, StorageError, Tx};

/// Most rows in one portion.
const ROWS_MAX: i64 = 256;
/// Most events in one row, since a row is filed whole.
const ROW_EVENTS: usize = 512;

/// Appends events, which were checked and have their time, by the key that they came
/// with. It is one statement: outside a transaction, it is one by itself.
///
/// Returns whether it did. It does not when one of the keys is not in use any more.
pub async fn append(
    db: impl Into<Conn<'_>>,
    events: &[(Option<KeyId>, Vec<&EventInput>)],
) -> Result<bool> {
    const SQL: &str = "WITH r (key_id, events_count, events) AS ({rows}) \
        INSERT INTO event_journal (events_count, events) SELECT events_count, events FROM r \
        WHERE NOT EXISTS (SELECT 1 FROM r AS asked LEFT JOIN api_keys k \
        ON k.id = asked.key_id AND k.revoked_at IS NULL \
        WHERE asked.key_id IS NOT NULL AND k.id IS NULL)";
    let parts: Vec<(Option<KeyId>, &[&EventInput])> = events
        .iter()
        .flat_map(|(key, events)| events.chunks(ROW_EVENTS).map(|part| (*key, part)))
        .collect();
    let json = parts.iter().map(|(_, events)| crate::json(events));
    let rows = Rows::new()
        .column(parts.iter().map(|(key, _)| *key))
        .column(parts.iter().map(|(_, events)| count(events)))
        .column(json.collect::<Result<Vec<String>>>()?);
    let written = with_engine!(db.into(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(written == parts.len() as u64)
}

fn count(events: &[&EventInput]) -> i64 {
    i64::try_from(events.len()).unwrap_or(i64::MAX)
}

/// The oldest row after this one, if there is any.
pub async fn next(db: impl Into<Conn<'_>>, after: i64) -> Result<Option<i64>> {
    const SQL: &str = "SELECT MIN(id) FROM event_journal WHERE id > $1";
    with_engine!(db.into(), |db| Ok(sqlx::query_scalar(SQL)
        .bind(after)
        .fetch_one(db)
        .await?))
}

/// The newest row, if there is any.
pub async fn last(db: impl Into<Conn<'_>>) -> Result<Option<i64>> {
    const SQL: &str = "SELECT MAX(id) FROM event_journal";
    with_engine!(db.into(), |db| Ok(sqlx::query_scalar(SQL)
        .fetch_one(db)
        .await?))
}

/// How many events wait.
pub async fn waiting(db: impl Into<Conn<'_>>) -> Result<u64> {
    const SQL: &str = "SELECT CAST(COALESCE(SUM(events_count), 0) AS BIGINT) FROM event_journal";
    let count: i64 = with_engine!(db.into(), |db| sqlx::query_scalar(SQL)
        .fetch_one(db)
        .await?);
    Ok(count.unsigned_abs())
}

/// Rows that were taken out.
#[derive(Debug, Default)]
pub struct Taken {
    /// The first of them.
    pub first: Option<i64>,
    /// Their texts, in order.
    texts: Vec<String>,
}

impl Taken {
    /// Their events, in order.
    ///
    /// # Errors
    /// `Corrupt` when a row cannot be read.
    pub fn events(&self) -> Result<Vec<EventInput>> {
        let mut events = Vec::new();
        for text in &self.texts {
            let some: Vec<EventInput> = serde_json::from_str(text)
                .map_err(StorageError::corrupt_json("accepted events"))?;
            events.extend(some);
        }
        Ok(events)
    }
}

/// Takes out the oldest rows after this one, up to as many events as `most` but at
/// least a row. Rows that another process is taking are left to it.
pub async fn take(tx: &mut Tx, after: i64, most: usize) -> Result<Taken> {
    const OLDEST: &str = "SELECT id, events_count FROM event_journal WHERE id > $1 \
        ORDER BY id LIMIT $2 {claim}";
    const TAKE: &str = "WITH r (id) AS ({rows}) DELETE FROM event_journal \
        WHERE id IN (SELECT id FROM r) RETURNING id, events";
    let oldest: Vec<(i64, i64)> = with_engine!(tx.conn(), |db| {
        let query = sqlx::query_as(db.sql(OLDEST)).bind(after).bind(ROWS_MAX);
        query.fetch_all(db).await?
    });
    let most = u64::try_from(most).unwrap_or(u64::MAX);
    let mut before = 0_u64;
    let portion = oldest.into_iter().take_while(|(_, count)| {
        let first = before == 0;
        before = before.saturating_add(count.unsigned_abs());
        first || before <= most
    });
    let rows = Rows::new().column(portion.map(|(id, _)| id));
    let mut taken: Vec<(i64, String)> =
        with_engine!(tx.conn(), |db| db.fetch_rows(TAKE, &rows, &[]).await?);
    taken.sort_unstable_by_key(|(id, _)| *id);
    Ok(Taken {
        first: taken.first().map(|(id, _)| *id),
        texts: taken.into_iter().map(|(_, text)| text).collect(),
    })
}
