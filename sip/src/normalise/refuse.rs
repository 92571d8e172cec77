//! ◆ Answers that we give ourselves, stateless (RFC 3261 section 8.2.7), and the tag we lend.

use super::head::{Head, Line, is_named};
use super::{Arrival, Transport};
use std::fmt::Write;

/// Prefix of the From tag lent to a caller of RFC 2543, which has none; taken out on the way back.
const LENT_TAG: &str = "duet2543-";

/// Why a message is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub code: u16,
    pub phrase: &'static str,
    /// For the log.
    pub why: &'static str,
    pub headers: Vec<Line>,
}

impl Refusal {
    pub fn new(code: u16, phrase: &'static str) -> Self {
        Refusal { code, phrase, why: phrase, headers: Vec::new() }
    }

    pub fn bad(why: &'static str) -> Self {
        Refusal { code: 400, phrase: "Bad Request", why, headers: Vec::new() }
    }

    pub fn with(mut self, header: Line) -> Self {
        self.headers.push(header);
        self
    }
}

/// The response, or `None` when there is no Via to send it along.
pub fn answer(head: &Head, refusal: &Refusal, arrival: Arrival) -> Option<Vec<u8>> {
    let mut vias = head.values("Via");
    let top = received(vias.next()?, arrival);
    let mut out = format!("SIP/2.0 {} {}\r\nVia: {top}\r\n", refusal.code, refusal.phrase);
    for via in vias {
        line(&mut out, "Via", via);
    }
    for name in ["From", "To", "Call-ID", "CSeq"] {
        if let Some(value) = head.value(name) {
            let value = if name == "To" { with_tag(head, value) } else { value.to_owned() };
            line(&mut out, name, &value);
        }
    }
    for header in &refusal.headers {
        line(&mut out, &header.name, &header.value);
    }
    if refusal.code == 400 {
        line(&mut out, "Warning", &format!("399 duet \"{}\"", refusal.why));
    }
    line(&mut out, "Content-Length", "0");
    out.push_str("\r\n");
    let bytes = out.into_bytes();
    Some(match arrival.transport {
        Transport::Udp => strip_marker(&bytes).unwrap_or(bytes),
        Transport::Tcp => bytes,
    })
}

fn line(out: &mut String, name: &str, value: &str) {
    let clean: String = value.chars().filter(|c| !matches!(c, '\r' | '\n' | '\0')).collect();
    let _ = write!(out, "{name}: {clean}\r\n");
}

/// RFC 3581 section 4: where the request really came from.
fn received(via: &str, arrival: Arrival) -> String {
    let (first, others) = match via.split_once(',') {
        Some((first, others)) => (first, Some(others)),
        None => (via, None),
    };
    let port = format!("rport={}", arrival.source.port());
    let mut out: Vec<String> = first
        .split(';')
        .map(|part| if part.trim() == "rport" { port.clone() } else { part.to_owned() })
        .collect();
    out.push(format!("received={}", arrival.source.ip()));
    let first = out.join(";");
    match others {
        Some(others) => format!("{first},{others}"),
        None => first,
    }
}

/// A stateless server gives the same To tag to each retransmission, so it is made of the request.
fn with_tag(head: &Head, to: &str) -> String {
    if has_tag(to) {
        return to.to_owned();
    }
    format!("{to};tag=d{:016x}", fingerprint(head))
}

fn has_tag(value: &str) -> bool {
    let after = value.rsplit('>').next().unwrap_or(value);
    after.split(';').skip(1).any(|p| p.trim().get(..4).is_some_and(|t| t.eq_ignore_ascii_case("tag=")))
}

/// Gives a From without tag (RFC 2543) one, since the stack keys dialogs by it.
pub fn mark_missing_tag(head: &mut Head) {
    if head.method().is_none() {
        return;
    }
    let tag = format!("tag={LENT_TAG}{:016x}", fingerprint(head));
    if let Some(from) = head.lines.iter_mut().find(|line| is_named(line, "From"))
        && !has_tag(&from.value)
        && !from.value.is_empty()
    {
        if !from.value.ends_with(';') {
            from.value.push(';');
        }
        from.value.push_str(&tag);
    }
}

/// Takes a lent tag out of an outgoing message; `None` when there is none.
pub fn strip_marker(message: &[u8]) -> Option<Vec<u8>> {
    let marker = [b";tag=", LENT_TAG.as_bytes()].concat();
    let at = message.windows(marker.len()).position(|window| window == marker)?;
    let digits = message[at + marker.len()..].iter().take_while(|b| b.is_ascii_hexdigit()).count();
    Some([&message[..at], &message[at + marker.len() + digits..]].concat())
}

/// FNV-1a of what stays the same in each retransmission and request of a dialog.
fn fingerprint(head: &Head) -> u64 {
    let call = head.value("Call-ID").unwrap_or_default().bytes();
    call.fold(0xcbf2_9ce4_8422_2325, |hash, b| (hash ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
}
