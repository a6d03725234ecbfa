//! One id per request: in the response, in the log, and in the sentence that a
//! person sees when something went wrong.

use axum::{extract::Request, middleware::Next, response::Response};
use http::{HeaderName, HeaderValue};
use std::borrow::Cow;
use tracing::Instrument;
use uuid::Uuid;

/// The response header that carries the id.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of the request being answered.
#[derive(Debug, Clone)]
pub struct Incident(pub String);

/// Longest part of a path that is logged as it is: longer than any identifier of
/// ours, shorter than a link's secret and most tokens.
const PART_MAX: usize = 40;

/// A path as it may be logged: a one-time link's secret stands in one, and so may
/// whatever somebody tries.
fn shown(path: &str) -> Cow<'_, str> {
    if path.split('/').all(|part| part.len() <= PART_MAX) {
        return Cow::Borrowed(path);
    }
    let parts = path.split('/').map(|part| match part.len() {
        0..=PART_MAX => part,
        _ => "…",
    });
    Cow::Owned(parts.collect::<Vec<_>>().join("/"))
}

/// Gives every request an id of our own; one that a client sends is not believed.
pub async fn identify(mut request: Request, next: Next) -> Response {
    let incident = Uuid::now_v7().simple().to_string();
    let span = tracing::info_span!(
        "request",
        %incident,
        method = %request.method(),
        path = &*shown(request.uri().path()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_links_secret_is_not_logged() {
        let plain = "/contacts/0198f3a1-7c2b-7000-8000-123456789abc/devices";
        assert_eq!(shown(plain), plain);
        let secret = "ENxa7eI6EdfdLBGKbCMaKTyScLXB9LHZPZ-t_9LrQ0w";
        assert_eq!(shown(&format!("/welcome/{secret}")), "/welcome/…");
    }
}
