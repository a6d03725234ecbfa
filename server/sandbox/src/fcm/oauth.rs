//! Google's token endpoint: a signed assertion in, an access token out.
//! Source: "Using OAuth 2.0 for server to server applications", RFC 7523.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::Timestamp;
use http::{HeaderMap, StatusCode};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::json;

use crate::apns::UnknownKeys;
use crate::form;
use crate::wire::Reply;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const MAX_ASSERTION_SECONDS: i64 = 3600;
const LEEWAY_SECONDS: i64 = 300;
/// What Google grants.
const ACCESS_SECONDS: i64 = 3599;

/// A service account that the sandbox knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FcmAccount {
    /// The account's address, the assertion's `iss`.
    pub client_email: String,
    /// The project that it sends for.
    pub project_id: String,
    /// The public half of its key, PEM.
    pub public_key_pem: String,
}

/// A public key cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the public key of {account} is no RSA key in PEM: {reason}")]
pub(crate) struct AccountError {
    account: String,
    reason: String,
}

/// The accounts in force and the access tokens they hold.
#[derive(Debug)]
pub(crate) struct Accounts {
    unknown: UnknownKeys,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    accounts: HashMap<String, (String, DecodingKey)>,
    granted: HashMap<String, Grant>,
    fetched: u64,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("State")
            .field("accounts", &self.accounts.len())
            .field("granted", &self.granted.len())
            .finish_non_exhaustive()
    }
}

/// What an access token allows.
#[derive(Clone, Debug)]
struct Grant {
    expires_at: i64,
    /// None for a trusted account that is not registered: any project.
    project_id: Option<String>,
}

/// Why a bearer token does not open a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoAccess {
    /// No token, an unknown one, or one that has expired.
    Unauthenticated,
    /// A good token of another project.
    WrongProject,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    scope: String,
    aud: String,
    iat: i64,
    exp: i64,
}

impl Accounts {
    pub(crate) fn new(unknown: UnknownKeys) -> Self {
        Self {
            unknown,
            state: Mutex::default(),
        }
    }

    pub(crate) fn register(&self, account: FcmAccount) -> Result<(), AccountError> {
        let key =
            DecodingKey::from_rsa_pem(account.public_key_pem.as_bytes()).map_err(|error| {
                AccountError {
                    account: account.client_email.clone(),
                    reason: error.to_string(),
                }
            })?;
        self.lock()
            .accounts
            .insert(account.client_email, (account.project_id, key));
        Ok(())
    }

    /// How often the token endpoint was asked.
    pub(crate) fn fetched(&self) -> u64 {
        self.lock().fetched
    }

    /// Makes every access token invalid, as if it had expired early.
    pub(crate) fn revoke(&self) {
        self.lock().granted.clear();
    }

    /// Answers the token endpoint. `token_uri` is the address that the
    /// assertion must be meant for.
    pub(super) fn exchange(&self, form: &[u8], token_uri: &str, now: Timestamp) -> Reply {
        let mut state = self.lock();
        state.fetched += 1;
        match self.check(&state, form, token_uri, now) {
            Ok(project_id) => {
                let token = format!("ya29.{}", uuid::Uuid::new_v4().simple());
                let expires_at = now.as_seconds() + ACCESS_SECONDS;
                state
                    .granted
                    .retain(|_, grant| grant.expires_at > now.as_seconds());
                state.granted.insert(
                    token.clone(),
                    Grant {
                        expires_at,
                        project_id,
                    },
                );
                Reply::json(
                    StatusCode::OK,
                    json!({
                        "access_token": token,
                        "expires_in": ACCESS_SECONDS,
                        "token_type": "Bearer",
                    })
                    .to_string(),
                )
            }
            Err((error, description)) => Reply::json(
                StatusCode::BAD_REQUEST,
                json!({"error": error, "error_description": description}).to_string(),
            ),
        }
    }

    /// The project that the granted token opens; none for all.
    fn check(
        &self,
        state: &State,
        form: &[u8],
        token_uri: &str,
        now: Timestamp,
    ) -> Result<Option<String>, (&'static str, &'static str)> {
        let form = form::by_name(form);
        if form.get("grant_type").map(String::as_str) != Some(GRANT) {
            return Err(("unsupported_grant_type", "Invalid grant_type"));
        }
        let assertion = form
            .get("assertion")
            .ok_or(("invalid_request", "Missing required parameter: assertion"))?;
        let invalid = ("invalid_grant", "Invalid JWT Signature.");
        let unchecked: Claims = jsonwebtoken::dangerous::insecure_decode(assertion)
            .map_err(|_| ("invalid_grant", "Invalid JWT: Failed to parse."))?
            .claims;
        let project = match (state.accounts.get(&unchecked.iss), self.unknown) {
            (Some((project, key)), _) => {
                let mut validation = Validation::new(Algorithm::RS256);
                validation.required_spec_claims.clear();
                validation.validate_exp = false;
                validation.validate_aud = false;
                jsonwebtoken::decode::<Claims>(assertion, key, &validation).map_err(|_| invalid)?;
                Some(project.clone())
            }
            (None, UnknownKeys::Trust) => None,
            (None, UnknownKeys::Refuse) => {
                return Err(("invalid_grant", "Invalid grant: account not found"));
            }
        };
        if unchecked.aud != token_uri {
            return Err((
                "invalid_grant",
                "Invalid JWT: aud is not this token endpoint.",
            ));
        }
        if !unchecked.scope.split(' ').any(|scope| scope == SCOPE) {
            return Err((
                "invalid_scope",
                "Invalid OAuth scope or ID token audience provided.",
            ));
        }
        let now = now.as_seconds();
        let lifetime = unchecked.exp - unchecked.iat;
        if unchecked.iat > now + LEEWAY_SECONDS
            || unchecked.exp < now
            || !(1..=MAX_ASSERTION_SECONDS).contains(&lifetime)
        {
            return Err((
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable \
                 timeframe. Check your iat and exp values in the JWT claim.",
            ));
        }
        Ok(project)
    }

    /// Whether the request's bearer token opens `project`.
    pub(super) fn authorize(
        &self,
        headers: &HeaderMap,
        project: &str,
        now: Timestamp,
    ) -> Result<(), NoAccess> {
        let token = headers
            .get(http::header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or(NoAccess::Unauthenticated)?;
        let state = self.lock();
        let grant = state.granted.get(token).ok_or(NoAccess::Unauthenticated)?;
        if grant.expires_at <= now.as_seconds() {
            return Err(NoAccess::Unauthenticated);
        }
        match &grant.project_id {
            Some(own) if own != project => Err(NoAccess::WrongProject),
            _ => Ok(()),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
