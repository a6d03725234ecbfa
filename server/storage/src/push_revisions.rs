//! Revisions of pushes: what is sent, immutable.

use domain::push::PushContent;
use domain::{PushId, RevisionId, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::page::fetch_limit;
use crate::{Conn, Cursor, Page, Result, StorageError, Tx};

/// An immutable revision of a push.
#[derive(Clone, Debug, PartialEq)]
pub struct PushRevision {
    /// Our identifier.
    pub id: RevisionId,
    /// The push.
    pub push_id: PushId,
    /// Counts the push's revisions from 1.
    pub number: i64,
    /// The content.
    pub content: PushContent,
    /// When it was made.
    pub created_at: Timestamp,
    /// By whom.
    pub created_by: String,
}

#[derive(FromRow)]
struct RevisionRow {
    id: Uuid,
    push_id: Uuid,
    number: i64,
    content: String,
    created_at: i64,
    created_by: String,
}

impl RevisionRow {
    fn read(self) -> Result<PushRevision> {
        Ok(PushRevision {
            id: self.id.into(),
            push_id: self.push_id.into(),
            number: self.number,
            content: serde_json::from_str(&self.content)
                .map_err(StorageError::corrupt_json("a push revision"))?,
            created_at: Timestamp(self.created_at),
            created_by: self.created_by,
        })
    }
}

/// The revision of the push's draft as it stands: the current one when nothing
/// has changed since, or else a new one.
///
/// # Errors
/// `NotFound` when there is no such push.
pub async fn make(
    tx: &mut Tx,
    push_id: PushId,
    created_by: &str,
    now: Timestamp,
) -> Result<PushRevision> {
    const DRAFT: &str = "SELECT draft, current_revision_id FROM pushes WHERE id = $1 {lock}";
    const NUMBER: &str = "SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) FROM push_revisions WHERE push_id = $1";
    const INSERT: &str = "INSERT INTO push_revisions \
        (id, push_id, number, content, created_at, created_by) VALUES ($1, $2, $3, $4, $5, $6)";
    const CURRENT: &str = "UPDATE pushes SET current_revision_id = $2 WHERE id = $1";
    let (draft, current): (String, Option<Uuid>) = with_engine!(tx.conn(), |db| {
        let sql = db.sql(DRAFT);
        sqlx::query_as(sql).bind(push_id.0).fetch_one(db).await?
    });
    let content: PushContent =
        serde_json::from_str(&draft).map_err(StorageError::corrupt_json("a push"))?;
    if let Some(current) = current
        && let Some(revision) = find(&mut *tx, current.into()).await?
        && revision.content == content
    {
        return Ok(revision);
    }
    let id = tx.ids().next(now);
    let number: i64 = with_engine!(tx.conn(), |db| {
        let number = sqlx::query_scalar(NUMBER)
            .bind(push_id.0)
            .fetch_one(&mut *db)
            .await?;
        let query = sqlx::query(INSERT)
            .bind(id)
            .bind(push_id.0)
            .bind(number)
            .bind(draft);
        query
            .bind(now.as_millis())
            .bind(created_by)
            .execute(&mut *db)
            .await?;
        sqlx::query(CURRENT)
            .bind(push_id.0)
            .bind(id)
            .execute(&mut *db)
            .await?;
        number
    });
    Ok(PushRevision {
        id: id.into(),
        push_id,
        number,
        content,
        created_at: now,
        created_by: created_by.to_owned(),
    })
}

/// The revision with this id.
pub async fn find(db: impl Into<Conn<'_>>, id: RevisionId) -> Result<Option<PushRevision>> {
    const SQL: &str = "SELECT id, push_id, number, content, created_at, created_by \
        FROM push_revisions WHERE id = $1";
    let row: Option<RevisionRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(id.0).fetch_optional(db).await?
    });
    row.map(RevisionRow::read).transpose()
}

/// A push's revisions, latest first.
pub async fn of_push(
    db: impl Into<Conn<'_>>,
    push_id: PushId,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<PushRevision>> {
    const SQL: &str = "SELECT id, push_id, number, content, created_at, created_by \
        FROM push_revisions WHERE push_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3";
    let (before, _) = after.map_or(Ok((i64::MAX, Uuid::nil())), Cursor::at)?;
    let rows: Vec<RevisionRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(SQL).bind(push_id.0).bind(before);
        query.bind(fetch_limit(limit)).fetch_all(db).await?
    });
    Page::cut(rows, limit, |row| Cursor::of_at(row.number, row.id)).try_map(RevisionRow::read)
}

/// Notes that a provider refused a revision's content: sending it stops.
pub async fn stop(tx: &mut Tx, id: RevisionId, reason: &str, now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO stopped_pushes (push_revision_id, reason, at) \
        VALUES ($1, $2, $3) ON CONFLICT (push_revision_id) DO NOTHING";
    with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(id.0)
            .bind(reason)
            .bind(now.as_millis())
            .execute(&mut *db)
            .await?;
    });
    Ok(())
}
