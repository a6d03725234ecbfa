//! What a Web Push client is made from.

use std::fmt;

use crate::Limits;

/// A site's key pair, and how much at once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Settings {
    /// Whom a push service can turn to: `mailto:…` or `https://…`.
    pub subject: String,
    /// The private key: 32 bytes in base64url.
    pub private_key: String,
    /// A certificate authority to believe beside the web's own, PEM.
    pub extra_ca_pem: Option<String>,
    /// How much at once, and how long to wait. Connections are as many as there
    /// are push services.
    pub limits: Limits,
}

/// The key stays out of logs.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("subject", &self.subject)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}
