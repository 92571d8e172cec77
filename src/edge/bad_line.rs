//! ◆ A bad line, made on purpose to hear what it does to a call: noise under all that is sent, packets lost.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::sync::Arc;

/// What happens to what we send. By default nothing; anything else is for tests and measurements.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BadLine {
    /// Share of the packets that are kept back, 0..1.
    pub loss: f32,
    /// Sounds under everything, over and over: 8 kHz. Empty is a quiet room.
    pub noise: Arc<[i16]>,
}

/// The noise of one leg.
#[derive(Debug, Clone, Default)]
pub struct Noise {
    samples: Arc<[i16]>,
    at: usize,
}

impl Noise {
    pub fn new(samples: Arc<[i16]>) -> Noise {
        Noise { samples, at: 0 }
    }

    /// Adds what sounds now.
    pub fn add(&mut self, part: &mut [i16]) {
        if self.samples.is_empty() {
            return;
        }
        for sample in part {
            *sample = sample.saturating_add(self.samples[self.at]);
            self.at = (self.at + 1) % self.samples.len();
        }
    }
}

/// Packets that are kept back on purpose, to hear what a bad line does.
#[derive(Debug, Clone)]
pub struct Loss {
    share: f32,
    /// Of a xorshift generator; the same line loses the same packets.
    state: u32,
}

impl Loss {
    /// Loses this share of all packets, 0..1.
    pub fn new(share: f32) -> Loss {
        Loss { share, state: 0x9e37_79b9 }
    }

    /// Whether the next packet is lost.
    pub fn strikes(&mut self) -> bool {
        if self.share <= 0.0 {
            return false;
        }
        for (left, by) in [(true, 13), (false, 17), (true, 5)] {
            self.state ^= if left { self.state << by } else { self.state >> by };
        }
        (self.state as f32 / u32::MAX as f32) < self.share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_goes_on_from_part_to_part_and_begins_anew() {
        let mut noise = Noise::new([1, 2, 3].into());
        let (mut one, mut two) = ([10, 10], [i16::MAX, 10]);
        noise.add(&mut one);
        noise.add(&mut two);
        assert_eq!((one, two), ([11, 12], [i16::MAX, 11]));
    }
}
