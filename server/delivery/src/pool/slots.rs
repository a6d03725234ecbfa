//! The pool's connections: which one takes the next request, when another is
//! opened, and who waits for one.

use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;

use super::PoolSettings;
use super::backoff::Backoff;
use super::connect::connect;
use super::connection::Connection;
use super::error::CallError;

/// Requests that a connection carries before another one is opened beside it.
const BUSY: usize = 32;
/// Failures in a row after which callers are told at once instead of waiting.
const DOWN_AFTER: u32 = 3;

/// The connections of a pool.
#[derive(Debug)]
pub(super) struct Slots {
    settings: PoolSettings,
    tls: TlsConnectorBox,
    state: Mutex<State>,
    changed: Notify,
    waiting: AtomicUsize,
}

/// `TlsConnector` has no `Debug`.
struct TlsConnectorBox(TlsConnector);

impl std::fmt::Debug for TlsConnectorBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TlsConnector")
    }
}

#[derive(Debug)]
struct State {
    slots: Vec<Slot>,
    failures: u32,
    last_error: Option<String>,
    not_before: Option<Instant>,
    backoff: Backoff,
    closed: bool,
}

#[derive(Clone, Debug)]
enum Slot {
    Empty,
    Connecting,
    Open(Arc<Connection>),
}

/// What a caller is to do.
enum Pick {
    Take(Arc<Connection>),
    Wait,
    Refuse(CallError),
}

impl Slots {
    pub(super) fn new(settings: PoolSettings) -> Arc<Self> {
        let tls = TlsConnector::from(Arc::new(settings.tls.clone()));
        Arc::new(Self {
            state: Mutex::new(State {
                slots: vec![Slot::Empty; settings.connections.max(1)],
                failures: 0,
                last_error: None,
                not_before: None,
                backoff: Backoff::new(settings.jitter_seed),
                closed: false,
            }),
            tls: TlsConnectorBox(tls),
            settings,
            changed: Notify::new(),
            waiting: AtomicUsize::new(0),
        })
    }

    /// A place on the least loaded connection, as soon as there is one.
    pub(super) async fn lease(self: &Arc<Self>) -> Result<Lease, CallError> {
        match self.pick() {
            Pick::Take(connection) => return Ok(self.lease_on(connection)),
            Pick::Refuse(error) => return Err(error),
            Pick::Wait => {}
        }
        let _waiting = Waiting::new(&self.waiting);
        loop {
            // Listening starts before looking, so that nothing is missed.
            let mut changed = pin!(self.changed.notified());
            changed.as_mut().enable();
            match self.pick() {
                Pick::Take(connection) => return Ok(self.lease_on(connection)),
                Pick::Refuse(error) => return Err(error),
                Pick::Wait => changed.await,
            }
        }
    }

    fn lease_on(self: &Arc<Self>, connection: Arc<Connection>) -> Lease {
        Lease {
            connection,
            slots: Arc::clone(self),
        }
    }

    fn pick(self: &Arc<Self>) -> Pick {
        let mut state = self.lock();
        if state.closed {
            return Pick::Refuse(CallError::not_sent("the pool is closed"));
        }
        let ramp = self.settings.ramp;
        let mut best: Option<(usize, &Arc<Connection>)> = None;
        let (mut open, mut connecting, mut proven, mut empty) = (0, 0, false, None);
        for (index, slot) in state.slots.iter_mut().enumerate() {
            if matches!(slot, Slot::Open(connection) if !connection.is_open()) {
                *slot = Slot::Empty;
            }
            match slot {
                Slot::Empty => empty = empty.or(Some(index)),
                Slot::Connecting => connecting += 1,
                Slot::Open(connection) => {
                    open += 1;
                    proven |= connection.is_proven();
                    let load = connection.in_flight();
                    if load < connection.capacity(ramp)
                        && best.is_none_or(|(least, _)| load < least)
                    {
                        best = Some((load, connection));
                    }
                }
            }
        }
        let picked = best.map(|(load, connection)| (load, Arc::clone(connection)));
        // While a credential is on trial on one connection, it is on one only.
        let on_trial = ramp && !proven && open + connecting > 0;
        let busy = picked.as_ref().is_none_or(|(load, _)| *load >= BUSY);
        let may_connect = state.not_before.is_none_or(|at| at <= Instant::now());
        if let Some(index) = empty
            && busy
            && !on_trial
            && connecting == 0
            && may_connect
        {
            state.slots[index] = Slot::Connecting;
            connecting += 1;
            self.spawn_connect(index);
        }
        if let Some((_, connection)) = picked {
            connection.enter();
            return Pick::Take(connection);
        }
        if open == 0 && connecting == 0 {
            return Pick::Refuse(CallError::NotSent {
                reason: state
                    .last_error
                    .clone()
                    .unwrap_or_else(|| format!("{}: no connection", self.settings.origin)),
                retry_after: state
                    .not_before
                    .map(|at| at.saturating_duration_since(Instant::now())),
            });
        }
        Pick::Wait
    }

