//! Whom we listen to, and where we send: symmetric RTP (RFC 4961) without RTP bleed (AST-2017-005,
//! CVE-2025-53399).
//!
//! The address that signalling named is always right. Another source is learned only if it has the
//! signalled IP address, or NAT is declared, and only within the first `LEARN_PACKETS` packets, all
//! of one SSRC and payload type. Then the latch is strict until a re-INVITE names another address,
//! or one comes after the learned source fell silent.

use std::net::SocketAddr;

/// Packets that may come from addresses which signalling did not name.
pub const LEARN_PACKETS: u32 = 5;
/// After a learned source was silent this long, a re-INVITE with the same address learns again.
const STALE_MS: u64 = 2_000;

/// The state of one leg's latch.
#[derive(Debug, Clone)]
pub struct Latch {
    signalled: SocketAddr,
    nat: bool,
    state: State,
}

#[derive(Debug, Clone)]
enum State {
    /// Up to `LEARN_PACKETS` packets of candidates, in the order in which they came.
    Learning { candidates: Vec<Candidate> },
    /// Only this source is heard. `heard_ms` is when it was last heard.
    Latched { source: SocketAddr, heard_ms: u64 },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Candidate {
    source: SocketAddr,
    ssrc: u32,
    payload_type: u8,
}

impl Latch {
    /// Expects packets from `signalled`; `nat` says that the far end may be behind a NAT.
    pub fn new(signalled: SocketAddr, nat: bool) -> Self {
        Latch { signalled, nat, state: State::Learning { candidates: Vec::new() } }
    }

    /// After a re-INVITE. One that names no address (the old way to hold) changes nothing.
    pub fn renew(&mut self, signalled: SocketAddr, nat: bool, now_ms: u64) {
        if signalled.ip().is_unspecified() {
            return;
        }
        let alive = match &self.state {
            State::Latched { heard_ms, .. } => now_ms.saturating_sub(*heard_ms) < STALE_MS,
            State::Learning { .. } => true,
        };
        if signalled != self.signalled || !alive {
            *self = Latch::new(signalled, nat);
        }
        self.nat = nat;
    }

    /// Where to send.
    pub fn target(&self) -> SocketAddr {
        match &self.state {
            State::Latched { source, .. } => *source,
            State::Learning { .. } => self.signalled,
        }
    }

    /// Whether RTCP from this host concerns us; it never teaches an address.
    pub fn knows_host(&self, source: SocketAddr) -> bool {
        source.ip() == self.signalled.ip() || source.ip() == self.target().ip()
    }

    /// Whether a valid packet with an agreed payload type may be heard.
    pub fn admit(&mut self, now_ms: u64, source: SocketAddr, ssrc: u32, payload_type: u8) -> bool {
        if source == self.signalled {
            self.state = State::Latched { source, heard_ms: now_ms };
            return true;
        }
        match &mut self.state {
            State::Latched { source: latched, heard_ms } if *latched == source => {
                *heard_ms = now_ms;
                true
            }
            State::Latched { .. } => false,
            State::Learning { .. } => self.learn(now_ms, Candidate { source, ssrc, payload_type }),
        }
    }

