//! Takes one push as APNs does.

use std::sync::Arc;

use bytes::Bytes;
use domain::time::Clock;
use http::header::HeaderName;
use http::{HeaderMap, HeaderValue, StatusCode};
use serde_json::json;

use super::check::{self, Refusal};
use super::provider_token::{Keys, Verified};
use crate::arrivals::{self, Arrival, Arrivals};
use crate::clock::rfc3339;
use crate::control::Control;
use crate::faults::{Action, Answer, Channel, Door, Verdict};
use crate::wire::{Act, Head, Plan, Reply, Service};

static APNS_ID: HeaderName = HeaderName::from_static("apns-id");

/// The provider behind the APNs port.
pub(crate) struct ApnsService {
    pub(crate) keys: Arc<Keys>,
    pub(crate) control: Arc<Control>,
    pub(crate) arrivals: Arc<Arrivals>,
    pub(crate) clock: Arc<dyn Clock>,
    /// The topics that there are; any if empty.
    pub(crate) topics: Vec<String>,
}

/// What APNs remembers of a connection: whose it is.
#[derive(Default)]
pub(crate) struct Session {
    key_id: Option<Arc<str>>,
}

impl Service for ApnsService {
    type Session = Session;

    fn answer(&self, session: &mut Session, head: &Head, body: &Bytes) -> Plan {
        if let Some(plan) = self.control.answer(head, body) {
            return plan;
        }
        let id = apns_id(&head.headers);
        match self.examine(session, head, body) {
            Ok(token) => self.take(token, id, head, body),
            // Logged as every push is, but not counted as received.
            Err((status, reason)) => {
                let token = check::named_token(head);
                let arrival = || self.arrival(token, head, body, Some(status.as_u16()));
                self.arrivals.refuse(arrival);
                Plan::reply(refusal(status, Some(reason), None, id))
            }
        }
    }
}

impl ApnsService {
    fn examine<'a>(
        &self,
        session: &mut Session,
        head: &'a Head,
        body: &Bytes,
    ) -> Result<&'a str, Refusal> {
        let token = check::device_token(head)?;
        let sender = self.keys.verify(head, self.clock.now())?;
        keep_to_one_key(session, &sender)?;
        let topic = check::topic(head)?;
        if !self.has_topic(topic) || !sender.may_send_to(topic) {
            return Err((StatusCode::BAD_REQUEST, "TopicDisallowed"));
        }
        check::request(head, body)?;
        if !check::is_device_token(token) {
            return Err((StatusCode::BAD_REQUEST, "BadDeviceToken"));
        }
        Ok(token)
    }

    fn has_topic(&self, topic: &str) -> bool {
        self.topics.is_empty() || self.topics.iter().any(|known| known == topic)
    }

    fn take(&self, token: &str, id: HeaderValue, head: &Head, body: &Bytes) -> Plan {
        let fault = self.control.faults.find(Channel::Apns, Door::Send, token);
        let Some(Verdict { delay, action }) = fault else {
            self.log(token, head, body, Some(200));
            return Plan::reply(accepted(id));
        };
        let act = match action {
            Action::Deliver => Act::Answer(accepted(id)),
            Action::Answer(answer) => Act::Answer(scripted(&answer, id)),
            Action::ResetStream => Act::ResetStream,
            Action::RefuseStream => Act::RefuseStream,
            Action::ResetConnection => Act::ResetConnection,
            Action::GoAway => Act::GoAway(accepted(id)),
            Action::NeverAnswer => Act::NeverAnswer,
        };
        match &act {
            Act::Answer(reply) | Act::GoAway(reply) => {
                self.log(token, head, body, Some(reply.status.as_u16()));
            }
            Act::ResetStream | Act::ResetConnection | Act::NeverAnswer => {
                self.log(token, head, body, None);
            }
            // Not processed, so not received.
            Act::RefuseStream => {}
        }
        Plan { delay, act }
    }

    fn log(&self, token: &str, head: &Head, body: &Bytes, status: Option<u16>) {
        self.arrivals
            .take(|| self.arrival(token, head, body, status));
    }

    fn arrival(&self, token: &str, head: &Head, body: &Bytes, status: Option<u16>) -> Arrival {
        Arrival {
            at: rfc3339(self.clock.now()),
            channel: Channel::Apns,
            token: token.to_owned(),
            headers: arrivals::loggable(&head.headers),
            payload: arrivals::payload(body),
            status,
        }
    }
}

/// Apple wants a connection to keep to the key of its first push.
fn keep_to_one_key(session: &mut Session, sender: &Verified) -> Result<(), Refusal> {
    match &session.key_id {
        Some(first) if *first != sender.key_id => {
            Err((StatusCode::FORBIDDEN, "UnrelatedKeyIdInToken"))
        }
        Some(_) => Ok(()),
        None => {
            session.key_id = Some(Arc::clone(&sender.key_id));
            Ok(())
        }
    }
}

/// The id that the answer carries: the request's own, or a new one.
fn apns_id(headers: &HeaderMap) -> HeaderValue {
    headers.get(&APNS_ID).cloned().unwrap_or_else(|| {
        HeaderValue::try_from(uuid::Uuid::new_v4().hyphenated().to_string())
            .unwrap_or(HeaderValue::from_static(""))
    })
}

fn accepted(id: HeaderValue) -> Reply {
    let mut headers = HeaderMap::with_capacity(1);
    headers.insert(APNS_ID.clone(), id);
    Reply {
        status: StatusCode::OK,
        headers,
        body: Bytes::new(),
    }
}

fn refusal(
    status: StatusCode,
    reason: Option<&str>,
    timestamp: Option<i64>,
    id: HeaderValue,
) -> Reply {
    let mut body = serde_json::Map::new();
    if let Some(reason) = reason {
        body.insert("reason".to_owned(), json!(reason));
    }
    if let Some(timestamp) = timestamp {
        body.insert("timestamp".to_owned(), json!(timestamp));
    }
    let body = if body.is_empty() {
        String::new()
    } else {
        serde_json::Value::Object(body).to_string()
    };
    let mut reply = Reply::json(status, body);
    reply.headers.insert(APNS_ID.clone(), id);
    reply
}

fn scripted(answer: &Answer, id: HeaderValue) -> Reply {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = if status == StatusCode::OK && answer.reason.is_none() {
        accepted(id)
    } else {
        refusal(status, answer.reason.as_deref(), answer.timestamp, id)
    };
    answer.finish(&mut reply);
    reply
}
