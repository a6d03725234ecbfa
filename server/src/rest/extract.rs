//! What handlers take from a request, each failure a problem with the right
//! status that names the field.

use axum::RequestPartsExt;
use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Request};
use domain::people::Principal;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;
use service::ServiceError;

use super::ApiState;
use super::problem::ApiError;

/// A JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<ApiState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &ApiState) -> Result<Self, ApiError> {
        require_json(request.headers())?;
        let bytes = Bytes::from_request(request, state).await.map_err(|rejection| unread(&rejection))?;
        from_json(&bytes).map(Self)
    }
}

/// That the body is said to be JSON.
fn require_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or("");
    let essence = kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if essence == "application/json" || essence.ends_with("+json") {
        return Ok(());
    }
    Err(ApiError::request(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "send the body as JSON, with the header Content-Type: application/json",
    ))
}

/// A body that did not arrive.
pub fn unread(rejection: &BytesRejection) -> ApiError {
    match rejection {
        BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
            ApiError::request(
                StatusCode::PAYLOAD_TOO_LARGE,
                "the body is larger than this door takes; send less at once",
            )
        }
        _ => ApiError::request(StatusCode::BAD_REQUEST, "the body did not arrive whole"),
    }
}

/// Reads JSON: 400 for text that is not JSON, 422 naming the field for JSON
/// that is something else than expected.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| {
            let path = error.path().to_string();
            let error = error.into_inner();
            wrong_json(&path, &error)
        })?;
    reader.end().map_err(|error| wrong_json(".", &error))?;
    Ok(value)
}

fn wrong_json(path: &str, error: &serde_json::Error) -> ApiError {
    if !error.is_data() {
        return ApiError::request(
            StatusCode::BAD_REQUEST,
            format!("the body is not JSON: {error}"),
        );
    }
    let mut message = error.to_string();
    let mut path = path.to_owned();
    // A reader of its own inside another names the path in its message.
    if path == "."
        && let Some((inner, rest)) = message.split_once(": ")
        && !inner.contains([' ', '`'])
    {
        (path, message) = (inner.to_owned(), rest.to_owned());
    }
    // "missing field `x`" stands at the path of the object that misses it.
    let missing = ["missing field `", "unknown field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start)?.split_once('`'))
        .map(|(name, _)| name);
    let field = match (path.as_str(), missing) {
        (".", Some(name)) => name.to_owned(),
        (path, Some(name)) if path != name && !path.ends_with(&format!(".{name}")) => {
            format!("{path}.{name}")
        }
        (".", None) => "body".to_owned(),
        (path, _) => path.to_owned(),
    };
    ApiError::field(StatusCode::UNPROCESSABLE_ENTITY, field, format!("cannot be read: {message}"))
}

/// The parameters in the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> FromRequestParts<ApiState> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, ApiError> {
        use axum::extract::path::ErrorKind;
        use axum::extract::rejection::PathRejection;
        parts.extract::<axum::extract::Path<T>>().await.map(|path| Self(path.0)).map_err(|rejection| {
            let PathRejection::FailedToDeserializePathParams(failed) = rejection else {
                return ServiceError::internal(rejection).into();
            };
            let status = failed.status();
            match failed.into_kind() {
                ErrorKind::ParseErrorAtKey { key, value, .. } => ApiError::field(
                    StatusCode::BAD_REQUEST,
                    key,
                    format!("“{value}” is not an identifier of ours"),
                ),
                ErrorKind::DeserializeError { key, value, message } => {
                    ApiError::field(StatusCode::BAD_REQUEST, key, format!("“{value}”: {message}"))
                }
                ErrorKind::InvalidUtf8InPathParam { key } => {
                    ApiError::field(StatusCode::BAD_REQUEST, key, "is not UTF-8 text")
                }
                other if status.is_client_error() => {
                    ApiError::request(StatusCode::BAD_REQUEST, other.to_string())
                }
                other => ServiceError::internal(other.to_string()).into(),
            }
        })
    }
}

/// The parameters after the question mark.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<ApiState> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, ApiError> {
        axum::extract::Query::<T>::try_from_uri(&parts.uri).map(|query| Self(query.0)).map_err(
            |rejection| {
                let text = std::error::Error::source(&rejection)
                    .map_or_else(|| rejection.to_string(), ToString::to_string);
                let quoted = text.split_once('`').and_then(|(_, rest)| rest.split_once('`'));
                match (text.split_once(": "), quoted) {
                    (Some((field, message)), _) if !field.contains(' ') => {
                        ApiError::field(StatusCode::BAD_REQUEST, field, message)
                    }
                    (_, Some((field, _))) => {
                        ApiError::field(StatusCode::BAD_REQUEST, field, text.clone())
                    }
                    _ => ApiError::request(StatusCode::BAD_REQUEST, text),
                }
            },
        )
    }
}

/// Who calls: the API key in `Authorization: Bearer …`.
#[derive(Debug)]
pub struct Caller(pub Principal);

impl FromRequestParts<ApiState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let secret = bearer(&parts.headers).ok_or(ServiceError::Unauthenticated)?;
        Ok(Self(state.service.authenticate_key(secret).await?))
    }
}

/// The secret in `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    let secret = secret.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty()).then_some(secret)
}
