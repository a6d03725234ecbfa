//! Requests that are to be done once: what each was answered.

use domain::Timestamp;

use crate::{Result, Tx};

/// How long an answer is kept.
pub const KEPT_MILLIS: i64 = 24 * 3600 * 1000;
/// How long a request may take before another with its key may take over: it
/// must have died with its process.
const ABANDONED_MILLIS: i64 = 5 * 60 * 1000;

/// What a request finds under its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody was here before: go on, and [`finish`].
    First,
    /// The same request was answered before.
    Answered {
        /// The HTTP status.
        status: i16,
        /// The body.
        body: Vec<u8>,
    },
    /// The same request is being answered right now.
    InProgress,
    /// Another request has this key.
    OtherRequest,
}

/// Claims a key for a request.
pub async fn claim(
    tx: &mut Tx,
    key_hash: &[u8],
    request_hash: &[u8],
    now: Timestamp,
) -> Result<Claim> {
    const CLAIM: &str = "INSERT INTO idempotency_keys (key_hash, request_hash, at) \
        VALUES ($1, $2, $3) ON CONFLICT (key_hash) DO UPDATE SET \
        request_hash = excluded.request_hash, status = NULL, body = NULL, at = excluded.at \
        WHERE idempotency_keys.at < $4 \
        OR (idempotency_keys.status IS NULL AND idempotency_keys.at < $5)";
    const FIND: &str =
        "SELECT request_hash, status, body FROM idempotency_keys WHERE key_hash = $1";
    let expired = now.plus_millis(-KEPT_MILLIS).as_millis();
    let abandoned = now.plus_millis(-ABANDONED_MILLIS).as_millis();
    let (claimed, row) = with_engine!(tx.conn(), |db| {
        let query = sqlx::query(CLAIM)
            .bind(key_hash)
            .bind(request_hash)
            .bind(now.as_millis());
        let claimed = query
            .bind(expired)
            .bind(abandoned)
            .execute(&mut *db)
            .await?
            .rows_affected()
            == 1;
        let row: (Vec<u8>, Option<i16>, Option<Vec<u8>>) = sqlx::query_as(FIND)
            .bind(key_hash)
            .fetch_one(&mut *db)
            .await?;
        (claimed, row)
    });
    Ok(match row {
        _ if claimed => Claim::First,
        (known, ..) if known != request_hash => Claim::OtherRequest,
        (_, Some(status), body) => Claim::Answered {
            status,
            body: body.unwrap_or_default(),
        },
        (_, None, _) => Claim::InProgress,
    })
}

/// Keeps the answer of the request that claimed a key.
pub async fn finish(tx: &mut Tx, key_hash: &[u8], status: i16, body: &[u8]) -> Result<()> {
    const SQL: &str = "UPDATE idempotency_keys SET status = $2, body = $3 WHERE key_hash = $1";
    with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(key_hash)
            .bind(status)
            .bind(body)
            .execute(db)
            .await?;
    });
    Ok(())
}

/// Gives a key up whose request was not done: it may be sent again.
pub async fn release(tx: &mut Tx, key_hash: &[u8]) -> Result<()> {
    const SQL: &str = "DELETE FROM idempotency_keys WHERE key_hash = $1 AND status IS NULL";
    with_engine!(tx.conn(), |db| {
        sqlx::query(SQL).bind(key_hash).execute(db).await?;
    });
    Ok(())
}

/// Forgets what is older than a day.
pub async fn prune(tx: &mut Tx, now: Timestamp) -> Result<u64> {
    const SQL: &str = "DELETE FROM idempotency_keys WHERE at < $1";
    let before = now.plus_millis(-KEPT_MILLIS).as_millis();
    Ok(with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(before)
            .execute(db)
            .await?
            .rows_affected()
    }))
}
