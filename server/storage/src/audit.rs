//! The audit log: append-only.

use domain::{AuditId, Timestamp};
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;

use crate::page::fetch_limit;
use crate::{Conn, Cursor, Page, Result, StorageError, Tx};

/// A line of the audit log.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditLine {
    /// Which line.
    pub id: AuditId,
    /// When.
    pub at: Timestamp,
    /// Who: a user's email, `key NAME`, or `system`.
    pub actor: String,
    /// What, such as `workflow.publish`.
    pub action: String,
    /// To what, such as a workflow's id.
    pub subject: String,
    /// Facts, without secrets.
    pub details: Value,
}

#[derive(FromRow)]
struct AuditRow {
    id: Uuid,
    at: i64,
    actor: String,
    action: String,
    subject: String,
    details: String,
}

/// Writes a line.
pub async fn append(
    tx: &mut Tx,
    actor: &str,
    action: &str,
    subject: &str,
    details: &Value,
    now: Timestamp,
) -> Result<()> {
    const SQL: &str = "INSERT INTO audit_log (id, at, actor, action, subject, details) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    let id = tx.ids().next(now);
    let details = crate::json(details)?;
    with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL)
            .bind(id)
            .bind(now.as_millis())
            .bind(actor)
            .bind(action);
        query.bind(subject).bind(details).execute(db).await?;
    });
    Ok(())
}

/// Every line, newest first.
pub async fn list(
    db: impl Into<Conn<'_>>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<AuditLine>> {
    const SQL: &str = "SELECT id, at, actor, action, subject, details FROM audit_log \
        WHERE id < $1 ORDER BY id DESC LIMIT $2";
    let before = after.map_or(Ok(Uuid::max()), Cursor::id)?;
    let rows: Vec<AuditRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(before)
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_id(row.id)).try_map(|row| {
        Ok(AuditLine {
            id: row.id.into(),
            at: Timestamp(row.at),
            actor: row.actor,
            action: row.action,
            subject: row.subject,
            details: serde_json::from_str(&row.details)
                .map_err(StorageError::corrupt_json("the audit log"))?,
        })
    })
}
