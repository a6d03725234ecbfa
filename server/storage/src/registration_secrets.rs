//! Secrets that sign contact ids: an app that has one takes a device only with
//! such a signature.

use domain::{AppId, Timestamp};
use uuid::Uuid;

use crate::{Conn, Result, Tx};

/// An app's secret, sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedSecret {
    /// The app.
    pub app_id: AppId,
    /// The secret, sealed.
    pub sealed: Vec<u8>,
    /// When it was entered.
    pub updated_at: Timestamp,
}

/// Stores an app's secret in the place of the one before.
pub async fn put(tx: &mut Tx, app_id: AppId, sealed: &[u8], now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO registration_secrets (app_id, sealed, updated_at) \
        VALUES ($1, $2, $3) ON CONFLICT (app_id) DO UPDATE SET \
        sealed = excluded.sealed, updated_at = excluded.updated_at";
    with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL).bind(app_id.0).bind(sealed);
        query.bind(now.as_millis()).execute(db).await?;
    });
    Ok(())
}

/// Every secret: there is one for an app at most.
pub async fn all(db: impl Into<Conn<'_>>) -> Result<Vec<SealedSecret>> {
    const SQL: &str = "SELECT app_id, sealed, updated_at FROM registration_secrets ORDER BY app_id";
    let rows: Vec<(Uuid, Vec<u8>, i64)> =
        with_engine!(db.into(), |db| sqlx::query_as(SQL).fetch_all(db).await?);
    Ok(rows
        .into_iter()
        .map(|(app_id, sealed, updated_at)| SealedSecret {
            app_id: app_id.into(),
            sealed,
            updated_at: Timestamp(updated_at),
        })
        .collect())
}

/// An app's secret.
pub async fn of_app(db: impl Into<Conn<'_>>, app_id: AppId) -> Result<Option<SealedSecret>> {
    const SQL: &str = "SELECT sealed, updated_at FROM registration_secrets WHERE app_id = $1";
    let row: Option<(Vec<u8>, i64)> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(app_id.0)
            .fetch_optional(db)
            .await?
    });
    Ok(row.map(|(sealed, updated_at)| SealedSecret {
        app_id,
        sealed,
        updated_at: Timestamp(updated_at),
    }))
}

/// Removes an app's secret.
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
