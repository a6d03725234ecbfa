//! Which addresses may be called when the address comes from outside: a push
//! subscription names its own server, and must not be a way into the network
//! that Carillon stands in.

use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use ipnet::IpNet;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

/// Networks that are no part of the public internet (IANA, "Special-Purpose
/// Address Registry" of IPv4 and of IPv6).
const SPECIAL: [&str; 24] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",
    "2001:db8::/32",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "ff00::/8",
];

/// The addresses that may be called: the public internet, and the networks
/// that are named besides.
#[derive(Clone, Debug)]
pub struct Reach(Arc<Networks>);

#[derive(Debug)]
struct Networks {
    special: Vec<IpNet>,
    allowed: Vec<IpNet>,
}

impl Default for Reach {
    fn default() -> Self {
        Self::besides(Vec::new())
    }
}

impl Reach {
    /// The public internet, and `allowed`.
    pub fn besides(allowed: Vec<IpNet>) -> Self {
        let special = SPECIAL.iter().filter_map(|net| net.parse().ok()).collect();
        Self(Arc::new(Networks { special, allowed }))
    }

    /// Whether `address` may be called.
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = carried(address);
        let within = |nets: &[IpNet]| nets.iter().any(|net| net.contains(&address));
        within(&self.0.allowed) || !within(&self.0.special)
    }

    /// Whether what an address names may be called, as far as that can be told
    /// without asking for the addresses of its name. The host is read as it will
    /// be called: `2130706433` and `0x7f.1` are addresses too (WHATWG, "URL").
    ///
    /// # Errors
    /// [`Inside`] when it may not.
    pub fn check(&self, address: &Url) -> Result<(), Inside> {
        let host = address.host_str().unwrap_or_default();
        let name = host.trim_start_matches('[').trim_end_matches(']');
        let leads_to = match name.parse::<IpAddr>() {
            Ok(address) => address,
            Err(_) if is_local_name(name) => IpAddr::from([127, 0, 0, 1]),
            Err(_) => return Ok(()),
        };
        if self.allows(leads_to) {
            return Ok(());
        }
        Err(Inside(host.to_owned()))
    }

    /// The same for an address as a text; one that cannot be read leads nowhere.
    ///
    /// # Errors
    /// Why it is not called.
    pub fn check_text(&self, address: &str) -> Result<(), String> {
        let url = Url::parse(address).map_err(|error| format!("it is no address: {error}"))?;
        self.check(&url).map_err(|inside| inside.to_string())
    }
}

/// `localhost` and what lies below it (RFC 6761, section 6.3).
fn is_local_name(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// The IPv4 address that an IPv6 address stands for, if it does.
fn carried(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else {
        return address;
    };
    if let Some(v4) = v6.to_ipv4_mapped() {
        return v4.into();
    }
    match v6.octets() {
        // NAT64's well-known prefix (RFC 6052, section 2.1), and 6to4 (RFC 3056,
        // section 2).
        [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d]
        | [0x20, 0x02, a, b, c, d, ..] => [a, b, c, d].into(),
        _ => address,
    }
}

/// A host leads to where nobody from outside may point.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0} leads into a private network; an administrator can allow that one in `private_networks`"
)]
pub struct Inside(String);

impl Inside {
    /// This error among the causes of another.
    pub(crate) fn among<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e Self> {
        let mut cause = Some(error);
        while let Some(error) = cause {
            if let Some(inside) = error.downcast_ref() {
                return Some(inside);
            }
            cause = error.source();
        }
        None
    }
}

/// Looks names up, and forgets the addresses that may not be called: what a
/// name leads to may change between a check and the call.
impl Resolve for Reach {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.clone();
        Box::pin(async move {
            let found: Vec<SocketAddr> =
                tokio::net::lookup_host((name.as_str(), 0)).await?.collect();
            let allowed: Vec<SocketAddr> = found
                .iter()
                .copied()
                .filter(|address| reach.allows(address.ip()))
                .collect();
            if allowed.is_empty() && !found.is_empty() {
                return Err(Inside(name.as_str().to_owned()).into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_internet_is_reached_and_nothing_else() {
        let reach = Reach::default();
        for (address, allowed) in [
            ("1.1.1.1", true),
            ("2606:4700::1111", true),
            ("172.32.0.1", true),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("255.255.255.255", false),
            ("::1", false),
            ("::", false),
            ("fd00::1", false),
            ("fe80::1", false),
            ("::ffff:10.0.0.1", false),
            ("::ffff:1.1.1.1", true),
            ("64:ff9b::7f00:1", false),
            ("2002:a00:1::", false),
        ] {
            assert_eq!(reach.allows(address.parse().unwrap()), allowed, "{address}");
        }
    }

    #[test]
    fn every_network_in_the_list_is_one() {
        assert_eq!(Reach::default().0.special.len(), SPECIAL.len());
    }

    #[test]
    fn what_is_named_besides_is_reached() {
        let reach = Reach::besides(vec!["127.0.0.0/8".parse().unwrap()]);
        assert!(reach.allows("127.0.0.1".parse().unwrap()));
        assert!(reach.check_text("https://localhost/").is_ok());
        assert!(!reach.allows("10.0.0.1".parse().unwrap()));
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_has_no_address() {
        let name = || "localhost".parse::<Name>().unwrap();
        let refused = Reach::default()
            .resolve(name())
            .await
            .map(|_| ())
            .unwrap_err();
        assert_eq!(
            Inside::among(&*refused),
            Some(&Inside("localhost".to_owned()))
        );
        let allowed = vec!["127.0.0.0/8".parse().unwrap(), "::1/128".parse().unwrap()];
        let found = Reach::besides(allowed).resolve(name()).await.unwrap();
        assert!(found.count() > 0);
    }

    #[test]
    fn hosts_that_are_addresses_or_this_machine_are_known_at_once() {
        let reach = Reach::default();
        for host in [
            "127.0.0.1",
            "127.0.0.1.",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "[::1]",
            "[::ffff:127.0.0.1]",
            "localhost",
            "a.LOCALHOST.",
            "10.0.0.1",
            "169.254.169.254",
        ] {
            let address = format!("https://{host}:8443/push");
            assert!(reach.check_text(&address).is_err(), "{host}");
        }
        assert!(reach.check_text("https://fcm.googleapis.com/x").is_ok());
    }
}
