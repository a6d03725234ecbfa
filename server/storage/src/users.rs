//! The people who sign in.

use domain::people::{Role, User};
use domain::{Timestamp, UserId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::page::fetch_limit;
use crate::{Conn, Cursor, Page, Result, StorageError, Tx};

#[derive(FromRow)]
struct UserRow {
    id: Uuid,
    email: String,
    role: String,
    password_hash: Option<String>,
    created_at: i64,
}

impl UserRow {
    fn read(self) -> Result<User> {
        Ok(User {
            id: self.id.into(),
            email: self.email,
            role: role_of(&self.role)?,
            active: self.password_hash.is_some(),
            created_at: Timestamp(self.created_at),
        })
    }
}

pub(crate) fn role_of(name: &str) -> Result<Role> {
    Role::parse(name).ok_or(StorageError::corrupt("a role"))
}

/// An email address as it is stored: trimmed, in lower case.
pub fn normal_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Adds a user, who has no password yet.
///
/// # Errors
/// `Conflict` when the address is taken.
pub async fn add(tx: &mut Tx, email: &str, role: Role, now: Timestamp) -> Result<User> {
    const SQL: &str = "INSERT INTO users (id, email, role, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $4)";
    let user = User {
        id: tx.ids().next(now).into(),
        email: normal_email(email),
        role,
        active: false,
        created_at: now,
    };
    with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL)
            .bind(user.id.0)
            .bind(&user.email)
            .bind(role.name());
        query.bind(now.as_millis()).execute(db).await?;
    });
    Ok(user)
}

/// The user with this id.
pub async fn find(db: impl Into<Conn<'_>>, id: UserId) -> Result<Option<User>> {
    const SQL: &str = "SELECT id, email, role, password_hash, created_at FROM users WHERE id = $1";
    let row: Option<UserRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(id.0).fetch_optional(db).await?
    });
    row.map(UserRow::read).transpose()
}

/// The user with this address, and the password's hash once there is one.
pub async fn find_by_email(
    db: impl Into<Conn<'_>>,
    email: &str,
) -> Result<Option<(User, Option<String>)>> {
    const SQL: &str =
        "SELECT id, email, role, password_hash, created_at FROM users WHERE email = $1";
    if email.contains('\0') {
        return Ok(None);
    }
    let email = normal_email(email);
    let row: Option<UserRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(&email).fetch_optional(db).await?
    });
    row.map(|row| {
        let hash = row.password_hash.clone();
        Ok((row.read()?, hash))
    })
    .transpose()
}

/// Every user, newest first.
pub async fn list(
    db: impl Into<Conn<'_>>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<User>> {
    const SQL: &str = "SELECT id, email, role, password_hash, created_at FROM users \
        WHERE id < $1 ORDER BY id DESC LIMIT $2";
    let before = after.map_or(Ok(Uuid::max()), Cursor::id)?;
    let rows: Vec<UserRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(before)
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_id(row.id)).try_map(UserRow::read)
}

/// How many users have this role and a password.
pub async fn count_active(db: impl Into<Conn<'_>>, role: Role) -> Result<i64> {
    const SQL: &str = "SELECT COUNT(*) FROM users WHERE role = $1 AND password_hash IS NOT NULL";
    Ok(with_engine!(db.into(), |db| {
        sqlx::query_scalar(SQL)
            .bind(role.name())
            .fetch_one(db)
            .await?
    }))
}

/// Sets a user's password, as an Argon2id hash in PHC form.
///
/// # Errors
/// `NotFound` when there is no such user.
pub async fn set_password(tx: &mut Tx, id: UserId, hash: &str, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE users SET password_hash = $2, updated_at = $3 WHERE id = $1";
    let written = with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL).bind(id.0).bind(hash).bind(now.as_millis());
        query.execute(db).await?.rows_affected()
    });
    crate::found(written)
}

/// Changes a user's role.
///
/// # Errors
/// `NotFound` when there is no such user.
pub async fn set_role(tx: &mut Tx, id: UserId, role: Role, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE users SET role = $2, updated_at = $3 WHERE id = $1";
    let written = with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL)
            .bind(id.0)
            .bind(role.name())
            .bind(now.as_millis());
        query.execute(db).await?.rows_affected()
    });
    crate::found(written)
}

/// Removes a user with the user's sessions and links.
///
/// # Errors
/// `NotFound` when there is no such user.
pub async fn delete(tx: &mut Tx, id: UserId) -> Result<()> {
    const SQL: &str = "DELETE FROM users WHERE id = $1";
    let written = with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(id.0)
            .execute(db)
            .await?
            .rows_affected()
    });
    crate::found(written)
}
