//! One HTTP/2 connection, served by one task.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use futures::stream::FuturesUnordered;
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http::{Request, Response, StatusCode};
use tokio::io::{AsyncRead, AsyncWrite};

use super::io::{GoAwayOrder, Tap};
use super::plan::{Act, Head, Plan, Reply, Service};

/// Most that one request body may hold before it is cut off.
const BODY_LIMIT: usize = 256 * 1024;
/// What APNs announces.
const CONCURRENT_STREAMS: u32 = 1000;
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 16 * 1024 * 1024;

type Later = Pin<Box<dyn Future<Output = Resumed> + Send>>;

/// Work that had to wait and can go on.
enum Resumed {
    /// A body that did not come with its headers is complete.
    Read(Head, Bytes, SendResponse<Bytes>),
    /// A delay is over.
    Act(Act, SendResponse<Bytes>),
    /// The client gave the request up.
    Gone,
}

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// The client closed it, or it broke.
    Closed,
    /// A fault asked for a TCP reset.
    Reset,
}

/// A connection being served.
pub(super) struct Connection<T, S: Service> {
    h2: h2::server::Connection<Tap<T>, Bytes>,
    service: Arc<S>,
    session: S::Session,
    order: Arc<GoAwayOrder>,
    arrived: Vec<(Request<RecvStream>, SendResponse<Bytes>)>,
    later: FuturesUnordered<Later>,
    /// The newest stream that was decided on.
    newest_stream: u32,
    /// Streams above this one come too late: a GOAWAY was decided.
    last_stream: Option<u32>,
    /// Streams that get no answer while the connection lives; dropping their
    /// handles would reset them, which is an answer of a kind.
    silent: Vec<SendResponse<Bytes>>,
    reset: bool,
}

