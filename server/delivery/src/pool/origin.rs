//! The server that a pool talks to.

use http::Uri;
use http::uri::{Authority, PathAndQuery, Scheme};
use rustls_pki_types::ServerName;

/// A server, by scheme, host and port.
#[derive(Clone, Debug)]
pub struct Origin {
    authority: Authority,
    server_name: ServerName<'static>,
    host: String,
    port: u16,
}

impl Origin {
    /// Reads `https://host[:port]`.
    ///
    /// # Errors
    /// A sentence if it is anything else.
    pub fn parse(url: &str) -> Result<Self, String> {
        let uri: Uri = url
            .parse()
            .map_err(|error| format!("{url} is no address: {error}"))?;
        if uri.scheme() != Some(&Scheme::HTTPS) {
            return Err(format!("{url} must start with https://"));
        }
        if uri.path() != "/" || uri.query().is_some() {
            return Err(format!(
                "{url} must end after the host and port; the path is added by Carillon"
            ));
        }
        let authority = uri
            .authority()
            .filter(|authority| !authority.as_str().contains('@'))
            .ok_or_else(|| format!("{url} needs a host and nothing else"))?
            .clone();
        let host = authority
            .host()
            .trim_start_matches('[')
            .trim_end_matches(']')
            .to_owned();
        let server_name = ServerName::try_from(host.clone())
            .map_err(|error| format!("{host} is no host name: {error}"))?;
        let port = authority.port_u16().unwrap_or(443);
        Ok(Self {
            authority,
            server_name,
            host,
            port,
        })
    }

    /// The address of a resource on this server.
    pub(crate) fn uri(&self, path: PathAndQuery) -> Uri {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(Scheme::HTTPS);
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(path);
        // All three parts are there, which is all that can be wrong.
        Uri::from_parts(parts).unwrap_or_default()
    }

    pub(super) fn server_name(&self) -> ServerName<'static> {
        self.server_name.clone()
    }

    pub(super) fn host_and_port(&self) -> (&str, u16) {
        (&self.host, self.port)
    }
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "https://{}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_is_443_unless_given() {
        assert_eq!(
            Origin::parse("https://api.push.apple.com")
                .unwrap()
                .host_and_port(),
            ("api.push.apple.com", 443)
        );
        let origin = Origin::parse("https://[::1]:2197/").unwrap();
        assert_eq!(origin.host_and_port(), ("::1", 2197));
        let path = PathAndQuery::from_static("/3/device/ab");
        assert_eq!(origin.uri(path), "https://[::1]:2197/3/device/ab");
    }

    #[test]
    fn anything_but_a_bare_https_origin_is_refused() {
        for url in [
            "http://localhost",
            "https://localhost/v1",
            "https://user@localhost",
            "localhost:443",
            "https://",
            "",
        ] {
            assert!(Origin::parse(url).is_err(), "{url}");
        }
    }
}
