//! Workflows: drafts under an optimistic lock, and what state they are in.
//! Their revisions are in `workflow_revisions`.

use domain::workflow::{Graph, Step, Trigger, WorkflowState};
use domain::{CampaignId, PushId, RevisionId, Timestamp, WorkflowId};
use sqlx::FromRow;
use uuid::Uuid;

use crate::dialect::Dialect;
use crate::page::fetch_limit;
use crate::rows::Rows;
use crate::{Conn, Cursor, Page, Result, StorageError, Tx, workflow_revisions};

/// A workflow with its draft.
#[derive(Clone, Debug, PartialEq)]
pub struct Workflow {
    /// Our identifier.
    pub id: WorkflowId,
    /// The campaign that it belongs to.
    pub campaign_id: CampaignId,
    /// What people call it.
    pub name: String,
    /// Where it is in its life.
    pub state: WorkflowState,
    /// The graph as it is edited.
    pub draft: Graph,
    /// Grows with each change of the draft: the optimistic lock.
    pub draft_version: i64,
    /// The revision that lets contacts in.
    pub current_revision_id: Option<RevisionId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

#[derive(FromRow)]
struct WorkflowRow {
    id: Uuid,
    campaign_id: Uuid,
    name: String,
    state: i16,
    draft: String,
    draft_version: i64,
    current_revision_id: Option<Uuid>,
    created_at: i64,
    updated_at: i64,
}

impl WorkflowRow {
    fn read(self) -> Result<Workflow> {
        Ok(Workflow {
            id: self.id.into(),
            campaign_id: self.campaign_id.into(),
            name: self.name,
            state: state_of(self.state)?,
            draft: serde_json::from_str(&self.draft)
                .map_err(StorageError::corrupt_json("a workflow"))?,
            draft_version: self.draft_version,
            current_revision_id: self.current_revision_id.map(RevisionId),
            created_at: Timestamp(self.created_at),
            updated_at: Timestamp(self.updated_at),
        })
    }
}

fn state_of(code: i16) -> Result<WorkflowState> {
    WorkflowState::from_code(code).ok_or(StorageError::corrupt("a workflow's state"))
}

/// Makes a workflow with this draft.
///
/// # Errors
/// `Conflict` when there is no such campaign.
pub async fn create(
    tx: &mut Tx,
    campaign_id: CampaignId,
    name: &str,
    draft: &Graph,
    now: Timestamp,
) -> Result<Workflow> {
    const SQL: &str = "INSERT INTO workflows \
        (id, campaign_id, name, state, draft, draft_version, created_at, updated_at) \
        VALUES ($1, $2, $3, $4, $5, 1, $6, $6)";
    let workflow = Workflow {
        id: tx.ids().next(now).into(),
        campaign_id,
        name: name.to_owned(),
        state: WorkflowState::Draft,
        draft: draft.clone(),
        draft_version: 1,
        current_revision_id: None,
        created_at: now,
        updated_at: now,
    };
    let json = crate::json(draft)?;
    with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL)
            .bind(workflow.id.0)
            .bind(campaign_id.0)
            .bind(name);
        let query = query
            .bind(workflow.state.code())
            .bind(json)
            .bind(now.as_millis());
        query.execute(db).await?;
    });
    Ok(workflow)
}

/// The workflow with this id.
pub async fn find(db: impl Into<Conn<'_>>, id: WorkflowId) -> Result<Option<Workflow>> {
    const SQL: &str = "SELECT id, campaign_id, name, state, draft, draft_version, \
        current_revision_id, created_at, updated_at FROM workflows WHERE id = $1";
    let row: Option<WorkflowRow> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL).bind(id.0).fetch_optional(db).await?
    });
    row.map(WorkflowRow::read).transpose()
}

/// Every workflow, or every workflow of a campaign, newest first.
pub async fn list(
    db: impl Into<Conn<'_>>,
    campaign_id: Option<CampaignId>,
    after: Option<&Cursor>,
    limit: u32,
) -> Result<Page<Workflow>> {
    const ALL: &str = "SELECT id, campaign_id, name, state, draft, draft_version, \
        current_revision_id, created_at, updated_at FROM workflows \
        WHERE id < $1 ORDER BY id DESC LIMIT $2";
    const OF_CAMPAIGN: &str = "SELECT id, campaign_id, name, state, draft, draft_version, \
        current_revision_id, created_at, updated_at FROM workflows \
        WHERE campaign_id = $3 AND id < $1 ORDER BY id DESC LIMIT $2";
    let before = after.map_or(Ok(Uuid::max()), Cursor::id)?;
    let rows: Vec<WorkflowRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(if campaign_id.is_some() {
            OF_CAMPAIGN
        } else {
            ALL
        });
        let query = query.bind(before).bind(fetch_limit(limit));
        match campaign_id {
            Some(id) => query.bind(id.0).fetch_all(db).await?,
            None => query.fetch_all(db).await?,
        }
    });
    Page::cut(rows, limit, |row| Cursor::of_id(row.id)).try_map(WorkflowRow::read)
}

/// The workflows that send a push, by the revision that runs or by their draft,
/// newest first, at most `limit`. Reads every workflow.
pub async fn sending(db: impl Into<Conn<'_>>, push: PushId, limit: u32) -> Result<Vec<Workflow>> {
    const SQL: &str = "SELECT w.id, w.campaign_id, w.name, w.state, w.draft, w.draft_version, \
        w.current_revision_id, w.created_at, w.updated_at FROM workflows w \
        LEFT JOIN workflow_revisions r ON r.id = w.current_revision_id \
        WHERE w.draft LIKE $1 OR r.graph LIKE $1 ORDER BY w.id DESC LIMIT $2";
    let rows: Vec<WorkflowRow> = with_engine!(db.into(), |db| {
        let query = sqlx::query_as(SQL).bind(format!("%{}%", push.0));
        query.bind(i64::from(limit)).fetch_all(db).await?
    });
    rows.into_iter().map(WorkflowRow::read).collect()
}

