//! What arrives from the wire: signalling, session descriptions, RTP. Knows nothing of bots.

#![forbid(unsafe_code)]

pub mod address; //   ◆ user part and display name of an address header
pub mod digest; //    ◆ digest authentication, our side (RFC 3261 section 22, RFC 8760)
pub mod endpoint; //  the socket side: transports, sessions, admission
pub mod guard; //     who may call
pub mod normalise; // ◆ raw bytes to bytes the stack takes, or a refusal
pub mod rtp; //       ◆ media packets: latch, jitter buffer, concealment, DTMF, RTCP
pub mod sdp; //       ◆ RFC 3264 offers and answers
pub mod session; //   what a call sees of its signalling
pub mod throttle; //  ◆ messages per second per source
pub mod timers; //    ◆ session timers (RFC 4028)
