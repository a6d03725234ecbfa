//! What handlers take from a request, each failure a problem with the right
//! status that names the field.

use axum::RequestPartsExt;
use axum::extract::{FromRequest, FromRequestParts, RawPathParams, Request};
use bytes::{Bytes, BytesMut};
use domain::people::Principal;
use futures::StreamExt;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde::de::{DeserializeOwned, IgnoredAny};
use service::ServiceError;
use std::borrow::Cow;

use super::ApiState;
use super::problem::ApiError;

/// A JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<ApiState> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &ApiState) -> Result<Self, ApiError> {
        from_json(&read_json(request, super::BODY_MAX).await?).map(Self)
    }
}

/// The whole body of a request that says it is JSON, if it is not larger than `limit`
/// bytes.
pub async fn read_json(request: Request, limit: usize) -> Result<Bytes, ApiError> {
    if let Err(refused) = require_json(request.headers()) {
        // So that the client comes to reading why.
        let _dropped = read_within(request, 0).await;
        return Err(refused);
    }
    read_within(request, limit).await
}

/// How much of a body that is too large is read and dropped, so that the
/// client comes to reading the answer instead of a broken connection.
const DROPPED_MAX: usize = 64 * 1024 * 1024;

/// The whole body, if it is not larger than `limit` bytes.
pub async fn read_within(request: Request, limit: usize) -> Result<Bytes, ApiError> {
    let mut frames = request.into_body().into_data_stream();
    let mut body = BytesMut::new();
    let mut read = 0;
    while let Some(frame) = frames.next().await {
        let frame = frame.map_err(|_| {
            ApiError::request(StatusCode::BAD_REQUEST, "the body did not arrive whole")
        })?;
        read += frame.len();
        if read <= limit {
            body.extend_from_slice(&frame);
        } else if read > limit + DROPPED_MAX {
            break;
        }
    }
    if read <= limit {
        return Ok(body.freeze());
    }
    Err(ApiError::request(
        StatusCode::PAYLOAD_TOO_LARGE,
        format!(
            "the body is larger than the {limit} bytes that this door takes; send less at once"
        ),
    ))
}

/// That the body is said to be JSON, and is not packed.
fn require_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let packed = headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|coding| !matches!(coding.as_bytes(), b"" | b"identity"));
    if packed {
        return Err(ApiError::field(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Content-Encoding",
            "must be absent: send the body unpacked",
        ));
    }
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or("");
    let essence = kind
        .split(';')
        .next()
        .unwrap_or("")
        .trim()
        .to_ascii_lowercase();
    if essence == "application/json" || essence.ends_with("+json") {
        return Ok(());
    }
    Err(ApiError::request(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "send the body as JSON, with the header Content-Type: application/json",
    ))
}

/// Reads JSON: 400 for text that is not JSON, 422 naming the field for JSON
/// that is something else than expected.
pub fn from_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // A derived reader would take a list for an object's fields in order.
    let start = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    if start != Some(&b'{') && serde_json::from_slice::<IgnoredAny>(bytes).is_ok() {
        return Err(ApiError::field(
            StatusCode::UNPROCESSABLE_ENTITY,
            "body",
            "must be a JSON object",
        ));
    }
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let path = error.path().to_string();
        let error = error.into_inner();
        wrong_json(&path, &error, bytes)
    })?;
    reader
        .end()
        .map_err(|error| wrong_json(".", &error, bytes))?;
    Ok(value)
}

