//! Who may call: the trunks of the configuration, as the signalling endpoint asks.

use crate::config::{Destination, Trunk};
use sip::guard::{Guard, RequestFacts, Verdict};

/// Realm of the digest challenge.
const REALM: &str = "duet";

/// Judges requests by the configured trunks.
#[derive(Debug)]
pub struct TrunkGuard {
    trunks: Vec<Trunk>,
    /// Trunk name → password, read from the environment once.
    passwords: Vec<Option<String>>,
}

impl TrunkGuard {
    /// Reads each trunk's password from its environment variable; `Err` names the ones that are missing.
    pub fn new(trunks: Vec<Trunk>) -> Result<Self, Vec<String>> {
        let mut missing = Vec::new();
        let passwords = trunks
            .iter()
            .map(|trunk| {
                let name = trunk.password_env.as_ref()?;
                let password = std::env::var(name).ok().filter(|password| !password.is_empty());
                if password.is_none() {
                    missing.push(format!("trunk {}: environment variable {name} is not set", trunk.name));
                }
                password
            })
            .collect();
        if missing.is_empty() { Ok(TrunkGuard { trunks, passwords }) } else { Err(missing) }
    }

    /// Who answers `number` on the trunk of this name.
    pub fn answers(&self, trunk: &str, number: &str) -> Option<&Destination> {
        self.trunks.iter().find(|candidate| candidate.name == trunk)?.answers(number)
    }
}

impl TrunkGuard {
    /// Where a caller of this trunk can be rung back; nowhere when the number is hidden, or is none.
    pub fn callback(&self, trunk: &str, number: &str) -> Option<String> {
        let template = self.trunks.iter().find(|candidate| candidate.name == trunk)?.callback.as_ref()?;
        let dialled = number.strip_prefix('+').unwrap_or(number);
        let known = dialled.len() >= 3 && dialled.bytes().all(|byte| byte.is_ascii_digit());
        known.then(|| template.replace("{number}", number))
    }

    /// Where a caller of this trunk can be rung back on another number, in international form; nowhere if it does not
    /// begin as the trunk allows.
    pub fn callback_other(&self, trunk: &str, number: &str) -> Option<String> {
        let allowed = self.other_numbers(trunk).iter().any(|begin| number.starts_with(begin.as_str()));
        self.callback(trunk, number).filter(|_| allowed)
    }

    /// What other numbers that callers of this trunk give must begin with.
    pub fn other_numbers(&self, trunk: &str) -> &[String] {
        let trunk = self.trunks.iter().find(|candidate| candidate.name == trunk);
        trunk.map_or(&[], |trunk| &trunk.other_numbers)
    }

    /// Whether callers of this trunk can be rung back at all.
    pub fn rings_back(&self, trunk: &str) -> bool {
        self.trunks.iter().any(|candidate| candidate.name == trunk && candidate.callback.is_some())
    }
}

impl Guard for TrunkGuard {
    fn judge(&self, request: &RequestFacts<'_>) -> Verdict {
        let by_address = self.trunks.iter().find(|trunk| trunk.allows(request.source.ip()));
        let by_user = request
            .authenticated_as
            .and_then(|user| self.trunks.iter().find(|trunk| trunk.user.as_deref() == Some(user)));
        match by_address.or(by_user) {
            // Trunk health checks (OPTIONS) name no number of ours.
            Some(trunk) if request.method != "INVITE" || trunk.answers(request.to_user).is_some() => {
                Verdict::Accept { trunk: trunk.name.clone() }
            }
            Some(_) => Verdict::Refuse { code: 404, retry_after: None },
            None if self.trunks.iter().any(|trunk| trunk.user.is_some()) => {
                Verdict::Challenge { realm: REALM.into() }
            }
            None => Verdict::Refuse { code: 403, retry_after: None },
        }
    }

    fn password(&self, realm: &str, user: &str) -> Option<String> {
        let place = self.trunks.iter().position(|trunk| trunk.user.as_deref() == Some(user))?;
        self.passwords[place].clone().filter(|_| realm == REALM)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_number_is_rung_only_where_the_trunk_lets_calls_go() {
        let trunk = |name: &str, other: &[&str]| Trunk {
            name: name.into(),
            allow: Vec::new(),
            user: None,
            password_env: None,
            callback: Some("sip:{number}@gateway".into()),
            other_numbers: other.iter().map(|begin| (*begin).to_owned()).collect(),
            numbers: Default::default(),
        };
        let guard = TrunkGuard::new(vec![trunk("strict", &[]), trunk("open", &["+48"])]).unwrap();
        assert_eq!(guard.callback_other("open", "+48601222333").as_deref(), Some("sip:+48601222333@gateway"));
        for (trunk, number) in [
            ("open", "+449005550100"),
            ("open", "+48601;x=1"),
            ("strict", "+48601222333"),
            ("none", "+48601222333"),
        ] {
            assert_eq!(guard.callback_other(trunk, number), None, "{trunk} {number}");
        }
    }
}
