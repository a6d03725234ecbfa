//! Networks in the settings: a list of them, or of single addresses.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Addresses and networks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether an address is in one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = IpNet> {
        self.0.iter().copied()
    }

    pub(crate) fn parse<'a>(texts: impl Iterator<Item = &'a str>) -> Result<Self, String> {
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

impl Serialize for Networks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(ToString::to_string))
    }
}

impl<'de> Deserialize<'de> for Networks {
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

    #[test]
    fn a_list_and_a_text_with_commas_say_the_same() {
        let list = serde_json::from_str::<Networks>(r#"["127.0.0.1", "10.0.0.0/8"]"#);
        let text = serde_json::from_str::<Networks>(r#""127.0.0.1, 10.0.0.0/8""#);
        assert_eq!(list.expect("a list"), text.expect("a text"));
        let wrong = serde_json::from_str::<Networks>(r#""proxy.example.org""#);
        let error = wrong.expect_err("a name").to_string();
        assert!(error.contains("proxy.example.org"), "{error}");
    }
}
