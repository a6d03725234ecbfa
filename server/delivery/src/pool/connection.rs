//! One connection and what is known of it.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};
use std::task::Poll;

use bytes::Bytes;
use h2::client::{Connection as Driver, ResponseFuture, SendRequest};
use http::Request;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::keep_alive::KeepAlive;
use super::slots::Slots;

/// What a connection runs over.
pub(super) type Io = TlsStream<TcpStream>;

/// A connection that requests can be sent on.
#[derive(Debug)]
pub(super) struct Connection {
    requests: SendRequest<Bytes>,
    seen: Arc<Seen>,
    in_flight: AtomicUsize,
    /// Answers that came.
    answers: AtomicUsize,
    proven: AtomicBool,
    retired: AtomicBool,
}

/// What the task that runs the connection sees of it.
#[derive(Debug)]
struct Seen {
    /// Streams that the peer allows at once.
    allowed: AtomicUsize,
    ended: AtomicBool,
}

impl Connection {
    /// Takes over a connection that has shaken hands; the driver runs as a task.
    pub(super) fn start(
        requests: SendRequest<Bytes>,
        driver: Driver<Io, Bytes>,
        keep_alive: KeepAlive,
        slots: Weak<Slots>,
    ) -> Arc<Self> {
        let seen = Arc::new(Seen {
            allowed: AtomicUsize::new(driver.max_concurrent_send_streams()),
            ended: AtomicBool::new(false),
        });
        tokio::spawn(drive(driver, keep_alive, Arc::clone(&seen), slots));
        Arc::new(Self {
            requests,
            seen,
            in_flight: AtomicUsize::new(0),
            answers: AtomicUsize::new(0),
            proven: AtomicBool::new(false),
            retired: AtomicBool::new(false),
        })
    }

    /// Begins a request whose body, if it has one, follows.
    ///
    /// # Errors
    /// When the connection takes no new requests: it was not begun.
    pub(super) fn begin(
        &self,
        head: Request<()>,
        has_body: bool,
    ) -> Result<(ResponseFuture, h2::SendStream<Bytes>), h2::Error> {
        // One that is shared refuses further requests while one waits for the peer to
        // allow it; as many may wait as have a lease.
        self.requests.clone().send_request(head, !has_body)
    }

    /// Whether new requests may still go here.
    pub(super) fn is_open(&self) -> bool {
        !self.retired.load(Ordering::Relaxed) && !self.seen.ended.load(Ordering::Relaxed)
    }

    pub(super) fn in_flight(&self) -> usize {
        self.in_flight.load(Ordering::Relaxed)
    }

    pub(super) fn is_proven(&self) -> bool {
        self.proven.load(Ordering::Relaxed)
    }

    /// Requests that it takes at once; one while it is on trial.
    pub(super) fn capacity(&self, ramp: bool) -> usize {
        if ramp && !self.is_proven() {
            1
        } else {
            // A peer that allows none yet will say so again after the first.
            self.seen.allowed.load(Ordering::Relaxed).max(1)
        }
    }

    pub(super) fn enter(&self) {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn leave(&self) {
        self.in_flight.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn answers(&self) -> usize {
        self.answers.load(Ordering::Relaxed)
    }

    pub(super) fn answered(&self) {
        self.answers.fetch_add(1, Ordering::Relaxed);
    }

    /// True the first time.
    pub(super) fn prove(&self) -> bool {
        !self.is_proven() && !self.proven.swap(true, Ordering::Relaxed)
    }

    /// Sends nothing new here; what is in flight finishes, then it closes.
    pub(super) fn retire(&self) {
        self.retired.store(true, Ordering::Relaxed);
    }
}

/// Runs the connection, and tells the pool when the peer allows more streams
/// and when it ends: when the peer closes it, when it falls silent, or when
/// nobody holds it any more. It must not hold it itself.
async fn drive(
    mut driver: Driver<Io, Bytes>,
    mut keep_alive: KeepAlive,
    seen: Arc<Seen>,
    slots: Weak<Slots>,
) {
    let ended = std::future::poll_fn(|cx| {
        if keep_alive.poll(cx).is_ready() {
            return Poll::Ready(Err("the other side fell silent".to_owned()));
        }
        let polled = Pin::new(&mut driver).poll(cx);
        let now = driver.max_concurrent_send_streams();
        if now > seen.allowed.swap(now, Ordering::Relaxed)
            && let Some(slots) = slots.upgrade()
        {
            slots.room_was_made();
        }
        polled.map_err(|error| super::error::describe(&error))
    })
    .await;
    if let Err(error) = ended {
        tracing::debug!(error, "connection ended");
    }
    seen.ended.store(true, Ordering::Relaxed);
    // Whoever still waits for an answer is told.
    drop(driver);
    if let Some(slots) = slots.upgrade() {
        slots.connection_ended();
    }
}
