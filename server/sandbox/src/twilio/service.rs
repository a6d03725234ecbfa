//! Takes one request as Twilio does.

use std::sync::Arc;

use bytes::Bytes;
use domain::time::Clock;
use http::{Method, StatusCode};
use serde_json::{Map, Value, json};

use super::accounts::{Accounts, NoAccess};
use super::notification::{self, Notification};
use super::problem::{self, Problem};
use crate::arrivals::{self, Arrival, Arrivals};
use crate::clock::rfc3339;
use crate::control::Control;
use crate::faults::{Channel, Door, Verdict};
use crate::form;
use crate::wire::{Head, Plan, Reply, Service};

/// The provider behind the Twilio port.
pub(crate) struct TwilioService {
    pub(crate) accounts: Arc<Accounts>,
    pub(crate) control: Arc<Control>,
    pub(crate) arrivals: Arc<Arrivals>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Service for TwilioService {
    type Session = ();

    fn answer(&self, (): &mut (), head: &Head, body: &Bytes) -> Plan {
        if let Some(plan) = self.control.answer(head, body) {
            return plan;
        }
        let path = head.uri.path();
        let named = path.strip_prefix("/v1/Services/").and_then(|rest| {
            let (service, resource) = rest.split_once('/').unwrap_or((rest, ""));
            let well_formed = service.starts_with("IS") && service.len() == 34;
            well_formed.then_some((service, resource))
        });
        match (named, &head.method) {
            (Some((service, "")), &Method::GET) => Plan::reply(self.read(service, head)),
            (Some((service, "Notifications")), &Method::POST) => self.notify(service, head, body),
            _ => Plan::reply(problem::reply(problem::not_found(path))),
        }
    }
}

impl TwilioService {
    fn read(&self, service: &str, head: &Head) -> Reply {
        match self.authorized(service, head) {
            Ok(account) => Reply::json(
                StatusCode::OK,
                json!({
                    "sid": service,
                    "account_sid": account,
                    "friendly_name": "Carillon sandbox",
                    "date_created": rfc3339(self.clock.now()),
                    "url": format!("https://notify.twilio.com/v1/Services/{service}"),
                })
                .to_string(),
            ),
            Err(problem) => problem::reply(problem),
        }
    }

    fn notify(&self, service: &str, head: &Head, body: &Bytes) -> Plan {
        let form = form::fields(body);
        let read = self
            .authorized(service, head)
            .and_then(|account| Ok((account, notification::read(&form)?)));
        let (account, notification) = match read {
            Ok(read) => read,
            Err(problem) => return self.refuse(problem, &form, head),
        };
        let Notification { address, fields } = notification;
        let found = self
            .control
            .faults
            .find(Channel::Twilio, Door::Send, &address);
        let plan = Verdict::plan(
            found,
            || self.taken(&account, service, &fields),
            |answer| match answer.status {
                200..=299 => self.taken(&account, service, &fields),
                _ => problem::scripted(answer),
            },
        );
        if let Some(status) = plan.received() {
            self.arrivals
                .take(|| self.arrival(address, head, fields, status));
        }
        plan
    }

    fn authorized(&self, service: &str, head: &Head) -> Result<String, Problem> {
        self.accounts
            .authorize(&head.headers, service)
            .map_err(|no_access| match no_access {
                NoAccess::Unauthenticated => problem::authenticate(),
                NoAccess::NoService => problem::not_found(&format!("/Services/{service}")),
            })
    }

    /// Answers what the checks refuse: logged as every push is, but not counted
    /// as received.
    fn refuse(&self, problem: Problem, form: &[(String, String)], head: &Head) -> Plan {
        if let Some(address) = notification::named_address(form) {
            let status = Some(problem.0.as_u16());
            let fields = notification::as_json(form);
            self.arrivals
                .refuse(|| self.arrival(address, head, fields, status));
        }
        Plan::reply(problem::reply(problem))
    }

    fn arrival(
        &self,
        token: String,
        head: &Head,
        fields: Map<String, Value>,
        status: Option<u16>,
    ) -> Arrival {
        let payload = Value::Object(fields).to_string();
        Arrival {
            at: rfc3339(self.clock.now()),
            channel: Channel::Twilio,
            token,
            headers: arrivals::loggable(&head.headers),
            payload: arrivals::payload(payload.as_bytes()),
            status,
        }
    }

    /// Taken for delivery: what becomes of it on a device is told to nobody.
    fn taken(&self, account: &str, service: &str, fields: &Map<String, Value>) -> Reply {
        let field = |name: &str| fields.get(name).cloned().unwrap_or(Value::Null);
        let body = json!({
            "sid": format!("NT{}", uuid::Uuid::new_v4().simple()),
            "account_sid": account,
            "service_sid": service,
            "date_created": rfc3339(self.clock.now()),
            "title": field("Title"),
            "body": field("Body"),
            "sound": field("Sound"),
            "data": field("Data"),
            "ttl": field("Ttl"),
            "priority": field("Priority"),
            "identities": [],
            "tags": [],
        });
        Reply::json(StatusCode::CREATED, body.to_string())
    }
}
