//! OAuth access tokens: fetched by one caller at a time, shared by all, and
//! fetched again before they end.
//! Source: RFC 6749, sections 4 and 5.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::Timestamp;
use domain::time::Clock;
use http::{HeaderValue, StatusCode};
use serde::Deserialize;
use tokio::time::Instant;

use crate::pool::describe;
use crate::retry_after::retry_after;
use crate::{Answer, CredentialProblem, Outcome, Scope};

/// A token is fetched anew this long before it expires.
const MARGIN_SECONDS: i64 = 300;
/// How long a failure stands before the endpoint is asked again, so that a
/// thousand waiting sends are one request and not a thousand.
const FAILURE_SECONDS: i64 = 2;
const REFUSAL_SECONDS: i64 = 30;

/// What a token endpoint is given for a token.
pub(crate) trait Grant: std::fmt::Debug + Send + Sync {
    /// The form's fields.
    ///
    /// # Errors
    /// Why they cannot be had.
    fn form(&self, now: Timestamp) -> Result<Vec<(&'static str, String)>, String>;
}

/// The access tokens of one credential.
pub(crate) struct AccessTokens {
    http: reqwest::Client,
    uri: String,
    grant: Box<dyn Grant>,
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
pub(crate) struct AccessToken {
    pub(crate) header: HeaderValue,
    expires_at: Timestamp,
}

/// Why there is no token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    /// The provider does not take the account or its key.
    #[error("the token endpoint refuses the account: {0}")]
    Refused(String),
    /// The endpoint cannot be reached, or has a fault that passes.
    #[error("no access token: {reason}")]
    Unavailable {
        reason: String,
        retry_after: Option<Duration>,
    },
}

impl TokenError {
    /// What it means for a push: without a token nothing was sent.
    pub(crate) fn into_answer(self, scope: Scope) -> Answer {
        Answer::unanswered(match self {
            Self::Refused(reason) => Outcome::CredentialRefused { scope, reason },
            Self::Unavailable {
                reason,
                retry_after,
            } => Outcome::NotSent {
                reason: format!("no access token: {reason}"),
                retry_after,
            },
        })
    }

    /// What it means for the credential.
    pub(crate) fn into_problem(self, scope: Scope) -> CredentialProblem {
        match self {
            Self::Refused(reason) => CredentialProblem::Refused { scope, reason },
            Self::Unavailable { reason, .. } => CredentialProblem::Unreachable { reason },
        }
    }
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
    /// Tokens that `uri` grants for `grant`, asked over `http`.
    pub(crate) fn new(
        http: reqwest::Client,
        uri: String,
        grant: Box<dyn Grant>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            http,
            uri,
            grant,
            clock,
            state: Mutex::default(),
            fetching: tokio::sync::Mutex::default(),
        }
    }

    /// The token to send with now, by `deadline`.
    pub(crate) async fn current(&self, deadline: Instant) -> Result<AccessToken, TokenError> {
        match self.kept(None) {
            Some(kept) => kept,
            None => in_time(deadline, self.fetch(None)).await,
        }
    }

    /// The token to send with after the provider did not take `refused`:
    /// another caller's newer one, or a new one, by `deadline`.
    pub(crate) async fn renew(
        &self,
        refused: &AccessToken,
        deadline: Instant,
    ) -> Result<AccessToken, TokenError> {
        match self.kept(Some(refused)) {
            Some(kept) => kept,
            None => in_time(deadline, self.fetch(Some(refused))).await,
        }
    }

    /// Asks the endpoint, whatever is kept.
    pub(crate) async fn fetch_anew(&self) -> Result<AccessToken, TokenError> {
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
        let form = self.grant.form(now).map_err(TokenError::Refused)?;
        let answer = self
            .http
            .post(&self.uri)
            .form(&form)
            .send()
            .await
            .map_err(|error| unavailable(describe(&error)))?;
        let status = answer.status();
        let wait = retry_after(answer.headers(), now);
        let body = answer
            .bytes()
            .await
            .map_err(|error| unavailable(describe(&error)))?;
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
}

/// A token by the deadline.
async fn in_time(
    deadline: Instant,
    token: impl Future<Output = Result<AccessToken, TokenError>>,
) -> Result<AccessToken, TokenError> {
    tokio::time::timeout_at(deadline, token)
        .await
        .unwrap_or_else(|_| {
            Err(TokenError::Unavailable {
                reason: "no answer from the token endpoint in time".to_owned(),
                retry_after: None,
            })
        })
}

/// Without the tokens.
impl std::fmt::Debug for AccessTokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessTokens")
            .field("uri", &self.uri)
            .field("grant", &self.grant)
            .finish_non_exhaustive()
    }
}
