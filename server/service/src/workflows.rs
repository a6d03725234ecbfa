//! Workflows: draw, read, check, count.

use domain::people::{Permission, Principal};
use domain::validate::FieldErrors;
use domain::view::{Page, RevisionView, StepCount, WorkflowView};
use domain::workflow::{self, Graph, GraphProblem, Node, Step};
use domain::{CampaignId, WorkflowId};
use storage::workflows::{self, Workflow};
use storage::{Conn, StorageError, pushes, step_counts, workflow_revisions};

use crate::campaigns::{self, checked_name};
use crate::service::{Reads, require};
use crate::{PageRequest, Result, Service, ServiceError, audit};

/// Largest graph, in bytes of JSON.
const GRAPH_MAX: usize = 1024 * 1024;

impl Service {
    /// Makes a workflow in a campaign.
    pub async fn create_workflow(
        &self,
        by: &Principal,
        campaign: CampaignId,
        name: &str,
        draft: &Graph,
    ) -> Result<WorkflowView> {
        require(by, Permission::EditContent)?;
        let name = checked_name(name)?;
        check_draft(draft)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        campaigns::find(&mut tx, campaign)
            .await
            .map_err(|error| match error {
                ServiceError::NotFound { .. } => {
                    ServiceError::invalid("campaign_id", "is not a campaign")
                }
                other => other,
            })?;
        let workflow = workflows::create(&mut tx, campaign, name, draft, now).await?;
        let facts = [("name", name)];
        audit::note(
            &mut tx,
            by,
            "workflow.create",
            &workflow.id.to_string(),
            &facts,
            now,
        )
        .await?;
        let view = view(&mut tx, workflow).await?;
        tx.commit().await?;
        Ok(view)
    }

    /// Saves a drawn graph over the draft at `version`, and gives the new
    /// version. A draft may be anything that the canvas can draw.
    pub async fn save_draft(
        &self,
        by: &Principal,
        id: WorkflowId,
        version: i64,
        draft: &Graph,
    ) -> Result<i64> {
        require(by, Permission::EditContent)?;
        check_draft(draft)?;
        let mut tx = self.begin().await?;
        let saved = workflows::save_draft(&mut tx, id, version, draft, self.now())
            .await
            .map_err(ServiceError::finding("This workflow"))?;
        tx.commit().await?;
        Ok(saved)
    }

    /// Saves name and draft at once; without `version`, over whatever is
    /// there: for programs that own the workflow.
    pub async fn put_workflow(
        &self,
        by: &Principal,
        id: WorkflowId,
        name: Option<&str>,
        version: Option<i64>,
        draft: &Graph,
    ) -> Result<WorkflowView> {
        require(by, Permission::EditContent)?;
        let name = name.map(checked_name).transpose()?;
        check_draft(draft)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        let stored = find(&mut tx, id).await?;
        if let Some(name) = name.filter(|name| *name != stored.name) {
            workflows::rename(&mut tx, id, name, now).await?;
        }
        let version = version.unwrap_or(stored.draft_version);
        workflows::save_draft(&mut tx, id, version, draft, now).await?;
        audit::note(&mut tx, by, "workflow.save", &id.to_string(), &[], now).await?;
        let workflow = find(&mut tx, id).await?;
        let view = view(&mut tx, workflow).await?;
        tx.commit().await?;
        Ok(view)
    }

    /// Renames a workflow.
    pub async fn rename_workflow(&self, by: &Principal, id: WorkflowId, name: &str) -> Result<()> {
        require(by, Permission::EditContent)?;
        let name = checked_name(name)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        workflows::rename(&mut tx, id, name, now)
            .await
            .map_err(ServiceError::finding("This workflow"))?;
        let facts = [("name", name)];
        audit::note(&mut tx, by, "workflow.rename", &id.to_string(), &facts, now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Removes a workflow that was never published.
    pub async fn delete_workflow(&self, by: &Principal, id: WorkflowId) -> Result<()> {
        require(by, Permission::EditContent)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        workflows::delete(&mut tx, id)
            .await
            .map_err(|error| match error {
                StorageError::Conflict => ServiceError::conflict(
                    "This workflow was published, so it stays. Pause it instead.",
                ),
                other => ServiceError::finding("This workflow")(other),
            })?;
        audit::note(&mut tx, by, "workflow.delete", &id.to_string(), &[], now).await?;
        tx.commit().await?;
        Ok(())
    }

    /// A workflow on its canvas, with what keeps it from being published.
    pub async fn workflow(&self, by: &Principal, id: WorkflowId) -> Result<WorkflowView> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let workflow = find(&mut reader, id).await?;
        view(&mut reader, workflow).await
    }

    /// Every workflow, or a campaign's, newest first.
    pub async fn list_workflows(
        &self,
        by: &Principal,
        campaign: Option<CampaignId>,
        wish: &PageRequest,
    ) -> Result<Page<WorkflowView>> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        let after = wish.after()?;
        let found = workflows::list(&mut reader, campaign, after.as_ref(), wish.limit).await?;
        let mut items = Vec::with_capacity(found.items.len());
        for workflow in found.items {
            items.push(view(&mut reader, workflow).await?);
        }
        Ok(Page {
            items,
            next: found.next.map(|cursor| cursor.to_string()),
        })
    }

