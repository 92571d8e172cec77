//! ◆ Digest authentication on the answering side (RFC 3261 section 22, RFC 7616, RFC 8760).
//!
//! A nonce is `time.mac`: bound to source and realm by HMAC, so nothing is stored until an answer is
//! right. Then its highest `nc` is kept, against replay. An unknown user takes the same path as a
//! wrong password.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use md5::Md5;
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::net::IpAddr;

/// How long a nonce is good.
pub const NONCE_LIFE_MS: u64 = 120_000;
/// Nonces whose use is remembered.
pub const NONCE_LIMIT: usize = 16_384;

/// A hash that may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    Md5,
    Sha256,
}

impl Algorithm {
    fn name(self) -> &'static str {
        match self {
            Algorithm::Md5 => "MD5",
            Algorithm::Sha256 => "SHA-256",
        }
    }

    fn hex(self, text: &str) -> String {
        match self {
            Algorithm::Md5 => hex::encode(Md5::digest(text)),
            Algorithm::Sha256 => hex::encode(Sha256::digest(text)),
        }
    }
}

/// An `Authorization` header taken apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    pub username: String,
    pub realm: String,
    pub nonce: String,
    pub uri: String,
    pub response: String,
    pub algorithm: Option<String>,
    pub qop: Option<String>,
    pub cnonce: Option<String>,
    pub nc: Option<String>,
}

impl Answer {
    /// Reads a header value; `None` when it is not Digest or lacks a part.
    pub fn parse(value: &str) -> Option<Self> {
        let (scheme, rest) = value.trim().split_once([' ', '\t'])?;
        if !scheme.eq_ignore_ascii_case("Digest") {
            return None;
        }
        let mut answer = Answer::default();
        for (name, value) in parameters(rest) {
            match name.to_ascii_lowercase().as_str() {
                "username" => answer.username = value,
                "realm" => answer.realm = value,
                "nonce" => answer.nonce = value,
                "uri" => answer.uri = value,
                "response" => answer.response = value,
                "algorithm" => answer.algorithm = Some(value),
                "qop" => answer.qop = Some(value),
                "cnonce" => answer.cnonce = Some(value),
                "nc" => answer.nc = Some(value),
                _ => {}
            }
        }
        let whole = [&answer.username, &answer.realm, &answer.nonce, &answer.response];
        whole.iter().all(|part| !part.is_empty()).then_some(answer)
    }

    fn hash(&self) -> Option<Algorithm> {
        match self.algorithm.as_deref() {
            None => Some(Algorithm::Md5),
            Some(name) if name.eq_ignore_ascii_case("MD5") => Some(Algorithm::Md5),
            Some(name) if name.eq_ignore_ascii_case("SHA-256") => Some(Algorithm::Sha256),
            Some(_) => None,
        }
    }

    /// The response that a holder of the password would send (RFC 7616 section 3.4.1).
    fn expected(&self, algorithm: Algorithm, password: &str, method: &str) -> String {
        let ha1 = algorithm.hex(&format!("{}:{}:{password}", self.username, self.realm));
        let ha2 = algorithm.hex(&format!("{method}:{}", self.uri));
        let text = match (&self.qop, &self.nc, &self.cnonce) {
            (Some(qop), Some(nc), Some(cnonce)) => {
                format!("{ha1}:{}:{nc}:{cnonce}:{qop}:{ha2}", self.nonce)
            }
            _ => format!("{ha1}:{}:{ha2}", self.nonce),
        };
        algorithm.hex(&text)
    }
}

/// Outcome of looking at an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    Right,
    /// The password is right but the nonce is old or used up: ask again with `stale=true`.
    Stale,
    Wrong,
}

/// Makes and checks nonces.
#[derive(Debug)]
pub struct Nonces {
    secret: [u8; 32],
    /// Highest `nc` seen per nonce, with the time of the nonce.
    used: HashMap<String, (u64, u32)>,
}

impl Nonces {
    /// `secret` must be random and is never shown.
    pub fn new(secret: [u8; 32]) -> Self {
        Nonces { secret, used: HashMap::new() }
    }

    /// A nonce for this source and realm.
    pub fn issue(&self, source: IpAddr, realm: &str, now_ms: u64) -> String {
        let mac = hmac_sha256(&self.secret, format!("{now_ms}|{source}|{realm}").as_bytes());
        format!("{now_ms:x}.{}", hex::encode(&mac[..16]))
    }

