//! Turns: of the requests with one key, this process answers one at a time, and
//! what it began it ends, whoever is still there to hear it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

use service::idempotency::OnceKey;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

/// The requests that are being answered. Cloning shares them.
#[derive(Clone, Debug, Default)]
pub struct Turns {
    running: Arc<Mutex<HashMap<OnceKey, CancellationToken>>>,
    tasks: TaskTracker,
}

/// One key's turn; the next may come when this is dropped.
#[derive(Debug)]
pub struct Turn {
    turns: Turns,
    key: OnceKey,
    /// Tells those who wait, when the key is free.
    _over: DropGuard,
}

impl Turns {
    /// Waits until no other request of this process has `key`, and takes it.
    pub async fn take(&self, key: OnceKey) -> Turn {
        loop {
            let before = match self.lock().entry(key) {
                Entry::Occupied(before) => before.get().clone(),
                Entry::Vacant(free) => {
                    let over = free.insert(CancellationToken::new()).clone().drop_guard();
                    return Turn {
                        turns: self.clone(),
                        key,
                        _over: over,
                    };
                }
            };
            before.cancelled().await;
        }
    }

    /// Runs `work` to its end, also when nobody waits for it any more.
    pub fn run<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> JoinHandle<T> {
        self.tasks.spawn(work)
    }

    /// Waits until all that was begun has ended. Nothing new should begin.
    pub async fn finished(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<OnceKey, CancellationToken>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.lock().remove(&self.key);
    }
}
