//! Provider tokens: signed, shared, and renewed no more often than Apple allows.
//! Source: "Establishing a token-based connection to APNs": valid for an hour,
//! renewed no more than once per 20 minutes.

use std::sync::{Arc, Mutex, PoisonError};

use domain::Timestamp;
use domain::time::Clock;
use http::HeaderValue;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;

use super::settings::SignerKey;
use crate::SettingsError;
use crate::settings::required;

/// A token is renewed at this age, ten minutes before Apple refuses it.
const RENEW_AT_SECONDS: i64 = 50 * 60;
/// A token is never younger than this when it is renewed.
const SETTLED_AT_SECONDS: i64 = 20 * 60;

/// Signs the provider tokens of one key in one environment.
pub(crate) struct TokenSigner {
    key: EncodingKey,
    key_id: String,
    team_id: String,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    token: Option<ProviderToken>,
    /// Apple said that tokens change too often: none before this.
    held_until: Option<Timestamp>,
}

/// A signed token, as the header carries it.
#[derive(Clone, Debug)]
pub(super) struct ProviderToken {
    pub(super) header: HeaderValue,
    signed_at: Timestamp,
}

/// A token may not be signed yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooEarly {
    pub(super) until: Timestamp,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    iat: i64,
}

impl TokenSigner {
    /// Reads the key and tries it.
    pub(crate) fn new(from: &SignerKey, clock: Arc<dyn Clock>) -> Result<Self, SettingsError> {
        required("team_id", &from.team_id)?;
        required("key_id", &from.key_id)?;
        required("private_key_pem", &from.private_key_pem)?;
        let wrong = |error: jsonwebtoken::errors::Error| {
            SettingsError::new(
                "private_key_pem",
                format!(
                    "is no APNs key ({error}); paste the whole .p8 file, from BEGIN PRIVATE KEY \
                     to END PRIVATE KEY"
                ),
            )
        };
        let signer = Self {
            key: EncodingKey::from_ec_pem(from.private_key_pem.as_bytes()).map_err(wrong)?,
            key_id: from.key_id.clone(),
            team_id: from.team_id.clone(),
            clock,
            state: Mutex::default(),
        };
        signer.sign(Timestamp::default()).map_err(wrong)?;
        Ok(signer)
    }

    /// The token to send with now.
    pub(super) fn current(&self) -> Result<ProviderToken, jsonwebtoken::errors::Error> {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = &state.token
            && (age(token, now) < RENEW_AT_SECONDS || state.held_until.is_some_and(|at| now < at))
        {
            return Ok(token.clone());
        }
        let token = self.sign(now)?;
        state.held_until = None;
        state.token = Some(token.clone());
        Ok(token)
    }

    /// The token to send with after Apple called `refused` expired: another
    /// sender's newer one, or a new one if it is not too early for that.
    pub(super) fn renew(
        &self,
        refused: &ProviderToken,
    ) -> Result<Result<ProviderToken, TooEarly>, jsonwebtoken::errors::Error> {
        let now = self.clock.now();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(token) = &state.token
            && token.header != refused.header
        {
            return Ok(Ok(token.clone()));
        }
        let settled = refused.signed_at.plus_seconds(SETTLED_AT_SECONDS);
        let until = settled.max(state.held_until.unwrap_or(settled));
        if now < until {
            return Ok(Err(TooEarly { until }));
        }
        let token = self.sign(now)?;
        state.held_until = None;
        state.token = Some(token.clone());
        Ok(Ok(token))
    }

    /// Apple said that tokens change too often. Returns when one may again.
    pub(super) fn hold(&self) -> Timestamp {
        let until = self.clock.now().plus_seconds(SETTLED_AT_SECONDS);
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .held_until = Some(until);
        until
    }

    fn sign(&self, now: Timestamp) -> Result<ProviderToken, jsonwebtoken::errors::Error> {
        let mut header = Header::new(Algorithm::ES256);
        header.typ = None;
        header.kid = Some(self.key_id.clone());
        let claims = Claims {
            iss: &self.team_id,
            iat: now.as_seconds(),
        };
        let token = jsonwebtoken::encode(&header, &claims, &self.key)?;
        // Lower case, as Apple's own examples have it.
        let header = HeaderValue::try_from(format!("bearer {token}"))
            .map_err(|_| jsonwebtoken::errors::ErrorKind::InvalidToken)?;
        Ok(ProviderToken {
            header,
            signed_at: now,
        })
    }
}

impl std::fmt::Debug for TokenSigner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenSigner")
            .field("team_id", &self.team_id)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// Seconds since the token was signed.
fn age(token: &ProviderToken, now: Timestamp) -> i64 {
    now.as_seconds() - token.signed_at.as_seconds()
}

#[cfg(test)]
mod tests;
