//! Segment's tracking API:
//! <https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/>.
//! Its libraries work against it unchanged: the write key is one of our keys, as
//! Basic user or as `writeKey` in the body.

mod batch;
mod fields;
mod message;
mod tally;
mod times;
mod unregistered;

use axum::Json as Answer;
use axum::extract::{Request, State};
use domain::people::Principal;
use domain::validate::FieldErrors;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use serde_json::{Map, Value, json};
use service::messages::Fate;
use service::{Service, ServiceError};
use tower_http::set_header::SetResponseHeaderLayer;

use super::body;
use super::keys::sender;
use crate::rest::problem::{ApiError, Result};
use fields::Said;
use tally::{Tally, count};
use times::Times;
use unregistered::Door;

/// Largest message, in bytes: "32KB".
const MESSAGE_MAX: usize = 32 * 1024;
/// Largest batch, in bytes: "500KB".
const BATCH_MAX: usize = 500 * 1024;
/// Most messages in one batch that are taken.
const BATCH_MESSAGES_MAX: usize = 2500;

/// What a message says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Who a person is.
    Identify,
    /// What a person did.
    Track,
    /// Which page a person saw.
    Page,
    /// Which screen of an app a person saw.
    Screen,
    /// Which group a person is in.
    Group,
    /// That a person was called otherwise before.
    Alias,
}

impl Kind {
    const ALL: [Self; 6] = [
        Self::Identify,
        Self::Track,
        Self::Page,
        Self::Screen,
        Self::Group,
        Self::Alias,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Identify => "identify",
            Self::Track => "track",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Group => "group",
            Self::Alias => "alias",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// What a path takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// One message of this kind.
    One(Kind),
    /// Many messages.
    Batch,
    /// Many messages of long ago, whose times are right as they are.
    Import,
}

/// Takes one message, or many. What is answered with success is committed.
pub(super) async fn take(
    call: Call,
    State(service): State<Service>,
    request: Request,
) -> Result<Answer<Value>> {
    let by = sender(&service, request.headers()).await?;
    let door = Door {
        service: &service,
        name: format!("POST {}", request.uri().path()),
        known: true,
    };
    match call {
        Call::One(kind) => one(door, by, kind, request).await,
        Call::Batch => batch::take(door, by, request, true).await,
        Call::Import => batch::take(door, by, request, false).await,
    }
    .map(|()| Answer(json!({"success": true})))
}

async fn one(door: Door<'_>, by: Option<Principal>, kind: Kind, request: Request) -> Result<()> {
    let text = body::read(request, MESSAGE_MAX).await?;
    let said: Said = serde_json::from_str(&text).map_err(not_an_object)?;
    let refused = match one_message(&door, by, kind, said).await {
        Ok(None) => return Ok(()),
        Ok(Some(reason)) => Ok(reason),
        Err(error) => Err(error),
    };
    // Read again: seldom, and the message itself was moved.
    let message: Map<String, Value> = serde_json::from_str(&text).unwrap_or_default();
    match refused {
        Ok(reason) => {
            door.note(&message, &reason).await;
            Ok(())
        }
        Err(error) => {
            let status = error.status();
            if status.is_client_error() {
                let door = Door {
                    known: status != StatusCode::UNAUTHORIZED,
                    ..door
                };
                let reason = format!("{}: {error}", status.as_u16());
                door.note_message(&message, &reason).await;
            }
            Err(error)
        }
    }
}

/// Takes a message, and says why its device was not registered.
async fn one_message(
    door: &Door<'_>,
    by: Option<Principal>,
    kind: Kind,
    said: Said,
) -> Result<Option<String>> {
    let service = door.service;
    let key = said.fields.0.get("writeKey").and_then(Value::as_str);
    let by = known(service, by, key).await?;
    let times = Times::new(service.now(), None, true);
    let mut tally = Tally::of(&by);
    let (message, about) = message::read(kind, said, &times).map_err(|errors| {
        count(kind, &Fate::Refused(FieldErrors::default()));
        wrong(errors)
    })?;
    let taken = service.take_messages(&by, vec![message]).await?;
    for fate in taken.fates {
        count(kind, &fate);
        if let Fate::Refused(errors) = fate {
            return Err(wrong(about.in_segments_words(errors)));
        }
    }
    tally.left_out(&about);
    let mut reason = None;
    for (_, errors) in taken.refused_devices {
        reason = Some(tally.refused_device(&about, errors));
    }
    tally.finish();
    Ok(reason)
}

/// The caller: from the header, or else by the key in the body.
async fn known(service: &Service, by: Option<Principal>, key: Option<&str>) -> Result<Principal> {
    match (by, key) {
        (Some(by), _) => Ok(by),
        (None, Some(key)) => Ok(service.authenticate_sender(key).await?),
        (None, None) => Err(ServiceError::Unauthenticated.into()),
    }
}

fn not_an_object(error: serde_json::Error) -> ApiError {
    let detail = if error.is_data() {
        "the body must be a JSON object".to_owned()
    } else {
        format!("the body is not JSON: {error}")
    };
    ApiError::request(StatusCode::BAD_REQUEST, detail)
}

/// Segment's status for a message that is wrong.
fn wrong(errors: FieldErrors) -> ApiError {
    ApiError::Request {
        status: StatusCode::BAD_REQUEST,
        detail: errors.to_string(),
        errors,
    }
}

/// What a browser asks before it sends.
pub(super) async fn preflight() -> (StatusCode, HeaderMap) {
    let headers = [
        (header::ACCESS_CONTROL_ALLOW_METHODS, "POST"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type, Content-Encoding",
        ),
        (header::ACCESS_CONTROL_MAX_AGE, "86400"),
    ];
    let headers = headers
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)))
        .collect();
    (StatusCode::NO_CONTENT, headers)
}

/// Lets pages of any site send, and read the answer; never with cookies.
pub(super) fn open_to_browsers() -> SetResponseHeaderLayer<HeaderValue> {
    let anybody = HeaderValue::from_static("*");
    SetResponseHeaderLayer::overriding(header::ACCESS_CONTROL_ALLOW_ORIGIN, anybody)
}
