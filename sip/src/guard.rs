//! Who may call: asked once for each request outside a dialog, before a session exists.

use std::net::SocketAddr;
use std::time::Duration;

/// What is known of a request when it is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestFacts<'a> {
    /// `INVITE`, `OPTIONS`, ...
    pub method: &'a str,
    /// Address the packet came from; not what its Via claims.
    pub source: SocketAddr,
    /// User part of the Request-URI.
    pub to_user: &'a str,
    /// User part of From; empty when anonymous.
    pub from_user: &'a str,
    /// User whose digest answer was right, `None` on first sight.
    pub authenticated_as: Option<&'a str>,
}

/// The judgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Let in, on the named trunk.
    Accept { trunk: String },
    /// Ask for a password (401). A right answer is judged again with `authenticated_as` set.
    Challenge { realm: String },
    /// Answer with this status.
    Refuse { code: u16, retry_after: Option<Duration> },
    /// Say nothing at all: scanners learn nothing.
    Silent,
}

/// The seam to whoever knows the trunks. Called on the signalling task: must not block.
pub trait Guard: Send + Sync {
    /// Judges one request. OPTIONS without `Accept` are answered all the same unless `Refuse`d or
    /// `Silent`.
    fn judge(&self, request: &RequestFacts<'_>) -> Verdict;

    /// Password of a user in a realm, `None` for an unknown one.
    fn password(&self, realm: &str, user: &str) -> Option<String>;
}
