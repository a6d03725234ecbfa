//! A request body that can be called back until it is handed over for sending.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};

const HERE: u8 = 0;
const GONE: u8 = 1;
const WITHDRAWN: u8 = 2;

/// The sender's hand on a body. While the body is here, the request is
/// incomplete on the wire at the most, and no provider acts on it.
#[derive(Debug)]
pub(super) struct Recall(Arc<AtomicU8>);

impl Recall {
    /// Calls the body back. True if it had not been handed over, and then it
    /// never will be; false if it may be on its way.
    pub(super) fn withdraw(&self) -> bool {
        self.0
            .compare_exchange(HERE, WITHDRAWN, Ordering::AcqRel, Ordering::Acquire)
            .is_ok()
    }
}

/// The body was called back before it was sent.
#[derive(Debug, thiserror::Error)]
#[error("the request was withdrawn")]
pub(super) struct Withdrawn;

/// A body of one frame.
#[derive(Debug)]
pub(super) struct OneFrame {
    data: Option<Bytes>,
    state: Arc<AtomicU8>,
}

impl OneFrame {
    pub(super) fn new(data: Bytes) -> (Self, Recall) {
        // Without a body the headers end the request, and hyper never asks.
        let state = Arc::new(AtomicU8::new(if data.is_empty() { GONE } else { HERE }));
        let recall = Recall(Arc::clone(&state));
        let data = Some(data).filter(|data| !data.is_empty());
        (Self { data, state }, recall)
    }
}

impl Body for OneFrame {
    type Data = Bytes;
    type Error = Withdrawn;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Withdrawn>>> {
        let Some(data) = self.data.take() else {
            return Poll::Ready(None);
        };
        let handed_over =
            self.state
                .compare_exchange(HERE, GONE, Ordering::AcqRel, Ordering::Acquire);
        Poll::Ready(Some(match handed_over {
            Ok(_) => Ok(Frame::data(data)),
            Err(_) => Err(Withdrawn),
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.data.is_none()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.data.as_ref().map_or(0, |data| data.len() as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::BodyExt;

    #[tokio::test]
    async fn body_that_is_handed_over_cannot_be_called_back() {
        let (mut body, recall) = OneFrame::new(Bytes::from_static(b"push"));
        assert!(body.frame().await.unwrap().is_ok());
        assert!(!recall.withdraw());
    }

    #[tokio::test]
    async fn body_that_is_called_back_is_never_handed_over() {
        let (mut body, recall) = OneFrame::new(Bytes::from_static(b"push"));
        assert!(recall.withdraw());
        assert!(body.frame().await.unwrap().is_err());
    }

    #[test]
    fn request_without_a_body_counts_as_gone() {
        let (body, recall) = OneFrame::new(Bytes::new());
        assert!(body.is_end_stream());
        assert!(!recall.withdraw());
    }
}
