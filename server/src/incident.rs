//! One id per request: in the response, in the log, and in the sentence that a
//! person sees when something went wrong.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderName, HeaderValue};
use tracing::Instrument;
use uuid::Uuid;

/// The response header that carries the id.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request being answered.
#[derive(Debug, Clone)]
pub struct Incident(pub String);

/// Gives every request an id of our own; one that a client sends is not believed.
pub async fn identify(mut request: Request, next: Next) -> Response {
    let incident = Uuid::now_v7().simple().to_string();
    let span = tracing::info_span!(
        "request",
        %incident,
        method = %request.method(),
        path = request.uri().path(),
    );
    request.extensions_mut().insert(Incident(incident.clone()));
    async move {
        let mut response = next.run(request).await;
        tracing::debug!(status = response.status().as_u16(), "answered");
        if let Ok(value) = HeaderValue::from_str(&incident) {
            response.headers_mut().insert(HEADER, value);
        }
        response
    }
    .instrument(span)
    .await
}
