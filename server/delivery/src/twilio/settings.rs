//! What a client of Twilio Notify is made from.

use std::fmt;

use crate::settings::required;
use crate::{Limits, SettingsError};

/// Twilio's server for Notify.
pub const ENDPOINT: &str = "https://notify.twilio.com";

/// An account, a Notify service of its, where it is used, and how much at once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Settings {
    /// The account: `AC…`.
    pub account_sid: String,
    /// Its secret.
    pub auth_token: String,
    /// The Notify service: `IS…`.
    pub service_sid: String,
    /// `https://host[:port]`; [`ENDPOINT`] at Twilio.
    pub endpoint: String,
    /// A certificate authority to believe beside the web's own, PEM.
    pub extra_ca_pem: Option<String>,
    /// How much at once, and how long to wait.
    pub limits: Limits,
}

impl Settings {
    pub(super) fn check(&self) -> Result<(), SettingsError> {
        sid("account_sid", &self.account_sid, "AC")?;
        required("auth_token", &self.auth_token)?;
        sid("service_sid", &self.service_sid, "IS")?;
        required("endpoint", &self.endpoint)?;
        self.limits.check()
    }
}

/// A SID: two letters that say of what, and 32 hexadecimal digits (Twilio,
/// "What is a String Identifier").
fn sid(field: &'static str, value: &str, kind: &str) -> Result<(), SettingsError> {
    required(field, value)?;
    let digits = value.strip_prefix(kind).unwrap_or_default();
    if digits.len() == 32 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(());
    }
    let problem = format!("must be {kind} and 32 hexadecimal digits, as Twilio's console shows it");
    Err(SettingsError::new(field, problem))
}

/// The secret stays out of logs.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("account_sid", &self.account_sid)
            .field("service_sid", &self.service_sid)
            .field("endpoint", &self.endpoint)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sid_says_what_it_is_of() {
        let digits = "0123456789abcdef0123456789abcdef";
        let of = |value: &str| sid("service_sid", value, "IS");
        assert!(of(&format!("IS{digits}")).is_ok());
        for wrong in [
            String::new(),
            format!("AC{digits}"),
            format!("IS{}", &digits[1..]),
            format!("IS{}x", &digits[1..]),
            format!("IS{digits}/.."),
        ] {
            assert_eq!(of(&wrong).unwrap_err().field, "service_sid", "{wrong}");
        }
    }
}
