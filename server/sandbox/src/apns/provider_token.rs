//! Provider tokens: JSON Web Tokens that APNs takes as a credential.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use domain::Timestamp;
use http::StatusCode;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;

use super::check::Refusal;
use crate::wire::Head;

/// A token is taken for this long after it was issued.
const MAX_AGE_SECONDS: i64 = 3600;
/// And this much before, for clocks that differ.
const MAX_LEAD_SECONDS: i64 = 300;
/// Verified tokens remembered; signatures are expensive and tokens are few.
const REMEMBERED: usize = 256;

/// An APNs key that the sandbox knows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApnsKey {
    /// The key's id, the token's `kid`.
    pub key_id: String,
    /// The team that it belongs to, the token's `iss`.
    pub team_id: String,
    /// Its public half, PEM.
    pub public_key_pem: String,
    /// The topics that it may send to; empty for all.
    pub topics: Vec<String>,
}

/// What happens to a credential whose public key the sandbox does not know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownKeys {
    /// It is refused, as Apple and Google would.
    #[default]
    Refuse,
    /// Form, claims and age are checked and the signature is believed, so that
    /// any credential of one's own can be tried.
    Trust,
}

/// A public key cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the public key of {key_id} is no P-256 key in PEM: {reason}")]
pub(crate) struct KeyError {
    key_id: String,
    reason: String,
}

/// The keys in force and the tokens already verified with them.
#[derive(Debug)]
pub(crate) struct Keys {
    unknown: UnknownKeys,
    known: RwLock<HashMap<String, Arc<Known>>>,
    verified: RwLock<HashMap<Vec<u8>, Verified>>,
}

struct Known {
    team_id: String,
    topics: Vec<String>,
    key: DecodingKey,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known")
            .field("team_id", &self.team_id)
            .field("topics", &self.topics)
            .finish_non_exhaustive()
    }
}

/// Who sends, by a token whose signature was checked.
#[derive(Clone, Debug)]
pub(super) struct Verified {
    /// The key's id; a connection keeps to one.
    pub(super) key_id: Arc<str>,
    issued_at: i64,
    /// None for a trusted key that is not registered.
    known: Option<Arc<Known>>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    iat: i64,
}

impl Verified {
    /// Whether this key may send to `topic`.
    pub(super) fn may_send_to(&self, topic: &str) -> bool {
        self.known.as_ref().is_none_or(|known| {
            known.topics.is_empty() || known.topics.iter().any(|allowed| allowed == topic)
        })
    }
}

impl Keys {
    pub(crate) fn new(unknown: UnknownKeys) -> Self {
        Self {
            unknown,
            known: RwLock::default(),
            verified: RwLock::default(),
        }
    }

    /// Adds or replaces a key.
    pub(crate) fn register(&self, key: ApnsKey) -> Result<(), KeyError> {
        let decoding =
            DecodingKey::from_ec_pem(key.public_key_pem.as_bytes()).map_err(|error| KeyError {
                key_id: key.key_id.clone(),
                reason: error.to_string(),
            })?;
        let known = Known {
            team_id: key.team_id,
            topics: key.topics,
            key: decoding,
        };
        self.known
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key.key_id, Arc::new(known));
        self.verified
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
        Ok(())
    }

    /// Checks the provider token of a request.
    pub(super) fn verify(&self, head: &Head, now: Timestamp) -> Result<Verified, Refusal> {
        let header = head
            .headers
            .get(http::header::AUTHORIZATION)
            .ok_or((StatusCode::FORBIDDEN, "MissingProviderToken"))?
            .as_bytes();
        let kept = self
            .verified
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(header)
            .cloned();
        let verified = match kept {
            Some(verified) => verified,
            None => self.verify_anew(header).ok_or(INVALID)?,
        };
        let age = now.as_seconds() - verified.issued_at;
        if age > MAX_AGE_SECONDS {
            return Err((StatusCode::FORBIDDEN, "ExpiredProviderToken"));
        }
        if age < -MAX_LEAD_SECONDS {
            return Err(INVALID);
        }
        Ok(verified)
    }

    fn verify_anew(&self, header: &[u8]) -> Option<Verified> {
        let token = std::str::from_utf8(header).ok()?.strip_prefix("bearer ")?;
        let parts = jsonwebtoken::decode_header(token).ok()?;
        let key_id = parts.kid?;
        if parts.alg != Algorithm::ES256 {
            return None;
        }
        let known = self
            .known
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&key_id)
            .cloned();
        let mut validation = Validation::new(Algorithm::ES256);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let claims: Claims = match (&known, self.unknown) {
            (Some(known), _) => {
                let claims: Claims = jsonwebtoken::decode(token, &known.key, &validation)
                    .ok()?
                    .claims;
                (claims.iss == known.team_id).then_some(claims)?
            }
            (None, UnknownKeys::Trust) => {
                jsonwebtoken::dangerous::insecure_decode(token).ok()?.claims
            }
            (None, UnknownKeys::Refuse) => return None,
        };
        if claims.iss.len() != 10 || key_id.len() != 10 {
            return None;
        }
        let verified = Verified {
            key_id: key_id.into(),
            issued_at: claims.iat,
            known,
        };
        let mut kept = self
            .verified
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= REMEMBERED {
            kept.clear();
        }
        kept.insert(header.to_vec(), verified.clone());
        Some(verified)
    }
}

const INVALID: Refusal = (StatusCode::FORBIDDEN, "InvalidProviderToken");
