//! The one place where reqwest clients are made: for everything that goes out
//! and is not a hot channel.

use std::time::Duration;

use bytes::{Bytes, BytesMut};

use crate::{Answer, Reach, SettingsError};

/// A client that verifies servers by `tls`, follows no redirects, uses no
/// proxy, and gives every request `timeout` in all. Where addresses come from
/// outside, `reach` says which of them may be called.
pub(crate) fn web_client(
    mut tls: rustls::ClientConfig,
    timeout: Duration,
    reach: Option<&Reach>,
) -> Result<reqwest::Client, SettingsError> {
    tls.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    let mut builder = reqwest::Client::builder();
    if let Some(reach) = reach {
        builder = builder.dns_resolver(reach.clone());
    }
    builder
        .tls_backend_preconfigured(tls)
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("Carillon/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| SettingsError::new("http", error.to_string()))
}

/// As much of an answer's body as is kept. Where it breaks off, what came
/// before stands.
pub(crate) async fn beginning(mut response: reqwest::Response) -> Bytes {
    let mut body = BytesMut::new();
    while body.len() <= Answer::BODY_LIMIT
        && let Ok(Some(chunk)) = response.chunk().await
    {
        body.extend_from_slice(&chunk);
    }
    body.freeze()
}
