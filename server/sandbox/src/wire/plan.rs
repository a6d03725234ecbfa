//! What a service decides about one request.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, request};

/// A request's line and headers.
pub(crate) type Head = request::Parts;

/// One provider behind the wire. Answering is pure memory work: it never waits.
pub(crate) trait Service: Send + Sync + 'static {
    /// What the provider remembers of one connection.
    type Session: Default + Send;

    /// Decides what happens to one complete request.
    fn answer(&self, session: &mut Self::Session, head: &Head, body: &Bytes) -> Plan;
}

/// What happens to a request, and when.
#[derive(Debug)]
pub(crate) struct Plan {
    /// How long to wait before acting.
    pub(crate) delay: Duration,
    /// What to do then.
    pub(crate) act: Act,
}

/// The ways a request can end.
#[derive(Debug)]
pub(crate) enum Act {
    /// An answer.
    Answer(Reply),
    /// `RST_STREAM` with `INTERNAL_ERROR`, after the request was taken.
    ResetStream,
    /// `RST_STREAM` with `REFUSED_STREAM`: the request was not processed.
    RefuseStream,
    /// The TCP connection is reset, with all that is on it.
    ResetConnection,
    /// GOAWAY naming the newest stream so far as the last one processed; this
    /// one is answered then, and later streams on the connection are ignored.
    GoAway(Reply),
    /// No answer, ever.
    NeverAnswer,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Reply {
    /// HTTP status.
    pub(crate) status: StatusCode,
    /// Response headers.
    pub(crate) headers: HeaderMap,
    /// Response body, possibly empty.
    pub(crate) body: Bytes,
}

impl Plan {
    /// Acts at once.
    pub(crate) fn now(act: Act) -> Self {
        Self {
            delay: Duration::ZERO,
            act,
        }
    }

    /// Whether the request counts as received, and with what status, if any.
    #[expect(
        clippy::option_option,
        reason = "not received, and received without an answer, differ"
    )]
    pub(crate) fn received(&self) -> Option<Option<u16>> {
        match &self.act {
            Act::Answer(reply) | Act::GoAway(reply) => Some(Some(reply.status.as_u16())),
            Act::ResetStream | Act::ResetConnection | Act::NeverAnswer => Some(None),
            // Not processed, so not received.
            Act::RefuseStream => None,
        }
    }

    /// Answers at once.
    pub(crate) fn reply(reply: Reply) -> Self {
        Self::now(Act::Answer(reply))
    }
}

impl Reply {
    /// A JSON answer.
    pub(crate) fn json(status: StatusCode, body: impl Into<Bytes>) -> Self {
        let mut headers = HeaderMap::with_capacity(2);
        headers.insert(
            http::header::CONTENT_TYPE,
            http::HeaderValue::from_static("application/json; charset=UTF-8"),
        );
        Self {
            status,
            headers,
            body: body.into(),
        }
    }
}
