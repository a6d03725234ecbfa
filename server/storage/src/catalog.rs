//! What the engine reads of apps, pushes and workflows: small tables, whole,
//! and revisions, which never change.

use std::collections::HashMap;

use domain::app::Capabilities;
use domain::device::Channel;
use domain::push::PushContent;
use domain::workflow::{Graph, StepId};
use domain::{AppId, CampaignId, PushId, RevisionId, Timestamp, WorkflowId};
use uuid::Uuid;

use crate::{Conn, Result, StorageError, codes};

/// A workflow that contacts may enter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveWorkflow {
    /// The workflow.
    pub id: WorkflowId,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// The revision that contacts enter.
    pub revision_id: RevisionId,
}

/// Every live workflow.
pub async fn live_workflows(db: impl Into<Conn<'_>>) -> Result<Vec<LiveWorkflow>> {
    const SQL: &str = "SELECT id, campaign_id, current_revision_id FROM workflows \
        WHERE state = 1 AND current_revision_id IS NOT NULL ORDER BY id";
    let rows: Vec<(Uuid, Uuid, Uuid)> = with_engine!(db.into(), |db| sqlx::query_as(SQL)
        .fetch_all(&mut *db)
        .await?);
    Ok(rows
        .into_iter()
        .map(|(id, campaign, revision)| LiveWorkflow {
            id: id.into(),
            campaign_id: campaign.into(),
            revision_id: revision.into(),
        })
        .collect())
}

/// A published revision as it was drawn.
#[derive(Clone, Debug)]
pub struct PublishedWorkflow {
    /// The workflow.
    pub workflow_id: WorkflowId,
    /// Its campaign.
    pub campaign_id: CampaignId,
    /// The graph.
    pub graph: Graph,
    /// What each push step sends.
    pub push_revisions: HashMap<StepId, RevisionId>,
}

/// A published workflow revision.
///
/// # Errors
/// `NotFound`, or `Corrupt` when its JSON does not read.
pub async fn workflow_revision(
    db: impl Into<Conn<'_>>,
    id: RevisionId,
) -> Result<PublishedWorkflow> {
    const SQL: &str = "SELECT r.workflow_id, w.campaign_id, r.graph, r.push_revisions \
        FROM workflow_revisions r JOIN workflows w ON w.id = r.workflow_id WHERE r.id = $1";
    let (workflow, campaign, graph, pushes): (Uuid, Uuid, String, String) =
        with_engine!(db.into(), |db| sqlx::query_as(SQL)
            .bind(id.0)
            .fetch_one(&mut *db)
            .await?);
    Ok(PublishedWorkflow {
        workflow_id: workflow.into(),
        campaign_id: campaign.into(),
        graph: serde_json::from_str(&graph)
            .map_err(StorageError::corrupt_json("a workflow's graph"))?,
        push_revisions: serde_json::from_str(&pushes)
            .map_err(StorageError::corrupt_json("a workflow's pushes"))?,
    })
}

/// A push revision's content.
///
/// # Errors
/// `NotFound`, or `Corrupt` when its JSON does not read.
pub async fn push_revision(
    db: impl Into<Conn<'_>>,
    id: RevisionId,
) -> Result<(PushId, PushContent)> {
    const SQL: &str = "SELECT push_id, content FROM push_revisions WHERE id = $1";
    let (push, content): (Uuid, String) = with_engine!(db.into(), |db| sqlx::query_as(SQL)
        .bind(id.0)
        .fetch_one(&mut *db)
        .await?);
    let content =
        serde_json::from_str(&content).map_err(StorageError::corrupt_json("a push's content"))?;
    Ok((push.into(), content))
}

/// What each app can show.
pub async fn capabilities(db: impl Into<Conn<'_>>) -> Result<HashMap<AppId, Capabilities>> {
    const SQL: &str = "SELECT id, capabilities FROM apps";
    let rows: Vec<(Uuid, String)> = with_engine!(db.into(), |db| sqlx::query_as(SQL)
        .fetch_all(&mut *db)
        .await?);
    rows.into_iter()
        .map(|(id, json)| {
            let capabilities = serde_json::from_str(&json)
                .map_err(StorageError::corrupt_json("an app's capabilities"))?;
            Ok((id.into(), capabilities))
        })
        .collect()
}

/// A credential, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialFacts {
    /// The app.
    pub app_id: AppId,
    /// The channel.
    pub channel: Channel,
    /// Whether the provider takes it, as far as is known.
    pub usable: bool,
    /// When it was entered or rotated: another time means other secrets.
    pub updated_at: Timestamp,
    /// Most calls in flight, where somebody limits them.
    pub max_in_flight: Option<u32>,
}

/// Every credential.
pub async fn credentials(db: impl Into<Conn<'_>>) -> Result<Vec<CredentialFacts>> {
    const SQL: &str = "SELECT app_id, channel, state, updated_at, max_in_flight FROM credentials";
    let rows: Vec<(Uuid, i16, i16, i64, Option<i32>)> =
        with_engine!(db.into(), |db| sqlx::query_as(SQL)
            .fetch_all(&mut *db)
            .await?);
    rows.into_iter()
        .map(|(app, channel, state, updated_at, max_in_flight)| {
            Ok(CredentialFacts {
                app_id: app.into(),
                channel: codes::channel_of(channel)?,
                usable: state == 0,
                updated_at: Timestamp(updated_at),
                max_in_flight: max_in_flight.and_then(|most| u32::try_from(most).ok()),
            })
        })
        .collect()
}

/// Pushes whose sending stopped.
pub async fn stopped_pushes(db: impl Into<Conn<'_>>) -> Result<Vec<RevisionId>> {
    const SQL: &str = "SELECT push_revision_id FROM stopped_pushes";
    let rows: Vec<Uuid> = with_engine!(db.into(), |db| sqlx::query_scalar(SQL)
        .fetch_all(&mut *db)
        .await?);
    Ok(rows.into_iter().map(Into::into).collect())
}
