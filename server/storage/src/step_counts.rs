//! Live counts on a workflow's steps, kept by deltas in the transaction that
//! moves the contacts.

use std::collections::BTreeMap;

use domain::workflow::StepId;
use domain::{RevisionId, WorkflowId};
use serde::{Deserialize, Serialize};

use crate::dialect::Dialect;
use crate::rows::Rows;
use crate::{Conn, Result, Tx};

/// Contacts at one step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepCount {
    /// Came to it.
    pub entered: i64,
    /// Left it.
    pub passed: i64,
    /// Ended there.
    pub ended: i64,
}

impl StepCount {
    /// Waiting there now.
    pub const fn waiting(self) -> i64 {
        self.entered - self.passed - self.ended
    }
}

/// Deltas to be added, in the order in which every writer adds them.
#[derive(Debug, Default)]
pub struct StepDeltas(BTreeMap<(RevisionId, StepId), StepCount>);

impl StepDeltas {
    /// The count to add to.
    pub fn of(&mut self, revision: RevisionId, step: &StepId) -> &mut StepCount {
        self.0.entry((revision, step.clone())).or_default()
    }
}

/// Adds `deltas`. To be the transaction's last statement: its locks are
/// contended.
pub async fn add(tx: &mut Tx, deltas: &StepDeltas) -> Result<()> {
    const SQL: &str = "INSERT INTO step_counts (revision_id, step, entered, passed, ended) {rows} \
        ON CONFLICT (revision_id, step) DO UPDATE SET \
        entered = step_counts.entered + excluded.entered, \
        passed = step_counts.passed + excluded.passed, \
        ended = step_counts.ended + excluded.ended";
    let deltas = &deltas.0;
    let rows = Rows::new()
        .column(deltas.keys().map(|key| key.0))
        .column(deltas.keys().map(|key| key.1.0.as_str()))
        .column(deltas.values().map(|count| count.entered))
        .column(deltas.values().map(|count| count.passed))
        .column(deltas.values().map(|count| count.ended));
    with_engine!(tx.conn(), |db| db.execute_rows(SQL, &rows, &[]).await?);
    Ok(())
}

/// The counts of a workflow's steps, all its revisions together: contacts stay
/// on the revision that they came in by. A step that nobody came to is left
/// out.
pub async fn of_workflow(
    db: impl Into<Conn<'_>>,
    workflow: WorkflowId,
) -> Result<BTreeMap<StepId, StepCount>> {
    // By the index (workflow_id, number), then each revision's own key.
    const SQL: &str = "SELECT c.step, CAST(SUM(c.entered) AS BIGINT), \
        CAST(SUM(c.passed) AS BIGINT), CAST(SUM(c.ended) AS BIGINT) \
        FROM workflow_revisions r JOIN step_counts c ON c.revision_id = r.id \
        WHERE r.workflow_id = $1 GROUP BY c.step";
    let rows: Vec<(String, i64, i64, i64)> = with_engine!(db.into(), |db| {
        sqlx::query_as(SQL)
            .bind(workflow.0)
            .fetch_all(&mut *db)
            .await?
    });
    Ok(rows
        .into_iter()
        .map(|(step, entered, passed, ended)| {
            (
                StepId(step),
                StepCount {
                    entered,
                    passed,
                    ended,
                },
            )
        })
        .collect())
}
