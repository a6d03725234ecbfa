//! Notes each registration of a device that this API refuses, whatever refuses
//! it: for the page that says why a device is not there.

use std::sync::{Arc, Mutex, PoisonError};

use axum::RequestPartsExt;
use axum::body::Body;
use axum::extract::{RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;
use http::StatusCode;
use serde_json::Value;
use service::{RefusedRequest, Service};

use super::ApiState;
use super::problem::ApiError;

/// How much of a body is remembered, in bytes: more than is kept, so that a
/// request of usual size is read as the JSON that it is.
const REMEMBERED: usize = 16 * 1024;

/// What was read of a body so far.
type Read = Arc<Mutex<Vec<u8>>>;

/// What a request says of a registration beside its body.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) app: Option<String>,
    pub(crate) contact: Option<String>,
    pub(crate) device: Option<String>,
    /// The field of the body that names the contact, if one does.
    pub(crate) contact_field: Option<&'static str>,
    /// A field of the body that holds the token without saying so.
    pub(crate) token_field: Option<&'static str>,
}

/// Lets a PUT pass, and notes it if it was a registration and refused.
pub async fn note(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let named: Vec<(String, String)> = match parts.extract::<RawPathParams>().await {
        Ok(names) => names
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        Err(_) => Vec::new(),
    };
    let name = |wanted: &str| {
        let found = named.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.clone())
    };
    let said = Said {
        contact: name("external_id"),
        device: name("device_id"),
        ..Said::default()
    };
    let request = Request::from_parts(parts, body);
    if said.device.is_none() {
        return next.run(request).await;
    }
    watch(&state.service, said, request, next).await
}

/// Lets a registration pass, and notes it if it is refused.
pub(crate) async fn watch(service: &Service, said: Said, request: Request, next: Next) -> Response {
    let door = format!("{} {}", request.method(), request.uri().path());
    let (parts, body) = request.into_parts();
    let read = Read::default();
    let body = remembering(body, Arc::clone(&read));
    let response = next.run(Request::from_parts(parts, body)).await;
    if !response.status().is_client_error() {
        return response;
    }
    let error = response.extensions().get::<Arc<ApiError>>().cloned();
    let reason = error.map_or_else(
        || response.status().to_string(),
        |error| format!("{}: {error}", response.status().as_u16()),
    );
    let read = std::mem::take(&mut *read.lock().unwrap_or_else(PoisonError::into_inner));
    let mut text = String::from_utf8_lossy(&read).into_owned();
    let mut fields = serde_json::from_str::<Value>(&text).ok();
    let field = |name: &str| {
        let value = fields.as_ref()?.get(name)?;
        value.as_str().map(str::to_owned)
    };
    let app = said.app.or_else(|| field("app"));
    let contact = said
        .contact
        .or_else(|| field(said.contact_field.unwrap_or_default()));
    if let Some(token) = said.token_field
        && let Some(value) = fields.as_mut().and_then(|fields| fields.get_mut(token))
    {
        *value = "…".into();
        text = fields.map_or(text, |fields| fields.to_string());
    }
    let refused = RefusedRequest {
        known: response.status() != StatusCode::UNAUTHORIZED,
        door: &door,
        reason: &reason,
        app: app.as_deref(),
        contact: contact.as_deref(),
        device: said.device.as_deref(),
        request: &text,
    };
    service.note_refused_registration(&refused).await;
    response
}

/// The same body, its beginning remembered as it is read. A body that nobody
/// reads, since the caller is not known, is not read for this either.
fn remembering(body: Body, read: Read) -> Body {
    Body::from_stream(body.into_data_stream().inspect(move |frame| {
        if let Ok(frame) = frame {
            let mut read = read.lock().unwrap_or_else(PoisonError::into_inner);
            let room = REMEMBERED.saturating_sub(read.len()).min(frame.len());
            read.extend_from_slice(&frame[..room]);
        }
    }))
}
