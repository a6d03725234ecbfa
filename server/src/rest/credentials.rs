//! Apps' credentials at the push services. Secrets go in and never come out.

use axum::Json as Answer;
use axum::extract::State;
use domain::app::{ApnsEnvironment, CredentialSecret};
use domain::device::Channel;
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use service::CredentialTrial;
use utoipa::ToSchema;

use super::ApiState;
use super::apps::CredentialBody;
use super::extract::{Caller, Json, Path};
use super::problem::{ApiError, Problem, Result};

/// A token-signing key for APNs.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApnsInput {
    /// Ten-character identifier of the Apple team.
    team_id: String,
    /// Ten-character identifier of the key.
    key_id: String,
    /// The app's bundle identifier.
    topic: String,
    /// Which of Apple's two environments.
    #[serde(default)]
    environment: ApnsEnvironment,
    /// The text of the `.p8` file.
    private_key: String,
    /// Another address than Apple's, such as `https://127.0.0.1:8443`.
    #[serde(default)]
    endpoint: Option<String>,
    /// Certificates to trust beside the public ones, in PEM.
    #[serde(default)]
    ca: Option<String>,
}

/// A Google service account for FCM HTTP v1.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FcmInput {
    /// The service account file as downloaded from Google: its text, or the
    /// JSON object itself.
    #[schema(value_type = Object)]
    service_account: Value,
    /// Another address than Google's.
    #[serde(default)]
    endpoint: Option<String>,
    /// Certificates to trust beside the public ones, in PEM.
    #[serde(default)]
    ca: Option<String>,
}

/// A security profile of Amazon's, for ADM.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AdmInput {
    /// The profile's client identifier.
    client_id: String,
    /// The profile's client secret.
    client_secret: String,
    /// Another address than Amazon's, for tokens and messages alike.
    #[serde(default)]
    endpoint: Option<String>,
    /// Certificates to trust beside the public ones, in PEM.
    #[serde(default)]
    ca: Option<String>,
}

/// A key pair by which browsers' push services know a site.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WebpushInput {
    /// Whom a push service can turn to: `mailto:…` or `https://…`.
    subject: String,
    /// The private key: 32 bytes in base64url. Without one the key that is there
    /// stays, or the first one is made.
    #[serde(default)]
    private_key: String,
    /// Certificates to trust beside the public ones, in PEM.
    #[serde(default)]
    ca: Option<String>,
}

/// An account of Twilio's, for Notify.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TwilioInput {
    /// The account's identifier: `AC…`.
    account_sid: String,
    /// The account's secret.
    auth_token: String,
    /// The Notify service's identifier: `IS…`.
    service_sid: String,
    /// Another address than Twilio's.
    #[serde(default)]
    endpoint: Option<String>,
    /// Certificates to trust beside the public ones, in PEM.
    #[serde(default)]
    ca: Option<String>,
}

/// A credential: of the push service that the path names.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(untagged)]
pub enum CredentialInput {
    /// For `apns`.
    Apns(ApnsInput),
    /// For `fcm`.
    Fcm(FcmInput),
    /// For `adm`.
    Adm(AdmInput),
    /// For `webpush`.
    Webpush(WebpushInput),
    /// For `twilio`.
    Twilio(TwilioInput),
}

fn read(channel: Channel, body: Map<String, Value>) -> Result<CredentialSecret> {
    let json = serde_json::to_vec(&body).map_err(service::ServiceError::internal)?;
    Ok(match channel {
        Channel::Apns => {
            let input: ApnsInput = super::extract::from_json(&json)?;
            CredentialSecret::Apns {
                team_id: input.team_id,
                key_id: input.key_id,
                topic: input.topic,
                environment: input.environment,
                private_key: input.private_key,
                endpoint: input.endpoint,
                ca: input.ca,
            }
        }
        Channel::Fcm => {
            let input: FcmInput = super::extract::from_json(&json)?;
            CredentialSecret::Fcm {
                service_account: match input.service_account {
                    Value::String(text) => text,
                    object => object.to_string(),
                },
                endpoint: input.endpoint,
                ca: input.ca,
            }
        }
        Channel::Adm => {
            let input: AdmInput = super::extract::from_json(&json)?;
            CredentialSecret::Adm {
                client_id: input.client_id,
                client_secret: input.client_secret,
                endpoint: input.endpoint,
                ca: input.ca,
            }
        }
        Channel::Webpush => {
            let input: WebpushInput = super::extract::from_json(&json)?;
            CredentialSecret::Webpush {
                subject: input.subject,
                private_key: input.private_key,
                ca: input.ca,
            }
        }
        Channel::Twilio => {
            let input: TwilioInput = super::extract::from_json(&json)?;
            CredentialSecret::Twilio {
                account_sid: input.account_sid,
                auth_token: input.auth_token,
                service_sid: input.service_sid,
                endpoint: input.endpoint,
                ca: input.ca,
            }
        }
    })
}

