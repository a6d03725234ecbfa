//! Who is behind a proxy. The address that a connection comes from is the
//! client's, unless it is a proxy's that the settings trust: such a proxy says in
//! `X-Forwarded-For` for whom it asks.

use crate::{networks::Networks, settings::Settings};
use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName};
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Who asks over a connection from `peer`: from the last hop to the first,
/// the first that is not a `trusted` proxy. Anybody can write what stands before
/// that one.
fn client(trusted: &Networks, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let peer = peer.to_canonical();
    if !trusted.contains(peer) {
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
            if !trusted.contains(address) {
                return client;
            }
        }
    }
    client
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
        let client = client(&settings.trusted_proxies, peer.ip(), request.headers());
        let client = SocketAddr::new(client, peer.port());
        request.extensions_mut().insert(ConnectInfo(client));
    }
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(trusted: &str, peer: &str, forwarded: &[&'static str]) -> String {
        let trusted = Networks::parse(trusted.split(',')).expect("proxies");
        let headers = forwarded
            .iter()
            .map(|line| (FORWARDED_FOR, http::HeaderValue::from_static(line)))
            .collect();
        let peer = peer.parse().expect("an address");
        client(&trusted, peer, &headers).to_string()
    }

    #[test]
    fn nobody_is_believed_who_is_not_a_trusted_proxy() {
        assert_eq!(asks("", "192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        let other = asks("10.0.0.0/8", "192.0.2.1", &["198.51.100.7"]);
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
                let found = asks("127.0.0.1, 10.0.0.0/8", peer, forwarded);
                assert_eq!(found, expected, "{forwarded:?}");
            }
        }
    }
}
