//! Sends: one decision each to push to one contact, keyed so that the same
//! decision can never stand there twice.

use domain::delivery::SendState;
use domain::gate::{GateMask, Suppression};
use domain::{BindingId, ChunkId, ContactId, PushId, RevisionId, Shard, Timestamp};
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::rows::{Rows, shard, shard_of};
use crate::{Conn, Cursor, Page, Result, StorageError, Tx};

/// The step under which a test of all of a contact's devices is kept; its
/// source is the test's own id.
pub const TEST_STEP: &str = "test";
/// What stands before the device's id in the step of a test for one device.
const TEST_OF_DEVICE: &str = "test:";

/// The step under which a test is kept: of all of a contact's devices, or of
/// `only` this one.
pub fn test_step(only: Option<BindingId>) -> String {
    only.map_or_else(
        || TEST_STEP.to_owned(),
        |binding| format!("{TEST_OF_DEVICE}{binding}"),
    )
}

/// Whether a send of this step is a test.
pub fn is_test(step: &str) -> bool {
    step == TEST_STEP || step.starts_with(TEST_OF_DEVICE)
}

/// The one device that a test of this step is for; `None` means all of the
/// contact's.
pub fn tested_device(step: &str) -> Option<BindingId> {
    step.strip_prefix(TEST_OF_DEVICE)?.parse().ok()
}

/// What tells one send from every other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SendKey {
    /// The contact's shard.
    pub shard: Shard,
    /// The contact.
    pub contact_id: ContactId,
    /// The enrollment, or the test.
    pub source_id: Uuid,
    /// The step that decided it; [`test_step`] for a test.
    pub step: String,
}

/// A send about to be inserted, decided.
#[derive(Clone, Debug)]
pub struct NewSend {
    /// Its key.
    pub key: SendKey,
    /// The chunk that carries it.
    pub chunk_id: ChunkId,
    /// The push.
    pub push_id: PushId,
    /// What is sent.
    pub push_revision_id: RevisionId,
}

/// What the gates for the contact said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendVerdict {
    /// `Released` or `Suppressed`.
    pub state: SendState,
    /// The gate's reason, if one stopped it.
    pub reason: Option<Suppression>,
    /// The gates passed.
    pub mask: GateMask,
}

/// A send as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Send {
    /// Its key.
    pub key: SendKey,
    /// The chunk that carries it.
    pub chunk_id: ChunkId,
    /// The push.
    pub push_id: PushId,
    /// What is sent.
    pub push_revision_id: RevisionId,
    /// What became of it.
    pub state: SendState,
    /// The gate's reason, if one stopped it.
    pub reason: Option<Suppression>,
    /// The gates passed.
    pub mask: GateMask,
    /// When it was decided.
    pub created_at: Timestamp,
}

/// `shard contact source step chunk push revision state reason mask created_at`
type SendRow = (
    i16,
    Uuid,
    Uuid,
    String,
    Uuid,
    Uuid,
    Uuid,
    i16,
    Option<i16>,
    i32,
    i64,
);

impl TryFrom<SendRow> for Send {
    type Error = StorageError;

    fn try_from(row: SendRow) -> Result<Self> {
        let corrupt = StorageError::corrupt;
        let reason = |code| Suppression::from_code(code).ok_or(corrupt("a send's reason"));
        Ok(Self {
            key: SendKey {
                shard: shard_of(row.0),
                contact_id: row.1.into(),
                source_id: row.2,
                step: row.3,
            },
            chunk_id: row.4.into(),
            push_id: row.5.into(),
            push_revision_id: row.6.into(),
            state: SendState::from_code(row.7).ok_or(corrupt("a send's state"))?,
            reason: row.8.map(reason).transpose()?,
            mask: GateMask(row.9),
            created_at: Timestamp(row.10),
        })
    }
}

/// A send's own row, and for what that does not say its chunk's.
macro_rules! select {
    () => {
        "SELECT s.shard, s.contact_id, s.source_id, s.step, s.chunk_id, s.push_id, \
         s.push_revision_id, CASE WHEN s.state = 0 THEN COALESCE(c.usual_state, s.state) \
         ELSE s.state END, CASE WHEN s.state = 0 THEN c.usual_reason ELSE s.reason END, \
         CASE WHEN s.state = 0 THEN COALESCE(c.usual_mask, s.gates_mask) ELSE s.gates_mask END, \
         s.created_at FROM sends s LEFT JOIN chunks c ON c.id = s.chunk_id "
    };
}

