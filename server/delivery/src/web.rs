//! Calls over reqwest, for channels whose servers speak the HTTP version that
//! they choose: bounded in number, and each ends answered or with a clear word
//! on whether the provider may have processed it, as the pool's do.

mod body;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use hyper::body::Body;
use reqwest::Request;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::pool::{Attempt, CallError, describe, judge};
use crate::{Inside, Limits, Reach, SettingsError, outbound};
use body::OneFrame;

/// Most of an answer that is read, in bytes; providers' answers are short.
const ANSWER_LIMIT: usize = 16 * 1024;
/// Times that a call goes out again after it certainly was not processed.
const MOVES: u32 = 8;

/// A server's calls. Its connections are made as they are needed.
#[derive(Debug)]
pub(crate) struct Web {
    http: reqwest::Client,
    places: Semaphore,
    all: u32,
    closing: AtomicBool,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    /// HTTP status.
    pub(crate) status: StatusCode,
    /// Response headers.
    pub(crate) headers: HeaderMap,
    /// Response body; what was read of it if the connection broke in it.
    pub(crate) body: Bytes,
}

impl Web {
    /// Calls within `limits` to servers that `tls` verifies; where addresses come
    /// from outside, to those within `reach`.
    pub(crate) fn new(
        tls: rustls::ClientConfig,
        limits: &Limits,
        reach: Option<&Reach>,
    ) -> Result<Self, SettingsError> {
        let most = limits.max_in_flight.clamp(1, Semaphore::MAX_PERMITS);
        Ok(Self {
            http: outbound::channel_client(tls, limits, reach)?,
            places: Semaphore::new(most),
            all: u32::try_from(most).unwrap_or(u32::MAX),
            closing: AtomicBool::new(false),
        })
    }

    /// What requests are built with.
    pub(crate) fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Sends a request and waits for its answer, until `deadline` at the most.
    /// Its body must be one piece of memory.
    ///
    /// # Errors
    /// If no answer came: [`CallError::NotSent`] if the provider certainly did
    /// not process it, [`CallError::Inside`] if its address may not be called, else
    /// [`CallError::Ambiguous`].
    pub(crate) async fn call(
        &self,
        deadline: Instant,
        request: &Request,
    ) -> Result<Reply, CallError> {
        let no_place = || CallError::not_sent("no place within the limit in flight in time");
        let place = tokio::time::timeout_at(deadline, self.places.acquire())
            .await
            .map_err(|_| no_place())?;
        let _place = place.map_err(|_| CallError::not_sent("the channel is closed"))?;
        // The place may have come with the deadline, by a call that had the same.
        if Instant::now() >= deadline {
            return Err(no_place());
        }
        let mut moves = 0;
        loop {
            if self.closing.load(Ordering::Acquire) {
                return Err(CallError::not_sent("the channel is closed"));
            }
            let reason = match self.attempt(deadline, request).await {
                Ok(reply) => return Ok(reply),
                Err(Attempt::Ambiguous(reason)) => return Err(CallError::Ambiguous { reason }),
                Err(Attempt::Inside(inside)) => return Err(CallError::Inside(inside)),
                Err(Attempt::Unreached(reason)) => return Err(CallError::not_sent(reason)),
                Err(Attempt::Unprocessed(reason) | Attempt::Refused(reason)) => reason,
            };
            moves += 1;
            if moves == MOVES || Instant::now() >= deadline {
                return Err(CallError::not_sent(reason));
            }
        }
    }

    async fn attempt(&self, deadline: Instant, request: &Request) -> Result<Reply, Attempt> {
        let data = request
            .body()
            .and_then(reqwest::Body::as_bytes)
            .map(Bytes::copy_from_slice)
            .unwrap_or_default();
        let (body, recall) = OneFrame::new(data);
        let mut again = Request::new(request.method().clone(), request.url().clone());
        *again.headers_mut() = request.headers().clone();
        if !body.is_end_stream() {
            *again.body_mut() = Some(reqwest::Body::wrap(body));
        }
        let answer = tokio::time::timeout_at(deadline, self.http.execute(again)).await;
        let mut answer = match answer {
            Ok(Ok(answer)) => answer,
            Ok(Err(error)) if error.is_connect() => {
                return Err(match Inside::among(&error) {
                    Some(inside) => Attempt::Inside(inside.clone()),
                    None => Attempt::Unreached(describe(&error)),
                });
            }
            // While the body is here, no provider acts on the request.
            Ok(Err(error)) if recall.withdraw() => {
                return Err(Attempt::Unprocessed(describe(&error)));
            }
            Ok(Err(error)) => return Err(judge(&error)),
            Err(_) if recall.withdraw() => {
                return Err(Attempt::Unprocessed("could not be sent in time".to_owned()));
            }
            Err(_) => return Err(Attempt::Ambiguous("no answer in time".to_owned())),
        };
        let body = read(&mut answer, deadline).await;
        Ok(Reply {
            status: answer.status(),
            headers: std::mem::take(answer.headers_mut()),
            body,
        })
    }

    /// Takes no new calls and waits for those in flight, `within` at the most.
    pub(crate) async fn close(&self, within: Duration) {
        self.closing.store(true, Ordering::Release);
        let all = self.places.acquire_many(self.all);
        let _ = tokio::time::timeout(within, all).await;
        self.places.close();
    }
}

/// Reads what comes of the body. The status has decided already, so that a
/// body that breaks off is no failure.
async fn read(answer: &mut reqwest::Response, deadline: Instant) -> Bytes {
    let mut whole = BytesMut::new();
    while whole.len() <= ANSWER_LIMIT
        && let Ok(Ok(Some(piece))) = tokio::time::timeout_at(deadline, answer.chunk()).await
    {
        whole.extend_from_slice(&piece);
    }
    whole.freeze()
}
