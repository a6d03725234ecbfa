//! Enrollments: contacts on their way through workflow revisions.

use std::collections::HashMap;

use domain::workflow::{Entry, Previous, StepId};
use domain::{ContactId, EnrollmentId, EventId, RevisionId, Shard, Timestamp, WorkflowId};
use serde_json::Map;
use uuid::{Builder, Uuid};
use xxhash_rust::xxh3::xxh3_128;

use crate::dialect::Dialect;
use crate::recipients::TriggerEvent;
use crate::rows::{Rows, shard, shard_of};
use crate::{Conn, Cursor, Page, Result, StorageError, Tx};

/// Whether an enrollment goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EnrollmentState {
    /// It has only just come to its step.
    Arrived,
    /// It waits at its step.
    Waiting,
    /// It is over.
    Ended,
}

impl EnrollmentState {
    const fn code(self) -> i16 {
        self as i16
    }

    fn from_code(code: i16) -> Result<Self> {
        Ok(match code {
            0 => Self::Arrived,
            1 => Self::Waiting,
            2 => Self::Ended,
            _ => return Err(StorageError::corrupt("an enrollment's state")),
        })
    }
}

/// The enrollment that an event makes in a workflow: always the same one, so
/// that the same event never enrolls twice (`UUIDv8`).
pub fn enrollment_id(workflow: WorkflowId, event: EventId) -> EnrollmentId {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(workflow.0.as_bytes());
    bytes[16..].copy_from_slice(event.0.as_bytes());
    EnrollmentId(Builder::from_custom_bytes(xxh3_128(&bytes).to_be_bytes()).into_uuid())
}

/// An enrollment as stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrollment {
    /// The contact's shard.
    pub shard: Shard,
    /// Its identifier.
    pub id: EnrollmentId,
    /// The contact.
    pub contact_id: ContactId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// The revision that it stays on.
    pub revision_id: RevisionId,
    /// Where it stands.
    pub step: StepId,
    /// Whether it goes on.
    pub state: EnrollmentState,
    /// When the runner has to look again; `None` once ended.
    pub due_at: Option<Timestamp>,
    /// Compared and swapped by whoever advances it.
    pub version: i64,
    /// When it began.
    pub entered_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// The event that let it in.
    pub event: TriggerEvent,
}

/// `shard id contact workflow revision step state due version entered ended trigger`
type EnrollmentRow = (
    i16,
    Uuid,
    Uuid,
    Uuid,
    Uuid,
    String,
    i16,
    Option<i64>,
    i64,
    i64,
    Option<i64>,
    String,
);

macro_rules! columns {
    () => {
        "e.shard, e.id, e.contact_id, e.workflow_id, e.revision_id, e.step, e.state, e.due_at, \
         e.version, e.entered_at, e.ended_at, e.trigger_event"
    };
}

impl TryFrom<EnrollmentRow> for Enrollment {
    type Error = StorageError;

    fn try_from(row: EnrollmentRow) -> Result<Self> {
        Ok(Self {
            shard: shard_of(row.0),
            id: row.1.into(),
            contact_id: row.2.into(),
            workflow_id: row.3.into(),
            revision_id: row.4.into(),
            step: StepId(row.5),
            state: EnrollmentState::from_code(row.6)?,
            due_at: row.7.map(Timestamp),
            version: row.8,
            entered_at: Timestamp(row.9),
            ended_at: row.10.map(Timestamp),
            event: serde_json::from_str(&row.11)
                .map_err(StorageError::corrupt_json("an enrollment's event"))?,
        })
    }
}

/// Inserts enrollments that have just arrived, due at once; one that stands
/// there already stays as it is. Says how many are new.
pub async fn insert(tx: &mut Tx, enrollments: &[Enrollment]) -> Result<u64> {
    const SQL: &str = "INSERT INTO enrollments (shard, id, contact_id, workflow_id, revision_id, \
        step, state, due_at, version, entered_at, trigger_event) {rows} \
        ON CONFLICT (shard, id) DO NOTHING";
    let events: Vec<String> = enrollments
        .iter()
        .map(|e| crate::json(&e.event))
        .collect::<Result<_>>()?;
    let rows = Rows::new()
        .column(enrollments.iter().map(|e| e.shard))
        .column(enrollments.iter().map(|e| e.id))
        .column(enrollments.iter().map(|e| e.contact_id))
        .column(enrollments.iter().map(|e| e.workflow_id))
        .column(enrollments.iter().map(|e| e.revision_id))
        .column(enrollments.iter().map(|e| e.step.0.as_str()))
        .column(enrollments.iter().map(|e| e.state.code()))
        .column(enrollments.iter().map(|e| e.due_at))
        .column(enrollments.iter().map(|e| e.version))
        .column(enrollments.iter().map(|e| e.entered_at))
        .column(events.iter());
    Ok(with_engine!(tx.conn(), |db| db
        .execute_rows(SQL, &rows, &[])
        .await?))
}

