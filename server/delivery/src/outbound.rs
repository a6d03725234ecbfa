//! The one place where reqwest clients are made: for everything that goes out
//! and is not a hot channel.

use std::time::Duration;

use crate::SettingsError;

/// A client that verifies servers by `tls`, follows no redirects, uses no
/// proxy, and gives every request `timeout` in all.
pub(crate) fn web_client(
    mut tls: rustls::ClientConfig,
    timeout: Duration,
) -> Result<reqwest::Client, SettingsError> {
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("Carillon/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| SettingsError::new("http", error.to_string()))
}
