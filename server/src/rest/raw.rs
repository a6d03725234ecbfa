//! A payload typed by hand, sent to one device.

use axum::Json as Answer;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use domain::push::RawPush;
use http::StatusCode;

use super::ApiState;
use super::devices::AppQuery;
use super::extract::{Caller, Json, Path, Query};
use super::problem::{Problem, Result};
use super::pushes::TestBody;

/// Send a raw payload
///
/// To one device alone, through every gate, as a test: the body goes to the
/// provider as it is given, with the device's address put in where the channel
/// has it inside, and the delivery's identifier where `{{carillon_id}}` stands.
#[utoipa::path(
    post, path = "/contacts/{external_id}/devices/{device_id}/test", tag = "devices",
    params(
        ("external_id" = String, Path, description = "Your own identifier of the contact"),
        ("device_id" = String, Path, description = "The installation's stable identifier"),
        ("Idempotency-Key" = Option<String>, Header, description = "Done once within a day"),
        AppQuery,
    ),
    request_body = RawPush,
    responses(
        (status = 202, body = TestBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn send(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path((external_id, device_id)): Path<(String, String)>,
    Query(query): Query<AppQuery>,
    Json(raw): Json<RawPush>,
) -> Result<Response> {
    let app = query.app.as_deref();
    let test = state
        .service
        .send_raw_to(&caller, &external_id, (&device_id, app), raw)
        .await?;
    let body = TestBody::of(external_id, &test);
    Ok((StatusCode::ACCEPTED, Answer(body)).into_response())
}
