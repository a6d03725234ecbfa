//! One id per request: in the response, in the log, and in the sentence that a
//! person sees when something went wrong.

use axum::extract::Request;
use http::{HeaderMap, HeaderName, HeaderValue};
use std::borrow::Cow;
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

impl Incident {
    /// One of our own: an id that a client sends is not believed.
    pub fn fresh() -> Self {
        Self(Uuid::now_v7().simple().to_string())
    }

    /// What the log says beside everything that happens while the request is answered.
    pub fn span(&self, request: &Request) -> tracing::Span {
        tracing::info_span!(
            "request",
            incident = self.0,
            method = %request.method(),
            path = &*shown(request.uri().path()),
        )
    }

    /// Tells the one who asked.
    pub fn mark(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::from_str(&self.0) {
            headers.insert(HEADER, value);
        }
    }
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
