//! Recurly Engage's device registration: <https://docs.recurly.com/docs/push>.
//! `Rf-App` says which app and authenticates nobody: a key has to come as well.

use axum::Json as Answer;
use axum::extract::{Request, State};
use domain::device::Channel;
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use service::{BareToken, Service, ServiceError};

use super::body;
use super::keys::{Half, caller};
use super::text::Text;
use crate::rest::extract::from_json;
use crate::rest::problem::{ApiError, Result};

/// Largest body, in bytes.
const BODY_MAX: usize = 64 * 1024;

/// What a client sends.
#[derive(Debug, Deserialize)]
struct Endpoint {
    /// The push token.
    token: Text,
    /// The push service; `channelType` and `type` in other versions.
    channel_type: Option<String>,
    #[serde(rename = "channelType")]
    channel_type_camel: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    /// The installation's stable identifier.
    #[serde(rename = "endpoint_id")]
    id: Option<Text>,
}

/// `POST /ingest/update_push_endpoint`
pub(super) async fn register(
    State(service): State<Service>,
    request: Request,
) -> Result<Answer<Value>> {
    let by = caller(&service, request.headers(), Half::Password)
        .await?
        .ok_or(ServiceError::Unauthenticated)?;
    let app = header_of(request.headers(), "Rf-App", "the app's slug")?;
    let external_id = header_of(
        request.headers(),
        "User-Id",
        "your own identifier of the contact",
    )?;
    let signature = super::signature(request.headers());
    let said: Endpoint = from_json(body::read(request, BODY_MAX).await?.as_bytes())?;
    let named = said
        .channel_type
        .or(said.channel_type_camel)
        .or(said.kind)
        .ok_or_else(|| ServiceError::invalid("channel_type", "is missing"))?;
    let channel = channel(&named).ok_or_else(|| {
        let known = Channel::ALL.map(Channel::name).join(", ");
        let message = format!("“{named}” is not a push service of ours; they are {known}");
        ServiceError::invalid("channel_type", message)
    })?;
    let bare = BareToken {
        external_id,
        app: Some(app),
        channel,
        token: said.token.0,
        device_id: said.id.map(|id| id.0),
        signature,
    };
    service
        .register_token(&by, bare)
        .await
        .map_err(|error| super::renamed(error, in_its_fields))?;
    Ok(Answer(json!({"success": true})))
}

/// A header that has to be there.
fn header_of(headers: &HeaderMap, name: &str, meaning: &str) -> Result<String> {
    let value = headers
        .get(name)
        .and_then(|value| std::str::from_utf8(value.as_bytes()).ok())
        .map(str::trim)
        .filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or_else(|| {
        let message = format!("is missing from the headers: it is {meaning}");
        ApiError::field(StatusCode::BAD_REQUEST, name, message)
    })
}

/// A channel by our name or by the one that its service had before. APNs' two
/// environments are one channel here: the app's credential says which it uses.
fn channel(name: &str) -> Option<Channel> {
    match name.to_ascii_uppercase().as_str() {
        "GCM" => Some(Channel::Fcm),
        "APNS_SANDBOX" => Some(Channel::Apns),
        _ => Channel::parse(name),
    }
}

/// Our name of a field as Recurly's.
fn in_its_fields(field: &str) -> String {
    match field {
        "external_id" => "User-Id".to_owned(),
        "app" => "Rf-App".to_owned(),
        "device_id" => "endpoint_id".to_owned(),
        other => other.to_owned(),
    }
}
