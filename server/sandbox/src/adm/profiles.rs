//! Amazon's token endpoint: a security profile's identifier and secret in, an
//! access token out.
//! Source: "Request an Access Token", Amazon developer documentation.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use domain::Timestamp;
use http::{HeaderMap, StatusCode};
use serde_json::json;

use crate::apns::UnknownKeys;
use crate::form;
use crate::wire::Reply;

const SCOPE: &str = "messaging:push";
/// What Amazon grants.
const ACCESS_SECONDS: i64 = 3600;

/// The security profiles in force and the access tokens they hold.
pub(crate) struct Profiles {
    unknown: UnknownKeys,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    secrets: HashMap<String, String>,
    /// When each access token ends, in Unix seconds.
    granted: HashMap<String, i64>,
    fetched: u64,
}

/// Without the secrets.
impl std::fmt::Debug for Profiles {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profiles")
            .field("unknown", &self.unknown)
            .finish_non_exhaustive()
    }
}

/// What RFC 6749 calls a fault, and Amazon's words for it.
type Refusal = (StatusCode, &'static str, &'static str);

impl Profiles {
    pub(crate) fn new(unknown: UnknownKeys) -> Self {
        Self {
            unknown,
            state: Mutex::default(),
        }
    }

    pub(crate) fn register(&self, client_id: &str, secret: &str) {
        self.lock()
            .secrets
            .insert(client_id.to_owned(), secret.to_owned());
    }

    /// How often the token endpoint granted a token or refused one.
    pub(crate) fn fetched(&self) -> u64 {
        self.lock().fetched
    }

    /// Makes every access token invalid, as if it had expired early.
    pub(crate) fn revoke(&self) {
        self.lock().granted.clear();
    }

    /// Answers a request for an access token.
    pub(super) fn exchange(&self, body: &[u8], now: Timestamp) -> Reply {
        let mut state = self.lock();
        state.fetched += 1;
        if let Err((status, error, description)) = self.check(&state, body) {
            return refused(status, error, description);
        }
        let now = now.as_seconds();
        let token = format!("Atc|{}", uuid::Uuid::new_v4().simple());
        state.granted.retain(|_, ends| *ends > now);
        state.granted.insert(token.clone(), now + ACCESS_SECONDS);
        let body = json!({
            "access_token": token,
            "expires_in": ACCESS_SECONDS,
            "scope": SCOPE,
            "token_type": "bearer",
        });
        Reply::json(StatusCode::OK, body.to_string())
    }

    fn check(&self, state: &State, body: &[u8]) -> Result<(), Refusal> {
        let form = form::by_name(body);
        let field = |name: &str| form.get(name).map_or("", String::as_str);
        if field("grant_type") != "client_credentials" {
            return Err((
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "The authorization grant type is not supported by the authorization server",
            ));
        }
        if field("scope") != SCOPE {
            return Err((
                StatusCode::BAD_REQUEST,
                "invalid_scope",
                "The requested scope is invalid, unknown, or malformed",
            ));
        }
        let (client_id, secret) = (field("client_id"), field("client_secret"));
        if client_id.is_empty() || secret.is_empty() {
            return Err((
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "The request is missing a required parameter : client_id or client_secret",
            ));
        }
        let taken = match (state.secrets.get(client_id), self.unknown) {
            (Some(known), _) => known == secret,
            (None, UnknownKeys::Trust) => true,
            (None, UnknownKeys::Refuse) => false,
        };
        if taken {
            Ok(())
        } else {
            Err((
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "Client authentication failed",
            ))
        }
    }

    /// Whether the request's bearer token was granted and stands.
    pub(super) fn authorizes(&self, headers: &HeaderMap, now: Timestamp) -> bool {
        let token = headers
            .get(http::header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "));
        let state = self.lock();
        token
            .and_then(|token| state.granted.get(token))
            .is_some_and(|ends| *ends > now.as_seconds())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An error in RFC 6749's shape.
pub(super) fn refused(status: StatusCode, error: &str, description: &str) -> Reply {
    let body = json!({
        "error": error,
        "error_description": description,
        "request_id": uuid::Uuid::new_v4(),
    });
    Reply::json(status, body.to_string())
}
