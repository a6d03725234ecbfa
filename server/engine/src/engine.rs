//! Starting and stopping an engine.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use delivery::{Connector, Reach};
use domain::device::Channel;
use domain::time::Clock;
use domain::{AppId, ChunkId};
use storage::ledger::Owner;
use storage::{EngineLock, StorageError, Store, chunks, leases};
use thiserror::Error;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, Notify, broadcast, mpsc, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::home::{Home, thread_of_its_own};
use crate::ledger::Ledger;
use crate::routes::Routes;
use crate::shared::Shared;
use crate::shelf::Shelf;
use crate::{CredentialSource, Settings, dispatcher, ledger, rounds, sender, sweeper};

/// Updates that a slow follower may be behind before it loses some.
const UPDATES: usize = 256;

/// What an engine is given.
pub struct Deps {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Where secrets come from.
    pub credentials: Arc<dyn CredentialSource>,
    /// Which addresses that come from outside may be called.
    pub reach: Reach,
    /// How it works.
    pub settings: Settings,
}

/// Something happened to a test: whoever follows it reads it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Update {
    /// The test's chunk.
    pub chunk_id: ChunkId,
}

/// The engine could not be started.
#[derive(Debug, Error)]
pub enum StartError {
    /// The database, or another engine on it.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// No thread for calling providers.
    #[error("no thread could be started for sending: {0}")]
    Thread(#[from] std::io::Error),
}

/// A running engine. Dropped, it stops at once, as if it were killed.
pub struct Engine {
    shared: Arc<Shared>,
    agents: TaskTracker,
    ended: CancellationToken,
    sent: oneshot::Receiver<()>,
    stop_guard: DropGuard,
    end_guard: DropGuard,
    home: Home,
    _lock: EngineLock,
}

/// Starts an engine: a thread for sending, and for everything else another on SQLite
/// and this runtime on PostgreSQL.
///
/// # Errors
/// `EngineRunning` when another process runs one on the same SQLite file.
pub async fn start(store: Store, deps: Deps) -> Result<Engine, StartError> {
    let Deps {
        clock,
        credentials,
        reach,
        settings,
    } = deps;
    let lock = store.engine_lock()?;
    let alone = lock.is_exclusive();
    {
        let mut tx = store.begin().await?;
        if alone {
            let voided = chunks::void_leases(&mut tx).await?;
            if voided > 0 {
                tracing::warn!(
                    voided,
                    "the engine before this one was killed; its chunks go on"
                );
            }
        } else {
            leases::ensure(&mut tx, rounds::RANGES).await?;
        }
        tx.commit().await?;
    }
    let (ledger, inbox) = Ledger::open();
    let connector = Connector::new(Arc::clone(&clock), reach);
    let owner = Owner {
        id: store.ids().next(clock.now()),
        lease_millis: settings.lease_millis(),
    };
    let shared = Arc::new(Shared {
        routes: Routes::new(store.clone(), credentials, connector, &settings),
        shelf: Shelf::new(store.clone()),
        store,
        clock,
        settings,
        owner,
        ledger,
        sends: Notify::new(),
        events: Notify::new(),
        updates: broadcast::channel(UPDATES).0,
        stop: CancellationToken::new(),
        looked: Mutex::new(None),
        changed: AtomicBool::new(true),
        in_hand: std::sync::Mutex::default(),
    });
    let (lots, inbound) = mpsc::channel(16);
    let home = if alone { Home::apart()? } else { Home::here() };
    let sent = sender_thread(Arc::clone(&shared), inbound, home.handle().clone())?;
    let ended = CancellationToken::new();
    let agents = TaskTracker::new();
    let dispatcher = supervised("dispatcher", {
        let (shared, lots) = (Arc::clone(&shared), lots.clone());
        move || dispatcher::run(Arc::clone(&shared), lots.clone())
    });
    agents.spawn_on(dispatcher, home.handle());
    let rounds = supervised("rounds", {
        let shared = Arc::clone(&shared);
        move || rounds::run(Arc::clone(&shared), alone, lots.clone())
    });
    agents.spawn_on(rounds, home.handle());
    let sweeper = supervised("sweeper", {
        let (shared, ended) = (Arc::clone(&shared), ended.clone());
        move || sweeper::run(Arc::clone(&shared), ended.clone())
    });
    agents.spawn_on(sweeper, home.handle());
    // Ends with its home: the sender's last entries need it.
    let ledger = supervised("ledger", {
        let (shared, inbox) = (Arc::clone(&shared), Arc::new(Mutex::new(inbox)));
        move || ledger::write_all(Arc::clone(&shared), Arc::clone(&inbox))
    });
    home.handle().spawn(ledger);
    agents.close();
    tracing::info!(worker = %shared.owner.id, alone, "the engine runs");
    let (stop_guard, end_guard) = (shared.stop.clone().drop_guard(), ended.clone().drop_guard());
    Ok(Engine {
        shared,
        agents,
        ended,
        sent,
        stop_guard,
        end_guard,
        home,
        _lock: lock,
    })
}

/// Runs an agent, and again should it panic: what it had in hand is taken up
/// like a dead worker's.
async fn supervised<F>(name: &'static str, agent: impl Fn() -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    while let Err(error) = tokio::spawn(agent()).await {
        tracing::error!(agent = name, %error, "an agent failed; it starts again");
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

/// Starts the sender's thread; the answer comes when it has ended.
fn sender_thread(
    shared: Arc<Shared>,
    mut lots: mpsc::Receiver<sender::Lot>,
    home: Handle,
) -> Result<oneshot::Receiver<()>, std::io::Error> {
    let (done, sent) = oneshot::channel();
    thread_of_its_own("sender", move |runtime| {
        // A panic loses what was in flight, as a crash would, and no more.
        while let Err(panic) = std::panic::catch_unwind(AssertUnwindSafe(|| {
            let shared = Arc::clone(&shared);
            runtime.block_on(sender::run(shared, home.clone(), &mut lots));
        })) {
            let what = panic
                .downcast_ref::<&str>()
                .copied()
                .unwrap_or("no message");
            tracing::error!(panic = what, "the sender failed; it starts again");
        }
        // Connections go with the runtime.
        runtime.shutdown_timeout(Duration::from_millis(100));
        let _ = done.send(());
    })?;
    Ok(sent)
}

impl Engine {
    /// Sends were decided: they go out at once.
    pub fn sends_decided(&self) {
        self.shared.sends.notify_one();
    }

    /// Events came in, or something became due: it is looked at at once.
    pub fn events_arrived(&self) {
        self.shared.events.notify_one();
    }

    /// A credential, app or setting changed: what is remembered of it is old.
    pub fn content_changed(&self) {
        self.shared.changed.store(true, Ordering::Release);
    }

    /// How many calls a credential may have in flight at present, if it is in
    /// use.
    pub fn calls_allowed(&self, app: AppId, channel: Channel) -> Option<usize> {
        self.shared.routes.allowed(app, channel)
    }

    /// What happens to tests from here on.
    pub fn updates(&self) -> broadcast::Receiver<Update> {
        self.shared.updates.subscribe()
    }

    /// Begins nothing more, waits for calls in flight and their records, and
    /// gives up what is in hand for others. Whether everything ended within
    /// `grace`; what did not is uncertain, as after a crash.
    pub async fn shutdown(self, grace: Duration) -> bool {
        let Self {
            shared,
            agents,
            ended,
            sent,
            stop_guard,
            end_guard,
            home,
            _lock,
        } = self;
        shared.stop.cancel();
        ended.cancel();
        let orderly = tokio::time::timeout(grace, async {
            agents.wait().await;
            let _ = sent.await;
        })
        .await
        .is_ok();
        if orderly && let Err(error) = release(&shared).await {
            tracing::warn!(%error, source = ?error, "chunks in hand were not given up");
        }
        drop((stop_guard, end_guard, home));
        orderly
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Engine({})", self.shared.owner.id)
    }
}

async fn release(shared: &Shared) -> Result<(), StorageError> {
    let mut tx = shared.store.begin().await?;
    chunks::release(&mut tx, shared.owner.id).await?;
    tx.commit().await
}
