//! What an APNs client is made from.

use std::fmt;

use crate::settings::required;
use crate::{Limits, SettingsError};

/// Apple's production servers.
pub const PRODUCTION: &str = "https://api.push.apple.com";
/// Apple's servers for apps in development.
pub const SANDBOX: &str = "https://api.sandbox.push.apple.com";

/// An APNs credential, where it is used, and how much at once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Settings {
    /// The developer team, ten characters.
    pub team_id: String,
    /// The key's id, ten characters.
    pub key_id: String,
    /// The key itself: the text of its `.p8` file.
    pub private_key_pem: String,
    /// `https://host[:port]`; [`PRODUCTION`] or [`SANDBOX`] at Apple.
    pub endpoint: String,
    /// A certificate authority to believe beside the web's own, PEM.
    pub extra_ca_pem: Option<String>,
    /// How much at once, and how long to wait.
    pub limits: Limits,
}

/// Whose provider token: Apple counts by key and environment.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct SignerKey {
    pub(crate) team_id: String,
    pub(crate) key_id: String,
    pub(crate) private_key_pem: String,
    pub(crate) endpoint: String,
}

impl Settings {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        required("endpoint", &self.endpoint)?;
        self.limits.check()
    }

    pub(crate) fn signer_key(&self) -> SignerKey {
        SignerKey {
            team_id: self.team_id.clone(),
            key_id: self.key_id.clone(),
            private_key_pem: self.private_key_pem.clone(),
            endpoint: self.endpoint.clone(),
        }
    }
}

/// The key stays out of logs.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("team_id", &self.team_id)
            .field("key_id", &self.key_id)
            .field("endpoint", &self.endpoint)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignerKey")
            .field("team_id", &self.team_id)
            .field("key_id", &self.key_id)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