    fn spawn_connect(self: &Arc<Self>, index: usize) {
        let own = Arc::downgrade(self);
        let settings = self.settings.clone();
        let tls = self.tls.0.clone();
        tokio::spawn(async move {
            loop {
                let result = connect(&settings, &tls, own.clone()).await;
                let Some(slots) = own.upgrade() else { return };
                let Some(wait) = slots.connected(index, result) else {
                    return;
                };
                drop(slots);
                tokio::time::sleep(wait).await;
            }
        });
    }

    /// Takes note of an attempt to connect; a wait if it is to be repeated.
    fn connected(
        &self,
        index: usize,
        result: Result<Arc<Connection>, String>,
    ) -> Option<std::time::Duration> {
        let mut state = self.lock();
        let again = match result {
            Ok(connection) => {
                state.failures = 0;
                state.last_error = None;
                state.not_before = None;
                state.slots[index] = if state.closed {
                    Slot::Empty
                } else {
                    Slot::Open(connection)
                };
                None
            }
            Err(error) => {
                tracing::warn!(error, "cannot connect to the provider");
                state.failures = state.failures.saturating_add(1);
                let failures = state.failures;
                let wait = state.backoff.wait(failures);
                state.last_error = Some(error);
                if failures < DOWN_AFTER && !state.closed {
                    Some(wait)
                } else {
                    state.slots[index] = Slot::Empty;
                    state.not_before = Some(Instant::now() + wait);
                    None
                }
            }
        };
        drop(state);
        if again.is_none() {
            self.changed.notify_waiters();
        }
        again
    }

    /// More requests fit than before.
    pub(super) fn room_was_made(&self) {
        if self.waiting.load(Ordering::Relaxed) > 0 {
            self.changed.notify_waiters();
        }
    }

    /// A connection is gone; whoever waits for it must look again.
    pub(super) fn connection_ended(&self) {
        self.changed.notify_waiters();
    }

    /// Takes no more requests.
    pub(super) fn refuse(&self) {
        self.lock().closed = true;
        self.changed.notify_waiters();
    }

    /// Lets go of every connection: each closes when its last request ends.
    pub(super) fn clear(&self) {
        for slot in &mut self.lock().slots {
            *slot = Slot::Empty;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a caller that waits.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn new(count: &'a AtomicUsize) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(count)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A place on a connection, held while a request is in flight.
#[derive(Debug)]
pub(super) struct Lease {
    connection: Arc<Connection>,
    slots: Arc<Slots>,
}

impl Lease {
    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The connection is good: let everybody onto it.
    pub(super) fn prove(&self) {
        if self.connection.prove() {
            self.slots.room_was_made();
        }
    }

    /// Nothing new onto this connection.
    pub(super) fn retire(&self) {
        self.connection.retire();
        self.slots.connection_ended();
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.connection.leave();
        if self.slots.waiting.load(Ordering::Relaxed) > 0 {
            self.slots.changed.notify_one();
        }
    }
}