    /// The two `WWW-Authenticate` values. MD5 stands first, against the advice of RFC 8760 section
    /// 2.4: far ends that know no other hash often read no other header (SIPp gives up).
    pub fn challenges(&self, source: IpAddr, realm: &str, stale: bool, now_ms: u64) -> [String; 2] {
        let nonce = self.issue(source, realm, now_ms);
        let stale = if stale { ", stale=true" } else { "" };
        let realm: String = realm.chars().filter(|c| !matches!(c, '"' | '\\')).collect();
        [Algorithm::Md5, Algorithm::Sha256].map(|algorithm| {
            let name = algorithm.name();
            format!("Digest realm=\"{realm}\", nonce=\"{nonce}\", algorithm={name}, qop=\"auth\"{stale}")
        })
    }

    /// Checks an answer. `password` is `None` for an unknown user, which takes as long.
    pub fn verify(
        &mut self,
        answer: &Answer,
        realm: &str,
        password: Option<&str>,
        method: &str,
        source: IpAddr,
        now_ms: u64,
    ) -> Verified {
        let Some(algorithm) = answer.hash() else {
            return Verified::Wrong;
        };
        let expected = answer.expected(algorithm, password.unwrap_or("no such user"), method);
        let same = constant_time_eq(expected.as_bytes(), answer.response.to_ascii_lowercase().as_bytes());
        if !same || password.is_none() || answer.realm != realm {
            return Verified::Wrong;
        }
        match self.issued_ms(&answer.nonce, source, realm) {
            Some(at_ms) if now_ms.saturating_sub(at_ms) <= NONCE_LIFE_MS => self.count(answer, at_ms, now_ms),
            _ => Verified::Stale,
        }
    }

    fn issued_ms(&self, nonce: &str, source: IpAddr, realm: &str) -> Option<u64> {
        let at_ms = u64::from_str_radix(nonce.split_once('.')?.0, 16).ok()?;
        let ours = self.issue(source, realm, at_ms);
        constant_time_eq(ours.as_bytes(), nonce.as_bytes()).then_some(at_ms)
    }

    /// Each use of a nonce must count up; without `qop` a nonce serves once.
    fn count(&mut self, answer: &Answer, at_ms: u64, now_ms: u64) -> Verified {
        let nc = match (&answer.qop, &answer.nc) {
            (None, _) => u32::MAX,
            (Some(_), nc) => match nc.as_deref().map(|nc| u32::from_str_radix(nc, 16)) {
                Some(Ok(nc)) => nc,
                _ => return Verified::Wrong,
            },
        };
        if self.used.len() >= NONCE_LIMIT {
            self.used.retain(|_, (at_ms, _)| now_ms.saturating_sub(*at_ms) <= NONCE_LIFE_MS);
        }
        let full = self.used.len() >= NONCE_LIMIT;
        match self.used.get_mut(&answer.nonce) {
            Some((_, seen)) if nc <= *seen => Verified::Stale,
            Some((_, seen)) => {
                *seen = nc;
                Verified::Right
            }
            None if full => Verified::Stale,
            None => {
                self.used.insert(answer.nonce.clone(), (at_ms, nc));
                Verified::Right
            }
        }
    }
}

/// `name=value` pairs parted by commas, values quoted or not.
fn parameters(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start();
        let (value, tail) = match after.strip_prefix('"') {
            Some(quoted) => quoted_value(quoted),
            None => {
                let end = after.find(',').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        out.push((name.trim().to_owned(), value));
        rest = tail.trim_start().trim_start_matches(',').trim_start();
    }
    out
}

fn quoted_value(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => {
                escaped = false;
                value.push(c);
            }
            '\\' => escaped = true,
            '"' => return (value, &text[at + 1..]),
            _ => value.push(c),
        }
    }
    (value, "")
}

/// RFC 2104 over SHA-256, whose block is 64 bytes.
fn hmac_sha256(key: &[u8; 32], message: &[u8]) -> [u8; 32] {
    let pad = |with: u8| {
        let mut block = [with; 64];
        block.iter_mut().zip(key).for_each(|(b, k)| *b ^= k);
        block
    };
    let inner = Sha256::new().chain_update(pad(0x36)).chain_update(message).finalize();
    Sha256::new().chain_update(pad(0x5c)).chain_update(inner).finalize().into()
}

fn constant_time_eq(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |diff, (x, y)| diff | (x ^ y)) == 0
}

#[cfg(test)]
mod tests;
