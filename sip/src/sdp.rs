//! ◆ SDP offer and answer (RFC 3264, RFC 8866) for G.711 and telephone events.

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
