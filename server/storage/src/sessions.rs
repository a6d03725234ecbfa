//! Sessions of signed-in people, known by a hash of their id. What a session
//! holds is its owner's business: bytes here.

use domain::{Timestamp, UserId};

use crate::{Conn, Result, Tx};

/// Stores a new session, and says whether its id was free.
pub async fn create(
    tx: &mut Tx,
    id_hash: &[u8],
    user_id: Option<UserId>,
    data: &[u8],
    expires_at: Timestamp,
) -> Result<bool> {
    const SQL: &str = "INSERT INTO sessions (id_hash, user_id, data, expires_at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (id_hash) DO NOTHING";
    Ok(with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL)
            .bind(id_hash)
            .bind(user_id.map(|id| id.0))
            .bind(data);
        query
            .bind(expires_at.as_millis())
            .execute(db)
            .await?
            .rows_affected()
    }) == 1)
}

/// Stores a session, new or not.
pub async fn save(
    tx: &mut Tx,
    id_hash: &[u8],
    user_id: Option<UserId>,
    data: &[u8],
    expires_at: Timestamp,
) -> Result<()> {
    const SQL: &str = "INSERT INTO sessions (id_hash, user_id, data, expires_at) \
        VALUES ($1, $2, $3, $4) ON CONFLICT (id_hash) DO UPDATE SET \
        user_id = excluded.user_id, data = excluded.data, expires_at = excluded.expires_at";
    with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL)
            .bind(id_hash)
            .bind(user_id.map(|id| id.0))
            .bind(data);
        query.bind(expires_at.as_millis()).execute(db).await?;
    });
    Ok(())
}

/// What a session holds and when it expires, unless it has.
pub async fn load(
    db: impl Into<Conn<'_>>,
    id_hash: &[u8],
    now: Timestamp,
) -> Result<Option<(Vec<u8>, Timestamp)>> {
    const SQL: &str =
        "SELECT data, expires_at FROM sessions WHERE id_hash = $1 AND expires_at > $2";
    let row: Option<(Vec<u8>, i64)> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(id_hash)
            .bind(now.as_millis())
            .fetch_optional(db)
            .await?
    });
    Ok(row.map(|(data, expires_at)| (data, Timestamp(expires_at))))
}

/// Ends a session.
pub async fn delete(tx: &mut Tx, id_hash: &[u8]) -> Result<()> {
    const SQL: &str = "DELETE FROM sessions WHERE id_hash = $1";
    with_engine!(tx.conn(), |db| {
        sqlx::query(SQL).bind(id_hash).execute(db).await?;
    });
    Ok(())
}

/// Ends every session of a user, and says how many.
pub async fn delete_of_user(tx: &mut Tx, user_id: UserId) -> Result<u64> {
    const SQL: &str = "DELETE FROM sessions WHERE user_id = $1";
    Ok(with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(user_id.0)
            .execute(db)
            .await?
            .rows_affected()
    }))
}

/// Removes expired sessions, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM sessions WHERE expires_at <= $1";
    Ok(with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(now.as_millis())
            .execute(db)
            .await?
            .rows_affected()
    }))
}
