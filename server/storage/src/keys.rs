//! API keys, known by a hash of their secret.

use std::collections::HashSet;

use domain::people::{ApiKey, Scope};
use domain::{KeyId, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::page::fetch_limit;
use crate::rows::Rows;
use crate::{Conn, Cursor, Page, Result, StorageError, Tx};

/// How often a key's last use is written down: to the minute.
const USE_STEP_MILLIS: i64 = 60_000;

#[derive(FromRow)]
struct KeyRow {
    id: Uuid,
    name: String,
    prefix: String,
    scopes: String,
    created_at: i64,
    last_used_at: Option<i64>,
}

impl KeyRow {
    fn read(self) -> Result<ApiKey> {
        let scopes: Vec<Scope> = serde_json::from_str(&self.scopes)
            .map_err(StorageError::corrupt_json("an API key's scopes"))?;
        Ok(ApiKey {
            id: self.id.into(),
            name: self.name,
            prefix: self.prefix,
            scopes,
            created_at: Timestamp(self.created_at),
            last_used_at: self.last_used_at.map(Timestamp),
        })
    }
}

/// Adds a key. Only the secret's hash and first characters are stored.
pub async fn add(
    tx: &mut Tx,
    name: &str,
    prefix: &str,
    secret_hash: &[u8],
    scopes: &[Scope],
    now: Timestamp,
) -> Result<ApiKey> {
    const SQL: &str = "INSERT INTO api_keys (id, name, prefix, secret_hash, scopes, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6)";
    let key = ApiKey {
        id: tx.ids().next(now).into(),
        name: name.to_owned(),
        prefix: prefix.to_owned(),
        scopes: scopes.to_vec(),
        created_at: now,
        last_used_at: None,
    };
    let scopes = crate::json(scopes)?;
    with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL)
            .bind(key.id.0)
            .bind(name)
            .bind(prefix)
            .bind(secret_hash);
        query.bind(scopes).bind(now.as_millis()).execute(db).await?;
    });
    Ok(key)
}

/// The key with this secret, unless it was revoked.
pub async fn find_by_secret(db: impl Into<Conn<'_>>, secret_hash: &[u8]) -> Result<Option<ApiKey>> {
    const SQL: &str = "SELECT id, name, prefix, scopes, created_at, last_used_at FROM api_keys \
        WHERE secret_hash = $1 AND revoked_at IS NULL";
    let row: Option<KeyRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(secret_hash)
            .fetch_optional(db)
            .await?
    });
    row.map(KeyRow::read).transpose()
}

/// Of these keys, those that were not revoked.
pub async fn in_use(tx: &mut Tx, ids: impl IntoIterator<Item = KeyId>) -> Result<HashSet<KeyId>> {
    const SQL: &str = "WITH r (id) AS ({rows}) SELECT k.id FROM r CROSS JOIN api_keys k \
        WHERE k.id = r.id AND k.revoked_at IS NULL";
    let rows = Rows::new().column(ids);
    let found: Vec<(Uuid,)> = with_engine!(tx.conn(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    Ok(found.into_iter().map(|(id,)| id.into()).collect())
}

/// Whether the last use that is written down is more than a minute old: only
/// then is [`touch`] worth a transaction.
pub fn is_stale(key: &ApiKey, now: Timestamp) -> bool {
    key.last_used_at
        .is_none_or(|at| now.as_millis() - at.as_millis() >= USE_STEP_MILLIS)
}

/// Writes down that a key was used.
pub async fn touch(tx: &mut Tx, id: KeyId, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE api_keys SET last_used_at = $2 \
        WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)";
    with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(id.0)
            .bind(now.as_millis())
            .execute(db)
            .await?;
    });
    Ok(())
}

/// Every key that is not revoked, newest first.
pub async fn list(
    db: impl Into<Conn<'_>>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<ApiKey>> {
    const SQL: &str = "SELECT id, name, prefix, scopes, created_at, last_used_at FROM api_keys \
        WHERE revoked_at IS NULL AND id < $1 ORDER BY id DESC LIMIT $2";
    let before = after.map_or(Ok(Uuid::max()), Cursor::id)?;
    let rows: Vec<KeyRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(before)
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_id(row.id)).try_map(KeyRow::read)
}

/// Revokes a key for good, and returns its name.
///
/// # Errors
/// `NotFound` when there is no such key, or it was revoked before.
pub async fn revoke(tx: &mut Tx, id: KeyId, now: Timestamp) -> Result<String> {
    const SQL: &str = "UPDATE api_keys SET revoked_at = $2 \
        WHERE id = $1 AND revoked_at IS NULL RETURNING name";
    Ok(with_engine!(tx.conn(), |db| {
        sqlx::query_scalar(SQL)
            .bind(id.0)
            .bind(now.as_millis())
            .fetch_one(db)
            .await?
    }))
}
