//! Apps.

use domain::app::{App, Capabilities};
use domain::{AppId, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

use crate::page::fetch_limit;
use crate::{Conn, Cursor, Page, Result, StorageError, Tx};

#[derive(FromRow)]
struct AppRow {
    id: Uuid,
    slug: String,
    name: String,
    capabilities: String,
    created_at: i64,
}

impl AppRow {
    fn read(self) -> Result<App> {
        Ok(App {
            id: self.id.into(),
            slug: self.slug,
            name: self.name,
            capabilities: serde_json::from_str(&self.capabilities)
                .map_err(StorageError::corrupt_json("an app's capabilities"))?,
            created_at: Timestamp(self.created_at),
        })
    }
}

/// Creates the app called `slug` or changes its name and capabilities, and
/// says whether it was created. Nothing is written when all is so already.
pub async fn put(
    tx: &mut Tx,
    slug: &str,
    name: &str,
    capabilities: &Capabilities,
    now: Timestamp,
) -> Result<(App, bool)> {
    const SQL: &str = "INSERT INTO apps (id, slug, name, capabilities, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT (slug) DO UPDATE SET name = excluded.name, \
        capabilities = excluded.capabilities, updated_at = excluded.updated_at \
        WHERE apps.name <> excluded.name OR apps.capabilities <> excluded.capabilities";
    let id = tx.ids().next(now);
    let json = crate::json(capabilities)?;
    with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL).bind(id).bind(slug).bind(name).bind(json);
        query.bind(now.as_millis()).execute(db).await?;
    });
    let app = find_by_slug(tx, slug)
        .await?
        .ok_or(StorageError::NotFound)?;
    let created = app.id.0 == id;
    Ok((app, created))
}

/// The app with this id.
pub async fn find(db: impl Into<Conn<'_>>, id: AppId) -> Result<Option<App>> {
    const SQL: &str = "SELECT id, slug, name, capabilities, created_at FROM apps WHERE id = $1";
    let row: Option<AppRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(id.0).fetch_optional(db).await?
    });
    row.map(AppRow::read).transpose()
}

/// The app called `slug`.
pub async fn find_by_slug(db: impl Into<Conn<'_>>, slug: &str) -> Result<Option<App>> {
    const SQL: &str = "SELECT id, slug, name, capabilities, created_at FROM apps WHERE slug = $1";
    if slug.contains('\0') {
        return Ok(None);
    }
    let row: Option<AppRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(slug).fetch_optional(db).await?
    });
    row.map(AppRow::read).transpose()
}

/// Every app, by slug.
pub async fn list(
    db: impl Into<Conn<'_>>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<App>> {
    const SQL: &str = "SELECT id, slug, name, capabilities, created_at FROM apps \
        WHERE slug > $1 ORDER BY slug LIMIT $2";
    let last = after.map_or(Ok(""), Cursor::text)?;
    let rows: Vec<AppRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(last)
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_text(row.slug.clone())).try_map(AppRow::read)
}
