//! ◆ Media packets of one leg (RFC 3550, 3551, 3389, 4733), without sockets and without a clock.
//!
//! Times are milliseconds on the caller's clock (`now_ms`). Audio is 8 kHz mono 16 bit. A leg feeds
//! [`Receiver`] with what its socket brought and takes one frame of 20 ms from it per tick; it asks
//! [`Sender`] each tick for the packets to send. Nothing here panics on what the network brings.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod codec; //    G.711
pub mod comfort; //  RFC 3389 comfort noise
pub mod conceal; //  hides losses
pub mod dtmf; //     RFC 4733 keys, in and out
pub mod jitter; //   the adaptive playout buffer
pub mod latch; //    whom we listen to
pub mod packet; //   12 bytes of header
pub mod receiver; // all of the above for what arrives
pub mod rtcp; //     reports
pub mod sender; //   one continuous stream out
pub mod stats; //    RFC 3550 reception figures

pub use packet::Packet;
pub use receiver::{Frame, Receiver};
pub use sender::Sender;

/// Samples in one tick: 20 ms at 8 kHz.
pub const FRAME_SAMPLES: usize = 160;
/// Length of one tick, ms.
pub const FRAME_MS: u64 = 20;
/// Samples in one millisecond.
pub const SAMPLES_PER_MS: u64 = 8;
