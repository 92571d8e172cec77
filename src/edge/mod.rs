//! 1. The wire: media legs, the pacing clock, the port pool, the recording tap.
//!
//! All audio inside the process is 8 kHz, mono, 16 bit, in frames of 20 ms. Media runs on a runtime
//! of its own and never waits for thinking.

pub mod clock;
pub mod leg;

/// Samples in one frame: 20 ms at 8 kHz.
pub const FRAME_SAMPLES: usize = 160;
/// Milliseconds in one frame.
pub const FRAME_MS: u64 = 20;
