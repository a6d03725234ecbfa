//! The sandbox's own door, beside the providers' on the same ports: set the
//! faults and read what arrived, without a restart.
//! `PUT /sandbox/faults` with a faults file, `GET /sandbox/arrivals[?token=…]`.

use std::sync::Arc;

use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::json;

use crate::arrivals::Arrivals;
use crate::faults::{FaultBook, Faults};
use crate::wire::{Head, Plan, Reply};

/// What both ports share and the control door changes.
#[derive(Debug)]
pub(crate) struct Control {
    pub(crate) faults: FaultBook,
    pub(crate) arrivals: Arc<Arrivals>,
}

impl Control {
    /// The answer to a request for the sandbox itself; none if it is for the provider.
    pub(crate) fn answer(&self, head: &Head, body: &Bytes) -> Option<Plan> {
        let path = head.uri.path().strip_prefix("/sandbox/")?;
        let reply = match (path, &head.method) {
            ("faults", &Method::PUT) => match Faults::from_json(body) {
                Ok(faults) => {
                    self.faults.replace(faults);
                    Reply::json(StatusCode::NO_CONTENT, Bytes::new())
                }
                Err(error) => problem(StatusCode::BAD_REQUEST, &error.to_string()),
            },
            ("arrivals", &Method::GET) => {
                let token = head
                    .uri
                    .query()
                    .and_then(|query| query.strip_prefix("token="));
                match serde_json::to_vec(&self.arrivals.recent(token)) {
                    Ok(list) => Reply::json(StatusCode::OK, list),
                    Err(error) => problem(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
                }
            }
            ("faults" | "arrivals", method) => problem(
                StatusCode::METHOD_NOT_ALLOWED,
                &format!("{method} is not for /sandbox/{path}"),
            ),
            _ => problem(
                StatusCode::NOT_FOUND,
                "the sandbox has /sandbox/faults and /sandbox/arrivals",
            ),
        };
        Some(Plan::reply(reply))
    }
}

fn problem(status: StatusCode, detail: &str) -> Reply {
    Reply::json(
        status,
        json!({"status": status.as_u16(), "detail": detail}).to_string(),
    )
}