    fn learn(&mut self, now_ms: u64, candidate: Candidate) -> bool {
        let State::Learning { candidates } = &mut self.state else {
            return false;
        };
        let possible = self.nat || candidate.source.ip() == self.signalled.ip();
        // One source must not speak with two voices while it is being learned.
        let contradicts =
            candidates.iter().any(|known| known.source == candidate.source && *known != candidate);
        if !possible || contradicts {
            return false;
        }
        candidates.push(candidate);
        if candidates.len() >= LEARN_PACKETS as usize {
            let source = most_frequent(candidates);
            self.state = State::Latched { source, heard_ms: now_ms };
        }
        true
    }
}

/// The first of those who sent most.
fn most_frequent(candidates: &[Candidate]) -> SocketAddr {
    let count = |source| candidates.iter().filter(|c| c.source == source).count();
    let most = candidates.iter().map(|c| count(c.source)).max();
    candidates.iter().find(|c| Some(count(c.source)) == most).map_or(candidates[0].source, |c| c.source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const CALLER: &str = "192.0.2.1:4000";
    const OTHER_PORT: &str = "192.0.2.1:4444";
    const ATTACKER: &str = "203.0.113.9:4000";

    fn at(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    fn admitted(latch: &mut Latch, source: &str, packets: u32) -> usize {
        (0..packets).filter(|n| latch.admit(u64::from(*n) * 20, at(source), 7, 8)).count()
    }

    #[test]
    fn without_nat_another_host_is_never_heard() {
        let mut latch = Latch::new(at(CALLER), false);
        assert_eq!(admitted(&mut latch, ATTACKER, 100), 0);
        assert_eq!(latch.target(), at(CALLER));
        assert_eq!(admitted(&mut latch, CALLER, 3), 3);
    }

    #[test]
    fn a_phone_behind_nat_is_learned_from_five_packets_and_then_nobody_else() {
        let mut latch = Latch::new(at("10.0.0.5:4000"), true);
        assert_eq!(admitted(&mut latch, "198.51.100.7:61000", 4), 4);
        assert_eq!(latch.target(), at("10.0.0.5:4000"));
        assert_eq!(admitted(&mut latch, "198.51.100.7:61000", 1), 1);
        assert_eq!(latch.target(), at("198.51.100.7:61000"));
        assert_eq!(admitted(&mut latch, ATTACKER, 100), 0);
    }

    #[test]
    fn an_attacker_who_sprays_first_gets_five_packets_until_the_caller_speaks() {
        let mut latch = Latch::new(at(CALLER), false);
        let sprayed = (0..100u32).filter(|n| latch.admit(1, at(OTHER_PORT), *n, 8)).count();
        assert!(sprayed <= 5);
        assert!(latch.admit(2, at(CALLER), 1, 8));
        assert_eq!(latch.target(), at(CALLER));
        assert_eq!(admitted(&mut latch, OTHER_PORT, 100), 0);
    }

    #[test]
    fn a_new_address_in_a_re_invite_is_learned_and_a_refresh_is_not() {
        let mut latch = Latch::new(at("10.0.0.5:4000"), true);
        admitted(&mut latch, "198.51.100.7:61000", 5);
        latch.renew(at("10.0.0.5:4000"), true, 500);
        assert_eq!(admitted(&mut latch, ATTACKER, 10), 0);
        latch.renew(at(CALLER), true, 600);
        assert_eq!(latch.target(), at(CALLER));
    }

    #[test]
    fn holding_the_old_way_does_not_deafen_us_to_the_caller() {
        let mut latch = Latch::new(at(CALLER), false);
        admitted(&mut latch, CALLER, 5);
        latch.renew(at("0.0.0.0:4000"), false, 500);
        assert_eq!(admitted(&mut latch, CALLER, 5), 5);
        assert_eq!(admitted(&mut latch, ATTACKER, 5), 0);
    }

    proptest! {
        #[test]
        fn whoever_sprays_whatever_no_stranger_is_admitted_more_than_five_times(
            packets in proptest::collection::vec((0u8..4, 0u32..3, 0u8..3), 0..200),
            nat: bool,
        ) {
            let mut latch = Latch::new(at(CALLER), nat);
            let mut admitted = 0;
            for (n, (host, ssrc, payload_type)) in packets.into_iter().enumerate() {
                let source = at(["198.51.100.7:1", "198.51.100.8:1", OTHER_PORT, ATTACKER][host as usize]);
                let before = latch.target();
                let heard = latch.admit(n as u64, source, ssrc, payload_type);
                // Once learned, the learned source is the caller.
                if heard && before != source {
                    admitted += 1;
                }
            }
            prop_assert!(admitted <= LEARN_PACKETS);
        }
    }
}
