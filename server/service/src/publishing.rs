//! Publishing workflows, pausing them and letting them go on.

use std::collections::BTreeMap;

use domain::people::{Permission, Principal};
use domain::validate::FieldErrors;
use domain::view::WorkflowView;
use domain::workflow::{Graph, GraphProblem, Step, WorkflowState};
use domain::{RevisionId, WorkflowId};
use storage::workflow_revisions::{self, PushRevisions};
use storage::{StorageError, Tx, push_revisions, workflows};

use crate::service::require;
use crate::workflows::{find, problems, view};
use crate::{Result, Service, ServiceError, audit};

impl Service {
    /// That `by` may publish, asked before anything is looked at.
    pub fn may_publish(&self, by: &Principal) -> Result<()> {
        require(by, Permission::Publish)
    }

    /// Publishes the draft: an immutable revision with the pushes as they are
    /// now, which lets contacts in from here on. Contacts inside stay on their
    /// own revision. `version` is the draft that was looked at; without one,
    /// whatever is there.
    pub async fn publish_workflow(
        &self,
        by: &Principal,
        id: WorkflowId,
        version: Option<i64>,
    ) -> Result<WorkflowView> {
        require(by, Permission::Publish)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        let workflow = find(&mut tx, id).await?;
        let version = version.unwrap_or(workflow.draft_version);
        if version != workflow.draft_version {
            return Err(StorageError::StaleVersion.into());
        }
        let found = problems(&mut tx, &workflow.draft).await?;
        if !found.is_empty() {
            return Err(ServiceError::Invalid(as_field_errors(
                &workflow.draft,
                &found,
            )));
        }
        let revisions = make_push_revisions(&mut tx, &workflow.draft, by, now).await?;
        let revision =
            workflow_revisions::publish(&mut tx, id, version, &revisions, &by.actor(), now).await?;
        let facts = [
            ("name", workflow.name.as_str()),
            ("revision", &revision.number.to_string()),
        ];
        audit::note(
            &mut tx,
            by,
            "workflow.publish",
            &id.to_string(),
            &facts,
            now,
        )
        .await?;
        let workflow = find(&mut tx, id).await?;
        let view = view(&mut tx, workflow).await?;
        tx.commit().await?;
        self.bell().content_changed();
        Ok(view)
    }

    /// Pauses a live workflow: nobody comes in, and those inside stand still.
    pub async fn pause_workflow(&self, by: &Principal, id: WorkflowId) -> Result<WorkflowView> {
        self.set_workflow_state(by, id, WorkflowState::Live, WorkflowState::Paused)
            .await
    }

    /// Lets a paused workflow go on.
    pub async fn resume_workflow(&self, by: &Principal, id: WorkflowId) -> Result<WorkflowView> {
        self.set_workflow_state(by, id, WorkflowState::Paused, WorkflowState::Live)
            .await
    }

    async fn set_workflow_state(
        &self,
        by: &Principal,
        id: WorkflowId,
        from: WorkflowState,
        to: WorkflowState,
    ) -> Result<WorkflowView> {
        require(by, Permission::Publish)?;
        let now = self.now();
        let mut tx = self.begin().await?;
        let workflow = find(&mut tx, id).await?;
        if workflow.state != from && workflow.state != to {
            return Err(ServiceError::conflict(format!(
                "This workflow is {} and not {}.",
                workflow.state.name(),
                from.name()
            )));
        }
        if workflow.state == from {
            workflows::set_state(&mut tx, id, to, now).await?;
            let facts = [("state", to.name())];
            audit::note(&mut tx, by, "workflow.state", &id.to_string(), &facts, now).await?;
        }
        let workflow = find(&mut tx, id).await?;
        let view = view(&mut tx, workflow).await?;
        tx.commit().await?;
        self.bell().content_changed();
        if to == WorkflowState::Live {
            // What became due while it stood still goes on at once.
            self.bell().events_arrived();
        }
        Ok(view)
    }
}

/// Problems under the paths that the graph's fields have in the API.
fn as_field_errors(graph: &Graph, problems: &[GraphProblem]) -> FieldErrors {
    let mut errors = FieldErrors::default();
    for problem in problems {
        let node = problem
            .step
            .as_ref()
            .and_then(|step| graph.nodes.iter().position(|node| node.id == *step));
        let field = match (node, &problem.field) {
            (Some(n), Some(field)) => format!("draft.nodes[{n}].step.{field}"),
            (Some(n), None) => format!("draft.nodes[{n}]"),
            (None, _) => "draft".to_owned(),
        };
        errors.add(field, problem.message.as_str());
    }
    errors
}

/// A revision of each push as it is now, by the steps that send it.
async fn make_push_revisions(
    tx: &mut Tx,
    graph: &Graph,
    by: &Principal,
    now: domain::Timestamp,
) -> Result<PushRevisions> {
    let mut made: BTreeMap<domain::PushId, RevisionId> = BTreeMap::new();
    for id in graph.pushes() {
        made.insert(id, push_revisions::make(tx, id, &by.actor(), now).await?.id);
    }
    let steps = graph.nodes.iter().filter_map(|node| match node.step {
        Step::Push { push_id } => Some((node.id.clone(), *made.get(&push_id?)?)),
        _ => None,
    });
    Ok(steps.collect())
}