fn channel(name: &str) -> Result<Channel> {
    Channel::parse(name).ok_or_else(|| {
        ApiError::field(
            StatusCode::BAD_REQUEST,
            "channel",
            format!("“{name}” is no channel; there are apns, fcm, adm, webpush and twilio"),
        )
    })
}

/// Enter or replace a credential
///
/// It is sealed at once: no answer ever holds its secrets.
#[utoipa::path(
    put, path = "/apps/{app}/credentials/{channel}", tag = "apps",
    params(
        ("app" = String, Path, description = "The app's slug"),
        ("channel" = Channel, Path, description = "The push service"),
    ),
    request_body = CredentialInput,
    responses(
        (status = 200, body = CredentialBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path((app, name)): Path<(String, String)>,
    Json(body): Json<Map<String, Value>>,
) -> Result<Answer<CredentialBody>> {
    let secret = read(channel(&name)?, body)?;
    Ok(Answer(
        state
            .service
            .put_credential(&caller, &app, &secret)
            .await?
            .into(),
    ))
}

/// How much a credential may be used at once.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = CredentialLimit)]
#[serde(deny_unknown_fields)]
pub struct LimitInput {
    /// Most calls that a worker may have in flight with it; `null` or nothing
    /// for no limit of its own.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 2048, example = 100)]
    max_in_flight: Option<u32>,
}

/// Limit a credential
///
/// How many calls are in flight adapts to what the provider bears, and never
/// passes this. It stays when the credential is replaced.
#[utoipa::path(
    put, path = "/apps/{app}/credentials/{channel}/limit", tag = "apps",
    params(
        ("app" = String, Path, description = "The app's slug"),
        ("channel" = Channel, Path, description = "The push service"),
    ),
    request_body = LimitInput,
    responses(
        (status = 200, body = CredentialBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn limit(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path((app, name)): Path<(String, String)>,
    Json(input): Json<LimitInput>,
) -> Result<Answer<CredentialBody>> {
    Ok(Answer(
        state
            .service
            .limit_credential(&caller, &app, channel(&name)?, input.max_in_flight)
            .await?
            .into(),
    ))
}

/// Remove a credential
#[utoipa::path(
    delete, path = "/apps/{app}/credentials/{channel}", tag = "apps",
    params(
        ("app" = String, Path, description = "The app's slug"),
        ("channel" = Channel, Path, description = "The push service"),
    ),
    responses(
        (status = 204, description = "It is gone"),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path((app, name)): Path<(String, String)>,
) -> Result<StatusCode> {
    state
        .service
        .remove_credential(&caller, &app, channel(&name)?)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What the provider says of a credential.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialBody {
    /// Whether it works.
    result: TrialResult,
    /// The provider's reason, when it does not.
    reason: Option<String>,
}

/// Whether a credential works.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TrialResult {
    /// The provider takes it.
    Works,
    /// The provider refuses it.
    Refused,
    /// The provider cannot be asked now.
    Unknown,
}

/// Try a credential
///
/// Asks the provider without reaching a device.
#[utoipa::path(
    post, path = "/apps/{app}/credentials/{channel}/check", tag = "apps",
    params(
        ("app" = String, Path, description = "The app's slug"),
        ("channel" = Channel, Path, description = "The push service"),
    ),
    responses(
        (status = 200, body = TrialBody),
        (status = "4XX", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn check(
    State(state): State<ApiState>,
    Caller(caller): Caller,
    Path((app, name)): Path<(String, String)>,
) -> Result<Answer<TrialBody>> {
    let trial = state
        .service
        .try_credential(&caller, &app, channel(&name)?)
        .await?;
    Ok(Answer(match trial {
        CredentialTrial::Works => TrialBody {
            result: TrialResult::Works,
            reason: None,
        },
        CredentialTrial::Refused(reason) => TrialBody {
            result: TrialResult::Refused,
            reason: Some(reason),
        },
        CredentialTrial::Unknown(reason) => TrialBody {
            result: TrialResult::Unknown,
            reason: Some(reason),
        },
    }))
}
