//! Who may call: one trunk of the configuration.

use crate::language::Language;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// A line over which calls come in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trunk {
    /// Shown in records.
    pub name: String,
    /// Networks that may call without a password: `192.0.2.0/24` or `192.0.2.7`.
    #[serde(default)]
    pub allow: Vec<Network>,
    /// Digest user that may call from anywhere else.
    pub user: Option<String>,
    /// Name of the environment variable that holds the user's password.
    pub password_env: Option<String>,
    /// Where callers of this trunk are rung back: a SIP URI with `{number}` in it, such as
    /// `sip:{number}@gateway.example:5060`. Without it nobody is offered to be.
    pub callback: Option<String>,
    /// Callers may give another number, to be rung back on or written to, if it begins with one of these, such as
    /// `+48`; without it only the number that calls is used. Whoever lists much lets callers dial much.
    #[serde(default)]
    pub other_numbers: Vec<String>,
    /// Number called → who answers; `*` answers every other number. Others get 404.
    pub numbers: BTreeMap<String, Destination>,
}

impl Trunk {
    /// Who answers `number` on this trunk.
    pub fn answers(&self, number: &str) -> Option<&Destination> {
        self.numbers.get(number).or_else(|| self.numbers.get("*"))
    }

    /// Whether `address` may call without a password.
    pub fn allows(&self, address: IpAddr) -> bool {
        self.allow.iter().any(|network| network.contains(address))
    }
}

/// A bot, and the language that callers of this number are expected to speak.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(from = "Written")]
pub struct Destination {
    pub bot: String,
    /// The bot's default language when absent. Callers may speak any other all the same.
    pub language: Option<Language>,
}

/// `"parcel"`, or `{ bot = "parcel", language = "ro" }`.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected \"BOT\" or { bot = \"BOT\", language = \"pl|ro|en\" }")]
enum Written {
    Bot(String),
    Whole(Whole),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    bot: String,
    language: Option<Language>,
}

impl From<Written> for Destination {
    fn from(written: Written) -> Self {
        match written {
            Written::Bot(bot) => Destination { bot, language: None },
            Written::Whole(Whole { bot, language }) => Destination { bot, language },
        }
    }
}

/// An address with the number of bits that count (CIDR, RFC 4632).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether `other` lies in this network. An IPv4-mapped IPv6 address counts as IPv4.
    pub fn contains(&self, other: IpAddr) -> bool {
        match (self.address, other.to_canonical()) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                u32::from(a) & mask == u32::from(b) & mask
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                u128::from(a) & mask == u128::from(b) & mask
            }
            _ => false,
        }
    }
}

impl TryFrom<String> for Network {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let expected = || format!("{text:?} is not a network: expected an address or ADDRESS/BITS");
        let (address, bits) = text.split_once('/').map_or((text.as_str(), None), |(a, b)| (a, Some(b)));
        let address: IpAddr = address.parse().map_err(|_| expected())?;
        let widest = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(widest), |bits| bits.parse().map_err(|_| expected()))?;
        if bits > widest {
            return Err(format!("{text:?}: at most {widest} bits"));
        }
        Ok(Network { address, bits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        let lan = network("192.0.2.0/24");
        assert!(lan.contains("192.0.2.200".parse().unwrap()));
        assert!(lan.contains("::ffff:192.0.2.9".parse().unwrap()));
        assert!(!lan.contains("192.0.3.1".parse().unwrap()));
        assert!(network("0.0.0.0/0").contains("203.0.113.9".parse().unwrap()));
        assert!(network("2001:db8::/32").contains("2001:db8:1::1".parse().unwrap()));
        assert!(!network("127.0.0.1").contains("127.0.0.2".parse().unwrap()));
    }

    #[test]
    fn a_bad_network_says_what_was_expected() {
        let error = Network::try_from("192.0.2.0/40".to_owned()).unwrap_err();
        assert!(error.contains("at most 32 bits"), "{error}");
    }

    #[test]
    fn a_number_goes_to_its_bot_and_the_star_takes_the_rest() {
        let to = |bot: &str| Destination { bot: bot.into(), language: None };
        let numbers = BTreeMap::from([("100".into(), to("parcel")), ("*".into(), to("other"))]);
        let trunk = Trunk {
            name: "t".into(),
            allow: vec![],
            user: None,
            password_env: None,
            callback: None,
            other_numbers: Vec::new(),
            numbers,
        };
        assert_eq!(trunk.answers("100"), Some(&to("parcel")));
        assert_eq!(trunk.answers("999"), Some(&to("other")));
    }
}
