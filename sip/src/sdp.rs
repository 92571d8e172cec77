//! ◆ SDP offer and answer (RFC 3264, RFC 8866) for G.711 and telephone events.
//!
//! The parser is our own, not `rtc-sdp`: that one is a strict state machine for browsers. It refuses
//! a whole body when lines stand in another order than RFC 8866 wants (`b=` or `c=` after `a=`),
//! when `s=` or `t=` is missing, when `o=` has fewer fields, or when an m-line names a protocol that
//! it does not know (`udptl` of a fax offer beside the voice) — all of which phones and trunks send.
//! What we write is checked against `rtc-sdp` in the tests.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod choose; // one section against what we can do
mod parse; //  lines into sections, total
mod write; //  our lines

use choose::{Choice, choose};
use parse::Description;
use std::net::SocketAddr;

/// A codec that a leg can speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Codec {
    Pcmu,
    Pcma,
}

/// Who may send, from our side (RFC 8866 section 6.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaFlow {
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

/// What both sides agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Negotiated {
    /// Where the far end wants RTP.
    pub remote: SocketAddr,
    /// Where it wants RTCP (`a=rtcp`, RFC 3605; else port + 1; the same with rtcp-mux).
    pub remote_rtcp: SocketAddr,
    pub codec: Codec,
    /// Static payload type, or the one the offer mapped.
    pub payload_type: u8,
    /// Packet time that we send, 10-60 ms.
    pub ptime_ms: u32,
    /// Payload type of telephone-event/8000, if agreed.
    pub dtmf_payload_type: Option<u8>,
    pub flow: MediaFlow,
}

/// What our side of a leg can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalMedia {
    /// Where we receive RTP; RTCP is on the next port.
    pub addr: SocketAddr,
    /// In order of preference; at least one.
    pub codecs: Vec<Codec>,
    /// Packet time that we like, ms.
    pub ptime_ms: u32,
    /// Same for all descriptions of a session; random or a time.
    pub session_id: u64,
    /// One more with each description that differs from the one before.
    pub version: u64,
    /// What we want: `SendOnly` holds the far end.
    pub flow: MediaFlow,
}

/// Why no media can flow, with the SIP status that says so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("SDP{}: {why}", .line.map(|n| format!(" line {n}")).unwrap_or_default())]
pub struct SdpError {
    /// 400 for what is no SDP, 488 for what we cannot do.
    pub status: u16,
    /// Line of the body, from 1.
    pub line: Option<usize>,
    pub why: String,
}

impl MediaFlow {
    /// Whether we may send.
    pub fn sends(self) -> bool {
        matches!(self, MediaFlow::SendRecv | MediaFlow::SendOnly)
    }

    /// Whether we may expect to receive.
    pub fn receives(self) -> bool {
        matches!(self, MediaFlow::SendRecv | MediaFlow::RecvOnly)
    }

    pub(crate) fn of(sends: bool, receives: bool) -> Self {
        match (sends, receives) {
            (true, true) => MediaFlow::SendRecv,
            (true, false) => MediaFlow::SendOnly,
            (false, true) => MediaFlow::RecvOnly,
            (false, false) => MediaFlow::Inactive,
        }
    }
}

/// Our offer: all our codecs, telephone events, one audio line.
pub fn offer(local: &LocalMedia) -> String {
    write::session(local) + &write::offered_audio(local)
}

/// Answers an offer: takes the first audio line that fits, refuses the others with port 0.
///
/// # Errors
/// 400 when the offer is not SDP, 488 when no line fits (other codecs, SRTP only, host names).
pub fn answer(offer: &str, local: &LocalMedia) -> Result<(String, Negotiated), SdpError> {
    let offered = Description::parse(offer)?;
    let (taken, choice) = first_fitting(&offered, local)?;
    let mut body = write::session(local);
    for (index, section) in offered.sections.iter().enumerate() {
        body += &match index == taken {
            true => write::answered_audio(local, section, &choice),
            false => write::refused(section),
        };
    }
    Ok((body, choice.negotiated))
}

/// Reads the answer to our offer.
///
/// # Errors
/// 400 when it is not SDP, 488 when it refuses our audio line.
pub fn accept(answer: &str, local: &LocalMedia) -> Result<Negotiated, SdpError> {
    let answered = Description::parse(answer)?;
    // We offer one line, so the answer's first is the answer to it.
    Ok(choose(&answered, &answered.sections[0], local, false)?.negotiated)
}

/// The first line that fits; else the reason why the first audio line did not.
fn first_fitting(offered: &Description, local: &LocalMedia) -> Result<(usize, Choice), SdpError> {
    let mut refusal = None;
    for (index, section) in offered.sections.iter().enumerate() {
        match choose(offered, section, local, true) {
            Ok(choice) => return Ok((index, choice)),
            Err(error) if section.kind == "audio" || refusal.is_none() => {
                refusal.get_or_insert(error);
            }
            Err(_) => {}
        }
    }
    Err(refusal.unwrap_or_else(|| SdpError::unfit(None, "there is no media line")))
}

impl SdpError {
    pub(crate) fn malformed(line: Option<usize>, why: impl Into<String>) -> Self {
        SdpError { status: 400, line, why: why.into() }
    }

    pub(crate) fn unfit(line: Option<usize>, why: impl Into<String>) -> Self {
        SdpError { status: 488, line, why: why.into() }
    }
}

#[cfg(test)]
#[path = "sdp/tests.rs"]
mod tests;
