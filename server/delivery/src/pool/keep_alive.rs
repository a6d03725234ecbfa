//! Pings, to see that the other side still lives.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use h2::{Ping, PingPong};
use tokio::time::{Instant, Sleep};

/// Pings the peer of one connection from time to time.
#[derive(Debug)]
pub(super) struct KeepAlive {
    pings: PingPong,
    every: Duration,
    /// Until the next ping, or until the answer to the last must be here.
    timer: Pin<Box<Sleep>>,
    waiting: bool,
}

impl KeepAlive {
    /// Pings after each `every` and waits half of that for the answer.
    pub(super) fn new(pings: PingPong, every: Duration) -> Self {
        Self {
            pings,
            every,
            timer: Box::pin(tokio::time::sleep(every)),
            waiting: false,
        }
    }

    /// Ready when an answer did not come in time. To be polled before the
    /// connection, which does the sending.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            // An error is the connection's own, which ends by itself.
            if self.waiting && matches!(self.pings.poll_pong(cx), Poll::Ready(Ok(_))) {
                self.waiting = false;
                self.wait(self.every);
            }
            ready!(self.timer.as_mut().poll(cx));
            if self.waiting {
                return Poll::Ready(());
            }
            if self.pings.send_ping(Ping::opaque()).is_ok() {
                self.waiting = true;
                self.wait(self.every / 2);
            } else {
                self.wait(self.every);
            }
        }
    }

    fn wait(&mut self, how_long: Duration) {
        self.timer.as_mut().reset(Instant::now() + how_long);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::DuplexStream;

    const EVERY: Duration = Duration::from_millis(40);
    /// Long enough for some pings.
    const ANSWERED: Duration = Duration::from_millis(300);

    /// A connection whose other side is `peer`, run until it falls silent.
    async fn silent_after(
        peer: impl Future<Output = ()> + Send + 'static,
        io: DuplexStream,
    ) -> Duration {
        let began = Instant::now();
        let peer = tokio::spawn(peer);
        let (_requests, mut driver) = h2::client::handshake(io).await.expect("h2");
        let pings = driver.ping_pong().expect("asked for once");
        let mut keep_alive = KeepAlive::new(pings, EVERY);
        std::future::poll_fn(|cx| {
            if keep_alive.poll(cx).is_ready() {
                return Poll::Ready(());
            }
            assert!(
                Pin::new(&mut driver).poll(cx).is_pending(),
                "it stays open as long as it is held"
            );
            Poll::Pending
        })
        .await;
        peer.abort();
        began.elapsed()
    }

    #[tokio::test]
    async fn a_peer_that_never_answers_has_fallen_silent_after_one_ping() {
        let (io, other) = tokio::io::duplex(64 * 1024);
        let peer = async move {
            let _open = other;
            std::future::pending::<()>().await;
        };
        let after = silent_after(peer, io).await;
        assert!(after >= EVERY + EVERY / 2, "{after:?}");
    }

    #[tokio::test]
    async fn a_peer_that_answers_is_pinged_again_and_again_and_stays() {
        let (io, other) = tokio::io::duplex(64 * 1024);
        let peer = async move {
            let mut server = h2::server::handshake(other).await.expect("h2");
            let answering = std::future::poll_fn(|cx| server.poll_closed(cx));
            let _ = tokio::time::timeout(ANSWERED, answering).await;
            // From here on nobody answers.
            std::future::pending::<()>().await;
        };
        let after = silent_after(peer, io).await;
        assert!(after >= ANSWERED, "{after:?}");
    }
}
