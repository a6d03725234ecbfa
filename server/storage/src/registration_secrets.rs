//! Secrets that sign contact ids: an app that has one takes a device only with
//! such a signature. One that was replaced may sign on until it is retired.

use domain::{AppId, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{Conn, Result, Tx};

/// An app's secrets, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSecrets {
    /// The app.
    pub app_id: AppId,
    /// The one in force.
    pub current: SealedSecret,
    /// The one before, until it is retired.
    pub former: Option<SealedSecret>,
}

/// One secret, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSecret {
    /// The secret, sealed.
    pub sealed: Vec<u8>,
    /// When it was entered.
    pub entered_at: Timestamp,
}

#[derive(FromRow)]
struct SecretsRow {
    app_id: Uuid,
    sealed: Vec<u8>,
    updated_at: i64,
    former_sealed: Option<Vec<u8>>,
    former_at: Option<i64>,
}

impl From<SecretsRow> for SealedSecrets {
    fn from(row: SecretsRow) -> Self {
        Self {
            app_id: row.app_id.into(),
            current: SealedSecret {
                sealed: row.sealed,
                entered_at: Timestamp(row.updated_at),
            },
            former: row
                .former_sealed
                .zip(row.former_at)
                .map(|(sealed, at)| SealedSecret {
                    sealed,
                    entered_at: Timestamp(at),
                }),
        }
    }
}

/// Stores an app's secret in the place of all before.
pub async fn put(tx: &mut Tx, app_id: AppId, sealed: &[u8], now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO registration_secrets (app_id, sealed, updated_at) \
        VALUES ($1, $2, $3) ON CONFLICT (app_id) DO UPDATE SET \
        sealed = excluded.sealed, updated_at = excluded.updated_at, \
        former_sealed = NULL, former_at = NULL";
    with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL).bind(app_id.0).bind(sealed);
        query.bind(now.as_millis()).execute(db).await?;
    });
    Ok(())
}

/// Stores an app's secret, and keeps the one that was in force as the former.
///
/// # Errors
/// `NotFound` when there is none, or one is kept already.
pub async fn rotate(tx: &mut Tx, app_id: AppId, sealed: &[u8], now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE registration_secrets SET former_sealed = sealed, \
        former_at = updated_at, sealed = $2, updated_at = $3 \
        WHERE app_id = $1 AND former_sealed IS NULL";
    let written = with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL).bind(app_id.0).bind(sealed);
        query
            .bind(now.as_millis())
            .execute(db)
            .await?
            .rows_affected()
    });
    crate::found(written)
}

/// Retires the former secret of an app.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn retire(tx: &mut Tx, app_id: AppId) -> Result<()> {
    const SQL: &str = "UPDATE registration_secrets SET former_sealed = NULL, former_at = NULL \
        WHERE app_id = $1 AND former_sealed IS NOT NULL";
    let written = with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(app_id.0)
            .execute(db)
            .await?
            .rows_affected()
    });
    crate::found(written)
}

/// Every app's secrets.
pub async fn all(db: impl Into<Conn<'_>>) -> Result<Vec<SealedSecrets>> {
    const SQL: &str = "SELECT app_id, sealed, updated_at, former_sealed, former_at \
        FROM registration_secrets ORDER BY app_id";
    let rows: Vec<SecretsRow> =
        with_engine!(db.into(), |db| sqlx::query_as(SQL).fetch_all(db).await?);
    Ok(rows.into_iter().map(Into::into).collect())
}

/// An app's secrets.
pub async fn of_app(db: impl Into<Conn<'_>>, app_id: AppId) -> Result<Option<SealedSecrets>> {
    const SQL: &str = "SELECT app_id, sealed, updated_at, former_sealed, former_at \
        FROM registration_secrets WHERE app_id = $1";
    let row: Option<SecretsRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(app_id.0)
            .fetch_optional(db)
            .await?
    });
    Ok(row.map(Into::into))
}

/// Removes an app's secrets.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn delete(tx: &mut Tx, app_id: AppId) -> Result<()> {
    const SQL: &str = "DELETE FROM registration_secrets WHERE app_id = $1";
    let written = with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(app_id.0)
            .execute(db)
            .await?
            .rows_affected()
    });
    crate::found(written)
}