/// Saves a draft over the one at `version`, and returns the new version.
///
/// # Errors
/// `StaleVersion` when the draft has changed since, `NotFound` when the
/// workflow is gone.
pub async fn save_draft(
    tx: &mut Tx,
    id: WorkflowId,
    version: i64,
    draft: &Graph,
    now: Timestamp,
) -> Result<i64> {
    const SQL: &str = "UPDATE workflows SET draft = $3, draft_version = draft_version + 1, \
        updated_at = $4 WHERE id = $1 AND draft_version = $2";
    let json = crate::json(draft)?;
    let written = with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL).bind(id.0).bind(version).bind(json);
        query
            .bind(now.as_millis())
            .execute(db)
            .await?
            .rows_affected()
    });
    match (written, find(tx, id).await?) {
        (1, _) => Ok(version + 1),
        (_, Some(_)) => Err(StorageError::StaleVersion),
        (_, None) => Err(StorageError::NotFound),
    }
}

/// Renames a workflow.
///
/// # Errors
/// `NotFound` when there is no such workflow.
pub async fn rename(tx: &mut Tx, id: WorkflowId, name: &str, now: Timestamp) -> Result<()> {
    const SQL: &str = "UPDATE workflows SET name = $2, updated_at = $3 WHERE id = $1";
    let written = with_engine!(tx.conn(), |db| {
        let query = sqlx::query(SQL).bind(id.0).bind(name).bind(now.as_millis());
        query.execute(db).await?.rows_affected()
    });
    crate::found(written)
}

/// Removes a workflow that was never published.
///
/// # Errors
/// `Conflict` when it was published, `NotFound` when it is gone.
pub async fn delete(tx: &mut Tx, id: WorkflowId) -> Result<()> {
    const SQL: &str = "DELETE FROM workflows WHERE id = $1";
    let written = with_engine!(tx.conn(), |db| {
        sqlx::query(SQL)
            .bind(id.0)
            .execute(db)
            .await?
            .rows_affected()
    });
    crate::found(written)
}

/// Puts a published workflow into another state. Only a live one listens to
/// events.
///
/// # Errors
/// `Conflict` when it was never published, or would be a draft again;
/// `NotFound` when there is no such workflow.
pub async fn set_state(
    tx: &mut Tx,
    id: WorkflowId,
    state: WorkflowState,
    now: Timestamp,
) -> Result<()> {
    const SQL: &str = "UPDATE workflows SET state = $2, updated_at = $3 \
        WHERE id = $1 AND current_revision_id IS NOT NULL RETURNING current_revision_id";
    if state == WorkflowState::Draft {
        return Err(StorageError::Conflict);
    }
    let revision: Option<Uuid> = with_engine!(tx.conn(), |db| {
        let query = sqlx::query_scalar(SQL)
            .bind(id.0)
            .bind(state.code())
            .bind(now.as_millis());
        query.fetch_optional(db).await?
    });
    let Some(revision) = revision else {
        let there = find(&mut *tx, id).await?.is_some();
        return Err(if there {
            StorageError::Conflict
        } else {
            StorageError::NotFound
        });
    };
    let graph = if state == WorkflowState::Live {
        workflow_revisions::find(&mut *tx, revision.into())
            .await?
            .map(|revision| revision.graph)
    } else {
        None
    };
    listen(tx, id, graph.as_ref()).await
}

/// Makes a live revision's graph, or nothing, what the workflow listens to.
pub(crate) async fn listen(tx: &mut Tx, id: WorkflowId, graph: Option<&Graph>) -> Result<()> {
    const DELETE: &str = "DELETE FROM workflow_triggers WHERE workflow_id = $1";
    const INSERT: &str = "INSERT INTO workflow_triggers (name, workflow_id) {rows}";
    let names: std::collections::BTreeSet<&str> = graph
        .into_iter()
        .flat_map(|graph| &graph.nodes)
        .filter_map(|node| match &node.step {
            Step::Trigger {
                trigger: Trigger::Event { name, .. },
                ..
            } => Some(name.as_str()),
            _ => None,
        })
        .collect();
    let rows = Rows::new()
        .column(names.iter().copied())
        .column(names.iter().map(|_| id));
    with_engine!(tx.conn(), |db| {
        sqlx::query(DELETE).bind(id.0).execute(&mut *db).await?;
        db.execute_rows(INSERT, &rows, &[]).await?;
    });
    Ok(())
}

/// What the engine must know of a published workflow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Published {
    /// The workflow.
    pub id: WorkflowId,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// Where it is in its life.
    pub state: WorkflowState,
    /// The revision that lets contacts in while it is live.
    pub revision_id: RevisionId,
}

/// Every workflow that was ever published.
pub async fn published(db: impl Into<Conn<'_>>) -> Result<Vec<Published>> {
    const SQL: &str = "SELECT id, campaign_id, state, current_revision_id FROM workflows \
        WHERE current_revision_id IS NOT NULL ORDER BY id";
    let rows: Vec<(Uuid, Uuid, i16, Uuid)> =
        with_engine!(db.into(), |db| sqlx::query_as(SQL).fetch_all(db).await?);
    rows.into_iter()
        .map(|(id, campaign_id, state, revision_id)| {
            Ok(Published {
                id: id.into(),
                campaign_id: campaign_id.into(),
                state: state_of(state)?,
                revision_id: revision_id.into(),
            })
        })
        .collect()
}
