//! What every agent of one engine shares.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use domain::time::Clock;
use domain::{ChunkId, RevisionId, Timestamp};
use storage::ledger::Owner;
use storage::{StorageError, Store, credentials, push_revisions};
use tokio::sync::{Mutex, Notify, broadcast};
use tokio_util::sync::CancellationToken;

use crate::ledger::Ledger;
use crate::route::Route;
use crate::routes::Routes;
use crate::shelf::Shelf;
use crate::{Settings, Update};

/// How old a look at the small tables may be.
const FRESH: Duration = Duration::from_secs(1);

/// What every agent of one engine shares.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Settings,
    pub(crate) owner: Owner,
    pub(crate) routes: Routes,
    pub(crate) shelf: Shelf,
    pub(crate) ledger: Ledger,
    /// Rung when sends were decided.
    pub(crate) sends: Notify,
    /// Rung when events came in.
    pub(crate) events: Notify,
    pub(crate) updates: broadcast::Sender<Update>,
    /// No new work is begun.
    pub(crate) stop: CancellationToken,
    pub(crate) looked: Mutex<Option<Instant>>,
    pub(crate) changed: AtomicBool,
    /// Chunks that somebody here works on: their leases are prolonged.
    pub(crate) in_hand: std::sync::Mutex<HashSet<ChunkId>>,
}

/// A chunk in hand, until this is dropped.
pub(crate) struct Hold {
    shared: Arc<Shared>,
    chunk: ChunkId,
}

impl Hold {
    pub(crate) fn new(shared: &Arc<Shared>, chunk: ChunkId) -> Self {
        shared.chunks_in_hand().insert(chunk);
        Self {
            shared: Arc::clone(shared),
            chunk,
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.shared.chunks_in_hand().remove(&self.chunk);
    }
}

impl std::fmt::Debug for Hold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Hold({})", self.chunk)
    }
}

impl Shared {
    pub(crate) fn chunks_in_hand(&self) -> std::sync::MutexGuard<'_, HashSet<ChunkId>> {
        self.in_hand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Looks at credentials, apps and the account, unless that was just done
    /// and nobody has said since that something changed.
    pub(crate) async fn look(&self) -> Result<(), StorageError> {
        let mut looked = self.looked.lock().await;
        let changed = self.changed.swap(false, Ordering::AcqRel);
        if !changed && looked.is_some_and(|at| at.elapsed() < FRESH) {
            return Ok(());
        }
        let refreshed = async {
            self.shelf.refresh().await?;
            self.routes.refresh().await
        };
        if let Err(error) = refreshed.await {
            self.changed.store(true, Ordering::Release);
            return Err(error);
        }
        *looked = Some(Instant::now());
        Ok(())
    }

    /// Looks at all of that even if it was just done.
    pub(crate) async fn look_again(&self) -> Result<(), StorageError> {
        self.changed.store(true, Ordering::Release);
        self.look().await
    }

    /// Tells whoever follows a test.
    pub(crate) fn tell(&self, chunk_id: ChunkId) {
        // Nobody following is fine.
        let _ = self.updates.send(Update { chunk_id });
    }

    /// Notes that a provider refused a credential.
    pub(crate) async fn refuse_credential(&self, route: &Route, reason: &str) {
        let noted = async {
            let mut tx = self.store.begin().await?;
            let (app, channel) = (route.app_id, route.channel);
            credentials::refuse(&mut tx, app, channel, route.entered_at, reason).await?;
            tx.commit().await
        };
        metrics::counter!("carillon_credentials_refused_total").increment(1);
        tracing::error!(app = %route.app_id, channel = route.channel.name(), reason,
            "the provider refused a credential; nothing is sent with it until it is mended");
        match noted.await {
            Ok(()) => route.note_refusal(),
            Err(error) => {
                tracing::error!(%error, source = ?error, "a refused credential was not noted");
            }
        }
    }

    /// Notes that a provider refused a push's content.
    pub(crate) async fn stop_push(&self, push: RevisionId, reason: &str) {
        let noted = async {
            let mut tx = self.store.begin().await?;
            push_revisions::stop(&mut tx, push, reason, self.now()).await?;
            tx.commit().await
        };
        tracing::error!(revision = %push, reason,
            "the provider refused a push's content; sending it stopped");
        if let Err(error) = noted.await {
            tracing::error!(%error, source = ?error, "a stopped push was not noted");
        }
    }

    /// Waits for a bell or the next look round, and says whether to go on.
    pub(crate) async fn wait_for(&self, bell: &Notify) -> bool {
        tokio::select! {
            () = self.stop.cancelled() => false,
            () = bell.notified() => true,
            () = tokio::time::sleep(self.settings.poll) => true,
        }
    }
}
