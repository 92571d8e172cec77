//! ◆ How loud we were, frame by frame, for an ear that must know our own voice when it comes back.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::FRAME_SAMPLES;
use super::leg::PLAYED_PER_FRAME;
use std::collections::VecDeque;

const BLOCK_SAMPLES: usize = FRAME_SAMPLES / PLAYED_PER_FRAME;
/// Values that wait: packets may hold up to 60 ms, and a frame of the far end takes 20.
const WAITING_BLOCKS: usize = 4 * PLAYED_PER_FRAME;

/// What was sent and not yet reported.
#[derive(Debug, Default)]
pub struct Played {
    waiting: VecDeque<u16>,
}

impl Played {
    /// Notes what went to the wire.
    pub fn push(&mut self, said: &[i16]) {
        for block in said.chunks_exact(BLOCK_SAMPLES) {
            if self.waiting.len() == WAITING_BLOCKS {
                self.waiting.pop_front();
            }
            self.waiting.push_back(loudness(block));
        }
    }

    /// The values of one frame; silence where nothing was sent.
    pub fn take(&mut self) -> [u16; PLAYED_PER_FRAME] {
        let mut taken = [0; PLAYED_PER_FRAME];
        for (value, sent) in
            taken.iter_mut().zip(self.waiting.drain(..PLAYED_PER_FRAME.min(self.waiting.len())))
        {
            *value = sent;
        }
        taken
    }
}

fn loudness(block: &[i16]) -> u16 {
    let power: u64 = block.iter().map(|sample| u64::from(sample.unsigned_abs()).pow(2)).sum();
    (power / block.len().max(1) as u64).isqrt() as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_frame_reports_what_was_sent_meanwhile() {
        let mut played = Played::default();
        played.push(&[[1000; 80], [-200; 80]].concat());
        assert_eq!(played.take(), [1000, 1000, 200, 200]);
        assert_eq!(played.take(), [0; 4]);
    }

    #[test]
    fn a_packet_of_60_ms_is_reported_over_three_frames() {
        let mut played = Played::default();
        played.push(&[500; 480]);
        assert_eq!([played.take(), played.take(), played.take(), played.take()].concat()[..12], [500; 12]);
    }
}
