//! ◆ What stands between the wire and the SIP stack: bytes of one message in, clean bytes out.
//!
//! Old exchanges send Latin-1 names, blanks round `=`, datagrams without Content-Length. The stack's
//! parser drops such calls in silence, and takes some that RFC 4475 says to refuse. So every message
//! passes here first and leaves in a form the stack takes, or is answered with the right status.
//! Nothing here answers an ACK or a response (RFC 3261 section 17.1.1.3), and nothing panics.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod address;
mod charset;
mod checks;
mod frame;
mod head;
mod refuse;
mod stack;

pub use frame::{FrameError, Framer};
pub use refuse::strip_marker;

use head::Head;
use refuse::Refusal;
use std::net::SocketAddr;

/// The stack reads datagrams into a buffer of this size, so nothing larger may reach it.
pub const MESSAGE_LIMIT_BYTES: usize = 8_192;
/// Header lines of one message.
pub const HEADER_LIMIT_LINES: usize = 256;

/// How a message arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    Udp,
    Tcp,
}

/// Whence a message came, for the Via of an answer (RFC 3261 section 18.2.1, RFC 3581).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    pub transport: Transport,
    pub source: SocketAddr,
}

/// What to do with a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Normalised {
    /// Hand these bytes to the stack.
    Pass(Vec<u8>),
    /// Send these bytes back to the source; the stack never sees the message.
    Reply(Vec<u8>),
    /// Say nothing.
    Drop(&'static str),
}

/// Judges and repairs one message: a whole datagram, or what [`Framer`] cut from a stream.
pub fn normalise(message: &[u8], arrival: Arrival) -> Normalised {
    if message.iter().all(u8::is_ascii_whitespace) {
        // Keep-alives (RFC 5626 section 4.4.1) are the stack's business.
        return Normalised::Pass(message.to_vec());
    }
    let (mut head, body) = match Head::read(message) {
        Ok(parts) => parts,
        Err(reason) => return Normalised::Drop(reason),
    };
    match repair(&mut head, body, arrival.transport, message.len()) {
        Ok(body) => finish(&head, body, arrival),
        Err(refusal) => refuse(&head, &refusal, arrival),
    }
}

fn repair<'a>(
    head: &mut Head,
    body: &'a [u8],
    transport: Transport,
    length_bytes: usize,
) -> Result<&'a [u8], Refusal> {
    if length_bytes > MESSAGE_LIMIT_BYTES {
        return Err(Refusal::new(513, "Message Too Large"));
    }
    checks::start_line(head)?;
    checks::single_headers(head)?;
    let body = checks::content_length(head, body, transport)?;
    address::tidy(head)?;
    refuse::mark_missing_tag(head);
    checks::cseq(head)?;
    checks::required_headers(head)?;
    checks::capabilities(head)?;
    Ok(body)
}

fn finish(head: &Head, body: &[u8], arrival: Arrival) -> Normalised {
    let bytes = head.write(body);
    if bytes.len() > MESSAGE_LIMIT_BYTES {
        return refuse(head, &Refusal::new(513, "Message Too Large"), arrival);
    }
    match stack::accepts(&bytes) {
        Ok(()) => Normalised::Pass(bytes),
        Err(what) => refuse(head, &Refusal::bad(what), arrival),
    }
}

fn refuse(head: &Head, refusal: &Refusal, arrival: Arrival) -> Normalised {
    if head.method().is_none_or(|method| method == "ACK") {
        return Normalised::Drop(refusal.why);
    }
    match refuse::answer(head, refusal, arrival) {
        Some(bytes) => Normalised::Reply(bytes),
        None => Normalised::Drop("request without Via cannot be answered"),
    }
}

#[cfg(test)]
mod tests;