/// Enrollments of live workflows that are due in the shards from `lo` to `hi`,
/// at most `limit`. Those of a paused workflow stand still as they are.
pub async fn due(
    db: impl Into<Conn<'_>>,
    lo: Shard,
    hi: Shard,
    now: Timestamp,
    limit: i64,
) -> Result<Vec<Enrollment>> {
    // Shard by shard: each is one look at the partial index (shard, due_at,
    // workflow_id), which passes over what is paused without reading its rows.
    const SQL: &str = concat!(
        "WITH RECURSIVE s (n) AS (SELECT CAST($1 AS SMALLINT) \
         UNION ALL SELECT CAST(n + 1 AS SMALLINT) FROM s WHERE n < $2) SELECT ",
        columns!(),
        " FROM s CROSS JOIN enrollments e WHERE e.shard = s.n AND e.due_at <= $3 \
          AND e.workflow_id IN (SELECT id FROM workflows WHERE state = 1) LIMIT $4"
    );
    let rows: Vec<EnrollmentRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(lo))
            .bind(shard(hi))
            .bind(now.as_millis())
            .bind(limit)
            .fetch_all(&mut *db)
            .await?
    });
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Writes where enrollments stand now, each only if nobody advanced it since
/// it was read, and returns those that were written.
pub async fn advance(tx: &mut Tx, enrollments: &[&Enrollment]) -> Result<Vec<EnrollmentId>> {
    const SQL: &str = "WITH r (shard, id, version, step, state, due_at, ended_at) AS ({rows}) \
        UPDATE enrollments SET step = r.step, state = r.state, due_at = r.due_at, \
        ended_at = r.ended_at, version = r.version + 1 FROM r \
        WHERE enrollments.shard = r.shard AND enrollments.id = r.id \
        AND enrollments.version = r.version RETURNING enrollments.id";
    let rows = Rows::new()
        .column(enrollments.iter().map(|e| e.shard))
        .column(enrollments.iter().map(|e| e.id))
        .column(enrollments.iter().map(|e| e.version))
        .column(enrollments.iter().map(|e| e.step.0.as_str()))
        .column(enrollments.iter().map(|e| e.state.code()))
        .column(enrollments.iter().map(|e| e.due_at))
        .column(enrollments.iter().map(|e| e.ended_at));
    let written: Vec<(Uuid,)> =
        with_engine!(tx.conn(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    Ok(written.into_iter().map(|(id,)| id.into()).collect())
}

/// A line of an enrollment's log, with its place there.
#[derive(Clone, Debug)]
pub struct LogLine<'a> {
    /// The contact's shard.
    pub shard: Shard,
    /// The enrollment.
    pub enrollment_id: EnrollmentId,
    /// Grows from line to line.
    pub seq: i32,
    /// What happened.
    pub entry: &'a Entry,
}

/// Appends lines to enrollments' logs.
pub async fn append_log(tx: &mut Tx, lines: &[LogLine<'_>], now: Timestamp) -> Result<()> {
    const SQL: &str = "INSERT INTO enrollment_log (shard, enrollment_id, seq, at, step, entry) \
        {rows}";
    let entries: Vec<String> = lines
        .iter()
        .map(|line| crate::json(line.entry))
        .collect::<Result<_>>()?;
    let step = |entry| match entry {
        &Entry::Left { ref step, .. }
        | &Entry::Waiting { ref step, .. }
        | &Entry::Ended { ref step, .. } => step.0.as_str(),
    };
    let rows = Rows::new()
        .column(lines.iter().map(|line| line.shard))
        .column(lines.iter().map(|line| line.enrollment_id))
        .column(lines.iter().map(|line| line.seq))
        .column(lines.iter().map(|_| now))
        .column(lines.iter().map(|line| step(line.entry)))
        .column(entries.iter());
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}

/// A contact in a workflow.
pub type ContactInWorkflow = (Shard, ContactId, WorkflowId);

/// The latest passes of these contacts through these workflows; those who
/// were never in are left out. While any pass goes on, the latest counts as
/// going on.
pub async fn previous(
    db: impl Into<Conn<'_>>,
    of: &[ContactInWorkflow],
) -> Result<HashMap<ContactInWorkflow, Previous>> {
    const SQL: &str = "WITH r (shard, contact_id, workflow_id) AS ({rows}) \
        SELECT e.shard, e.contact_id, e.workflow_id, MAX(e.entered_at), COUNT(*), \
        COUNT(e.ended_at) FROM r CROSS JOIN enrollments e \
        WHERE e.shard = r.shard AND e.contact_id = r.contact_id \
        AND e.workflow_id = r.workflow_id GROUP BY e.shard, e.contact_id, e.workflow_id";
    let rows = Rows::new()
        .column(of.iter().map(|key| key.0))
        .column(of.iter().map(|key| key.1))
        .column(of.iter().map(|key| key.2));
    let found: Vec<(i16, Uuid, Uuid, i64, i64, i64)> =
        with_engine!(db.into(), |db| db.fetch_rows(SQL, &rows, &[]).await?);
    Ok(found
        .into_iter()
        .map(|(home, contact, workflow, entered, all, ended)| {
            let key = (shard_of(home), contact.into(), workflow.into());
            (
                key,
                Previous {
                    entered_at: Timestamp(entered),
                    ended: all == ended,
                },
            )
        })
        .collect())
}

/// A contact's enrollments, newest first.
pub async fn of_contact(
    db: impl Into<Conn<'_>>,
    home: Shard,
    contact: ContactId,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Enrollment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM enrollments e WHERE e.shard = $1 AND e.contact_id = $2 \
          AND (e.entered_at < $3 OR (e.entered_at = $3 AND e.id < $4)) \
          ORDER BY e.entered_at DESC, e.id DESC LIMIT $5"
    );
    let (at, id) = match after {
        Some(cursor) => cursor.at()?,
        None => (i64::MAX, Uuid::max()),
    };
    let rows: Vec<EnrollmentRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(home))
            .bind(contact.0)
            .bind(at)
            .bind(id)
            .bind(crate::page::fetch_limit(limit))
            .fetch_all(&mut *db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_at(row.9, row.1)).try_map(TryInto::try_into)
}

