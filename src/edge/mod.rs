//! 1. The wire: media legs, the pacing clock, the port pool, the recording tap.
//!
//! All audio inside the process is 8 kHz, mono, 16 bit, in frames of 20 ms. Media runs on a runtime
//! of its own and never waits for thinking.

pub mod bad_line; //◆ noise and loss, made on purpose
pub mod clock; //    where `At` comes from
pub mod guard; //    who may call: the configured trunks
pub mod leg; //      what a call sees: commands in, events and audio out
pub mod media; //    opens legs; its own runtime
pub mod resample; // other sample rates, for engines and uploads
pub mod sound; //    sound files of the operator, and our hold music
pub mod text; //     a visitor's leg of a chat
pub mod webrtc; //   telephones in browsers

mod bridge; //     ◆ what the other leg says, on its way out
mod chime; //      ◆ when every voice has failed
pub(crate) mod leg_core; // ◆ one leg without sockets
pub mod leg_run; //      its sockets and its pace
mod outbox; //       events that wait for the call
mod pacer; //        threads, each with many legs
mod played; //     ◆ how loud we were
mod playlist; //   ◆ prompts, streams, loops
mod ports; //      ◆ which ports are free, which rest
mod rewind; //     ◆ where a held sentence goes on
mod wire; //         datagrams with the time of their arrival

pub use chime::chime;
pub use leg::{Leg, MediaCommand, MediaControl, MediaEvent};
pub use media::{Media, MediaConfig, MediaError};
pub use pacer::LateShare;

/// Samples in one frame: 20 ms at 8 kHz.
pub const FRAME_SAMPLES: usize = 160;
/// Milliseconds in one frame.
pub const FRAME_MS: u64 = 20;
