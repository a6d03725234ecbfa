//! `DailyStory`'s device registration:
//! <https://docs.dailystory.com/api/contact/>. A client says whose the push token
//! is; `device_id` is that token.

use axum::Form;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::device::{Channel, Platform};
use domain::validate::FieldErrors;
use http::{StatusCode, header};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use service::{BareToken, Service, ServiceError};

use super::body;
use super::keys::{Half, caller};
use super::text::Text;
use crate::rest::extract::from_json;
use crate::rest::problem::{ApiError, Result};

/// Largest body, in bytes.
const BODY_MAX: usize = 64 * 1024;

/// What a client sends.
#[derive(Debug, Deserialize)]
struct Registration {
    /// `ios` or `android`.
    device_type: String,
    /// The push token.
    device_id: Text,
    /// The contact's own identifier.
    dsid: Text,
    /// The app's slug, where there are several: ours, not `DailyStory`'s.
    app: Option<String>,
}

/// `POST /api/v1/contact/registerdevice`
pub(super) async fn register(State(service): State<Service>, request: Request) -> Result<Response> {
    let by = caller(&service, request.headers(), Half::Password)
        .await?
        .ok_or(ServiceError::Unauthenticated)?;
    let signature = super::signature(request.headers());
    let said = read(request).await?;
    let channel = match Platform::parse(&said.device_type) {
        Some(Platform::Ios) => Channel::Apns,
        Some(Platform::Android) => Channel::Fcm,
        _ => {
            let message = format!("“{}” is neither ios nor android", said.device_type);
            return Err(ServiceError::invalid("device_type", message).into());
        }
    };
    let bare = BareToken {
        external_id: said.dsid.0,
        app: said.app.filter(|app| !app.is_empty()),
        channel,
        token: said.device_id.0,
        device_id: None,
        signature,
    };
    service
        .register_token(&by, bare)
        .await
        .map_err(|error| super::renamed(error, in_its_fields))?;
    Ok(answer(StatusCode::OK, ""))
}

/// A form or JSON, as the body says it is.
async fn read(request: Request) -> Result<Registration> {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .map(|kind| {
            kind.split(';')
                .next()
                .unwrap_or("")
                .trim()
                .to_ascii_lowercase()
        });
    match kind.as_deref() {
        Some("application/x-www-form-urlencoded") => {
            let text = body::read(request, BODY_MAX).await?;
            let form = Request::post("/")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(text))
                .map_err(ServiceError::internal)?;
            match Form::<Registration>::from_request(form, &()).await {
                Ok(Form(said)) => Ok(said),
                Err(wrong) => Err(ApiError::request(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    wrong.body_text(),
                )),
            }
        }
        None | Some("application/json") => {
            from_json(body::read(request, BODY_MAX).await?.as_bytes())
        }
        Some(_) => Err(ApiError::request(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "send the body as JSON or as a form, and say which in Content-Type",
        )),
    }
}

/// Our name of a field as `DailyStory`'s.
fn in_its_fields(field: &str) -> String {
    match field {
        "external_id" => "dsid".to_owned(),
        "token" => "device_id".to_owned(),
        other => other.to_owned(),
    }
}

/// `DailyStory`'s form of every answer, in its order of fields.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Told<'a> {
    status: bool,
    message: &'a str,
    code: u16,
    response: Map<String, Value>,
}

fn answer(status: StatusCode, message: &str) -> Response {
    let told = Told {
        status: status.is_success(),
        message,
        code: status.as_u16(),
        response: Map::new(),
    };
    (status, axum::Json(told)).into_response()
}

/// Says every refusal in `DailyStory`'s form.
pub(super) async fn in_its_words(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    if response.status().is_success() {
        return response;
    }
    let (parts, problem) = response.into_parts();
    let problem = to_bytes(problem, BODY_MAX).await.unwrap_or_default();
    let mut told = answer(parts.status, &sentence(&problem));
    for (name, value) in parts.headers {
        if let Some(name) = name
            && !matches!(name, header::CONTENT_TYPE | header::CONTENT_LENGTH)
        {
            told.headers_mut().insert(name, value);
        }
    }
    told
}

/// What a problem says, each field by its name.
fn sentence(problem: &[u8]) -> String {
    #[derive(Default, Deserialize)]
    #[serde(default)]
    struct Problem {
        detail: String,
        errors: FieldErrors,
    }
    let problem: Problem = serde_json::from_slice(problem).unwrap_or_default();
    if problem.errors.is_empty() {
        problem.detail
    } else {
        problem.errors.to_string()
    }
}
