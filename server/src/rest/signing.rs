//! Apps that take devices only with a signed contact id.

use axum::Json as Answer;
use axum::extract::State;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApiState;
use super::extract::{Caller, Json, Path};
use super::problem::{Problem, Result};
use super::time::Time;

/// What signs contacts' identifiers.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SigningInput {
    /// The secret that your own server signs with, 32 to 512 bytes.
    #[schema(min_length = 32, max_length = 512)]
    secret: String,
    /// Whether what the secret of before signed is taken until that one is
    /// retired: for as long as your servers are given the new one.
    #[serde(default)]
    keep_former: bool,
}

/// Whether an app asks for signatures.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Signing)]
pub struct SigningBody {
    /// Whether it does.
    required: bool,
    /// When the secret in force was entered.
    since: Option<Time>,
    /// When the one before was entered, while it is not retired.
    former_since: Option<Time>,
}

/// Whether an app asks for signatures
#[utoipa::path(
    get, path = "/apps/{app}/signing", tag = "apps",
    params(("app" = String, Path, description = "The app's slug")),
    responses(
        (status = 200, body = SigningBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(app): Path<String>,
) -> Result<Answer<SigningBody>> {
    let signing = state.service.signing(&caller, &app).await?;
    Ok(Answer(SigningBody {
        required: signing.is_some(),
        since: signing.map(|signing| signing.entered_at.into()),
        former_since: signing
            .and_then(|signing| signing.former_entered_at)
            .map(Time::from),
    }))
}

/// Ask for signatures
///
/// From now on a key registers a device of this app only with the header
/// `Carillon-Signature`: `contact:` and the contact's identifier under
/// HMAC-SHA256 with this secret, in hexadecimal, or a JWT with HS256 whose `sub`
/// the identifier is. No answer ever holds the secret. One of before is replaced
/// at once, or with `keep_former` counts until it is retired.
#[utoipa::path(
    put, path = "/apps/{app}/signing", tag = "apps",
    params(("app" = String, Path, description = "The app's slug")),
    request_body = SigningInput,
    responses(
        (status = 204, description = "It asks for signatures"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(app): Path<String>,
    Json(input): Json<SigningInput>,
) -> Result<StatusCode> {
    state
        .service
        .require_signatures(&caller, &app, &input.secret, input.keep_former)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ask for signatures no more
#[utoipa::path(
    delete, path = "/apps/{app}/signing", tag = "apps",
    params(("app" = String, Path, description = "The app's slug")),
    responses(
        (status = 204, description = "It takes devices without"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(app): Path<String>,
) -> Result<StatusCode> {
    state
        .service
        .stop_requiring_signatures(&caller, &app)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Retire the former secret
///
/// What it signed is taken no more.
#[utoipa::path(
    delete, path = "/apps/{app}/signing/former", tag = "apps",
    params(("app" = String, Path, description = "The app's slug")),
    responses(
        (status = 204, description = "Only the secret in force counts"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn retire(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(app): Path<String>,
) -> Result<StatusCode> {
    state.service.retire_signing_secret(&caller, &app).await?;
    Ok(StatusCode::NO_CONTENT)
}
