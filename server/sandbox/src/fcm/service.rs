//! Takes one request as Google does.

use std::sync::Arc;

use bytes::Bytes;
use domain::time::Clock;
use http::{Method, StatusCode};
use serde_json::json;

use super::error::{GoogleError, scripted};
use super::message::{self, Fault};
use super::oauth::{Accounts, NoAccess};
use crate::arrivals::{self, Arrival, Arrivals};
use crate::clock::rfc3339;
use crate::control::Control;
use crate::faults::{Action, Channel, Door, Verdict};
use crate::wire::{Act, Head, Plan, Reply, Service};

/// Path of the token endpoint.
pub(crate) const TOKEN_PATH: &str = "/token";

/// The provider behind the FCM port.
pub(crate) struct FcmService {
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) control: Arc<Control>,
    pub(crate) arrivals: Arc<Arrivals>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Service for FcmService {
    type Session = ();

    fn answer(&self, (): &mut (), head: &Head, body: &Bytes) -> Plan {
        if let Some(plan) = self.control.answer(head, body) {
            return plan;
        }
        let path = head.uri.path();
        if path == TOKEN_PATH {
            return self.exchange(head, body);
        }
        let project = path
            .strip_prefix("/v1/projects/")
            .and_then(|rest| rest.strip_suffix("/messages:send"))
            .filter(|project| !project.is_empty() && !project.contains('/'));
        match (project, &head.method) {
            (Some(project), &Method::POST) => self.send(project, head, body),
            _ => Plan::reply(
                GoogleError {
                    status: 404,
                    message: "Method not found.",
                    ..GoogleError::default()
                }
                .reply(),
            ),
        }
    }
}

impl FcmService {
    fn exchange(&self, head: &Head, body: &Bytes) -> Plan {
        let fault = self.control.faults.find(Channel::Fcm, Door::Oauth, "");
        // The assertion's audience is the endpoint as the client addressed it.
        let authority = head
            .uri
            .authority()
            .map_or("", |authority| authority.as_str());
        let token_uri = format!("https://{authority}{TOKEN_PATH}");
        let exchange = || self.accounts.exchange(body, &token_uri, self.clock.now());
        let Some(Verdict { delay, action }) = fault else {
            return Plan::reply(exchange());
        };
        let act = match action {
            Action::Deliver => Act::Answer(exchange()),
            Action::GoAway => Act::GoAway(exchange()),
            Action::Answer(answer) => Act::Answer(oauth_error(&answer)),
            Action::ResetStream => Act::ResetStream,
            Action::RefuseStream => Act::RefuseStream,
            Action::ResetConnection => Act::ResetConnection,
            Action::NeverAnswer => Act::NeverAnswer,
        };
        Plan { delay, act }
    }

    fn send(&self, project: &str, head: &Head, body: &Bytes) -> Plan {
        if let Err(no_access) = self
            .accounts
            .authorize(&head.headers, project, self.clock.now())
        {
            return self.refuse(refused(no_access), head, body);
        }
        let request = match message::read(body) {
            Ok(request) => request,
            Err(fault) => return self.refuse(invalid(fault), head, body),
        };
        let accepted = || taken(project, request.validate_only);
        let fault = self
            .control
            .faults
            .find(Channel::Fcm, Door::Send, &request.target);
        let (delay, act) = match fault {
            None => (std::time::Duration::ZERO, Act::Answer(accepted())),
            Some(Verdict { delay, action }) => (
                delay,
                match action {
                    Action::Deliver => Act::Answer(accepted()),
                    Action::Answer(answer) if answer.status == 200 => Act::Answer(accepted()),
                    Action::Answer(answer) => Act::Answer(scripted(&answer)),
                    Action::ResetStream => Act::ResetStream,
                    Action::RefuseStream => Act::RefuseStream,
                    Action::ResetConnection => Act::ResetConnection,
                    Action::GoAway => Act::GoAway(accepted()),
                    Action::NeverAnswer => Act::NeverAnswer,
                },
            ),
        };
        // A dry run reaches no device.
        if !request.validate_only {
            match &act {
                Act::Answer(reply) | Act::GoAway(reply) => {
                    self.log(request.target, head, body, Some(reply.status.as_u16()));
                }
                Act::ResetStream | Act::ResetConnection | Act::NeverAnswer => {
                    self.log(request.target, head, body, None);
                }
                // Not processed, so not received.
                Act::RefuseStream => {}
            }
        }
        Plan { delay, act }
    }

    fn log(&self, token: String, head: &Head, body: &Bytes, status: Option<u16>) {
        self.arrivals
            .take(|| self.arrival(token, head, body, status));
    }

    /// Answers what the checks refuse: logged as every push is, but not counted
    /// as received. A dry run is none.
    fn refuse(&self, reply: Reply, head: &Head, body: &Bytes) -> Plan {
        if let Some(token) = message::named_target(body) {
            let status = Some(reply.status.as_u16());
            self.arrivals
                .refuse(|| self.arrival(token, head, body, status));
        }
        Plan::reply(reply)
    }

    fn arrival(&self, token: String, head: &Head, body: &Bytes, status: Option<u16>) -> Arrival {
        Arrival {
            at: rfc3339(self.clock.now()),
            channel: Channel::Fcm,
            token,
            headers: arrivals::loggable(&head.headers),
            payload: arrivals::payload(body),
            status,
        }
    }
}

fn taken(project: &str, validate_only: bool) -> Reply {
    let id = if validate_only {
        "fake_message_id".to_owned()
    } else {
        format!("0:{}", uuid::Uuid::new_v4().simple())
    };
    Reply::json(
        StatusCode::OK,
        json!({"name": format!("projects/{project}/messages/{id}")}).to_string(),
    )
}

fn refused(no_access: NoAccess) -> Reply {
    let (status, message) = match no_access {
        NoAccess::Unauthenticated => (
            401,
            "Request had invalid authentication credentials. Expected OAuth 2 access token, login \
             cookie or other valid authentication credential. See \
             https://developers.google.com/identity/sign-in/web/devconsole-project.",
        ),
        NoAccess::WrongProject => (
            403,
            "Permission 'cloudmessaging.messages.create' denied on resource (or it may not exist).",
        ),
    };
    GoogleError {
        status,
        message,
        ..GoogleError::default()
    }
    .reply()
}

fn invalid(fault: Fault) -> Reply {
    match fault {
        Fault::Field(violation) => GoogleError {
            status: 400,
            message: &violation.description.clone(),
            error_code: None,
            fields: &[violation],
        }
        .reply(),
        Fault::Argument(message) => GoogleError {
            status: 400,
            message,
            error_code: Some("INVALID_ARGUMENT"),
            fields: &[],
        }
        .reply(),
    }
}

/// The token endpoint's errors have RFC 6749's shape.
fn oauth_error(answer: &crate::faults::Answer) -> Reply {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reply = Reply::json(
        status,
        json!({
            "error": answer.reason.as_deref().unwrap_or("invalid_grant"),
            "error_description": answer.message.as_deref().unwrap_or_default(),
        })
        .to_string(),
    );
    answer.finish(&mut reply);
    reply
}
