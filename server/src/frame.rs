//! What every request and its answer go through, in one piece: each layer of a router
//! costs every request a copy of all the layers inside it.

use crate::{headers, incident::Incident, telemetry};
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use http::StatusCode;
use std::{any::Any, future::Future, panic::AssertUnwindSafe};
use tracing::Instrument;

/// Gives a request an id of our own, answers it whatever happens, times it, and adds the
/// headers that no answer goes without.
pub async fn around(mut request: Request, next: Next) -> Response {
    let incident = Incident::fresh();
    let span = incident.span(&request);
    let measured = telemetry::Measured::start(&request);
    request.extensions_mut().insert(incident.clone());
    async move {
        let mut response = answered(next.run(request)).await;
        measured.end(response.status());
        headers::protect(response.headers_mut());
        tracing::debug!(status = response.status().as_u16(), "answered");
        incident.mark(response.headers_mut());
        response
    }
    .instrument(span)
    .await
}

/// What a handler answers; a panic is one answer like others, and logged.
pub async fn answered(answer: impl Future<Output = Response>) -> Response {
    match AssertUnwindSafe(answer).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            tracing::error!(panic = said(panic.as_ref()), "a request was not answered");
            let message = "Something went wrong inside; the log tells more.\n";
            (StatusCode::INTERNAL_SERVER_ERROR, message).into_response()
        }
    }
}

fn said(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("without a message")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware::from_fn};
    use tower::ServiceExt;

    #[tokio::test]
    async fn a_panic_is_answered_with_everything_that_answers_carry() {
        async fn fails() -> StatusCode {
            panic!("on purpose")
        }
        let routes = Router::new().fallback(fails).layer(from_fn(around));
        let request = Request::get("/").body(Body::empty()).unwrap();
        let response = routes.oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        for name in ["x-request-id", "x-content-type-options", "cache-control"] {
            assert!(response.headers().contains_key(name), "{name}");
        }
    }
}
