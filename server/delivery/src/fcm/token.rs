//! Access tokens: fetched with a signed assertion, shared, and fetched by one
//! caller at a time.
//! Source: "Using OAuth 2.0 for server to server applications", Google Identity.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::Timestamp;
use domain::time::Clock;
use http::{HeaderValue, StatusCode};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::{Deserialize, Serialize};

use super::Settings;
use crate::retry_after::retry_after;
use crate::{SettingsError, outbound, tls};

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const ASSERTION_SECONDS: i64 = 3600;
/// A token is fetched anew this long before it expires.
const MARGIN_SECONDS: i64 = 300;
/// How long a failure stands before the endpoint is asked again, so that a
/// thousand waiting sends are one request and not a thousand.
const FAILURE_SECONDS: i64 = 2;
const REFUSAL_SECONDS: i64 = 30;

/// The access tokens of one service account.
pub(super) struct AccessTokens {
    http: reqwest::Client,
    key: EncodingKey,
    client_email: String,
    token_uri: String,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// Held by the one caller who asks the endpoint.
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    token: Option<AccessToken>,
    failure: Option<(TokenError, Timestamp)>,
}

/// A token, as the header carries it.
#[derive(Clone, Debug)]
pub(super) struct AccessToken {
    pub(super) header: HeaderValue,
    expires_at: Timestamp,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TokenError {
    /// Google does not take the account or its key.
    #[error("the token endpoint refuses the account: {0}")]
    Refused(String),
    /// The endpoint cannot be reached, or has a fault that passes.
    #[error("no access token: {reason}")]
    Unavailable {
        reason: String,
        retry_after: Option<Duration>,
    },
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    scope: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

#[derive(Deserialize)]
struct Granted {
    access_token: String,
    expires_in: i64,
}

/// RFC 6749 section 5.2.
#[derive(Default, Deserialize)]
struct Refused {
    #[serde(default)]
    error: String,
    #[serde(default)]
    error_description: String,
}

impl AccessTokens {
    pub(super) fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, SettingsError> {
        let key = EncodingKey::from_rsa_pem(settings.private_key_pem.as_bytes()).map_err(|error| {
            let problem = format!(
                "is no RSA key ({error}); take private_key from the service account's key file, \
                 from BEGIN PRIVATE KEY to END PRIVATE KEY"
            );
            SettingsError::new("private_key_pem", problem)
        })?;
        let tls = tls::client_config(settings.extra_ca_pem.as_deref())?;
        Ok(Self {
            http: outbound::web_client(tls, settings.limits.request_timeout, None)?,
            key,
            client_email: settings.client_email.clone(),
            token_uri: settings.token_uri.clone(),
            clock,
            state: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
        })
    }

    /// The token to send with now.
    pub(super) async fn current(&self) -> Result<AccessToken, TokenError> {
        match self.kept(None) {
            Some(kept) => kept,
            None => self.fetch(None).await,
        }
    }

    /// The token to send with after Google did not take `refused`: another
    /// caller's newer one, or a new one.
    pub(super) async fn renew(&self, refused: &AccessToken) -> Result<AccessToken, TokenError> {
        match self.kept(Some(refused)) {
            Some(kept) => kept,
            None => self.fetch(Some(refused)).await,
        }
    }

    /// Asks the endpoint, whatever is kept.
    pub(super) async fn fetch_anew(&self) -> Result<AccessToken, TokenError> {
        let _turn = self.fetching.lock().await;
        self.ask_and_keep().await
    }

    /// A token, or a failure, that still stands.
    fn kept(&self, refused: Option<&AccessToken>) -> Option<Result<AccessToken, TokenError>> {
        let now = self.clock.now();
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = &state.token
            && now.plus_seconds(MARGIN_SECONDS) < token.expires_at
            && refused.is_none_or(|refused| refused.header != token.header)
        {
            return Some(Ok(token.clone()));
        }
        match &state.failure {
            Some((error, until)) if now < *until => Some(Err(error.clone())),
            _ => None,
        }
    }

    async fn fetch(&self, refused: Option<&AccessToken>) -> Result<AccessToken, TokenError> {
        let _turn = self.fetching.lock().await;
        // Whoever had the turn before may have brought what is wanted.
        match self.kept(refused) {
            Some(kept) => kept,
            None => self.ask_and_keep().await,
        }
    }

    async fn ask_and_keep(&self) -> Result<AccessToken, TokenError> {
        let asked = self.ask().await;
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match &asked {
            Ok(token) => {
                state.token = Some(token.clone());
                state.failure = None;
            }
            Err(error) => {
                let seconds = match error {
                    TokenError::Refused(_) => REFUSAL_SECONDS,
                    TokenError::Unavailable { retry_after, .. } => retry_after
                        .and_then(|wait| i64::try_from(wait.as_secs()).ok())
                        .unwrap_or(FAILURE_SECONDS),
                };
                state.failure = Some((error.clone(), now.plus_seconds(seconds)));
            }
        }
        asked
    }

    async fn ask(&self) -> Result<AccessToken, TokenError> {
        let unavailable = |reason: String| TokenError::Unavailable {
            reason,
            retry_after: None,
        };
        let now = self.clock.now();
        let assertion = self.assertion(now).map_err(|error| {
            TokenError::Refused(format!("the assertion cannot be signed: {error}"))
        })?;
        let answer = self
            .http
            .post(&self.token_uri)
            .form(&[("grant_type", GRANT), ("assertion", &assertion)])
            .send()
            .await
            .map_err(|error| unavailable(crate::pool::describe(&error)))?;
        let status = answer.status();
        let wait = retry_after(answer.headers(), now);
        let body = answer
            .bytes()
            .await
            .map_err(|error| unavailable(crate::pool::describe(&error)))?;
        if status.is_success() {
            let granted: Granted = serde_json::from_slice(&body)
                .map_err(|error| unavailable(format!("the token endpoint's answer: {error}")))?;
            let header = HeaderValue::try_from(format!("Bearer {}", granted.access_token))
                .map_err(|_| unavailable("the access token fits no header".to_owned()))?;
            return Ok(AccessToken {
                header,
                expires_at: now.plus_seconds(granted.expires_in),
            });
        }
        let refused: Refused = serde_json::from_slice(&body).unwrap_or_default();
        let reason = format!(
            "status {} {} {}",
            status.as_u16(),
            refused.error,
            refused.error_description
        );
        let reason = reason.trim_end().to_owned();
        if status.is_client_error()
            && status != StatusCode::TOO_MANY_REQUESTS
            && status != StatusCode::REQUEST_TIMEOUT
        {
            return Err(TokenError::Refused(reason));
        }
        Err(TokenError::Unavailable {
            reason,
            retry_after: wait,
        })
    }

    fn assertion(&self, now: Timestamp) -> Result<String, jsonwebtoken::errors::Error> {
        let iat = now.as_seconds();
        let claims = Claims {
            iss: &self.client_email,
            scope: SCOPE,
            aud: &self.token_uri,
            iat,
            exp: iat + ASSERTION_SECONDS,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.key)
    }
}

impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessTokens")
            .field("client_email", &self.client_email)
            .field("token_uri", &self.token_uri)
            .finish_non_exhaustive()
    }
}
