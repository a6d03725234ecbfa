//! Notes each registration of a device that this API refuses, whatever refuses
//! it: for the page that says why a device is not there.

use std::sync::{Arc, Mutex, PoisonError};

use axum::RequestPartsExt;
use axum::body::Body;
use axum::extract::{RawPathParams, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use futures::StreamExt;
use http::Method;
use serde_json::Value;
use service::RefusedRequest;

use super::ApiState;
use super::problem::ApiError;

/// How much of a body is remembered, in bytes: more than is kept, so that a
/// request of usual size is read as the JSON that it is.
const REMEMBERED: usize = 16 * 1024;

/// What was read of a body so far.
type Read = Arc<Mutex<Vec<u8>>>;

/// Lets the request pass, and notes it if it was a registration and refused.
pub async fn note(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    if request.method() != Method::PUT {
        return next.run(request).await;
    }
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
        found.map(|(_, value)| value.as_str())
    };
    let (contact, device) = (name("external_id"), name("device_id"));
    if device.is_none() {
        return next.run(Request::from_parts(parts, body)).await;
    }
    let door = format!("{} {}", parts.method, parts.uri.path());
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
    let text = String::from_utf8_lossy(&read);
    let fields = serde_json::from_str::<Value>(&text).ok();
    let refused = RefusedRequest {
        door: &door,
        reason: &reason,
        app: fields.as_ref().and_then(|fields| fields["app"].as_str()),
        contact,
        device,
        request: &text,
    };
    state.service.note_refused_registration(&refused).await;
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
