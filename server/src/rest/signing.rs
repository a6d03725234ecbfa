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
}

/// Whether an app asks for signatures.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Signing)]
pub struct SigningBody {
    /// Whether it does.
    required: bool,
    /// When the secret was entered.
    since: Option<Time>,
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
    let since = state.service.signatures_required(&caller, &app).await?;
    Ok(Answer(SigningBody {
        required: since.is_some(),
        since: since.map(Time::from),
    }))
}

/// Ask for signatures
///
/// From now on a key registers a device of this app only with the header
/// `Carillon-Signature`: `contact:` and the contact's identifier under
/// HMAC-SHA256 with this secret, in hexadecimal, or a JWT with HS256 whose `sub`
/// the identifier is. No answer ever holds the secret; one of before is replaced
/// at once.
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
        .require_signatures(&caller, &app, &input.secret)
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
