//! `Idempotency-Key`: a POST that is sent again is answered as before and not
//! done again.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, Method, StatusCode, header};
use service::idempotency::{Claim, OnceKey, request_hash};
use service::{Service, ServiceError};

use super::ApiState;
use super::extract::{bearer, read_within};
use super::problem::{ApiError, Result};

/// Largest answer that is kept.
const ANSWER_MAX: usize = 4 * 1024 * 1024;
/// The request header.
const HEADER: &str = "idempotency-key";
/// Says that an answer was given before.
const REPLAYED: &str = "idempotency-replayed";

/// Does a POST with an `Idempotency-Key` once.
pub async fn once(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    match claim(&state, request).await {
        Ok(Claimed::Before(response)) => response,
        Ok(Claimed::Now(key, request)) => {
            let response = next.run(request).await;
            keep(&state.service, key, response)
                .await
                .unwrap_or_else(IntoResponse::into_response)
        }
        Err(error) => error.into_response(),
    }
}

enum Claimed {
    Now(OnceKey, Request),
    Before(Response),
}

async fn claim(state: &ApiState, request: Request) -> Result<Claimed> {
    let (parts, body) = request.into_parts();
    let secret = bearer(&parts.headers).ok_or(ServiceError::Unauthenticated)?;
    let caller = state.service.authenticate_key(secret).await?;
    let name = parts
        .headers
        .get(HEADER)
        .and_then(|name| name.to_str().ok())
        .unwrap_or("");
    let key = OnceKey::new(&caller, name).map_err(|error| match error {
        ServiceError::Invalid(errors) => ApiError::Request {
            status: StatusCode::BAD_REQUEST,
            detail: errors.to_string(),
            errors,
        },
        other => other.into(),
    })?;
    let request = Request::from_parts(parts.clone(), body);
    // The door's own, smaller limit is asked when it reads the body again.
    let bytes = read_within(request, super::events::BODY_MAX).await?;
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let hash = request_hash(parts.method.as_str(), path, &bytes);
    match state.service.claim_once(key, hash).await? {
        Claim::First => Ok(Claimed::Now(
            key,
            Request::from_parts(parts, Body::from(bytes)),
        )),
        Claim::Answered { status, body } => Ok(Claimed::Before(replay(status, body))),
        Claim::InProgress => Err(ServiceError::conflict(
            "The same request is being answered right now. Ask again in a moment.",
        )
        .into()),
        Claim::OtherRequest => Err(ApiError::field(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Idempotency-Key",
            "was used for another request; take a new one",
        )),
    }
}

fn replay(status: i16, body: Vec<u8>) -> Response {
    let status = u16::try_from(status)
        .ok()
        .and_then(|status| StatusCode::from_u16(status).ok())
        .unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// Keeps what was done; whatever was refused or failed may be sent again.
async fn keep(service: &Service, key: OnceKey, response: Response) -> Result<Response> {
    if !response.status().is_success() {
        service.finish_once(key, None).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, ANSWER_MAX)
        .await
        .map_err(ServiceError::internal)?;
    service
        .finish_once(key, Some((parts.status.as_u16(), &bytes)))
        .await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}
