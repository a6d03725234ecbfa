//! `/_fn`: the functions that pages call.
//!
//! Leptos answers 500 for whatever a server function returns as an error, and for
//! arguments that it cannot decode. [`put_status`] reads the error again and puts
//! the status in place that it stands for.

use crate::{rest::extract::read_within, ssr::PageContext};
use app::AppError;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::Request,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::any,
};
use http::{HeaderName, HeaderValue, StatusCode, header};
use leptos::server_fn::{
    axum::get_server_fn_service,
    error::{FromServerFnError, SERVER_FN_ERROR_HEADER},
};
use leptos_axum::handle_server_fns_with_context;

/// A form, a template or a workflow fits many times over; files go elsewhere.
const BODY_LIMIT: usize = 2 * 1024 * 1024;

/// Errors are a few sentences.
const ERROR_LIMIT: usize = 256 * 1024;

/// The route for all functions. Unknown names answer 404 rather than Leptos' advice
/// to its programmer.
pub fn routes(context: PageContext) -> Router {
    Router::new()
        .route(
            "/_fn/{*function}",
            any(move |request: Request| {
                let context = context.clone();
                async move {
                    let path = request.uri().path();
                    if get_server_fn_service(path, request.method().clone()).is_none() {
                        let error = AppError::NotFound {
                            what: "This action".to_owned(),
                        };
                        return error_response(StatusCode::NOT_FOUND, &error);
                    }
                    let request = match within_limit(request).await {
                        Ok(request) => request,
                        Err(refusal) => return refusal,
                    };
                    handle_server_fns_with_context(move || context.provide(), request)
                        .await
                        .into_response()
                }
            }),
        )
        .layer(middleware::from_fn(put_status))
}

/// Reads the body, which every function reads whole anyway, and refuses one that
/// is too large in words that the page can show, chunked ones included.
async fn within_limit(request: Request) -> Result<Request, Response> {
    let (parts, body) = request.into_parts();
    match read_within(Request::new(body), BODY_LIMIT).await {
        Ok(bytes) => Ok(Request::from_parts(parts, Body::from(bytes))),
        Err(_) => Err(error_response(
            StatusCode::PAYLOAD_TOO_LARGE,
            &AppError::invalid(
                format!(
                    "This is more than {} MB and was not saved. Make it shorter, then try again.",
                    BODY_LIMIT / (1024 * 1024)
                ),
                Vec::new(),
            ),
        )),
    }
}

/// Gives a server function's error the HTTP status that it means.
async fn put_status(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status() != StatusCode::INTERNAL_SERVER_ERROR
        || !response.headers().contains_key(SERVER_FN_ERROR_HEADER)
    {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, ERROR_LIMIT).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let error = AppError::de(bytes);
    parts.status =
        StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    if let AppError::RateLimited {
        retry_after_seconds,
    } = error
    {
        parts
            .headers
            .insert(header::RETRY_AFTER, retry_after_seconds.into());
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(in_words(&error)))
}

/// The error as JSON, with the sentence that a page can show as `detail`.
pub fn in_words(error: &AppError) -> Vec<u8> {
    let mut value = serde_json::to_value(error).unwrap_or_default();
    if let Some(members) = value.as_object_mut() {
        members.insert("detail".to_owned(), error.to_string().into());
    }
    value.to_string().into_bytes()
}

/// An error as Leptos' client and the pages' script expect it.
fn error_response(status: StatusCode, error: &AppError) -> Response {
    let mut response = (status, in_words(error)).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(
        HeaderName::from_static(SERVER_FN_ERROR_HEADER),
        HeaderValue::from_static("unknown"),
    );
    response
}

#[cfg(test)]
mod tests;