/// A contact's latest passes through one workflow, newest first.
pub async fn of_contact_in(
    db: impl Into<Conn<'_>>,
    home: Shard,
    contact: ContactId,
    workflow: WorkflowId,
    limit: u32,
) -> Result<Vec<Enrollment>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM enrollments e WHERE e.shard = $1 AND e.contact_id = $2 AND e.workflow_id = $3 \
          ORDER BY e.entered_at DESC, e.id DESC LIMIT $4"
    );
    let rows: Vec<EnrollmentRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(home))
            .bind(contact.0)
            .bind(workflow.0)
            .bind(i64::from(limit))
            .fetch_all(&mut *db)
            .await?
    });
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The workflow that an enrollment is a pass through.
pub async fn workflow_of(
    db: impl Into<Conn<'_>>,
    home: Shard,
    enrollment: EnrollmentId,
) -> Result<Option<WorkflowId>> {
    const SQL: &str = "SELECT workflow_id FROM enrollments WHERE shard = $1 AND id = $2";
    let id: Option<Uuid> = with_engine!(db.into(), |db| {
        sqlx::query_scalar(SQL)
            .bind(shard(home))
            .bind(enrollment.0)
            .fetch_optional(&mut *db)
            .await?
    });
    Ok(id.map(Into::into))
}

/// An enrollment's log, in order.
pub async fn log_of(
    db: impl Into<Conn<'_>>,
    home: Shard,
    enrollment: EnrollmentId,
) -> Result<Vec<(Timestamp, Entry)>> {
    const SQL: &str = "SELECT at, entry FROM enrollment_log \
        WHERE shard = $1 AND enrollment_id = $2 ORDER BY seq";
    let rows: Vec<(i64, String)> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(shard(home))
            .bind(enrollment.0)
            .fetch_all(&mut *db)
            .await?
    });
    rows.into_iter()
        .map(|(at, entry)| {
            let entry = serde_json::from_str(&entry)
                .map_err(StorageError::corrupt_json("an enrollment's log"))?;
            Ok((Timestamp(at), entry))
        })
        .collect()
}

impl TriggerEvent {
    /// An event without properties, for whoever was let in by none.
    pub fn none(at: Timestamp) -> Self {
        Self {
            id: Uuid::nil(),
            name: String::new(),
            occurred_at: at,
            properties: Map::new(),
        }
    }
}
