//! Payloads typed by hand: what a raw test sends, in the place of a push's
//! revision.

use domain::push::{PushContent, RawPush};
use domain::{AppId, RevisionId, Timestamp};
use uuid::Uuid;

use crate::{Conn, Result, StorageError, Tx};

/// Keeps a payload, and gives what the test's chunk names.
pub async fn insert(
    tx: &mut Tx,
    app: AppId,
    push: &RawPush,
    created_by: &str,
    now: Timestamp,
) -> Result<RevisionId> {
    const SQL: &str = "INSERT INTO raw_payloads (id, app_id, push, created_at, created_by) \
        VALUES ($1, $2, $3, $4, $5)";
    let id = tx.ids().next(now);
    let json = crate::json(push)?;
    with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL).bind(id).bind(app.0).bind(json);
        query
            .bind(now.as_millis())
            .bind(created_by)
            .execute(db)
            .await?;
    });
    Ok(id.into())
}

/// The payload with this id, as content that the sending path takes.
pub async fn find(db: impl Into<Conn<'_>>, id: RevisionId) -> Result<Option<PushContent>> {
    const SQL: &str = "SELECT app_id, push FROM raw_payloads WHERE id = $1";
    let row: Option<(Uuid, String)> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(id.0).fetch_optional(db).await?
    });
    row.map(|(app, json)| {
        let push: RawPush =
            serde_json::from_str(&json).map_err(StorageError::corrupt_json("a raw payload"))?;
        Ok(push.into_content(app.into()))
    })
    .transpose()
}