impl<T, S> Connection<T, S>
where
    T: AsyncRead + AsyncWrite + Unpin,
    S: Service,
{
    pub(super) async fn open(io: T, service: Arc<S>) -> Result<Self, h2::Error> {
        let order = Arc::new(GoAwayOrder::default());
        let h2 = h2::server::Builder::new()
            .max_concurrent_streams(CONCURRENT_STREAMS)
            .initial_window_size(STREAM_WINDOW)
            .initial_connection_window_size(CONNECTION_WINDOW)
            .handshake(Tap::new(io, Arc::clone(&order)))
            .await?;
        Ok(Self {
            h2,
            service,
            session: S::Session::default(),
            order,
            arrived: Vec::new(),
            later: FuturesUnordered::new(),
            newest_stream: 0,
            last_stream: None,
            silent: Vec::new(),
            reset: false,
        })
    }

    pub(super) async fn serve(&mut self) -> End {
        std::future::poll_fn(|cx| self.poll_serve(cx)).await
    }

    /// Takes in everything that has arrived before it answers any of it, so
    /// that the answers leave in one write.
    fn poll_serve(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        loop {
            while let Poll::Ready(next) = pin!(self.h2.accept()).poll(cx) {
                match next {
                    Some(Ok(request)) => self.arrived.push(request),
                    Some(Err(error)) => {
                        tracing::debug!(%error, "connection broke");
                        return Poll::Ready(End::Closed);
                    }
                    None => return Poll::Ready(End::Closed),
                }
            }
            let mut moved = !self.arrived.is_empty();
            let mut arrived = std::mem::take(&mut self.arrived);
            for (request, respond) in arrived.drain(..) {
                self.take_in(cx, request, respond);
            }
            self.arrived = arrived;
            while let Poll::Ready(Some(resumed)) = self.later.poll_next_unpin(cx) {
                moved = true;
                match resumed {
                    Resumed::Read(_, _, respond) if self.is_too_late(&respond) => {
                        self.silent.push(respond);
                    }
                    Resumed::Read(head, body, respond) => self.decide(&head, &body, respond),
                    Resumed::Act(act, respond) => self.act(act, respond),
                    Resumed::Gone => {}
                }
            }
            if self.reset {
                return Poll::Ready(End::Reset);
            }
            if !moved {
                return Poll::Pending;
            }
        }
    }

    fn take_in(
        &mut self,
        cx: &mut Context<'_>,
        request: Request<RecvStream>,
        respond: SendResponse<Bytes>,
    ) {
        if self.is_too_late(&respond) {
            self.silent.push(respond);
            return;
        }
        let (head, mut stream) = request.into_parts();
        let mut body = Body::default();
        match body.poll_gather(cx, &mut stream) {
            Poll::Ready(true) => self.decide(&head, &body.into_bytes(), respond),
            Poll::Ready(false) => {}
            Poll::Pending => self.later.push(Box::pin(async move {
                if std::future::poll_fn(|cx| body.poll_gather(cx, &mut stream)).await {
                    Resumed::Read(head, body.into_bytes(), respond)
                } else {
                    Resumed::Gone
                }
            })),
        }
    }

    fn is_too_late(&self, respond: &SendResponse<Bytes>) -> bool {
        let id = respond.stream_id().as_u32();
        self.last_stream.is_some_and(|last| id > last)
    }

    fn decide(&mut self, head: &Head, body: &Bytes, respond: SendResponse<Bytes>) {
        let Plan { delay, act } = if body.len() > BODY_LIMIT {
            Plan::reply(Reply::json(StatusCode::PAYLOAD_TOO_LARGE, Bytes::new()))
        } else {
            self.service.answer(&mut self.session, head, body)
        };
        self.newest_stream = self.newest_stream.max(respond.stream_id().as_u32());
        if matches!(act, Act::GoAway(_)) {
            // Decided when the stream arrives, though it may be said later:
            // what comes after is not processed. Newer streams may have been,
            // if the body of this one came late.
            self.last_stream.get_or_insert(self.newest_stream);
        }
        if delay.is_zero() {
            self.act(act, respond);
        } else {
            self.later.push(Box::pin(async move {
                tokio::time::sleep(delay).await;
                Resumed::Act(act, respond)
            }));
        }
    }

    fn act(&mut self, act: Act, mut respond: SendResponse<Bytes>) {
        match act {
            Act::Answer(reply) => send(reply, respond),
            Act::ResetStream => respond.send_reset(Reason::INTERNAL_ERROR),
            Act::RefuseStream => respond.send_reset(Reason::REFUSED_STREAM),
            Act::ResetConnection => self.reset = true,
            Act::NeverAnswer => self.silent.push(respond),
            Act::GoAway(reply) => {
                if let Some(last) = self.last_stream {
                    self.order.give(last);
                }
                send(reply, respond);
            }
        }
    }
}

fn send(reply: Reply, mut respond: SendResponse<Bytes>) {
    let mut response = Response::new(());
    *response.status_mut() = reply.status;
    *response.headers_mut() = reply.headers;
    // An error here means that the client has given the stream up.
    if let Ok(mut stream) = respond.send_response(response, reply.body.is_empty())
        && !reply.body.is_empty()
    {
        let _ = stream.send_data(reply.body, true);
    }
}

/// A request body as it comes in; one frame is kept as it is.
#[derive(Default)]
struct Body {
    first: Bytes,
    rest: BytesMut,
}

impl Body {
    /// Ready with true when the body is complete, false when it broke off.
    fn poll_gather(&mut self, cx: &mut Context<'_>, stream: &mut RecvStream) -> Poll<bool> {
        loop {
            match stream.poll_data(cx) {
                Poll::Ready(Some(Ok(data))) => {
                    let _ = stream.flow_control().release_capacity(data.len());
                    if self.first.is_empty() {
                        self.first = data;
                    } else if self.first.len() + self.rest.len() <= BODY_LIMIT {
                        self.rest.extend_from_slice(&data);
                    }
                }
                Poll::Ready(Some(Err(_))) => return Poll::Ready(false),
                Poll::Ready(None) => return Poll::Ready(true),
                Poll::Pending => return Poll::Pending,
            }
        }
    }

    fn into_bytes(self) -> Bytes {
        if self.rest.is_empty() {
            return self.first;
        }
        let mut whole = BytesMut::with_capacity(self.first.len() + self.rest.len());
        whole.extend_from_slice(&self.first);
        whole.extend_from_slice(&self.rest);
        whole.freeze()
    }
}
