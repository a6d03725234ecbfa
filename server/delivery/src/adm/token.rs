//! What Amazon's token endpoint is given: the security profile's identifier
//! and secret.
//! Source: "Request an Access Token", Amazon developer documentation.

use domain::Timestamp;

use super::Settings;
use crate::oauth::Grant;

const SCOPE: &str = "messaging:push";

/// A security profile.
pub(super) struct Profile {
    client_id: String,
    client_secret: String,
}

impl Profile {
    pub(super) fn of(settings: &Settings) -> Self {
        Self {
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
        }
    }
}

impl Grant for Profile {
    fn form(&self, _: Timestamp) -> Result<Vec<(&'static str, String)>, String> {
        Ok(vec![
            ("grant_type", "client_credentials".to_owned()),
            ("scope", SCOPE.to_owned()),
            ("client_id", self.client_id.clone()),
            ("client_secret", self.client_secret.clone()),
        ])
    }
}

/// Without the secret.
impl std::fmt::Debug for Profile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Profile")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}
