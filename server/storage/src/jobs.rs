//! Jobs that outlive a request, such as an import by upload: claimed under a
//! lease, and taken over when their owner is gone.

use domain::{JobId, Timestamp};
use serde_json::Value;
use sqlx::FromRow;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::page::fetch_limit;
use crate::{Conn, Cursor, Page, Result, StorageError, Tx};

/// Where a job is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobState {
    /// Nobody has begun it.
    Queued,
    /// Its owner works on it.
    Running,
    /// It has done what it could.
    Done,
    /// It cannot be done.
    Failed,
    /// Somebody called it off.
    Canceled,
}

impl JobState {
    /// Every state, in the order of their numbers.
    pub const ALL: [Self; 5] = [
        Self::Queued,
        Self::Running,
        Self::Done,
        Self::Failed,
        Self::Canceled,
    ];

    /// Whether nothing more will happen to it.
    pub const fn is_final(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    const fn code(self) -> i16 {
        self as i16
    }
}

/// A job.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    /// Our identifier.
    pub id: JobId,
    /// What kind of work, such as `import_contacts`.
    pub kind: String,
    /// Where it is in its life.
    pub state: JobState,
    /// What to do.
    pub input: Value,
    /// How far it is, and the result at its end.
    pub progress: Value,
    /// Who asked for it.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it last moved.
    pub updated_at: Timestamp,
}

/// A job's columns.
macro_rules! columns {
    () => {
        "id, kind, state, input, progress, created_by, created_at, updated_at"
    };
}

#[derive(FromRow)]
struct JobRow {
    id: Uuid,
    kind: String,
    state: i16,
    input: String,
    progress: String,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

impl JobRow {
    fn read(self) -> Result<Job> {
        let state = JobState::ALL
            .into_iter()
            .find(|state| state.code() == self.state);
        let json =
            |text: &str| serde_json::from_str(text).map_err(StorageError::corrupt_json("a job"));
        Ok(Job {
            id: self.id.into(),
            kind: self.kind,
            state: state.ok_or(StorageError::corrupt("a job's state"))?,
            input: json(&self.input)?,
            progress: json(&self.progress)?,
            created_by: self.created_by,
            created_at: Timestamp(self.created_at),
            updated_at: Timestamp(self.updated_at),
        })
    }
}

/// Queues a job.
pub async fn queue(
    tx: &mut Tx,
    kind: &str,
    input: &Value,
    created_by: &str,
    now: Timestamp,
) -> Result<Job> {
    const SQL: &str = "INSERT INTO jobs \
        (id, kind, state, input, progress, created_by, created_at, updated_at) \
        VALUES ($1, $2, 0, $3, '{}', $4, $5, $5)";
    let job = Job {
        id: tx.ids().next(now).into(),
        kind: kind.to_owned(),
        state: JobState::Queued,
        input: input.clone(),
        progress: Value::Object(serde_json::Map::new()),
        created_by: created_by.to_owned(),
        created_at: now,
        updated_at: now,
    };
    let json = crate::json(input)?;
    with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL).bind(job.id.0).bind(kind).bind(json);
        query
            .bind(created_by)
            .bind(now.as_millis())
            .execute(db)
            .await?;
    });
    Ok(job)
}

/// The job with this id.
pub async fn find(db: impl Into<Conn<'_>>, id: JobId) -> Result<Option<Job>> {
    const SQL: &str = concat!("SELECT ", columns!(), " FROM jobs WHERE id = $1");
    let row: Option<JobRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(id.0).fetch_optional(db).await?
    });
    row.map(JobRow::read).transpose()
}

/// Every job, newest first.
pub async fn list(
    db: impl Into<Conn<'_>>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Job>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM jobs WHERE id < $1 ORDER BY id DESC LIMIT $2"
    );
    let before = after.map_or(Ok(Uuid::max()), Cursor::id)?;
    let rows: Vec<JobRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(before)
            .bind(fetch_limit(limit))
            .fetch_all(db)
            .await?
    });
    Page::cut(rows, limit, |row| Cursor::of_id(row.id)).try_map(JobRow::read)
}

