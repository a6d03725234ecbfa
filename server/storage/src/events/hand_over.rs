//! Giving one contact's events to another.

use domain::contact::Contact;
use sqlx::FromRow;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::rows::{Rows, shard};
use crate::{Result, Tx};

/// How many events are moved by one statement.
const STEP: usize = 1000;

#[derive(FromRow)]
struct Moved {
    occurred_at: i64,
    id: Uuid,
    name: String,
    properties: String,
}

/// Gives all events of one contact to another, those that workflows still have
/// to look at included, and says how many they were. What is deleted is what is
/// inserted: an event that comes in meanwhile stays where it is.
pub async fn hand_over(tx: &mut Tx, from: &Contact, to: &Contact) -> Result<u64> {
    const TAKE: &str = "DELETE FROM events WHERE shard = $1 AND contact_id = $2 \
        AND (occurred_at, id) IN (SELECT occurred_at, id FROM events \
        WHERE shard = $1 AND contact_id = $2 ORDER BY occurred_at, id LIMIT $3) \
        RETURNING occurred_at, id, name, properties";
    const GIVE: &str = "INSERT INTO events \
        (shard, contact_id, occurred_at, id, name, properties) {rows}";
    const TAKE_PENDING: &str = "DELETE FROM pending_triggers \
        WHERE shard = $1 AND contact_id = $2 \
        RETURNING occurred_at, event_id AS id, name, properties";
    const GIVE_PENDING: &str = "INSERT INTO pending_triggers \
        (shard, contact_id, occurred_at, event_id, name, properties) {rows}";
    let mut count = 0;
    loop {
        let moved: Vec<Moved> = with_engine!(tx.conn(), |db| {
            sqlx::query_as(TAKE)
                .bind(shard(from.shard))
                .bind(from.id.0)
                .bind(i64::try_from(STEP).unwrap_or(i64::MAX))
                .fetch_all(db)
                .await?
        });
        let rows = rows_of(&moved, to);
        count += with_engine!(tx.conn(), |db| db.execute_rows(GIVE, &rows, &[]).await?);
        if moved.len() < STEP {
            break;
        }
    }
    let pending: Vec<Moved> = with_engine!(tx.conn(), |db| {
        sqlx::query_as(TAKE_PENDING)
            .bind(shard(from.shard))
            .bind(from.id.0)
            .fetch_all(db)
            .await?
    });
    let rows = rows_of(&pending, to);
    with_engine!(tx.conn(), |db| db
        .execute_rows(GIVE_PENDING, &rows, &[])
        .await?);
    Ok(count)
}

fn rows_of<'a>(events: &'a [Moved], to: &Contact) -> Rows<'a> {
    Rows::new()
        .column(events.iter().map(|_| to.shard))
        .column(events.iter().map(|_| to.id))
        .column(
            events
                .iter()
                .map(|event| domain::Timestamp(event.occurred_at)),
        )
        .column(events.iter().map(|event| event.id))
        .column(events.iter().map(|event| event.name.as_str()))
        .column(events.iter().map(|event| event.properties.as_str()))
}
