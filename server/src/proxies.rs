//! Who is behind a proxy. The address that a connection comes from is the
//! client's, unless it is a proxy's that the settings trust: such a proxy says in
//! `X-Forwarded-For` for whom it asks.

use crate::settings::Settings;
use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Addresses and networks of proxies whose word counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Who asks over a connection from `peer`: from the last hop to the first,
    /// the first that is not a trusted proxy. Anybody can write what stands before
    /// that one.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.contains(peer) {
            return peer;
        }
        let mut client = peer;
        let lines = headers.get_all(FORWARDED_FOR).iter();
        for line in lines.rev() {
            // What cannot be read may have been written by anybody.
            let Ok(line) = line.to_str() else { break };
            for hop in line.rsplit(',') {
                let Some(address) = address(hop) else {
                    return client;
                };
                client = address;
                if !self.contains(address) {
                    return client;
                }
            }
        }
        client
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    fn parse<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Self, String> {
        let networks = texts.map(str::trim).filter(|text| !text.is_empty());
        networks.map(network).collect::<Result<_, _>>().map(Self)
    }
}

/// A network, or an address as a network of one.
fn network(text: &str) -> Result<IpNet, String> {
    let address = text.parse::<IpAddr>().map(IpNet::from);
    address.or_else(|_| text.parse()).map_err(|_| {
        format!("`{text}` is neither an address such as 10.0.0.1 nor a network such as 10.0.0.0/8")
    })
}

/// An address in the header, where some proxies add a port.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let address = hop.parse::<IpAddr>().ok();
    address
        .or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()))
        .map(|address| address.to_canonical())
}

/// Puts the client's address where the connection's was, for whatever answers
/// the request.
pub async fn see_through(
    State(settings): State<Arc<Settings>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    if let Some(&ConnectInfo(peer)) = peer {
        let client = settings
            .trusted_proxies
            .client(peer.ip(), request.headers());
        let client = SocketAddr::new(client, peer.port());
        request.extensions_mut().insert(ConnectInfo(client));
    }
    next.run(request).await
}

impl Serialize for TrustedProxies {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(ToString::to_string))
    }
}

impl<'de> Deserialize<'de> for TrustedProxies {
    /// A list, or a text with commas, as an environment variable holds it.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Listed {
            List(Vec<String>),
            Text(String),
        }
        match Listed::deserialize(deserializer)? {
            Listed::List(list) => Self::parse(list.iter().map(String::as_str)),
            Listed::Text(text) => Self::parse(text.split(',')),
        }
        .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &str, peer: &str, forwarded: &[&'static str]) -> String {
        let trusted = TrustedProxies::parse(trusted.split(',')).expect("proxies");
        let headers = forwarded
            .iter()
            .map(|line| (FORWARDED_FOR, http::HeaderValue::from_static(line)))
            .collect();
        let peer = peer.parse().expect("an address");
        trusted.client(peer, &headers).to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_a_trusted_proxy() {
        assert_eq!(client("", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        let other = client("10.0.0.0/8", "192.0.2.1", &["198.51.100.7"]);
        assert_eq!(other, "192.0.2.1");
    }

    #[test]
    fn the_last_hop_that_is_not_a_proxy_is_the_client() {
        for (forwarded, expected) in [
            (&["198.51.100.7"][..], "198.51.100.7"),
            // Whatever the client wrote itself stands before its address.
            (&["203.0.113.9, 198.51.100.7"], "198.51.100.7"),
            (&["203.0.113.9", "198.51.100.7, 10.1.2.3"], "198.51.100.7"),
            (&["198.51.100.7:4711"], "198.51.100.7"),
            (&["[2001:db8::7]:4711"], "2001:db8::7"),
            (&["198.51.100.7, what, 10.1.2.3"], "10.1.2.3"),
            (&["10.9.9.9, 10.1.2.3"], "10.9.9.9"),
            (&[], "10.0.0.1"),
        ] {
            for peer in ["10.0.0.1", "::ffff:10.0.0.1"] {
                let found = client("127.0.0.1, 10.0.0.0/8", peer, forwarded);
                assert_eq!(found, expected, "{forwarded:?}");
            }
        }
    }

    #[test]
    fn a_list_and_a_text_with_commas_say_the_same() {
        let list = serde_json::from_str::<TrustedProxies>(r#"["127.0.0.1", "10.0.0.0/8"]"#);
        let text = serde_json::from_str::<TrustedProxies>(r#""127.0.0.1, 10.0.0.0/8""#);
        assert_eq!(list.expect("a list"), text.expect("a text"));
        let wrong = serde_json::from_str::<TrustedProxies>(r#""proxy.example.org""#);
        let error = wrong.expect_err("a name").to_string();
        assert!(error.contains("proxy.example.org"), "{error}");
    }
}
