//! Registrations of devices as they came in at every process, taken and
//! refused: the newest, for whoever watches.

use domain::Timestamp;
use domain::view::SeenRegistration;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::rows::Rows;
use crate::{Conn, Result, StorageError, Tx};

/// How many are kept.
pub const KEPT: u32 = 500;

/// Keeps registrations in their order, and forgets those beyond the newest
/// [`KEPT`].
pub async fn insert(tx: &mut Tx, seen: &[SeenRegistration], now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO seen_registrations (id, registration) {rows}";
    const CUT: &str = "DELETE FROM seen_registrations WHERE id <= \
        (SELECT id FROM seen_registrations ORDER BY id DESC LIMIT 1 OFFSET $1)";
    let texts: Vec<String> = seen.iter().map(crate::json).collect::<Result<_>>()?;
    let rows = Rows::new()
        .column(seen.iter().map(|_| tx.ids().next(now)))
        .column(texts);
    with_engine!(tx.conn(), |db| {
        db.execute_rows(SQL, &rows, &[]).await?;
        sqlx::query(CUT).bind(i64::from(KEPT)).execute(db).await?;
    });
    Ok(())
}

/// The registrations that are kept, newest first.
pub async fn latest(db: impl Into<Conn<'_>>) -> Result<Vec<SeenRegistration>> {
    const SQL: &str = "SELECT registration FROM seen_registrations ORDER BY id DESC LIMIT $1";
    let rows: Vec<String> = with_engine!(db.into(), |db| {
        sqlx::query_scalar(SQL)
            .bind(i64::from(KEPT))
            .fetch_all(&mut *db)
            .await?
    });
    rows.iter()
        .map(|text| {
            serde_json::from_str(text).map_err(StorageError::corrupt_json("a seen registration"))
        })
        .collect()
}

/// The newest of them: changes with each that comes.
pub async fn newest(db: impl Into<Conn<'_>>) -> Result<Option<Uuid>> {
    const SQL: &str = "SELECT id FROM seen_registrations ORDER BY id DESC LIMIT 1";
    Ok(with_engine!(db.into(), |db| {
        sqlx::query_scalar(SQL).fetch_optional(&mut *db).await?
    }))
}
