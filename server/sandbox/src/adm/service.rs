//! Takes one request as Amazon does.

use std::sync::Arc;

use bytes::Bytes;
use domain::time::Clock;
use http::header::HeaderName;
use http::{HeaderValue, Method, StatusCode};
use serde_json::json;

use super::message::{self, Refusal};
use super::profiles::{Profiles, refused};
use crate::arrivals::{self, Arrival, Arrivals};
use crate::clock::rfc3339;
use crate::control::Control;
use crate::faults::{Answer, Channel, Door, Verdict};
use crate::form;
use crate::wire::{Head, Plan, Reply, Service};

/// Path of the token endpoint.
const TOKEN_PATH: &str = "/auth/O2/token";
static REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The provider behind the ADM port.
pub(crate) struct AdmService {
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) control: Arc<Control>,
    pub(crate) arrivals: Arc<Arrivals>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Service for AdmService {
    type Session = ();

    fn answer(&self, (): &mut (), head: &Head, body: &Bytes) -> Plan {
        if let Some(plan) = self.control.answer(head, body) {
            return plan;
        }
        let path = head.uri.path();
        if path == TOKEN_PATH && head.method == Method::POST {
            let found = self.control.faults.find(Channel::Adm, Door::Oauth, "");
            let exchange = || self.profiles.exchange(body, self.clock.now());
            return Verdict::plan(found, exchange, oauth_error);
        }
        let registration = path
            .strip_prefix("/messaging/registrations/")
            .and_then(|rest| rest.strip_suffix("/messages"))
            .filter(|segment| !segment.contains('/'))
            .and_then(form::segment);
        match (registration, &head.method) {
            (Some(registration), &Method::POST) => self.send(registration, head, body),
            _ => Plan::reply(Reply::json(StatusCode::NOT_FOUND, "{}")),
        }
    }
}

impl AdmService {
    fn send(&self, registration: String, head: &Head, body: &Bytes) -> Plan {
        if let Err((status, reason)) = self.examine(&registration, head, body) {
            // Logged as every push is, but not counted as received.
            self.arrivals
                .refuse(|| self.arrival(registration, head, body, Some(status.as_u16())));
            return Plan::reply(refusal(status, Some(reason)));
        }
        let found = self
            .control
            .faults
            .find(Channel::Adm, Door::Send, &registration);
        let plan = Verdict::plan(
            found,
            || taken(&registration),
            |answer| scripted(&registration, answer),
        );
        if let Some(status) = plan.received() {
            self.arrivals
                .take(|| self.arrival(registration, head, body, status));
        }
        plan
    }

    fn examine(&self, registration: &str, head: &Head, body: &Bytes) -> Result<(), Refusal> {
        if !self.profiles.authorizes(&head.headers, self.clock.now()) {
            return Err((StatusCode::UNAUTHORIZED, "AccessTokenExpired"));
        }
        message::check(&head.headers, body)?;
        message::registration(registration)
    }

    fn arrival(&self, token: String, head: &Head, body: &Bytes, status: Option<u16>) -> Arrival {
        Arrival {
            at: rfc3339(self.clock.now()),
            channel: Channel::Adm,
            token,
            headers: arrivals::loggable(&head.headers),
            payload: arrivals::payload(body),
            status,
        }
    }
}

/// Taken; `registration` is what the device is called from now on.
fn taken(registration: &str) -> Reply {
    named(Reply::json(
        StatusCode::OK,
        json!({"registrationID": registration}).to_string(),
    ))
}

fn refusal(status: StatusCode, reason: Option<&str>) -> Reply {
    let body = match reason {
        Some(reason) => json!({"reason": reason}).to_string(),
        None => String::new(),
    };
    named(Reply::json(status, body))
}

/// Amazon gives every request a name.
fn named(mut reply: Reply) -> Reply {
    let id = uuid::Uuid::new_v4().hyphenated().to_string();
    if let Ok(id) = HeaderValue::try_from(id) {
        reply.headers.insert(REQUEST_ID.clone(), id);
    }
    reply
}

fn scripted(registration: &str, answer: &Answer) -> Reply {
    let mut reply = match status(answer) {
        StatusCode::OK => taken(answer.registration_id.as_deref().unwrap_or(registration)),
        status => refusal(status, answer.reason.as_deref()),
    };
    answer.finish(&mut reply);
    reply
}

fn oauth_error(answer: &Answer) -> Reply {
    let mut reply = refused(
        status(answer),
        answer.reason.as_deref().unwrap_or("invalid_client"),
        answer.message.as_deref().unwrap_or_default(),
    );
    answer.finish(&mut reply);
    reply
}

fn status(answer: &Answer) -> StatusCode {
    StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}