/// Inserts decided sends and says how many are new: one that stands there
/// already stays as it is.
pub async fn insert(tx: &mut Tx, sends: &[NewSend], now: Timestamp) -> Result<u64> {
    const SQL: &str = "INSERT INTO sends (shard, contact_id, source_id, step, chunk_id, push_id, \
        push_revision_id, state, gates_mask, created_at) {rows} \
        ON CONFLICT (shard, contact_id, source_id, step) DO NOTHING";
    let rows = Rows::new()
        .column(sends.iter().map(|s| s.key.shard))
        .column(sends.iter().map(|s| s.key.contact_id))
        .column(sends.iter().map(|s| s.key.source_id))
        .column(sends.iter().map(|s| s.key.step.as_str()))
        .column(sends.iter().map(|s| s.chunk_id))
        .column(sends.iter().map(|s| s.push_id))
        .column(sends.iter().map(|s| s.push_revision_id))
        .column(sends.iter().map(|_| SendState::Decided.code()))
        .column(sends.iter().map(|_| 0_i32))
        .column(sends.iter().map(|_| now));
    Ok(with_engine!(tx.conn(), |db| db
        .execute_rows(SQL, &rows, &[])
        .await?))
}

/// One send.
///
/// # Errors
/// `NotFound`.
pub async fn get(db: impl Into<Conn<'_>>, key: &SendKey) -> Result<Send> {
    const SQL: &str = concat!(
        select!(),
        "WHERE s.shard = $1 AND s.contact_id = $2 AND s.source_id = $3 AND s.step = $4"
    );
    let row: SendRow = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(key.shard))
            .bind(key.contact_id.0)
            .bind(key.source_id)
            .bind(&key.step)
            .fetch_one(&mut *db)
            .await?
    });
    row.try_into()
}

/// A contact's sends, newest first. Reads the contact's own range of the key.
pub async fn of_contact(
    db: impl Into<Conn<'_>>,
    home: Shard,
    contact: ContactId,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Send>> {
    const SQL: &str = concat!(
        select!(),
        "WHERE s.shard = $1 AND s.contact_id = $2 \
         AND (s.created_at < $3 OR (s.created_at = $3 AND s.source_id < $4)) \
         ORDER BY s.created_at DESC, s.source_id DESC, s.step LIMIT $5"
    );
    let (at, source) = match after {
        Some(cursor) => cursor.at()?,
        None => (i64::MAX, Uuid::max()),
    };
    let rows: Vec<SendRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(home))
            .bind(contact.0)
            .bind(at)
            .bind(source)
            .bind(crate::page::fetch_limit(limit))
            .fetch_all(&mut *db)
            .await?
    });
    let sends = rows
        .into_iter()
        .map(TryInto::try_into)
        .collect::<Result<Vec<Send>>>()?;
    Ok(whole_passes(sends, limit))
}

/// A contact's latest sends of one push, newest first. Reads the contact's own
/// range of the key.
pub async fn of_contact_and_push(
    db: impl Into<Conn<'_>>,
    home: Shard,
    contact: ContactId,
    push: PushId,
    limit: u32,
) -> Result<Vec<Send>> {
    const SQL: &str = concat!(
        select!(),
        "WHERE s.shard = $1 AND s.contact_id = $2 AND s.push_id = $3 \
         ORDER BY s.created_at DESC, s.source_id DESC, s.step LIMIT $4"
    );
    let rows: Vec<SendRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(home))
            .bind(contact.0)
            .bind(push.0)
            .bind(i64::from(limit))
            .fetch_all(&mut *db)
            .await?
    });
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Cuts a page so that the sends of one pass at one moment, which share the
/// cursor, are not torn apart.
fn whole_passes(mut sends: Vec<Send>, limit: u32) -> Page<Send> {
    let key = |send: &Send| (send.created_at, send.key.source_id);
    let limit = crate::page::clamp(limit) as usize;
    let Some(first_out) = sends.get(limit).map(key) else {
        return Page {
            items: sends,
            next: None,
        };
    };
    let cut = sends
        .iter()
        .position(|send| key(send) == first_out)
        .unwrap_or(limit);
    sends.truncate(if cut == 0 { limit } else { cut });
    let next = sends
        .last()
        .map(key)
        .map(|(at, source)| Cursor::of_at(at.as_millis(), source));
    Page { items: sends, next }
}