    /// Live counts on the steps, the contacts that are still on an earlier
    /// revision included.
    pub async fn step_counts(&self, by: &Principal, id: WorkflowId) -> Result<Vec<StepCount>> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        find(&mut reader, id).await?;
        let counts = step_counts::of_workflow(&mut reader, id).await?;
        Ok(counts
            .into_iter()
            .map(|(step, count)| StepCount {
                step,
                entered: count.entered,
                passed: count.passed,
                ended: count.ended,
            })
            .collect())
    }

    /// What keeps a graph from being published: the graph itself and the
    /// pushes that it sends.
    pub async fn check_graph(&self, by: &Principal, graph: &Graph) -> Result<Vec<GraphProblem>> {
        require(by, Permission::Read)?;
        let mut reader = self.reader().await?;
        problems(&mut reader, graph).await
    }
}

/// The workflow with this id.
pub(crate) async fn find(db: impl Into<Conn<'_>>, id: WorkflowId) -> Result<Workflow> {
    workflows::find(db, id)
        .await?
        .ok_or_else(|| ServiceError::not_found("This workflow"))
}

pub(crate) async fn view(db: &mut impl Reads, workflow: Workflow) -> Result<WorkflowView> {
    let campaign = campaigns::find(db.conn(), workflow.campaign_id).await?;
    let revision = match workflow.current_revision_id {
        Some(id) => workflow_revisions::find(db.conn(), id).await?,
        None => None,
    };
    let problems = problems(db, &workflow.draft).await?;
    Ok(WorkflowView {
        id: workflow.id,
        campaign_id: workflow.campaign_id,
        campaign: campaign.name,
        name: workflow.name,
        state: workflow.state,
        revision: revision.map(|revision| RevisionView {
            id: revision.id,
            number: revision.number,
            draft_differs: revision.graph != workflow.draft,
            published_by: revision.published_by,
            created_at: revision.created_at,
        }),
        draft: workflow.draft,
        draft_version: workflow.draft_version,
        problems,
        created_at: workflow.created_at,
        updated_at: workflow.updated_at,
    })
}

/// Everything that keeps `graph` from being published, its pushes included.
pub(crate) async fn problems(db: &mut impl Reads, graph: &Graph) -> Result<Vec<GraphProblem>> {
    let mut found = workflow::check(graph);
    for id in graph.pushes() {
        let message = match pushes::find(db.conn(), id).await? {
            None => "This push does not exist any more. Choose another.".to_owned(),
            Some(push) => {
                let mistakes = push.draft.check();
                match mistakes.0.first() {
                    None => continue,
                    Some(first) => format!(
                        "The push \u{201c}{}\u{201d} has a mistake: {} {}.",
                        push.name, first.field, first.message
                    ),
                }
            }
        };
        let sends =
            |node: &&Node| matches!(node.step, Step::Push { push_id } if push_id == Some(id));
        found.extend(graph.nodes.iter().filter(sends).map(|node| GraphProblem {
            step: Some(node.id.clone()),
            field: Some("push_id".to_owned()),
            message: message.clone(),
        }));
    }
    Ok(found)
}

/// A draft may be wrong, but not of any size, and its numbers must be numbers.
fn check_draft(draft: &Graph) -> Result<()> {
    let mut errors = FieldErrors::default();
    let size = serde_json::to_vec(draft).map_or(usize::MAX, |json| json.len());
    if size > GRAPH_MAX {
        errors.add(
            "draft",
            format!("is {size} bytes of JSON; at most {GRAPH_MAX} are kept"),
        );
    }
    for (n, node) in draft.nodes.iter().enumerate() {
        if !(node.x.is_finite() && node.y.is_finite()) {
            errors.add(format!("draft.nodes[{n}].x"), "must be a number");
        }
    }
    errors.into_result(()).map_err(Into::into)
}
