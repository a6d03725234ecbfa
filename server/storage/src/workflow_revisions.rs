//! Revisions of workflows: what contacts pass through, immutable.

use std::collections::BTreeMap;

use domain::workflow::{Graph, StepId, WorkflowState};
use domain::{RevisionId, Timestamp, WorkflowId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::page::fetch_limit;
use crate::{Conn, Cursor, Page, Result, StorageError, Tx, workflows};

/// Which push revision each push step sends.
pub type PushRevisions = BTreeMap<StepId, RevisionId>;

/// An immutable revision of a workflow.
#[derive(Clone, Debug, PartialEq)]
pub struct WorkflowRevision {
    /// Our identifier.
    pub id: RevisionId,
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// Counts the workflow's revisions from 1.
    pub number: i64,
    /// The graph.
    pub graph: Graph,
    /// Which push revision each push step sends.
    pub push_revisions: PushRevisions,
    /// When it was published.
    pub created_at: Timestamp,
    /// By whom.
    pub published_by: String,
}

#[derive(FromRow)]
struct RevisionRow {
    id: Uuid,
    workflow_id: Uuid,
    number: i64,
    graph: String,
    push_revisions: String,
    created_at: i64,
    published_by: String,
}

impl RevisionRow {
    fn read(self) -> Result<WorkflowRevision> {
        let corrupt = StorageError::corrupt_json;
        Ok(WorkflowRevision {
            id: self.id.into(),
            workflow_id: self.workflow_id.into(),
            number: self.number,
            graph: serde_json::from_str(&self.graph).map_err(corrupt("a workflow revision"))?,
            push_revisions: serde_json::from_str(&self.push_revisions)
                .map_err(corrupt("a workflow revision's pushes"))?,
            created_at: Timestamp(self.created_at),
            published_by: self.published_by,
        })
    }
}

/// Publishes the draft as it was at `version`: makes a revision of it, which
/// the caller has checked, and makes the workflow live on it.
///
/// # Errors
/// `StaleVersion` when the draft has changed since, `NotFound` when the
/// workflow is gone.
pub async fn publish(
    tx: &mut Tx,
    workflow_id: WorkflowId,
    version: i64,
    push_revisions: &PushRevisions,
    published_by: &str,
    now: Timestamp,
) -> Result<WorkflowRevision> {
    const DRAFT: &str = "SELECT draft, draft_version FROM workflows WHERE id = $1 {lock}";
    const NUMBER: &str = "SELECT CAST(COALESCE(MAX(number), 0) + 1 AS BIGINT) \
        FROM workflow_revisions WHERE workflow_id = $1";
    const INSERT: &str = "INSERT INTO workflow_revisions \
        (id, workflow_id, number, graph, push_revisions, created_at, published_by) \
        VALUES ($1, $2, $3, $4, $5, $6, $7)";
    const CURRENT: &str = "UPDATE workflows SET current_revision_id = $2, state = $3, \
        updated_at = $4 WHERE id = $1";
    let (draft, found): (String, i64) = with_engine!(tx.conn(), |db| {
        let sql = db.sql(DRAFT);
        sqlx::query_as(sql)
            .bind(workflow_id.0)
            .fetch_one(db)
            .await?
    });
    if found != version {
        return Err(StorageError::StaleVersion);
    }
    let graph: Graph =
        serde_json::from_str(&draft).map_err(StorageError::corrupt_json("a workflow"))?;
    let id = tx.ids().next(now);
    let pushes = crate::json(push_revisions)?;
    let number: i64 = with_engine!(tx.conn(), |db| {
        let number = sqlx::query_scalar(NUMBER)
            .bind(workflow_id.0)
            .fetch_one(&mut *db)
            .await?;
        let query = sqlx::query(INSERT)
            .bind(id)
            .bind(workflow_id.0)
            .bind(number)
            .bind(draft);
        let query = query.bind(pushes).bind(now.as_millis()).bind(published_by);
        query.execute(&mut *db).await?;
        let query = sqlx::query(CURRENT).bind(workflow_id.0).bind(id);
        let query = query.bind(WorkflowState::Live.code()).bind(now.as_millis());
        query.execute(&mut *db).await?;
        number
    });
    workflows::listen(tx, workflow_id, Some(&graph)).await?;
    Ok(WorkflowRevision {
        id: id.into(),
        workflow_id,
        number,
        graph,
        push_revisions: push_revisions.clone(),
        created_at: now,
        published_by: published_by.to_owned(),
    })
}

/// The revision with this id.
pub async fn find(db: impl Into<Conn<'_>>, id: RevisionId) -> Result<Option<WorkflowRevision>> {
    const SQL: &str = "SELECT id, workflow_id, number, graph, push_revisions, created_at, \
        published_by FROM workflow_revisions WHERE id = $1";
    let row: Option<RevisionRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(id.0).fetch_optional(db).await?
    });
    row.map(RevisionRow::read).transpose()
}

/// A workflow's revisions, latest first.
pub async fn of_workflow(
    db: impl Into<Conn<'_>>,
    workflow_id: WorkflowId,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<WorkflowRevision>> {
    const SQL: &str = "SELECT id, workflow_id, number, graph, push_revisions, created_at, \
        published_by FROM workflow_revisions WHERE workflow_id = $1 AND number < $2 \
        ORDER BY number DESC LIMIT $3";
    let (before, _) = after.map_or(Ok((i64::MAX, Uuid::nil())), Cursor::at)?;
    let rows: Vec<RevisionRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(SQL).bind(workflow_id.0).bind(before);
        query.bind(fetch_limit(limit)).fetch_all(db).await?
    });
    Page::cut(rows, limit, |row| Cursor::of_at(row.number, row.id)).try_map(RevisionRow::read)
}
