//! What arrives from the wire: signalling, session descriptions, RTP. Knows nothing of bots.

#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod rtp; //       ◆ media packets: latch, jitter buffer, concealment, DTMF, RTCP
pub mod sdp; //       ◆ RFC 3264 offers and answers
pub mod session; //   what a call sees of its signalling
