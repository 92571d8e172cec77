//! Our lines.

use super::choose::{Choice, name, static_type};
use super::parse::Section;
use super::{LocalMedia, MediaFlow};
use std::fmt::Write;

/// Payload type under which we offer telephone events.
const DTMF_PAYLOAD_TYPE: u8 = 101;

/// Session level. Names nobody: no user name, no host name.
pub(crate) fn session(local: &LocalMedia) -> String {
    let (id, version, host) = (local.session_id, local.version, host(local));
    format!("v=0\r\no=- {id} {version} {host}\r\ns=-\r\nc={host}\r\nt=0 0\r\n")
}

fn host(local: &LocalMedia) -> String {
    let family = if local.addr.is_ipv4() { "IP4" } else { "IP6" };
    format!("IN {family} {}", local.addr.ip())
}

/// The audio line of an offer.
pub(crate) fn offered_audio(local: &LocalMedia) -> String {
    let mut lines = format!("m=audio {} RTP/AVP", local.addr.port());
    for codec in &local.codecs {
        let _ = write!(lines, " {}", static_type(*codec));
    }
    let _ = write!(lines, " {DTMF_PAYLOAD_TYPE}\r\n");
    for codec in &local.codecs {
        let _ = write!(lines, "a=rtpmap:{} {}/8000\r\n", static_type(*codec), name(*codec));
    }
    lines + &events(DTMF_PAYLOAD_TYPE) + &tail(local.ptime_ms, local.flow)
}

/// The audio line of an answer: the one codec that was chosen.
pub(crate) fn answered_audio(local: &LocalMedia, offered: &Section, choice: &Choice) -> String {
    let agreed = &choice.negotiated;
    let (protocol, payload_type) = (&offered.protocol, agreed.payload_type);
    let mut lines = format!("m=audio {} {protocol} {payload_type}", local.addr.port());
    if let Some(dtmf) = agreed.dtmf_payload_type {
        let _ = write!(lines, " {dtmf}");
    }
    let _ = write!(lines, "\r\na=rtpmap:{payload_type} {}/8000\r\n", name(agreed.codec));
    lines += &agreed.dtmf_payload_type.map(events).unwrap_or_default();
    if choice.mux {
        lines += "a=rtcp-mux\r\n";
    }
    lines + &tail(agreed.ptime_ms, agreed.flow)
}

/// A line that we do not take (RFC 3264 section 6): same kind, protocol and formats, port 0.
pub(crate) fn refused(offered: &Section) -> String {
    let formats = if offered.formats.is_empty() { "0".to_owned() } else { offered.formats.join(" ") };
    format!("m={} 0 {} {formats}\r\n", offered.kind, offered.protocol)
}

fn events(payload_type: u8) -> String {
    format!("a=rtpmap:{payload_type} telephone-event/8000\r\na=fmtp:{payload_type} 0-15\r\n")
}

fn tail(ptime_ms: u32, flow: MediaFlow) -> String {
    let flow = match flow {
        MediaFlow::SendRecv => "sendrecv",
        MediaFlow::SendOnly => "sendonly",
        MediaFlow::RecvOnly => "recvonly",
        MediaFlow::Inactive => "inactive",
    };
    format!("a=ptime:{ptime_ms}\r\na=maxptime:60\r\na={flow}\r\n")
}
