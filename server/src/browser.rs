//! What browsers that are to receive pushes load from here: the script that
//! subscribes them and the service worker that shows what arrives. Any site may
//! use them, so their addresses stay the same.

use axum::{
    Router,
    response::{IntoResponse, Response},
    routing::get,
};
use http::{HeaderName, HeaderValue, header};

const SCRIPT: &str = include_str!("../../frontend/site/carillon.js");
const WORKER: &str = include_str!("../../frontend/site/carillon-sw.js");

/// A worker may serve all of a site, wherever it lies (W3C, "Service Workers").
const ALLOWED: HeaderName = HeaderName::from_static("service-worker-allowed");

/// `/web/carillon.js` and `/web/carillon-sw.js`.
pub fn routes() -> Router {
    Router::new()
        .route("/web/carillon.js", get(async || script(SCRIPT)))
        .route("/web/carillon-sw.js", get(async || script(WORKER)))
}

/// A script for any site. Browsers ask whether it changed: an old worker would
/// show new pushes as it knew them.
fn script(text: &'static str) -> Response {
    let headers = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/javascript; charset=utf-8"),
        ),
        (
            header::CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=300"),
        ),
        (
            header::ACCESS_CONTROL_ALLOW_ORIGIN,
            HeaderValue::from_static("*"),
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            HeaderValue::from_static("cross-origin"),
        ),
        (ALLOWED, HeaderValue::from_static("/")),
    ];
    (headers, text).into_response()
}
