//! One request on one connection.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use h2::client::ResponseFuture;
use h2::{RecvStream, SendStream};
use http::{HeaderMap, Request, Response, StatusCode};
use tokio::time::Sleep;

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
    let has_body = !data.is_empty();
    let answers_before = lease.connection().answers();
    let head = Request::from_parts(head, ());
    let (response, stream) = match lease.connection().begin(head, has_body) {
        Ok(begun) => begun,
        Err(error) => {
            lease.retire();
            return Err(Attempt::Unprocessed(describe(&error)));
        }
    };
    let mut sending = Sending {
        body: has_body.then_some(data),
        stream,
        response,
    };
    let response = match until(timer.as_mut(), &mut sending).await {
        Some(Ok(response)) => response,
        // While the body is here, the request is incomplete on the wire at the
        // most, and no provider acts on it.
        Some(Err(error)) if sending.body.is_some() => {
            lease.retire();
            return Err(Attempt::Unprocessed(describe(&error)));
        }
        Some(Err(error)) => {
            let judged = judge(&error);
            if error.is_go_away() || error.is_io() {
                lease.retire();
            }
            return Err(judged);
        }
        None if sending.body.is_some() => {
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

/// A request under way: its body is handed over as soon as the peer has room for
/// any of it, and its answer is waited for. Dropped, it is reset.
struct Sending {
    /// Not handed over yet.
    body: Option<Bytes>,
    stream: SendStream<Bytes>,
    response: ResponseFuture,
}

impl Sending {
    /// Hands the body over if there is room for it.
    fn go_on(&mut self, cx: &mut Context<'_>) -> Result<(), h2::Error> {
        while let Some(body) = &self.body {
            self.stream.reserve_capacity(body.len());
            if self.stream.capacity() == 0 {
                match self.stream.poll_capacity(cx) {
                    Poll::Ready(Some(grown)) => {
                        grown?;
                        continue;
                    }
                    // Nothing can be sent any more; the answer says why.
                    Poll::Ready(None) | Poll::Pending => break,
                }
            }
            if let Some(body) = self.body.take() {
                self.stream.send_data(body, true)?;
            }
        }
        Ok(())
    }
}

impl Future for Sending {
    type Output = Result<Response<RecvStream>, h2::Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.go_on(cx)?;
        Pin::new(&mut self.response).poll(cx)
    }
}

/// Reads what comes of the body. The status has decided already, so that a
/// body that breaks off is no failure.
async fn read(mut incoming: RecvStream, mut timer: Pin<&mut Sleep>) -> Bytes {
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(Some(Ok(data))) = until(timer.as_mut(), incoming.data()).await {
        // Fails only when the stream is at its end, where nothing is owed.
        let _ = incoming.flow_control().release_capacity(data.len());
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
