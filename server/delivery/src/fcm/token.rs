//! What Google's token endpoint is given: an assertion that the service account
//! signs.
//! Source: "Using OAuth 2.0 for server to server applications", Google Identity.

use std::sync::Arc;

use domain::Timestamp;
use domain::time::Clock;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use super::Settings;
use crate::oauth::{AccessTokens, Grant};
use crate::{SettingsError, outbound, tls};

const SCOPE: &str = "https://www.googleapis.com/auth/firebase.messaging";
const GRANT: &str = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const ASSERTION_SECONDS: i64 = 3600;

/// A service account that signs for itself.
struct Assertion {
    key: EncodingKey,
    client_email: String,
    token_uri: String,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    scope: &'a str,
    aud: &'a str,
    iat: i64,
    exp: i64,
}

/// The access tokens of a service account.
pub(super) fn access_tokens(
    settings: &Settings,
    clock: Arc<dyn Clock>,
) -> Result<AccessTokens, SettingsError> {
    let key = EncodingKey::from_rsa_pem(settings.private_key_pem.as_bytes()).map_err(|error| {
        let problem = format!(
            "is no RSA key ({error}); take private_key from the service account's key file, \
             from BEGIN PRIVATE KEY to END PRIVATE KEY"
        );
        SettingsError::new("private_key_pem", problem)
    })?;
    let tls = tls::client_config(settings.extra_ca_pem.as_deref())?;
    let http = outbound::web_client(tls, settings.limits.request_timeout)?;
    let assertion = Assertion {
        key,
        client_email: settings.client_email.clone(),
        token_uri: settings.token_uri.clone(),
    };
    let uri = settings.token_uri.clone();
    Ok(AccessTokens::new(http, uri, Box::new(assertion), clock))
}

impl Grant for Assertion {
    fn form(&self, now: Timestamp) -> Result<Vec<(&'static str, String)>, String> {
        let iat = now.as_seconds();
        let claims = Claims {
            iss: &self.client_email,
            scope: SCOPE,
            aud: &self.token_uri,
            iat,
            exp: iat + ASSERTION_SECONDS,
        };
        let assertion = jsonwebtoken::encode(&Header::new(Algorithm::RS256), &claims, &self.key)
            .map_err(|error| format!("the assertion cannot be signed: {error}"))?;
        Ok(vec![
            ("grant_type", GRANT.to_owned()),
            ("assertion", assertion),
        ])
    }
}

/// Without the key.
impl std::fmt::Debug for Assertion {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Assertion")
            .field("client_email", &self.client_email)
            .finish_non_exhaustive()
    }
}
