//! Asks the guard, and the caller for a password where the guard wants one.

use super::dispatch::OwnedFacts;
use super::shared::{Shared, retry_after};
use crate::digest::{Answer, Verified};
use crate::guard::Verdict;
use rsipstack::sip::Header;
use rsipstack::transaction::transaction::Transaction;

/// What becomes of an INVITE.
pub enum Outcome {
    Accept { trunk: String },
    Answer { code: u16, headers: Vec<Header> },
    Silent,
}

pub fn judge(shared: &Shared, tx: &Transaction) -> Outcome {
    let facts = OwnedFacts::of(tx);
    let realm = match shared.config.guard.judge(&facts.seen_as(None)) {
        Verdict::Challenge { realm } => realm,
        other => return settle(other),
    };
    let Some(answer) = answer_for(tx, &realm) else {
        return challenge(shared, &facts, &realm, false);
    };
    let password = shared.config.guard.password(&realm, &answer.username);
    let (ip, now_ms) = (facts.source.ip(), shared.now_ms());
    let verified = shared.nonces().verify(&answer, &realm, password.as_deref(), &facts.method, ip, now_ms);
    match verified {
        Verified::Right => settle(shared.config.guard.judge(&facts.seen_as(Some(&answer.username)))),
        Verified::Stale => challenge(shared, &facts, &realm, true),
        Verified::Wrong => challenge(shared, &facts, &realm, false),
    }
}

fn settle(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Accept { trunk } => Outcome::Accept { trunk },
        Verdict::Silent => Outcome::Silent,
        Verdict::Refuse { code, retry_after: wait } => Outcome::Answer {
            code: if (400..700).contains(&code) { code } else { 403 },
            headers: wait.map(retry_after).into_iter().collect(),
        },
        // Known by password and still not let in.
        Verdict::Challenge { .. } => Outcome::Answer { code: 403, headers: Vec::new() },
    }
}

fn challenge(shared: &Shared, facts: &OwnedFacts, realm: &str, stale: bool) -> Outcome {
    let values = shared.nonces().challenges(facts.source.ip(), realm, stale, shared.now_ms());
    Outcome::Answer {
        code: 401,
        headers: values.into_iter().map(|value| Header::WwwAuthenticate(value.into())).collect(),
    }
}

fn answer_for(tx: &Transaction, realm: &str) -> Option<Answer> {
    tx.original
        .headers
        .iter()
        .filter(|header| matches!(header, Header::Authorization(_)))
        .filter_map(|header| Answer::parse(header.value()))
        .find(|answer| answer.realm == realm)
}
