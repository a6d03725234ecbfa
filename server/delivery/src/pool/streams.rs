//! What hyper has to do for each request, done by the connection's own task: a
//! task for each would cost more than anything else about a call.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use futures::stream::{FuturesUnordered, StreamExt};

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Where hyper hands work over.
#[derive(Clone, Default)]
pub(super) struct Streams(Arc<Mutex<Inbox>>);

#[derive(Default)]
struct Inbox {
    new: Vec<Work>,
    /// Who waits for new work; nobody while it is being polled.
    waiting: Option<Waker>,
}

impl Streams {
    fn lock(&self) -> MutexGuard<'_, Inbox> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Streams {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Streams")
    }
}

impl<F: Future<Output = ()> + Send + 'static> hyper::rt::Executor<F> for Streams {
    fn execute(&self, work: F) {
        let work = Box::pin(work);
        let waiting = {
            let mut inbox = self.lock();
            inbox.new.push(work);
            inbox.waiting.take()
        };
        if let Some(waker) = waiting {
            waker.wake();
        }
    }
}

/// All work that was handed over, under way.
pub(super) struct UnderWay {
    inbox: Streams,
    work: FuturesUnordered<Work>,
}

impl UnderWay {
    pub(super) fn of(inbox: Streams) -> Self {
        Self {
            inbox,
            work: FuturesUnordered::new(),
        }
    }

    /// Goes on with `driver` until it ends, and with everything else too: first
    /// with what is to be written, so that many new requests do not hold it up.
    pub(super) async fn beside<D: Future + Unpin>(&mut self, mut driver: D) -> D::Output {
        std::future::poll_fn(|cx| {
            loop {
                self.go_on(cx);
                if let Poll::Ready(ended) = Pin::new(&mut driver).poll(cx) {
                    return Poll::Ready(ended);
                }
                if self.waits(cx) {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    /// Goes on until everything is done.
    pub(super) async fn finish(mut self) {
        std::future::poll_fn(|cx| {
            loop {
                self.go_on(cx);
                if self.waits(cx) {
                    return if self.work.is_empty() {
                        Poll::Ready(())
                    } else {
                        Poll::Pending
                    };
                }
            }
        })
        .await;
    }

    /// Goes on as far as possible with what was handed over until now.
    fn go_on(&mut self, cx: &mut Context<'_>) {
        let new = {
            let mut inbox = self.inbox.lock();
            inbox.waiting = None;
            std::mem::take(&mut inbox.new)
        };
        self.work.extend(new);
        while let Poll::Ready(Some(())) = self.work.poll_next_unpin(cx) {}
    }

    /// Whether nothing new was handed over; whoever hands over next wakes.
    fn waits(&self, cx: &Context<'_>) -> bool {
        let mut inbox = self.inbox.lock();
        if inbox.new.is_empty() {
            inbox.waiting = Some(cx.waker().clone());
        }
        inbox.new.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::rt::Executor;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn count(streams: &Streams, done: &Arc<AtomicUsize>) {
        let done = Arc::clone(done);
        streams.execute(async move {
            tokio::task::yield_now().await;
            done.fetch_add(1, Ordering::Relaxed);
        });
    }

    #[tokio::test]
    async fn work_handed_over_before_during_and_after_the_driver_is_done() {
        let (streams, done) = (Streams::default(), Arc::new(AtomicUsize::new(0)));
        count(&streams, &done);
        let mut under_way = UnderWay::of(streams.clone());
        let driver = Box::pin(async {
            count(&streams, &done);
            while done.load(Ordering::Relaxed) < 2 {
                tokio::task::yield_now().await;
            }
            count(&streams, &done);
        });
        under_way.beside(driver).await;
        assert_eq!(done.load(Ordering::Relaxed), 2);
        under_way.finish().await;
        assert_eq!(done.load(Ordering::Relaxed), 3);
    }

    #[tokio::test]
    async fn work_handed_over_from_elsewhere_wakes_the_task() {
        let (streams, done) = (Streams::default(), Arc::new(AtomicUsize::new(0)));
        let mut under_way = UnderWay::of(streams.clone());
        let task = tokio::spawn(async move {
            under_way.beside(std::future::pending::<()>()).await;
        });
        tokio::task::yield_now().await;
        count(&streams, &done);
        while done.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        task.abort();
    }
}
