//! The one place where reqwest clients are made: for everything that goes out
//! and is not a hot channel.

use std::time::Duration;

use crate::{Limits, Reach, SettingsError};

/// How often a connection with calls on it is pinged to see that it still lives.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// A client that verifies servers by `tls`, follows no redirects, uses no
/// proxy, and gives every request `timeout` in all.
pub(crate) fn web_client(
    tls: rustls::ClientConfig,
    timeout: Duration,
) -> Result<reqwest::Client, SettingsError> {
    made(builder(tls).timeout(timeout))
}

/// The same for addresses that people give: `reach` says which may be called.
pub(crate) fn guarded_client(
    tls: rustls::ClientConfig,
    timeout: Duration,
    reach: &Reach,
) -> Result<reqwest::Client, SettingsError> {
    made(builder(tls).timeout(timeout).dns_resolver(reach.clone()))
}

/// The same for a channel, which sees to its requests' time itself: connecting
/// has its limit, and a connection that falls silent is noticed and left. Where
/// addresses come from outside, `reach` says which of them may be called.
pub(crate) fn channel_client(
    tls: rustls::ClientConfig,
    limits: &Limits,
    reach: Option<&Reach>,
) -> Result<reqwest::Client, SettingsError> {
    let mut builder = builder(tls);
    if let Some(reach) = reach {
        builder = builder.dns_resolver(reach.clone());
    }
    made(
        builder
            .connect_timeout(limits.connect_timeout)
            .http2_keep_alive_interval(KEEP_ALIVE)
            .http2_keep_alive_timeout(limits.request_timeout),
    )
}

fn builder(mut tls: rustls::ClientConfig) -> reqwest::ClientBuilder {
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("Carillon/", env!("CARGO_PKG_VERSION")))
}

fn made(builder: reqwest::ClientBuilder) -> Result<reqwest::Client, SettingsError> {
    builder
        .build()
        .map_err(|error| SettingsError::new("http", error.to_string()))
}
