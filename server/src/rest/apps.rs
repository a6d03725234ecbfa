//! Apps.

use axum::response::{IntoResponse, Response};
use axum::{Json as Answer, extract::State};
use domain::app::{Capabilities, Credential, CredentialState};
use domain::device::Channel;
use domain::view::AppView;
use domain::{AppId, CredentialId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ApiState;
use super::extract::{Caller, Json, Path};
use super::problem::{Problem, Result};
use super::time::Time;

/// What an app is made of.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = AppInput)]
#[serde(deny_unknown_fields)]
pub struct AppInput {
    /// What people call it.
    #[schema(example = "Shop")]
    name: String,
    /// What the installed app can show.
    #[serde(default)]
    capabilities: Capabilities,
}

/// An app with its credentials.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = App)]
pub struct AppBody {
    /// Our identifier.
    id: AppId,
    /// Its name in addresses and files.
    slug: String,
    /// What people call it.
    name: String,
    /// What the installed app can show.
    capabilities: Capabilities,
    /// Its credentials, without their secrets.
    credentials: Vec<CredentialBody>,
    /// When it was made.
    created_at: Time,
}

/// A credential without its secrets.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Credential)]
pub struct CredentialBody {
    /// Our identifier.
    id: CredentialId,
    /// The push service.
    channel: Channel,
    /// Facts without secrets.
    summary: String,
    /// APNs: the topic; FCM: the project.
    topic: String,
    /// Whether it is in use.
    state: CredentialState,
    /// Why the provider refused it.
    state_reason: Option<String>,
    /// When it was entered or replaced.
    updated_at: Time,
    /// Most calls that a worker may have in flight with it, where that is limited.
    max_in_flight: Option<u32>,
}

impl From<Credential> for CredentialBody {
    fn from(credential: Credential) -> Self {
        Self {
            id: credential.id,
            channel: credential.channel,
            summary: credential.summary,
            topic: credential.topic,
            state: credential.state,
            state_reason: credential.state_reason,
            updated_at: credential.updated_at.into(),
            max_in_flight: credential.max_in_flight,
        }
    }
}

impl From<AppView> for AppBody {
    fn from(view: AppView) -> Self {
        Self {
            id: view.app.id,
            slug: view.app.slug,
            name: view.app.name,
            capabilities: view.app.capabilities,
            credentials: view.credentials.into_iter().map(Into::into).collect(),
            created_at: view.app.created_at.into(),
        }
    }
}

/// Every app.
#[derive(Debug, Serialize, ToSchema)]
pub struct Apps {
    /// The apps, by slug.
    items: Vec<AppBody>,
}

/// List apps
#[utoipa::path(
    get, path = "/apps", tag = "apps",
    responses(
        (status = 200, body = Apps),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(state): State<ApiState>, Caller(caller): Caller) -> Result<Answer<Apps>> {
    let apps = state.service.list_apps(&caller).await?;
    Ok(Answer(Apps {
        items: apps.into_iter().map(Into::into).collect(),
    }))
}

/// Create or change an app
#[utoipa::path(
    put, path = "/apps/{app}", tag = "apps",
    params(("app" = String, Path, description = "The app's slug, such as `shop`")),
    request_body = AppInput,
    responses(
        (status = 200, description = "It was there", body = AppBody),
        (status = 201, description = "It is new", body = AppBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(app): Path<String>,
    Json(input): Json<AppInput>,
) -> Result<Response> {
    let (view, created) = state
        .service
        .put_app(&caller, &app, &input.name, &input.capabilities)
        .await?;
    let status = if created {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Answer(AppBody::from(view))).into_response())
}

/// Read an app
#[utoipa::path(
    get, path = "/apps/{app}", tag = "apps",
    params(("app" = String, Path, description = "The app's slug")),
    responses(
        (status = 200, body = AppBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(app): Path<String>,
) -> Result<Answer<AppBody>> {
    Ok(Answer(state.service.app(&caller, &app).await?.into()))
}

/// Read what an app can show
#[utoipa::path(
    get, path = "/apps/{app}/capabilities", tag = "apps",
    params(("app" = String, Path, description = "The app's slug")),
    responses(
        (status = 200, body = Capabilities),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get_capabilities(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(app): Path<String>,
) -> Result<Answer<Capabilities>> {
    let view = state.service.app(&caller, &app).await?;
    Ok(Answer(view.app.capabilities))
}

/// Change what an app can show
///
/// The record as a whole: an absent field is as in an app of which nothing is known.
#[utoipa::path(
    put, path = "/apps/{app}/capabilities", tag = "apps",
    params(("app" = String, Path, description = "The app's slug")),
    request_body = Capabilities,
    responses(
        (status = 200, body = Capabilities),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put_capabilities(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path(app): Path<String>,
    Json(capabilities): Json<Capabilities>,
) -> Result<Answer<Capabilities>> {
    let view = state
        .service
        .put_capabilities(&caller, &app, &capabilities)
        .await?;
    Ok(Answer(view.app.capabilities))
}
