//! Registrations of devices that were refused: the newest, for a day.

use domain::Timestamp;
use domain::view::RefusedRegistration;
use sqlx::FromRow;
use uuid::Uuid;

use crate::page::fetch_limit;
use crate::{Conn, Cursor, Page, Result, Tx};

/// How long a refusal is kept.
pub const KEPT_MILLIS: i64 = 24 * 3600 * 1000;
/// How many are kept.
pub const KEPT: u32 = 1000;

/// A refusal to note. Secrets are masked by now.
#[derive(Clone, Copy, Debug)]
pub struct NewRefusal<'a> {
    /// Where it came in, such as `PUT /api/v1/contacts/…/devices/…`.
    pub door: &'a str,
    /// Why it was refused.
    pub reason: &'a str,
    /// Slug of the app, if it is known.
    pub app: Option<&'a str>,
    /// The contact, if it is known.
    pub contact: Option<&'a str>,
    /// The device, if it is known.
    pub device: Option<&'a str>,
    /// The request as received.
    pub request: &'a str,
}

/// Notes a refusal, and forgets those beyond the newest [`KEPT`].
pub async fn insert(tx: &mut Tx, refusal: &NewRefusal<'_>, now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO refused_registrations \
        (id, at, door, reason, app, contact, device, request) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    const CUT: &str = "DELETE FROM refused_registrations WHERE id <= \
        (SELECT id FROM refused_registrations ORDER BY id DESC LIMIT 1 OFFSET $1)";
    let id = tx.ids().next(now);
    with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL)
            .bind(id)
            .bind(now.as_millis())
            .bind(refusal.door)
            .bind(refusal.reason)
            .bind(refusal.app);
        let query = query.bind(refusal.contact).bind(refusal.device);
        query.bind(refusal.request).execute(&mut *db).await?;
        sqlx::query(CUT).bind(i64::from(KEPT)).execute(db).await?;
    });
    Ok(())
}

#[derive(FromRow)]
struct RefusalRow {
    id: Uuid,
    at: i64,
    door: String,
    reason: String,
    app: Option<String>,
    contact: Option<String>,
    device: Option<String>,
    request: String,
}

/// The refusals since `since`, newest first.
pub async fn list(
    db: impl Into<Conn<'_>>,
    since: Timestamp,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<RefusedRegistration>> {
    const SQL: &str = "SELECT id, at, door, reason, app, contact, device, request \
        FROM refused_registrations WHERE id < $1 AND at >= $2 ORDER BY id DESC LIMIT $3";
    let before = after.map_or(Ok(Uuid::max()), Cursor::id)?;
    let rows: Vec<RefusalRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(before)
            .bind(since.as_millis())
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    let page = Page::cut(rows, limit, |row| Cursor::of_id(row.id));
    Ok(page.map(|row| RefusedRegistration {
        at: Timestamp(row.at),
        door: row.door,
        reason: row.reason,
        app: row.app,
        contact: row.contact,
        device: row.device,
        request: row.request,
    }))
}

/// Forgets what is older than a day.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM refused_registrations WHERE at < $1";
    let before = now.plus_millis(-KEPT_MILLIS).as_millis();
    Ok(with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(before)
            .execute(db)
            .await?
            .rows_affected()
    }))
}
