//! Takes one request as a push service does.

use std::sync::Arc;

use bytes::Bytes;
use domain::time::Clock;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use serde_json::json;

use super::check::{self, Refusal};
use super::decryption::decrypt;
use super::{Subscriptions, is_id};
use crate::arrivals::{self, Arrival, Arrivals};
use crate::clock::rfc3339;
use crate::control::Control;
use crate::faults::{Action, Answer, Channel, Door, Verdict};
use crate::wire::{Act, Head, Plan, Reply, Service};

/// The push service behind its port.
pub(crate) struct WebpushService {
    pub(crate) subscriptions: Arc<Subscriptions>,
    pub(crate) control: Arc<Control>,
    pub(crate) arrivals: Arc<Arrivals>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Service for WebpushService {
    type Session = ();

    fn answer(&self, (): &mut (), head: &Head, body: &Bytes) -> Plan {
        let path = head.uri.path();
        // What a browser does when it subscribes.
        if let Some(id) = path.strip_prefix("/sandbox/subscriptions/") {
            return Plan::reply(self.subscribe(id, head));
        }
        if let Some(plan) = self.control.answer(head, body) {
            return plan;
        }
        let id = path.strip_prefix("/push/").filter(|id| is_id(id));
        match (id, &head.method) {
            (Some(id), &Method::POST) => self.push(id, head, body),
            (Some(_), _) => Plan::reply(refused((
                StatusCode::METHOD_NOT_ALLOWED,
                "Messages are posted.",
            ))),
            (None, _) => Plan::reply(refused((
                StatusCode::NOT_FOUND,
                "There is no such subscription.",
            ))),
        }
    }
}

impl WebpushService {
    fn subscribe(&self, id: &str, head: &Head) -> Reply {
        match (self.subscriptions.json(id), &head.method) {
            (Some(subscription), &Method::GET | &Method::POST) => {
                Reply::json(StatusCode::OK, subscription)
            }
            (Some(_), _) => refused((StatusCode::METHOD_NOT_ALLOWED, "GET or POST.")),
            (None, _) => refused((
                StatusCode::BAD_REQUEST,
                "A browser's id has letters, digits, '-', '_' and '.'.",
            )),
        }
    }

    fn push(&self, id: &str, head: &Head, body: &Bytes) -> Plan {
        let (origin, now) = (self.subscriptions.origin(), self.clock.now());
        if let Err(refusal) = check::request(&head.headers, body, origin, now) {
            let status = Some(refusal.0.as_u16());
            self.arrivals
                .refuse(|| self.arrival(id, head, body, status));
            return Plan::reply(refused(refusal));
        }
        let fault = self.control.faults.find(Channel::Webpush, Door::Send, id);
        let Verdict { delay, action } = fault.unwrap_or(Verdict {
            delay: std::time::Duration::ZERO,
            action: Action::Deliver,
        });
        let taken = || taken(origin);
        let act = match action {
            Action::Deliver => Act::Answer(taken()),
            Action::Answer(answer) => Act::Answer(scripted(&answer, origin)),
            Action::ResetStream => Act::ResetStream,
            Action::RefuseStream => Act::RefuseStream,
            Action::ResetConnection => Act::ResetConnection,
            Action::GoAway => Act::GoAway(taken()),
            Action::NeverAnswer => Act::NeverAnswer,
        };
        let status = match &act {
            Act::Answer(reply) | Act::GoAway(reply) => Some(reply.status.as_u16()),
            Act::ResetStream | Act::ResetConnection | Act::NeverAnswer => None,
            // Not processed, so not received.
            Act::RefuseStream => return Plan { delay, act },
        };
        self.arrivals.take(|| self.arrival(id, head, body, status));
        Plan { delay, act }
    }

    /// What the browser reads; no payload if it cannot.
    fn arrival(&self, id: &str, head: &Head, body: &Bytes, status: Option<u16>) -> Arrival {
        let keys = self.subscriptions.keys(id);
        let message = keys.and_then(|keys| decrypt(body, &keys));
        Arrival {
            at: rfc3339(self.clock.now()),
            channel: Channel::Webpush,
            token: self.subscriptions.token(id).unwrap_or_default(),
            headers: arrivals::loggable(&head.headers),
            payload: message.as_deref().and_then(arrivals::payload),
            status,
        }
    }
}

fn taken(origin: &str) -> Reply {
    let mut headers = HeaderMap::with_capacity(1);
    let location = format!("{origin}/message/{}", uuid::Uuid::new_v4().simple());
    if let Ok(location) = HeaderValue::try_from(location) {
        headers.insert(http::header::LOCATION, location);
    }
    Reply {
        status: StatusCode::CREATED,
        headers,
        body: Bytes::new(),
    }
}

fn refused((status, detail): Refusal) -> Reply {
    Reply::json(
        status,
        json!({"code": status.as_u16(), "message": detail}).to_string(),
    )
}

fn scripted(answer: &Answer, origin: &str) -> Reply {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = if status.is_success() {
        taken(origin)
    } else {
        let text = answer.message.as_deref().or(answer.reason.as_deref());
        Reply::json(
            status,
            json!({"code": status.as_u16(), "message": text.unwrap_or_default()}).to_string(),
        )
    };
    reply.status = status;
    answer.finish(&mut reply);
    reply
}
