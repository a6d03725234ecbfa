//! Who a request comes from: the session cookie, and the check that a request
//! which changes something came from our own pages.

use crate::settings::Settings;
use app::caller::{SignedIn, session_in};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use http::{Method, StatusCode, header};
use service::{Service, ServiceError};
use std::sync::Arc;

/// Finds out who is signed in and tells whatever answers the request.
pub async fn recognize(
    State(service): State<Service>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(secret) = session_in(request.headers()) {
        match service.session(&secret).await {
            Ok(principal) => {
                request.extensions_mut().insert(SignedIn(principal));
            }
            Err(ServiceError::Unauthenticated) => {}
            Err(error) => tracing::error!(failure = ?error, "a session could not be looked up"),
        }
    }
    next.run(request).await
}

/// Sends whoever is not signed in to the sign-in page, and back here after.
pub async fn require_sign_in(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let open = path == "/sign-in" || path.starts_with("/welcome");
    if open || request.extensions().get::<SignedIn>().is_some() {
        return next.run(request).await;
    }
    let wanted = request
        .uri()
        .path_and_query()
        .map_or("/", http::uri::PathAndQuery::as_str);
    if wanted == "/" {
        return Redirect::to("/sign-in").into_response();
    }
    let query = query_pair("next", wanted);
    Redirect::to(&format!("/sign-in?{query}")).into_response()
}

/// One pair of a query, encoded.
fn query_pair(name: &str, value: &str) -> String {
    let encoded: String = value
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("{name}={encoded}")
}

/// Refuses a request that would change something with a browser's cookie but
/// comes from another site. Browsers say where a request comes from in
/// `Origin`; what sends no cookie is judged by its key.
pub async fn same_origin(
    State(settings): State<Arc<Settings>>,
    request: Request,
    next: Next,
) -> Response {
    let safe = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let headers = request.headers();
    let cookie = session_in(headers).is_some();
    if safe || !cookie {
        return next.run(request).await;
    }
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let own = settings.public_url.as_deref().map_or_else(
        || text(header::HOST).map(|host| format!("http://{host}")),
        |url| Some(url.trim_end_matches('/').to_owned()),
    );
    let same = match (text(header::ORIGIN), own) {
        (Some(origin), Some(own)) => origin == own,
        // Not a browser's cross-site request: those always carry Origin.
        (None, _) => true,
        (Some(_), None) => false,
    };
    if same {
        next.run(request).await
    } else {
        let message = "This request came from another site and was refused. Open Carillon at its \
                       own address; behind a proxy, set public_url to that address.";
        (StatusCode::FORBIDDEN, message).into_response()
    }
}
