//! The shelf: what the engine remembers of pushes, workflows, apps and the
//! account, so that nothing is parsed twice.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use domain::app::Capabilities;
use domain::push::CompiledPush;
use domain::view::AccountSettings;
use domain::workflow::{Revision, StepId};
use domain::{AppId, CampaignId, RevisionId, Timestamp, WorkflowId};
use jiff::tz::TimeZone;
use storage::{StorageError, Store, catalog, raw_payloads, settings};

/// Revisions that are remembered at once, of pushes and of workflows.
const REMEMBERED: usize = 256;

/// A push revision, ready to render.
#[derive(Debug)]
pub(crate) struct Push {
    /// `None` when its stored content does not compile.
    pub(crate) compiled: Option<CompiledPush>,
}

/// A workflow revision, ready to run.
#[derive(Debug)]
pub(crate) struct Workflow {
    pub(crate) id: WorkflowId,
    pub(crate) campaign_id: CampaignId,
    pub(crate) revision: Revision,
    /// What each push step sends.
    pub(crate) push_revisions: HashMap<StepId, RevisionId>,
}

/// What is remembered.
pub(crate) struct Shelf {
    store: Store,
    pushes: Remembered<Push>,
    workflows: Remembered<Workflow>,
    capabilities: RwLock<Arc<HashMap<AppId, Capabilities>>>,
    stopped: RwLock<HashSet<RevisionId>>,
    zone: RwLock<TimeZone>,
}

impl Shelf {
    pub(crate) fn new(store: Store) -> Self {
        Self {
            store,
            pushes: Remembered::default(),
            workflows: Remembered::default(),
            capabilities: RwLock::default(),
            stopped: RwLock::default(),
            zone: RwLock::new(TimeZone::UTC),
        }
    }

    /// Looks at what may have changed: apps, stopped pushes, the account.
    pub(crate) async fn refresh(&self) -> Result<(), StorageError> {
        let mut reader = self.store.read().await?;
        let capabilities = Arc::new(catalog::capabilities(&mut reader).await?);
        let stopped = catalog::stopped_pushes(&mut reader)
            .await?
            .into_iter()
            .collect();
        let account: AccountSettings = settings::get(&mut reader, "account")
            .await?
            .unwrap_or_default();
        *write(&self.capabilities) = capabilities;
        *write(&self.stopped) = stopped;
        match TimeZone::get(&account.time_zone) {
            Ok(zone) => *write(&self.zone) = zone,
            Err(error) => {
                tracing::warn!(zone = account.time_zone, %error,
                    "the account's time zone is not known here; days are counted as before");
            }
        }
        Ok(())
    }

    /// What each app can show.
    pub(crate) fn capabilities(&self) -> Arc<HashMap<AppId, Capabilities>> {
        Arc::clone(&read(&self.capabilities))
    }

    /// Whether a provider refused the push's content.
    pub(crate) fn is_stopped(&self, push: RevisionId) -> bool {
        read(&self.stopped).contains(&push)
    }

    /// Remembers that a provider refused the push's content; whether that is
    /// new.
    pub(crate) fn stop(&self, push: RevisionId) -> bool {
        write(&self.stopped).insert(push)
    }

    /// The account's day at `now`, in days since the Unix epoch.
    pub(crate) fn day(&self, now: Timestamp) -> i32 {
        let at = jiff::Timestamp::from_millisecond(now.as_millis()).unwrap_or_default();
        let offset = i64::from(read(&self.zone).to_offset(at).seconds());
        let days = (now.as_seconds() + offset).div_euclid(86_400);
        i32::try_from(days).unwrap_or_default()
    }

    /// A push revision.
    pub(crate) async fn push(&self, id: RevisionId) -> Result<Arc<Push>, StorageError> {
        if let Some(push) = self.pushes.get(&id) {
            return Ok(push);
        }
        let mut reader = self.store.read().await?;
        let content = match raw_payloads::find(&mut reader, id).await? {
            Some(raw) => raw,
            None => catalog::push_revision(&mut reader, id).await?.1,
        };
        let compiled = CompiledPush::compile(content)
            .inspect_err(|errors| {
                tracing::error!(revision = %id, ?errors, "a stored push does not compile");
            })
            .ok();
        Ok(self.pushes.put(id, Push { compiled }))
    }

    /// A workflow revision; `None` when its stored graph does not run.
    pub(crate) async fn workflow(
        &self,
        id: RevisionId,
    ) -> Result<Option<Arc<Workflow>>, StorageError> {
        if let Some(workflow) = self.workflows.get(&id) {
            return Ok(Some(workflow));
        }
        let mut reader = self.store.read().await?;
        let stored = catalog::workflow_revision(&mut reader, id).await?;
        match Revision::compile(id, stored.graph) {
            Ok(revision) => Ok(Some(self.workflows.put(
                id,
                Workflow {
                    id: stored.workflow_id,
                    campaign_id: stored.campaign_id,
                    revision,
                    push_revisions: stored.push_revisions,
                },
            ))),
            Err(error) => {
                tracing::error!(revision = %id, %error, "a stored workflow does not run");
                Ok(None)
            }
        }
    }
}

/// Things by their id; forgotten all at once when they are too many, since
/// each can be had again.
#[derive(Debug)]
struct Remembered<V>(Mutex<HashMap<RevisionId, Arc<V>>>);

impl<V> Default for Remembered<V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<V> Remembered<V> {
    fn get(&self, id: &RevisionId) -> Option<Arc<V>> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(id)
            .cloned()
    }

    fn put(&self, id: RevisionId, value: V) -> Arc<V> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.clear();
        }
        Arc::clone(known.entry(id).or_insert_with(|| Arc::new(value)))
    }
}

fn read<T>(lock: &RwLock<T>) -> std::sync::RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

fn write<T>(lock: &RwLock<T>) -> std::sync::RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
