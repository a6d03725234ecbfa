//! One connection and what is known of it.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Weak};

use hyper::client::conn::http2::{Connection as Driver, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio_rustls::client::TlsStream;

use super::body::OneFrame;
use super::slots::Slots;
use super::streams::{Streams, UnderWay};

/// Boxed: hyper's type for the work of a request has room for a whole
/// connection, and is moved about for each.
pub(super) type Io = TokioIo<Box<TlsStream<TcpStream>>>;

/// A connection that requests can be sent on.
#[derive(Debug)]
pub(super) struct Connection {
    sender: SendRequest<OneFrame>,
    /// Streams that the peer allows at once; the driver keeps it up to date.
    allowed: Arc<AtomicUsize>,
    in_flight: AtomicUsize,
    /// Answers that came.
    answers: AtomicUsize,
    proven: AtomicBool,
    retired: AtomicBool,
}

impl Connection {
    /// Takes over a connection that has shaken hands; the driver runs as a task.
    pub(super) fn start(
        sender: SendRequest<OneFrame>,
        driver: Driver<Io, OneFrame, Streams>,
        work: Streams,
        slots: Weak<Slots>,
    ) -> Arc<Self> {
        let allowed = Arc::new(AtomicUsize::new(driver.current_max_send_streams()));
        tokio::spawn(drive(driver, work, Arc::clone(&allowed), slots));
        Arc::new(Self {
            sender,
            allowed,
            in_flight: AtomicUsize::new(0),
            answers: AtomicUsize::new(0),
            proven: AtomicBool::new(false),
            retired: AtomicBool::new(false),
        })
    }

    pub(super) fn sender(&self) -> SendRequest<OneFrame> {
        self.sender.clone()
    }

    /// Whether new requests may still go here.
    pub(super) fn is_open(&self) -> bool {
        !self.retired.load(Ordering::Relaxed) && self.sender.is_ready()
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
            self.allowed.load(Ordering::Relaxed).max(1)
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
/// and when it ends. It must not hold the connection, which would never end.
async fn drive(
    mut driver: Driver<Io, OneFrame, Streams>,
    work: Streams,
    allowed: Arc<AtomicUsize>,
    slots: Weak<Slots>,
) {
    let mut work = UnderWay::of(work);
    let ended = work
        .beside(std::future::poll_fn(|cx| {
            let polled = Pin::new(&mut driver).poll(cx);
            let now = driver.current_max_send_streams();
            if now > allowed.swap(now, Ordering::Relaxed)
                && let Some(slots) = slots.upgrade()
            {
                slots.room_was_made();
            }
            polled
        }))
        .await;
    if let Err(error) = ended {
        tracing::debug!(error = super::error::describe(&error), "connection ended");
    }
    drop(driver);
    if let Some(slots) = slots.upgrade() {
        slots.connection_ended();
    }
    // Whoever still waits for an answer is told.
    work.finish().await;
}
