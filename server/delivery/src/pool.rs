//! A small HTTP/2 pool for one origin: several connections under one limit of
//! requests in flight, over h2 (hyper's own HTTP/2) and tokio-rustls.
//!
//! It exists because every push must end in one of two ways: answered, or with
//! a clear word on whether the provider may have processed it. A request that
//! certainly was not (its stream was refused, lies above GOAWAY's last one, or
//! never left) moves to another connection by itself; one that may have been
//! comes back as [`CallError::Ambiguous`] and is never repeated here.

mod backoff;
mod connect;
mod connection;
mod error;
mod exchange;
mod keep_alive;
mod origin;
mod slots;

pub use error::CallError;
pub use exchange::Reply;
pub use origin::Origin;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub(crate) use error::{Attempt, describe, judge};
use slots::Slots;

/// Times that the server may refuse a request before it is given back.
const REFUSALS: u32 = 8;
/// Times that a request moves on at once when its connection goes away. After
/// that it pauses first, in case the server does nothing but go away.
const QUICK_MOVES: u32 = 16;
const PAUSE: Duration = Duration::from_millis(50);

/// What a pool is made with.
#[derive(Clone)]
pub struct PoolSettings {
    /// Where to.
    pub origin: Origin,
    /// Whom to believe; `h2` is added to its ALPN protocols.
    pub tls: rustls::ClientConfig,
    /// Most connections.
    pub connections: usize,
    /// Most requests in flight over all connections.
    pub max_in_flight: usize,
    /// Longest that connecting may take, TLS included.
    pub connect_timeout: Duration,
    /// A new connection gets one request at a time until [`Reply::prove`].
    pub ramp: bool,
    /// How often a connection is pinged to see that it still lives.
    pub keep_alive_every: Duration,
    /// Seeds the jitter of reconnecting.
    pub jitter_seed: u64,
}

/// Without the TLS configuration, which fills pages.
impl std::fmt::Debug for PoolSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PoolSettings")
            .field("origin", &self.origin)
            .field("connections", &self.connections)
            .field("max_in_flight", &self.max_in_flight)
            .field("ramp", &self.ramp)
            .finish_non_exhaustive()
    }
}

/// The pool. Cloning it is cheap and shares the connections.
#[derive(Clone, Debug)]
pub struct Pool {
    permits: Arc<Semaphore>,
    max_in_flight: u32,
    slots: Arc<Slots>,
}

impl Pool {
    /// A pool that has not connected yet.
    pub fn new(mut settings: PoolSettings) -> Self {
        settings.tls.alpn_protocols = vec![b"h2".to_vec()];
        let max_in_flight = settings.max_in_flight.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            permits: Arc::new(Semaphore::new(max_in_flight)),
            max_in_flight: u32::try_from(max_in_flight).unwrap_or(u32::MAX),
            slots: Slots::new(settings),
        }
    }

    /// Sends a request and waits for its answer, until `deadline` at the most.
    /// `make` builds the request, once for each connection that is tried.
    ///
    /// # Errors
    /// If no answer came: [`CallError::NotSent`] if the provider certainly did
    /// not process it, else [`CallError::Ambiguous`].
    pub async fn call(
        &self,
        deadline: Instant,
        make: impl Fn() -> Request<Bytes>,
    ) -> Result<Reply, CallError> {
        let mut timer = std::pin::pin!(tokio::time::sleep_until(deadline));
        let permit = match self.permits.try_acquire() {
            Ok(permit) => permit,
            Err(_) => exchange::until(timer.as_mut(), self.permits.acquire())
                .await
                .ok_or_else(|| CallError::not_sent("no place within the limit in flight in time"))?
                .map_err(|_| CallError::not_sent("the pool is closed"))?,
        };
        let mut last = None;
        let (mut moves, mut refusals) = (0, 0);
        loop {
            let leased = exchange::until(timer.as_mut(), self.slots.lease()).await;
            let lease = leased.ok_or_else(|| {
                last.take()
                    .unwrap_or_else(|| CallError::not_sent("no connection in time"))
            })??;
            match exchange::attempt(lease, make(), timer.as_mut()).await {
                Ok(reply) => {
                    drop(permit);
                    return Ok(reply);
                }
                Err(Attempt::Ambiguous(reason)) => return Err(CallError::Ambiguous { reason }),
                Err(Attempt::Inside(inside)) => return Err(CallError::Inside(inside)),
                Err(Attempt::Unreached(reason)) => return Err(CallError::not_sent(reason)),
                Err(Attempt::Refused(reason)) => {
                    refusals += 1;
                    if refusals == REFUSALS {
                        return Err(CallError::not_sent(reason));
                    }
                    last = Some(CallError::not_sent(reason));
                }
                Err(Attempt::Unprocessed(reason)) => {
                    moves += 1;
                    if moves > QUICK_MOVES {
                        exchange::until(timer.as_mut(), tokio::time::sleep(PAUSE)).await;
                    }
                    last = Some(CallError::not_sent(reason));
                }
            }
        }
    }

    /// Takes no new requests, waits for those in flight, `within` at the most,
    /// and closes the connections.
    pub async fn close(&self, within: Duration) {
        self.slots.refuse();
        let all = self.permits.acquire_many(self.max_in_flight);
        let _ = tokio::time::timeout(within, all).await;
        self.permits.close();
        self.slots.clear();
    }
}