/// Every job that has not ended, oldest first: few, by the index `jobs_open`.
pub async fn unfinished(db: impl Into<Conn<'_>>) -> Result<Vec<Job>> {
    const SQL: &str = concat!(
        "SELECT ",
        columns!(),
        " FROM jobs WHERE state < 2 ORDER BY id"
    );
    let rows: Vec<JobRow> = with_engine!(db.into(), |db| sqlx::query_as(SQL).fetch_all(db).await?);
    rows.into_iter().map(JobRow::read).collect()
}

/// Takes the oldest job that nobody works on, for `lease_millis`: a queued one,
/// or a running one whose owner's lease has ended.
pub async fn claim(
    tx: &mut Tx,
    owner: Uuid,
    lease_millis: i64,
    now: Timestamp,
) -> Result<Option<Job>> {
    const SQL: &str = concat!(
        "UPDATE jobs SET state = 1, owner = $1, lease_until = $2, updated_at = $3 \
         WHERE id = (SELECT id FROM jobs WHERE state < 2 AND (state = 0 OR lease_until <= $4) \
         ORDER BY id LIMIT 1 {claim}) RETURNING ",
        columns!()
    );
    let row: Option<JobRow> = with_engine!(tx.conn(), |db| {
        let clock = db.lease_clock(now).await?;
        let sql = db.sql(SQL);
        let query = sqlx::query_as(sql)
            .bind(owner)
            .bind(clock.plus_millis(lease_millis).as_millis());
        query
            .bind(now.as_millis())
            .bind(clock.as_millis())
            .fetch_optional(db)
            .await?
    });
    row.map(JobRow::read).transpose()
}

/// Writes down how far a job is, and keeps it for another `lease_millis`.
///
/// # Errors
/// `StaleLease` when another owner has it, or it was called off.
pub async fn report(
    tx: &mut Tx,
    id: JobId,
    owner: Uuid,
    progress: &Value,
    lease_millis: i64,
    now: Timestamp,
) -> Result<()> {
    const SQL: &str = "UPDATE jobs SET progress = $3, lease_until = $4, updated_at = $5 \
        WHERE id = $1 AND owner = $2 AND state = 1";
    let json = crate::json(progress)?;
    let written = with_engine!(tx.conn(), |db| {
        let until = db.lease_clock(now).await?.plus_millis(lease_millis);
        let query = sqlx::query(SQL)
            .bind(id.0)
            .bind(owner)
            .bind(json)
            .bind(until.as_millis());
        query
            .bind(now.as_millis())
            .execute(db)
            .await?
            .rows_affected()
    });
    if written == 0 {
        Err(StorageError::StaleLease)
    } else {
        Ok(())
    }
}

/// Ends a job as `state`.
///
/// # Errors
/// `StaleLease` when another owner has it, or it was called off.
pub async fn finish(
    tx: &mut Tx,
    id: JobId,
    owner: Uuid,
    state: JobState,
    progress: &Value,
    now: Timestamp,
) -> Result<()> {
    const SQL: &str = "UPDATE jobs SET state = $3, progress = $4, updated_at = $5, \
        owner = NULL, lease_until = NULL WHERE id = $1 AND owner = $2 AND state = 1";
    let json = crate::json(progress)?;
    let written = with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL)
            .bind(id.0)
            .bind(owner)
            .bind(state.code())
            .bind(json);
        query
            .bind(now.as_millis())
            .execute(db)
            .await?
            .rows_affected()
    });
    if written == 0 {
        Err(StorageError::StaleLease)
    } else {
        Ok(())
    }
}

/// Calls a job off. What it has done stays.
///
/// # Errors
/// `NotFound` when there is no such job, `Conflict` when it has ended.
pub async fn cancel(tx: &mut Tx, id: JobId, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE jobs SET state = 4, owner = NULL, lease_until = NULL, \
        updated_at = $2 WHERE id = $1 AND state < 2";
    let written = with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(id.0)
            .bind(now.as_millis())
            .execute(db)
            .await?
            .rows_affected()
    });
    match (written, find(tx, id).await?) {
        (1, _) => Ok(()),
        (_, Some(_)) => Err(StorageError::Conflict),
        (_, None) => Err(StorageError::NotFound),
    }
}
