//! Who may send: an account's SID and auth token by Basic authentication, for a
//! Notify service of its own.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::prelude::{BASE64_STANDARD, Engine};
use http::HeaderMap;

use crate::apns::UnknownKeys;

/// The accounts in force.
pub(crate) struct Accounts {
    unknown: UnknownKeys,
    known: Mutex<HashMap<String, Account>>,
}

struct Account {
    auth_token: String,
    service_sid: String,
}

/// Why a request is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoAccess {
    /// No account, or not its auth token.
    Unauthenticated,
    /// The account has no such service.
    NoService,
}

/// Without the secrets.
impl std::fmt::Debug for Accounts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Accounts")
            .field("unknown", &self.unknown)
            .finish_non_exhaustive()
    }
}

impl Accounts {
    pub(crate) fn new(unknown: UnknownKeys) -> Self {
        Self {
            unknown,
            known: Mutex::default(),
        }
    }

    pub(crate) fn register(&self, account_sid: &str, auth_token: &str, service_sid: &str) {
        let account = Account {
            auth_token: auth_token.to_owned(),
            service_sid: service_sid.to_owned(),
        };
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(account_sid.to_owned(), account);
    }

    /// The account that asks, if it may use `service_sid`.
    pub(super) fn authorize(
        &self,
        headers: &HeaderMap,
        service_sid: &str,
    ) -> Result<String, NoAccess> {
        let (account_sid, auth_token) = credentials(headers).ok_or(NoAccess::Unauthenticated)?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        match (known.get(&account_sid), self.unknown) {
            (Some(account), _) if account.auth_token != auth_token => {
                Err(NoAccess::Unauthenticated)
            }
            (Some(account), _) if account.service_sid != service_sid => Err(NoAccess::NoService),
            (None, UnknownKeys::Refuse) => Err(NoAccess::Unauthenticated),
            (None, UnknownKeys::Trust) if auth_token.is_empty() => Err(NoAccess::Unauthenticated),
            (Some(_), _) | (None, UnknownKeys::Trust) => Ok(account_sid),
        }
    }
}

/// User and password of Basic authentication (RFC 7617).
fn credentials(headers: &HeaderMap) -> Option<(String, String)> {
    let encoded = headers
        .get(http::header::AUTHORIZATION)?
        .to_str()
        .ok()?
        .strip_prefix("Basic ")?;
    let text = String::from_utf8(BASE64_STANDARD.decode(encoded).ok()?).ok()?;
    let (user, password) = text.split_once(':')?;
    Some((user.to_owned(), password.to_owned()))
}
