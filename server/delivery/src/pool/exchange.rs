//! One request on one connection.

use std::pin::Pin;
use std::task::Poll;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use hyper::body::{Body, Incoming};
use tokio::time::Sleep;

use super::body::OneFrame;
use super::error::{Attempt, describe, judge};
use super::slots::Lease;

/// Most of an answer that is read, in bytes; providers' answers are short.
const ANSWER_LIMIT: usize = 16 * 1024;

/// An answer. Its place on the connection is free when it is dropped.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// Response headers.
    pub headers: HeaderMap,
    /// Response body; what was read of it if the connection broke in it.
    pub body: Bytes,
    lease: Lease,
}

impl Reply {
    /// Says that the provider took the credential on this connection, so that
    /// it may carry more than one request at a time.
    pub fn prove(&self) {
        self.lease.prove();
    }

    /// Sends nothing new on the connection that this came from.
    pub fn retire(&self) {
        self.lease.retire();
    }
}

/// Waits for `work` until the timer ends; none if it ends first.
pub(super) async fn until<T>(
    mut timer: Pin<&mut Sleep>,
    work: impl Future<Output = T>,
) -> Option<T> {
    let mut work = std::pin::pin!(work);
    std::future::poll_fn(|cx| match work.as_mut().poll(cx) {
        Poll::Ready(done) => Poll::Ready(Some(done)),
        Poll::Pending => timer.as_mut().poll(cx).map(|()| None),
    })
    .await
}

/// Sends a request on the leased connection and reads its answer.
pub(super) async fn attempt(
    lease: Lease,
    request: Request<Bytes>,
    mut timer: Pin<&mut Sleep>,
) -> Result<Reply, Attempt> {
    let (head, data) = request.into_parts();
    let (body, recall) = OneFrame::new(data);
    let request = Request::from_parts(head, body);
    let answers_before = lease.connection().answers();
    let answer = lease.connection().sender().try_send_request(request);
    let response = match until(timer.as_mut(), answer).await {
        Some(Ok(response)) => response,
        // Given back, or its body never asked for.
        Some(Err(error)) if error.message().is_some() || recall.withdraw() => {
            lease.retire();
            return Err(Attempt::Unprocessed(describe(error.error())));
        }
        Some(Err(error)) => {
            let judged = judge(error.error());
            if !lease.connection().is_open() {
                lease.retire();
            }
            return Err(judged);
        }
        None if recall.withdraw() => {
            return Err(Attempt::Unprocessed("could not be sent in time".to_owned()));
        }
        None => {
            // Nothing came for anybody in all that time: the other side may be
            // gone without a word, and what is sent there next would be lost too.
            if lease.connection().answers() == answers_before {
                lease.retire();
            }
            return Err(Attempt::Ambiguous("no answer in time".to_owned()));
        }
    };
    lease.connection().answered();
    let (head, incoming) = response.into_parts();
    let body = if incoming.is_end_stream() {
        Bytes::new()
    } else {
        read(incoming, timer).await
    };
    Ok(Reply {
        status: head.status,
        headers: head.headers,
        body,
        lease,
    })
}

/// Reads what comes of the body. The status has decided already, so that a
/// body that breaks off is no failure.
async fn read(mut incoming: Incoming, mut timer: Pin<&mut Sleep>) -> Bytes {
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(Some(Ok(frame))) = until(timer.as_mut(), incoming.frame()).await {
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if first.is_empty() {
            first = data;
        } else {
            rest.extend_from_slice(&data);
        }
        if first.len() + rest.len() > ANSWER_LIMIT || incoming.is_end_stream() {
            break;
        }
    }
    if rest.is_empty() {
        return first;
    }
    let mut whole = BytesMut::with_capacity(first.len() + rest.len());
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&rest);
    whole.freeze()
}
