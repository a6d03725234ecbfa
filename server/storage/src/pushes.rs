//! Pushes: drafts under an optimistic lock. Their revisions are in
//! `push_revisions`.

use domain::push::PushContent;
use domain::{CampaignId, PushId, RevisionId, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

use crate::page::fetch_limit;
use crate::{Conn, Cursor, Page, Result, StorageError, Tx};

/// A push with its draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Push {
    /// Our identifier.
    pub id: PushId,
    /// The campaign that it belongs to, once one was chosen.
    pub campaign_id: Option<CampaignId>,
    /// What people call it.
    pub name: String,
    /// The content as it is edited.
    pub draft: PushContent,
    /// Grows with each change: the optimistic lock.
    pub version: i64,
    /// The last revision made of it.
    pub current_revision_id: Option<RevisionId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

#[derive(FromRow)]
struct PushRow {
    id: Uuid,
    campaign_id: Option<Uuid>,
    name: String,
    draft: String,
    version: i64,
    current_revision_id: Option<Uuid>,
    created_at: i64,
    updated_at: i64,
}

impl PushRow {
    fn read(self) -> Result<Push> {
        Ok(Push {
            id: self.id.into(),
            campaign_id: self.campaign_id.map(CampaignId),
            name: self.name,
            draft: serde_json::from_str(&self.draft)
                .map_err(StorageError::corrupt_json("a push"))?,
            version: self.version,
            current_revision_id: self.current_revision_id.map(RevisionId),
            created_at: Timestamp(self.created_at),
            updated_at: Timestamp(self.updated_at),
        })
    }
}

/// Makes a push.
///
/// # Errors
/// `Conflict` when there is no such campaign.
pub async fn create(
    tx: &mut Tx,
    campaign_id: Option<CampaignId>,
    name: &str,
    draft: &PushContent,
    now: Timestamp,
) -> Result<Push> {
    const SQL: &str = "INSERT INTO pushes \
        (id, campaign_id, name, draft, version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, 1, $5, $5)";
    let push = Push {
        id: tx.ids().next(now).into(),
        campaign_id,
        name: name.to_owned(),
        draft: draft.clone(),
        version: 1,
        current_revision_id: None,
        created_at: now,
        updated_at: now,
    };
    let json = crate::json(draft)?;
    with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL)
            .bind(push.id.0)
            .bind(campaign_id.map(|id| id.0))
            .bind(name);
        query.bind(json).bind(now.as_millis()).execute(db).await?;
    });
    Ok(push)
}

/// The push with this id.
pub async fn find(db: impl Into<Conn<'_>>, id: PushId) -> Result<Option<Push>> {
    const SQL: &str = "SELECT id, campaign_id, name, draft, version, current_revision_id, \
        created_at, updated_at FROM pushes WHERE id = $1";
    let row: Option<PushRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(id.0).fetch_optional(db).await?
    });
    row.map(PushRow::read).transpose()
}

/// Every push, or every push of a campaign, newest first.
pub async fn list(
    db: impl Into<Conn<'_>>,
    campaign_id: Option<CampaignId>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Push>> {
    const ALL: &str = "SELECT id, campaign_id, name, draft, version, current_revision_id, \
        created_at, updated_at FROM pushes WHERE id < $1 ORDER BY id DESC LIMIT $2";
    const OF_CAMPAIGN: &str = "SELECT id, campaign_id, name, draft, version, \
        current_revision_id, created_at, updated_at FROM pushes \
        WHERE campaign_id = $3 AND id < $1 ORDER BY id DESC LIMIT $2";
    let before = after.map_or(Ok(Uuid::max()), Cursor::id)?;
    let rows: Vec<PushRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(if campaign_id.is_some() {
            OF_CAMPAIGN
        } else {
            ALL
        });
        let query = query.bind(before).bind(fetch_limit(limit));
        match campaign_id {
            Some(id) => query.bind(id.0).fetch_all(db).await?,
            None => query.fetch_all(db).await?,
        }
    });
    Page::cut(rows, limit, |row| Cursor::of_id(row.id)).try_map(PushRow::read)
}

/// What an edit leaves behind.
#[derive(Clone, Copy, Debug)]
pub struct PushEdit<'a> {
    /// The campaign.
    pub campaign_id: Option<CampaignId>,
    /// The name.
    pub name: &'a str,
    /// The content.
    pub draft: &'a PushContent,
}

/// Saves an edit of the push as it was at `version`, and returns the new
/// version.
///
/// # Errors
/// `StaleVersion` when the push has changed since, `NotFound` when it is gone,
/// `Conflict` when there is no such campaign.
pub async fn save(
    tx: &mut Tx,
    id: PushId,
    version: i64,
    edit: PushEdit<'_>,
    now: Timestamp,
) -> Result<i64> {
    const SQL: &str = "UPDATE pushes SET campaign_id = $3, name = $4, draft = $5, \
        version = version + 1, updated_at = $6 WHERE id = $1 AND version = $2";
    let json = crate::json(edit.draft)?;
    let written = with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL).bind(id.0).bind(version);
        let query = query
            .bind(edit.campaign_id.map(|id| id.0))
            .bind(edit.name)
            .bind(json);
        query
            .bind(now.as_millis())
            .execute(db)
            .await?
            .rows_affected()
    });
    match (written, find(tx, id).await?) {
        (1, _) => Ok(version + 1),
        (_, Some(_)) => Err(StorageError::StaleVersion),
        (_, None) => Err(StorageError::NotFound),
    }
}

/// Removes a push that has no revision.
///
/// # Errors
/// `Conflict` when a revision was made of it, `NotFound` when it is gone.
pub async fn delete(tx: &mut Tx, id: PushId) -> Result<()> {
    const SQL: &str = "DELETE FROM pushes WHERE id = $1";
    let written = with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(id.0)
            .execute(db)
            .await?
            .rows_affected()
    });
    crate::found(written)
}
