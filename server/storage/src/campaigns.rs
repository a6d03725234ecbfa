//! Campaigns.

use domain::{CampaignId, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

use crate::page::fetch_limit;
use crate::{Conn, Cursor, Page, Result, Tx};

/// A campaign: the container of pushes and workflows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Campaign {
    /// Our identifier.
    pub id: CampaignId,
    /// What people call it.
    pub name: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

#[derive(FromRow)]
struct CampaignRow {
    id: Uuid,
    name: String,
    created_at: i64,
    updated_at: i64,
}

impl From<CampaignRow> for Campaign {
    fn from(row: CampaignRow) -> Self {
        Self {
            id: row.id.into(),
            name: row.name,
            created_at: Timestamp(row.created_at),
            updated_at: Timestamp(row.updated_at),
        }
    }
}

/// Makes a campaign.
pub async fn create(tx: &mut Tx, name: &str, now: Timestamp) -> Result<Campaign> {
    const SQL: &str =
        "INSERT INTO campaigns (id, name, created_at, updated_at) VALUES ($1, $2, $3, $3)";
    let campaign = Campaign {
        id: tx.ids().next(now).into(),
        name: name.to_owned(),
        created_at: now,
        updated_at: now,
    };
    with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(campaign.id.0)
            .bind(name)
            .bind(now.as_millis())
            .execute(db)
            .await?;
    });
    Ok(campaign)
}

/// The campaign with this id.
pub async fn find(db: impl Into<Conn<'_>>, id: CampaignId) -> Result<Option<Campaign>> {
    const SQL: &str = "SELECT id, name, created_at, updated_at FROM campaigns WHERE id = $1";
    let row: Option<CampaignRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(id.0).fetch_optional(db).await?
    });
    Ok(row.map(Campaign::from))
}

/// Every campaign, newest first.
pub async fn list(
    db: impl Into<Conn<'_>>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Campaign>> {
    const SQL: &str = "SELECT id, name, created_at, updated_at FROM campaigns \
        WHERE id < $1 ORDER BY id DESC LIMIT $2";
    let before = after.map_or(Ok(Uuid::max()), Cursor::id)?;
    let rows: Vec<CampaignRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(before)
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    Ok(Page::cut(rows, limit, |row| Cursor::of_id(row.id)).map(Campaign::from))
}

/// Renames a campaign.
///
/// # Errors
/// `NotFound` when there is no such campaign.
pub async fn rename(tx: &mut Tx, id: CampaignId, name: &str, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE campaigns SET name = $2, updated_at = $3 WHERE id = $1";
    let written = with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL).bind(id.0).bind(name).bind(now.as_millis());
        query.execute(db).await?.rows_affected()
    });
    crate::found(written)
}

/// Removes a campaign that holds nothing.
///
/// # Errors
/// `Conflict` when it holds a push or a workflow, `NotFound` when there is no
/// such campaign.
pub async fn delete(tx: &mut Tx, id: CampaignId) -> Result<()> {
    const SQL: &str = "DELETE FROM campaigns WHERE id = $1";
    let written = with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(id.0)
            .execute(db)
            .await?
            .rows_affected()
    });
    crate::found(written)
}
