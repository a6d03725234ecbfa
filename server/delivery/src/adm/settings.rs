//! What an ADM client is made from.

use std::fmt;

use crate::settings::required;
use crate::{Limits, SettingsError};

/// Amazon's servers, for tokens and messages alike.
pub const ENDPOINT: &str = "https://api.amazon.com";

/// A security profile, where it is used, and how much at once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Settings {
    /// The profile's client identifier.
    pub client_id: String,
    /// The profile's client secret.
    pub client_secret: String,
    /// `https://host[:port]`; [`ENDPOINT`] at Amazon.
    pub endpoint: String,
    /// A certificate authority to believe beside the web's own, PEM.
    pub extra_ca_pem: Option<String>,
    /// How much at once, and how long to wait.
    pub limits: Limits,
}

impl Settings {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        required("client_id", &self.client_id)?;
        required("client_secret", &self.client_secret)?;
        required("endpoint", &self.endpoint)?;
        self.limits.check()
    }
}

/// The secret stays out of logs.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("client_id", &self.client_id)
            .field("endpoint", &self.endpoint)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
