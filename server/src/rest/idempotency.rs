//! `Idempotency-Key`: a POST that is sent again is answered as before and not
//! done again.
//!
//! The work and the keeping of its answer belong together: they run in a task
//! that a client which hangs up does not end, and a retry waits for them.

mod turns;

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::FutureExt;
use http::{HeaderValue, StatusCode, header};
use service::idempotency::{Claim, OnceKey, request_hash};
use service::{Service, ServiceError};
use tracing::Instrument;
pub use turns::{Turn, Turns};

use super::ApiState;
use super::extract::{bearer, read_within};
use super::problem::{ApiError, Result};

/// The request header.
const HEADER: &str = "idempotency-key";
/// Says that an answer was given before.
const REPLAYED: &str = "idempotency-replayed";
/// How often keeping an answer is tried while the database is not available.
const KEEP_TRIES: u32 = 8;
/// The wait after the first try; each further one is twice as long, half a
/// minute in all.
const KEEP_PAUSE: Duration = Duration::from_millis(250);

/// Does a POST with an `Idempotency-Key` once.
pub async fn once(State(state): State<ApiState>, request: Request, next: Next) -> Response {
    if !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    let asked = match Asked::read(&state.service, request).await {
        Ok(asked) => asked,
        Err(error) => return error.into_response(),
    };
    let turn = state.turns.take(asked.key).await;
    let answer = answer(state.service.clone(), asked, next, turn).in_current_span();
    match state.turns.run(answer).await {
        Ok(response) => response,
        Err(ended) => match ended.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(stopped) => ApiError::from(ServiceError::internal(stopped)).into_response(),
        },
    }
}

/// A request that is to be done once, read whole.
struct Asked {
    key: OnceKey,
    hash: [u8; 32],
    request: Request,
}

impl Asked {
    async fn read(service: &Service, request: Request) -> Result<Self> {
        let (parts, body) = request.into_parts();
        let secret = bearer(&parts.headers).ok_or(ServiceError::Unauthenticated)?;
        let caller = service.authenticate_key(secret).await?;
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
        Ok(Self {
            key,
            hash: request_hash(parts.method.as_str(), path, &bytes),
            request: Request::from_parts(parts, Body::from(bytes)),
        })
    }
}

/// Claims the key, does the work and keeps its answer; or finds the answer that
/// was given before. The turn is over when that is done.
async fn answer(service: Service, asked: Asked, next: Next, turn: Turn) -> Response {
    let key = asked.key;
    let answered = match service.claim_once(key, asked.hash).await {
        Ok(Claim::First) => work(&service, key, asked.request, next).await,
        Ok(Claim::Answered { status, body }) => Ok(replay(status, body)),
        // Another process has it, or had it when it was killed.
        Ok(Claim::InProgress) => Err(ServiceError::conflict(
            "The same request is being answered right now. Ask again in a moment.",
        )
        .into()),
        Ok(Claim::OtherRequest) => Err(ApiError::field(
            StatusCode::UNPROCESSABLE_ENTITY,
            "Idempotency-Key",
            "was used for another request; take a new one",
        )),
        Err(error) => Err(error.into()),
    };
    drop(turn);
    answered.unwrap_or_else(IntoResponse::into_response)
}

/// Does the work. The answer to what was done is kept; whatever was refused or
/// failed may be sent again.
async fn work(service: &Service, key: OnceKey, request: Request, next: Next) -> Result<Response> {
    let response = match AssertUnwindSafe(next.run(request)).catch_unwind().await {
        Ok(response) => response,
        Err(panic) => {
            keep(service, key, None).await?;
            resume_unwind(panic)
        }
    };
    if !response.status().is_success() {
        keep(service, key, None).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    // Our own handlers' answers: as large as they made them.
    let bytes = to_bytes(body, usize::MAX)
        .await
        .map_err(ServiceError::internal)?;
    keep(service, key, Some((parts.status, &bytes))).await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

/// Keeps an answer, or gives the key up: without either, retries would be
/// refused for a while and then do the work again. So a busy database is asked
/// again and again.
async fn keep(service: &Service, key: OnceKey, answer: Option<(StatusCode, &Bytes)>) -> Result<()> {
    let answer = answer.map(|(status, body)| (status.as_u16(), body.as_ref()));
    let mut pause = KEEP_PAUSE;
    for _ in 1..KEEP_TRIES {
        match service.finish_once(key, answer).await {
            Err(ServiceError::Unavailable { source, .. }) => {
                tracing::warn!(failure = %source, "an answer could not be kept yet");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
            kept => return Ok(kept?),
        }
    }
    Ok(service.finish_once(key, answer).await?)
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

#[cfg(test)]
mod tests;
