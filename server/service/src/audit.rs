//! The audit log: every change that a person or a key makes to anything but
//! contacts' own data, which has histories of its own.

use domain::Timestamp;
use domain::people::{Permission, Principal};
use domain::view::{AuditLine, Page};
use serde_json::{Map, Value};
use storage::{Tx, audit};

use crate::service::{page, require};
use crate::{PageRequest, Result, Service};

/// Writes a line in the change's own transaction. Facts never hold secrets.
pub(crate) async fn note(
    tx: &mut Tx,
    by: &Principal,
    action: &str,
    subject: &str,
    facts: &[(&str, &str)],
    now: Timestamp,
) -> Result<()> {
    let details: Map<String, Value> = facts
        .iter()
        .map(|(name, value)| ((*name).to_owned(), Value::from(*value)))
        .collect();
    audit::append(
        tx,
        &by.actor(),
        action,
        subject,
        &Value::Object(details),
        now,
    )
    .await?;
    Ok(())
}

impl Service {
    /// The audit log, newest first.
    pub async fn audit_log(&self, by: &Principal, wish: &PageRequest) -> Result<Page<AuditLine>> {
        require(by, Permission::Administer)?;
        let mut reader = self.reader().await?;
        let lines = audit::list(&mut reader, wish.after()?.as_ref(), wish.limit).await?;
        Ok(page(lines, |line| AuditLine {
            id: line.id,
            at: line.at,
            actor: line.actor,
            action: line.action,
            subject: line.subject,
            details: match line.details {
                Value::Object(details) => details,
                _ => Map::new(),
            },
        }))
    }
}
