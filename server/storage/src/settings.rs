//! The account's settings: small JSON values by key.

use domain::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::{Conn, Result, StorageError, Tx};

/// The value under `key`, if it was ever set.
///
/// # Errors
/// `Corrupt` when what is stored is not a `T`.
pub async fn get<T: DeserializeOwned>(
    db: impl Into<Conn<'_>>,
    key: &'static str,
) -> Result<Option<T>> {
    const SQL: &str = "SELECT value FROM settings WHERE key = $1";
    let value: Option<String> = with_engine!(db.into(), |db| {
        sqlx::query_scalar(SQL).bind(key).fetch_optional(db).await?
    });
    value
        .map(|json| serde_json::from_str(&json).map_err(StorageError::corrupt_json("a setting")))
        .transpose()
}

/// Sets the value under `key`.
pub async fn put<T: Serialize + Sync>(
    tx: &mut Tx,
    key: &'static str,
    value: &T,
    now: Timestamp,
) -> Result<()> {
    const SQL: &str = "INSERT INTO settings (key, value, updated_at) VALUES ($1, $2, $3) \
        ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at \
        WHERE settings.value <> excluded.value";
    let json = crate::json(value)?;
    with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(key)
            .bind(json)
            .bind(now.as_millis())
            .execute(db)
            .await?;
    });
    Ok(())
}

/// Sets the value under `key` unless one is there, and returns the one that
/// is there now: for values that must be chosen once, such as the sealing
/// key's id.
pub async fn put_once<T: Serialize + DeserializeOwned + Sync>(
    tx: &mut Tx,
    key: &'static str,
    value: &T,
    now: Timestamp,
) -> Result<T> {
    const SQL: &str = "INSERT INTO settings (key, value, updated_at) VALUES ($1, $2, $3) \
        ON CONFLICT (key) DO NOTHING";
    let json = crate::json(value)?;
    with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(key)
            .bind(json)
            .bind(now.as_millis())
            .execute(db)
            .await?;
    });
    get(tx, key).await?.ok_or(StorageError::NotFound)
}
