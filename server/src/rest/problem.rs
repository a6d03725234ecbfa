//! Errors as `application/problem+json` (RFC 9457), all of them in one place:
//! handlers return [`ApiError`], and [`render`] writes whatever a request came
//! to, axum's own answers and panics included, in the same form.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::validate::{FieldError, FieldErrors};
use http::{HeaderValue, StatusCode, header};
use serde::Serialize;
use service::ServiceError;
use utoipa::ToSchema;

use crate::frame;
use crate::incident::Incident;

/// What a handler can answer instead of its result.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// The use case failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The request itself cannot be read.
    #[error("{detail}")]
    Request {
        /// The status that says so.
        status: StatusCode,
        /// What is wrong with it.
        detail: String,
        /// Where, if it is known.
        errors: FieldErrors,
    },
}

/// What a handler gives.
pub type Result<T> = std::result::Result<T, ApiError>;

impl ApiError {
    /// A request that cannot be read.
    pub fn request(status: StatusCode, detail: impl Into<String>) -> Self {
        Self::Request {
            status,
            detail: detail.into(),
            errors: FieldErrors::default(),
        }
    }

    /// A request that cannot be read, because of one field.
    pub fn field(status: StatusCode, field: impl Into<String>, message: impl Into<String>) -> Self {
        let mut errors = FieldErrors::default();
        errors.add(field, message);
        Self::Request {
            status,
            detail: errors.to_string(),
            errors,
        }
    }

    /// The HTTP status that says the same.
    pub const fn status(&self) -> StatusCode {
        match self {
            Self::Request { status, .. } => *status,
            Self::Service(error) => match error {
                ServiceError::NotFound { .. } => StatusCode::NOT_FOUND,
                ServiceError::Conflict { .. } => StatusCode::CONFLICT,
                ServiceError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
                ServiceError::Unauthenticated | ServiceError::Unsigned { .. } => {
                    StatusCode::UNAUTHORIZED
                }
                ServiceError::Forbidden { .. } => StatusCode::FORBIDDEN,
                ServiceError::RateLimited { .. } => StatusCode::TOO_MANY_REQUESTS,
                ServiceError::Unavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
                ServiceError::Internal { .. } => StatusCode::INTERNAL_SERVER_ERROR,
            },
        }
    }

    fn errors(&self) -> &[FieldError] {
        match self {
            Self::Request { errors, .. } | Self::Service(ServiceError::Invalid(errors)) => {
                &errors.0
            }
            Self::Service(_) => &[],
        }
    }

    const fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Service(
                ServiceError::RateLimited { retry_after }
                | ServiceError::Unavailable { retry_after, .. },
            ) => Some(*retry_after),
            _ => None,
        }
    }
}

impl IntoResponse for ApiError {
    /// The status, with the error beside it for [`render`].
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// A problem, as the API tells it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: the status says what kind of problem it is.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// The status in words.
    #[schema(example = "Unprocessable Content")]
    title: String,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What was wrong, where, and what to do.
    #[schema(example = "external_id must not be empty")]
    detail: String,
    /// Every field that is wrong.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: Vec<FieldError>,
    /// For failures of the server: the number of the entry in its log.
    #[serde(skip_serializing_if = "Option::is_none")]
    incident: Option<String>,
}

/// Writes every failed answer as a problem, and logs the server's own failures
/// once, under the request's incident id.
pub async fn render(request: Request, next: Next) -> Response {
    let incident = request
        .extensions()
        .get::<Incident>()
        .map(|incident| incident.0.clone());
    let response = frame::answered(next.run(request)).await;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return response;
    }
    let error = response.extensions().get::<Arc<ApiError>>().cloned();
    if error.is_none() && is_problem(&response) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    let problem = problem(status, error.as_deref(), incident);
    if status.is_server_error() {
        log(error.as_deref(), problem.incident.as_deref());
    }
    if let Some(wait) = error.as_ref().and_then(|error| error.retry_after()) {
        parts
            .headers
            .insert(header::RETRY_AFTER, wait.as_secs().max(1).into());
    }
    if status == StatusCode::UNAUTHORIZED {
        let challenge = HeaderValue::from_static("Bearer realm=\"carillon\"");
        parts.headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    let kind = HeaderValue::from_static("application/problem+json");
    parts.headers.insert(header::CONTENT_TYPE, kind);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    Response::from_parts(parts, Body::from(body))
}

fn is_problem(response: &Response) -> bool {
    response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind == "application/problem+json")
}

fn problem(status: StatusCode, error: Option<&ApiError>, incident: Option<String>) -> Problem {
    let incident = incident.filter(|_| status.is_server_error());
    let detail = match error {
        Some(error) => sentence(&error.to_string()),
        None => match status {
            StatusCode::NOT_FOUND => "There is nothing at this address. See /api/docs.".to_owned(),
            StatusCode::METHOD_NOT_ALLOWED => {
                "This address does not take this method; the Allow header says which it takes."
                    .to_owned()
            }
            StatusCode::PAYLOAD_TOO_LARGE => "The body is larger than this door takes.".to_owned(),
            _ if status.is_server_error() => "Something went wrong inside.".to_owned(),
            _ => "The request cannot be answered.".to_owned(),
        },
    };
    Problem {
        kind: "about:blank",
        title: status.canonical_reason().unwrap_or("Error").to_owned(),
        status: status.as_u16(),
        detail,
        errors: error.map(ApiError::errors).unwrap_or_default().to_vec(),
        incident,
    }
}

/// Logs a failure of the server with all its sources.
fn log(error: Option<&ApiError>, incident: Option<&str>) {
    let mut failure = error.map_or_else(|| "no error was given".to_owned(), ToString::to_string);
    let mut source = error.and_then(|error| std::error::Error::source(error));
    while let Some(cause) = source {
        failure = format!("{failure}: {cause}");
        source = cause.source();
    }
    tracing::error!(incident = incident.unwrap_or("none"), %failure, "API request failed");
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else {
        return String::new();
    };
    // A field's name keeps its case.
    let name = text
        .split(' ')
        .next()
        .is_some_and(|word| word.contains(|c: char| "_[.".contains(c) || c.is_uppercase()));
    let first = if name {
        first.to_string()
    } else {
        first.to_uppercase().collect()
    };
    let end = if text.ends_with(['.', '!', '?']) {
        ""
    } else {
        "."
    };
    format!("{first}{}{end}", chars.as_str())
}