fn wrong_json(path: &str, error: &serde_json::Error, bytes: &[u8]) -> ApiError {
    // Reading a name where an object stands is told as wrong syntax.
    let is_json = || serde_json::from_slice::<IgnoredAny>(bytes).is_ok();
    if !error.is_data() && !is_json() {
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
    // Where in the text it stands helps nobody who knows the field.
    let message = message.split(" at line ").next().unwrap_or(&message);
    let message = if !error.is_data() {
        "is of another type".to_owned()
    } else if message.starts_with("missing field") {
        "is missing".to_owned()
    } else if let Some((_, expected)) = message.split_once(", expected ")
        && message.starts_with("unknown field")
    {
        format!("is not a field here; there is {expected}")
    } else {
        format!("cannot be read: {}", without_value(message))
    };
    ApiError::field(StatusCode::UNPROCESSABLE_ENTITY, field, message)
}

/// What was expected, without the text that was found: that may be a secret in
/// the wrong place.
fn without_value(message: &str) -> Cow<'_, str> {
    for (start, end) in [
        (" string \"", "\", expected "),
        (" variant `", "`, expected "),
    ] {
        if let Some((before, rest)) = message.split_once(start)
            && let Some((_, after)) = rest.rsplit_once(end)
        {
            let what = start.trim_end_matches(['"', '`', ' ']);
            return Cow::Owned(format!("{before}{what}, expected {after}"));
        }
    }
    Cow::Borrowed(message)
}

/// The parameters in the path.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send + 'static> FromRequestParts<ApiState> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &ApiState) -> Result<Self, ApiError> {
        use axum::extract::path::ErrorKind;
        use axum::extract::rejection::PathRejection;
        let names = parts.extract::<RawPathParams>().await.map(|names| {
            names
                .iter()
                .map(|(name, _)| name.to_owned())
                .collect::<Vec<_>>()
        });
        let name = |index: usize| {
            let names = names.as_ref().map(Vec::as_slice).unwrap_or_default();
            names
                .get(index)
                .cloned()
                .unwrap_or_else(|| "path".to_owned())
        };
        parts
            .extract::<axum::extract::Path<T>>()
            .await
            .map(|path| Self(path.0))
            .map_err(|rejection| {
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
                    ErrorKind::ParseErrorAtIndex { index, value, .. } => ApiError::field(
                        StatusCode::BAD_REQUEST,
                        name(index),
                        format!("“{value}” is not an identifier of ours"),
                    ),
                    ErrorKind::ParseError { value, .. } => ApiError::field(
                        StatusCode::BAD_REQUEST,
                        name(0),
                        format!("“{value}” is not an identifier of ours"),
                    ),
                    ErrorKind::DeserializeError {
                        key,
                        value,
                        message,
                    } => ApiError::field(
                        StatusCode::BAD_REQUEST,
                        key,
                        format!("“{value}”: {message}"),
                    ),
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
        axum::extract::Query::<T>::try_from_uri(&parts.uri)
            .map(|query| Self(query.0))
            .map_err(|rejection| {
                let text = std::error::Error::source(&rejection)
                    .map_or_else(|| rejection.to_string(), ToString::to_string);
                let quoted = text
                    .split_once('`')
                    .and_then(|(_, rest)| rest.split_once('`'));
                match (text.split_once(": "), quoted) {
                    (Some((field, message)), _) if !field.contains(' ') => {
                        ApiError::field(StatusCode::BAD_REQUEST, field, message)
                    }
                    (_, Some((field, _))) => {
                        ApiError::field(StatusCode::BAD_REQUEST, field, text.clone())
                    }
                    _ => ApiError::request(StatusCode::BAD_REQUEST, text),
                }
            })
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

/// Who posts events: as [`Caller`], for use cases that ask again when they write.
#[derive(Debug)]
pub struct Sender(pub Principal);

impl FromRequestParts<ApiState> for Sender {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, ApiError> {
        let secret = bearer(&parts.headers).ok_or(ServiceError::Unauthenticated)?;
        Ok(Self(state.service.authenticate_sender(secret).await?))
    }
}

/// The secret in `Authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    let secret = secret.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !secret.is_empty()).then_some(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_is_told_without_the_text_that_was_found() {
        for (said, told) in [
            (
                "invalid type: string \"a \\\"b\\\", c\", expected a map",
                "invalid type: string, expected a map",
            ),
            (
                "unknown variant `a`, `b`, expected one of `x`, `y`",
                "unknown variant, expected one of `x`, `y`",
            ),
            (
                "invalid type: null, expected u8",
                "invalid type: null, expected u8",
            ),
        ] {
            assert_eq!(without_value(said), told);
        }
    }
}
