//! One-time sign-in links, known by a hash of their token.

use domain::people::Role;
use domain::{Timestamp, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::users::role_of;
use crate::{Conn, Result, Tx};

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whose password it sets; the first administrator's has no user yet.
    pub user_id: Option<UserId>,
    /// The role that a new user gets.
    pub role: Role,
    /// When it stops working.
    pub expires_at: Timestamp,
}

#[derive(FromRow)]
struct LinkRow {
    user_id: Option<Uuid>,
    role: String,
    expires_at: i64,
}

impl LinkRow {
    fn read(self) -> Result<Link> {
        Ok(Link {
            user_id: self.user_id.map(UserId),
            role: role_of(&self.role)?,
            expires_at: Timestamp(self.expires_at),
        })
    }
}

/// Stores a link. Links that the same user, or the same missing first
/// administrator, had before stop working.
pub async fn add(tx: &mut Tx, token_hash: &[u8], link: Link, now: Timestamp) -> Result<()> {
    const OF_USER: &str = "DELETE FROM user_links WHERE used_at IS NULL AND user_id = $1";
    const OF_NOBODY: &str = "DELETE FROM user_links WHERE used_at IS NULL AND user_id IS NULL";
    const SQL: &str = "INSERT INTO user_links (token_hash, user_id, role, created_at, expires_at) \
        VALUES ($1, $2, $3, $4, $5)";
    let user_id = link.user_id.map(|id| id.0);
    with_engine!(tx.conn(), |db| {
        match user_id {
            Some(id) => sqlx::query(OF_USER).bind(id).execute(&mut *db).await?,
            None => sqlx::query(OF_NOBODY).execute(&mut *db).await?,
        };
        let query = sqlx::query(SQL)
            .bind(token_hash)
            .bind(user_id)
            .bind(link.role.name());
        query
            .bind(now.as_millis())
            .bind(link.expires_at.as_millis())
            .execute(&mut *db)
            .await?;
    });
    Ok(())
}

/// The link with this token, if it still works.
pub async fn find(
    db: impl Into<Conn<'_>>,
    token_hash: &[u8],
    now: Timestamp,
) -> Result<Option<Link>> {
    const SQL: &str = "SELECT user_id, role, expires_at FROM user_links \
        WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2";
    let row: Option<LinkRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(token_hash)
            .bind(now.as_millis())
            .fetch_optional(db)
            .await?
    });
    row.map(LinkRow::read).transpose()
}

/// Uses a link up: it works for one caller, once.
pub async fn take(tx: &mut Tx, token_hash: &[u8], now: Timestamp) -> Result<Option<Link>> {
    const SQL: &str = "UPDATE user_links SET used_at = $2 \
        WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 \
        RETURNING user_id, role, expires_at";
    let row: Option<LinkRow> = with_engine!(tx.conn(), |db| {
        sqlx::query_as(SQL)
            .bind(token_hash)
            .bind(now.as_millis())
            .fetch_optional(db)
            .await?
    });
    row.map(LinkRow::read).transpose()
}

/// Removes links that do not work any more, and says how many.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM user_links WHERE expires_at <= $1";
    Ok(with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(now.as_millis())
            .execute(db)
            .await?
            .rows_affected()
    }))
}
