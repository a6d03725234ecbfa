//! What an FCM client is made from.

use std::fmt;

use http::Uri;
use serde::Deserialize;

use crate::settings::required;
use crate::{Limits, SettingsError};

/// Google's servers.
pub const ENDPOINT: &str = "https://fcm.googleapis.com";

/// A service account, where it is used, and how much at once.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Settings {
    /// The Firebase project.
    pub project_id: String,
    /// The service account's address.
    pub client_email: String,
    /// The service account's RSA key, PEM.
    pub private_key_pem: String,
    /// Where access tokens are fetched; the account's own.
    pub token_uri: String,
    /// `https://host[:port]`; [`ENDPOINT`] at Google.
    pub endpoint: String,
    /// A certificate authority to believe beside the web's own, PEM.
    pub extra_ca_pem: Option<String>,
    /// How much at once, and how long to wait.
    pub limits: Limits,
}

/// A service account's key file, as the Google Cloud console hands it out.
#[derive(Deserialize)]
struct KeyFile {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    project_id: String,
    #[serde(default)]
    client_email: String,
    #[serde(default)]
    private_key: String,
    #[serde(default)]
    token_uri: String,
}

impl Settings {
    /// Reads a service account's key file; the endpoint is Google's.
    ///
    /// # Errors
    /// If it is no such file, naming what is missing.
    pub fn from_service_account_json(json: &str) -> Result<Self, SettingsError> {
        let file: KeyFile = serde_json::from_str(json).map_err(|error| {
            let problem = format!(
                "is not JSON ({error}); upload the key file of a service account, made under \
                 Project settings, Service accounts, Generate new private key"
            );
            SettingsError::new("service_account", problem)
        })?;
        if file.kind != "service_account" {
            let problem = "is no service account's key file: its \"type\" must be \
                           \"service_account\" (google-services.json is another file)";
            return Err(SettingsError::new("service_account", problem));
        }
        let settings = Self {
            project_id: file.project_id,
            client_email: file.client_email,
            private_key_pem: file.private_key,
            token_uri: file.token_uri,
            endpoint: ENDPOINT.to_owned(),
            extra_ca_pem: None,
            limits: Limits::default(),
        };
        settings.check()?;
        Ok(settings)
    }

    pub(super) fn check(&self) -> Result<(), SettingsError> {
        required("project_id", &self.project_id)?;
        required("client_email", &self.client_email)?;
        required("private_key_pem", &self.private_key_pem)?;
        required("endpoint", &self.endpoint)?;
        let project = self.project_id.bytes();
        if !project
            .into_iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.:_".contains(&byte))
        {
            return Err(SettingsError::new(
                "project_id",
                "is the project's id, such as my-app-1a2b3, not its name",
            ));
        }
        check_token_uri(&self.token_uri)?;
        self.limits.check()
    }
}

/// The assertion opens the account for an hour to whoever reads it: it leaves
/// the machine over TLS only.
fn check_token_uri(token_uri: &str) -> Result<(), SettingsError> {
    required("token_uri", token_uri)?;
    let wrong = |problem: String| SettingsError::new("token_uri", problem);
    let uri: Uri = token_uri
        .parse()
        .map_err(|error| wrong(format!("{token_uri} is no address: {error}")))?;
    let host = uri.host().unwrap_or_default();
    let loopback = host == "localhost"
        || host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback());
    match uri.scheme_str() {
        Some("https") if !host.is_empty() => Ok(()),
        Some("http") if loopback => Ok(()),
        _ => Err(wrong(format!(
            "{token_uri} must start with https:// (http:// is for this machine alone)"
        ))),
    }
}

/// The key stays out of logs.
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("project_id", &self.project_id)
            .field("client_email", &self.client_email)
            .field("token_uri", &self.token_uri)
            .field("endpoint", &self.endpoint)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_file_is_read_and_a_wrong_one_explained() {
        let good = r#"{"type": "service_account", "project_id": "p-1", "client_email": "a@b",
            "private_key": "k", "token_uri": "https://oauth2.googleapis.com/token"}"#;
        let settings = Settings::from_service_account_json(good).unwrap();
        assert_eq!(settings.project_id, "p-1");
        assert_eq!(settings.endpoint, ENDPOINT);
        for (json, field) in [
            ("nonsense", "service_account"),
            (r#"{"project_info": {}}"#, "service_account"),
            (&good.replace("p-1", ""), "project_id"),
            (&good.replace("p-1", "My App"), "project_id"),
            (&good.replace("a@b", ""), "client_email"),
            (&good.replace("https", "http"), "token_uri"),
        ] {
            let error = Settings::from_service_account_json(json).unwrap_err();
            assert_eq!(error.field, field, "{json}");
        }
    }

    #[test]
    fn assertion_leaves_the_machine_over_tls_only() {
        for (uri, fine) in [
            ("https://oauth2.googleapis.com/token", true),
            ("http://127.0.0.1:9/token", true),
            ("http://[::1]:9/token", true),
            ("http://localhost/token", true),
            ("http://127.0.0.1.example.com/token", false),
            ("http://10.0.0.1/token", false),
            ("ftp://127.0.0.1/token", false),
        ] {
            assert_eq!(check_token_uri(uri).is_ok(), fine, "{uri}");
        }
    }
}
