//! ◆ Both sides of a call as one stereo recording: left is us, right is the far end.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::edge::leg::{Direction, Recorded};
use crate::time::At;

/// Longest recording: 2 hours. What comes later is not kept.
const MAX_SAMPLES: usize = 2 * 3_600 * 8_000;
/// A frame further than this from where the one before it ended starts anew: 60 ms. Less is jitter.
const JUMP_SAMPLES: usize = 480;

/// Frames of both directions on one time line, 8 kHz.
#[derive(Debug)]
pub struct Stereo {
    started: At,
    left: Side,
    right: Side,
}

#[derive(Debug, Default)]
struct Side {
    samples: Vec<i16>,
}

impl Stereo {
    pub fn new(started: At) -> Self {
        Stereo { started, left: Side::default(), right: Side::default() }
    }

    pub fn push(&mut self, frame: &Recorded) {
        let offset = frame.at.since_ms(self.started).saturating_mul(8) as usize;
        match frame.direction {
            Direction::Sent => self.left.push(offset, &frame.samples),
            Direction::Received => self.right.push(offset, &frame.samples),
        }
    }

    /// Left and right in turn; the shorter side is filled with silence.
    pub fn interleaved(&self) -> Vec<i16> {
        let length = self.left.samples.len().max(self.right.samples.len());
        let at = |side: &Side, index: usize| side.samples.get(index).copied().unwrap_or(0);
        (0..length).flat_map(|index| [at(&self.left, index), at(&self.right, index)]).collect()
    }
}

impl Side {
    fn push(&mut self, offset: usize, samples: &[i16]) {
        if offset.saturating_add(samples.len()) > MAX_SAMPLES {
            return;
        }
        if offset > self.samples.len() + JUMP_SAMPLES || self.samples.is_empty() {
            self.samples.resize(offset, 0);
        }
        self.samples.extend_from_slice(samples);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(direction: Direction, at_ms: u64, value: i16) -> Recorded {
        Recorded { direction, at: At(at_ms), samples: [value; 160] }
    }

    #[test]
    fn each_side_lies_where_it_was_heard() {
        let mut stereo = Stereo::new(At(5_000));
        stereo.push(&frame(Direction::Sent, 5_000, 1));
        stereo.push(&frame(Direction::Received, 5_100, 2));
        // Came 7 ms late by jitter: no gap.
        stereo.push(&frame(Direction::Received, 5_127, 3));
        let both = stereo.interleaved();
        assert_eq!(both.len(), 2 * (800 + 320));
        let right = |index: usize| both[2 * index + 1];
        assert_eq!([both[0], both[2 * 159], both[2 * 160]], [1, 1, 0]);
        assert_eq!([right(0), right(799), right(800), right(960)], [0, 0, 2, 3]);
    }

    #[test]
    fn silence_that_was_not_sent_is_kept_as_silence() {
        let mut stereo = Stereo::new(At(0));
        stereo.push(&frame(Direction::Received, 0, 1));
        stereo.push(&frame(Direction::Received, 1_000, 2));
        assert_eq!(stereo.interleaved().len(), 2 * 8_160);
    }

    #[test]
    fn a_wild_clock_takes_no_memory() {
        let mut stereo = Stereo::new(At(0));
        stereo.push(&frame(Direction::Received, u64::MAX, 1));
        assert!(stereo.interleaved().is_empty());
    }
}
