//! Provider credentials: sealed secrets, and what may be shown of them.

use domain::app::{Credential, CredentialState};
use domain::device::Channel;
use domain::{AppId, CredentialId, Timestamp};
use sqlx::FromRow;
use uuid::Uuid;

use crate::{Conn, Result, StorageError, Tx, codes};

/// A credential to store.
#[derive(Clone, Copy, Debug)]
pub struct NewCredential<'a> {
    /// The app.
    pub app_id: AppId,
    /// The channel.
    pub channel: Channel,
    /// The secrets, sealed.
    pub sealed: &'a [u8],
    /// Facts without secrets.
    pub summary: &'a str,
    /// APNs: the topic; FCM: the project.
    pub topic: &'a str,
}

/// A credential with its sealed secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedCredential {
    /// What may be shown.
    pub credential: Credential,
    /// The secrets, sealed.
    pub sealed: Vec<u8>,
}

#[derive(FromRow)]
struct CredentialRow {
    id: Uuid,
    app_id: Uuid,
    channel: i16,
    sealed: Vec<u8>,
    summary: String,
    topic: String,
    state: i16,
    state_reason: Option<String>,
    updated_at: i64,
    max_in_flight: Option<i32>,
}

impl CredentialRow {
    fn read(self) -> Result<SealedCredential> {
        let credential = Credential {
            id: self.id.into(),
            app_id: self.app_id.into(),
            channel: codes::channel_of(self.channel)?,
            summary: self.summary,
            topic: self.topic,
            state: match self.state {
                0 => CredentialState::Usable,
                1 => CredentialState::Refused,
                _ => return Err(StorageError::corrupt("a credential's state")),
            },
            state_reason: self.state_reason,
            updated_at: Timestamp(self.updated_at),
            max_in_flight: self.max_in_flight.and_then(|most| u32::try_from(most).ok()),
        };
        Ok(SealedCredential {
            credential,
            sealed: self.sealed,
        })
    }
}

const fn state_code(state: CredentialState) -> i16 {
    match state {
        CredentialState::Usable => 0,
        CredentialState::Refused => 1,
    }
}

/// Stores an app's credential for a channel in the place of the one before; it
/// is usable until a provider says otherwise. A limit of its calls stays.
pub async fn put(tx: &mut Tx, new: &NewCredential<'_>, now: Timestamp) -> Result<CredentialId> {
    const SQL: &str = "INSERT INTO credentials \
        (id, app_id, channel, sealed, summary, topic, state, updated_at) \
        VALUES ($1, $2, $3, $4, $5, $6, 0, $7) ON CONFLICT (app_id, channel) DO UPDATE SET \
        sealed = excluded.sealed, summary = excluded.summary, topic = excluded.topic, \
        state = excluded.state, state_reason = NULL, updated_at = excluded.updated_at \
        RETURNING id";
    let id = tx.ids().next(now);
    let id: Uuid = with_engine!(tx.conn(), |db| {
        let query = sqlx::query_scalar(SQL).bind(id).bind(new.app_id.0);
        let query = query
            .bind(codes::channel(new.channel))
            .bind(new.sealed)
            .bind(new.summary);
        query
            .bind(new.topic)
            .bind(now.as_millis())
            .fetch_one(db)
            .await?
    });
    Ok(id.into())
}

/// Every credential, for the engine and the settings page: there are two for
/// an app at most.
pub async fn all(db: impl Into<Conn<'_>>) -> Result<Vec<SealedCredential>> {
    const SQL: &str = "SELECT id, app_id, channel, sealed, summary, topic, state, state_reason, \
        updated_at, max_in_flight FROM credentials ORDER BY app_id, channel";
    let rows: Vec<CredentialRow> =
        with_engine!(db.into(), |db| sqlx::query_as(SQL).fetch_all(db).await?);
    rows.into_iter().map(CredentialRow::read).collect()
}

/// An app's credentials.
pub async fn of_app(db: impl Into<Conn<'_>>, app_id: AppId) -> Result<Vec<SealedCredential>> {
    const SQL: &str = "SELECT id, app_id, channel, sealed, summary, topic, state, state_reason, \
        updated_at, max_in_flight FROM credentials WHERE app_id = $1 ORDER BY channel";
    let rows: Vec<CredentialRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(app_id.0).fetch_all(db).await?
    });
    rows.into_iter().map(CredentialRow::read).collect()
}

/// Sets a credential's state, and says whether it was another. `entered_at` is
/// the `updated_at` of the credential that was used: one that was entered since
/// is left alone.
pub async fn set_state(
    tx: &mut Tx,
    id: CredentialId,
    entered_at: Timestamp,
    state: CredentialState,
    reason: Option<&str>,
) -> Result<bool> {
    const SQL: &str = "UPDATE credentials SET state = $3, state_reason = $4 \
        WHERE id = $1 AND updated_at = $2 AND state <> $3";
    Ok(with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL).bind(id.0).bind(entered_at.as_millis());
        query
            .bind(state_code(state))
            .bind(reason)
            .execute(db)
            .await?
            .rows_affected()
    }) == 1)
}

/// Limits how many calls an app's credential for a channel may have in flight
/// on one worker; `None` lifts the limit.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn limit(tx: &mut Tx, app_id: AppId, channel: Channel, most: Option<u32>) -> Result<()> {
    const SQL: &str =
        "UPDATE credentials SET max_in_flight = $3 WHERE app_id = $1 AND channel = $2";
    let most = most.map(|most| i32::try_from(most).unwrap_or(i32::MAX));
    let written = with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL)
            .bind(app_id.0)
            .bind(codes::channel(channel));
        query.bind(most).execute(db).await?.rows_affected()
    });
    crate::found(written)
}

/// Removes an app's credential for a channel.
///
/// # Errors
/// `NotFound` when there is none.
pub async fn delete(tx: &mut Tx, app_id: AppId, channel: Channel) -> Result<()> {
    const SQL: &str = "DELETE FROM credentials WHERE app_id = $1 AND channel = $2";
    let written = with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL)
            .bind(app_id.0)
            .bind(codes::channel(channel));
        query.execute(db).await?.rows_affected()
    });
    crate::found(written)
}

/// Notes that a provider refused the credential that was entered then, unless it was
/// changed since.
pub async fn refuse(
    tx: &mut Tx,
    app_id: AppId,
    channel: Channel,
    entered_at: Timestamp,
    reason: &str,
) -> Result<()> {
    const SQL: &str = "UPDATE credentials SET state = 1, state_reason = $4 \
        WHERE app_id = $1 AND channel = $2 AND updated_at = $3 AND state = 0";
    with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(app_id.0)
            .bind(codes::channel(channel))
            .bind(entered_at.as_millis())
            .bind(reason)
            .execute(&mut *db)
            .await?;
    });
    Ok(())
}
