//! What arrives from the wire: signalling, session descriptions, RTP. Knows nothing of bots.

pub mod sdp; //       ◆ RFC 3264 offers and answers
pub mod session; //   what a call sees of its signalling
