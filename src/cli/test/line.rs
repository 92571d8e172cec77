//! ◆ What a telephone line makes of a clean voice: band, level, noise, lost packets.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::cli::eval_barge::clips::{Clip, LEVEL};
use crate::edge::FRAME_SAMPLES;
use crate::edge::bad_line::{BadLine, Loss};
use crate::hear::echo::rms;
use crate::hear::noise::pink;
use crate::hear::phone_band::phone_band;
use std::sync::Arc;

/// Noise before and behind the words: 0.3 and 0.8 s.
const BEFORE_SAMPLES: usize = 2_400;
const AFTER_SAMPLES: usize = 6_400;
/// Noise of a call before it begins anew: 10 s.
const NOISE_SAMPLES: usize = 80_000;

/// The line.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Voice above noise, both as the telephone carries them, dB; none is a quiet room.
    pub noise_db: Option<f32>,
    /// Share of packets that are lost, 0..1.
    pub loss: f32,
}

impl Line {
    /// A voice (8 kHz) as it arrives without a call: in noise, with gaps.
    pub fn carry(&self, voice: &[i16]) -> Vec<i16> {
        let mut heard = vec![0; BEFORE_SAMPLES];
        heard.extend(band(voice));
        heard.resize(heard.len() + AFTER_SAMPLES, 0);
        let noise = self.noise(heard.len());
        heard.iter_mut().zip(&noise).for_each(|(sample, noise)| *sample = sample.saturating_add(*noise));
        let mut loss = Loss::new(self.loss);
        for frame in heard.chunks_mut(FRAME_SAMPLES).filter(|_| loss.strikes()) {
            frame.fill(0);
        }
        heard
    }

    /// The line of a whole call: its noise does not wait for words.
    pub fn of_call(&self) -> BadLine {
        let noise: Arc<[i16]> = self.noise(NOISE_SAMPLES).into();
        BadLine { loss: self.loss, noise }
    }

    fn noise(&self, samples: usize) -> Vec<i16> {
        let Some(db) = self.noise_db else { return Vec::new() };
        let level = LEVEL / 10_f32.powf(db / 20.0);
        let scaled = |gain: f32| {
            let noise: Vec<i16> = pink(samples).iter().map(|value| (value * gain) as i16).collect();
            phone_band(&noise)
        };
        // Most of it lies below 300 Hz: how much is left is measured on a loud one.
        let loud = LEVEL / rms_of(&pink(samples)).max(f32::EPSILON);
        scaled(loud * level / rms(&scaled(loud)).max(1.0))
    }
}

/// A voice as the telephone carries it: within 300 to 3,400 Hz, at -20 dBFS.
pub fn band(voice: &[i16]) -> Vec<i16> {
    Clip::new("caller", &phone_band(&Clip::new("caller", voice).samples)).samples
}

fn rms_of(values: &[f32]) -> f32 {
    (values.iter().map(|value| value * value).sum::<f32>() / values.len().max(1) as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Nine tenths of its energy lie below what a telephone carries.
    fn tone(samples: usize) -> Vec<i16> {
        let wave = |n: usize| (n as f32 * 0.1).sin() * 2_700.0 + (n as f32 * 0.7).sin() * 900.0;
        (0..samples).map(|n| wave(n) as i16).collect()
    }

    #[test]
    fn the_voice_comes_at_its_level_and_the_noise_as_far_below_as_asked() {
        let line = |noise_db| Line { noise_db, loss: 0.0 }.carry(&tone(16_000));
        let (quiet, noisy) = (line(None), line(Some(10.0)));
        let voice = rms(&quiet[4_000..16_000]);
        assert!((2_500.0..3_600.0).contains(&voice), "{voice}");
        let noise = rms(&noisy[noisy.len() - 4_000..]);
        let below_db = 20.0 * (voice / noise).log10();
        assert!((8.5..11.5).contains(&below_db), "{below_db}");
        assert!(rms(&quiet[..2_000]) < 20.0);
        let call = Line { noise_db: Some(10.0), loss: 0.0 }.of_call();
        assert!((0.9..1.1).contains(&(rms(&call.noise) / noise)));
    }

    #[test]
    fn as_many_packets_are_lost_as_asked() {
        let heard = Line { noise_db: Some(10.0), loss: 0.1 }.carry(&tone(160_000));
        let lost =
            heard.chunks(FRAME_SAMPLES).filter(|frame| frame.iter().all(|sample| *sample == 0)).count();
        let share = lost as f32 / (heard.len() / FRAME_SAMPLES) as f32;
        assert!((0.07..0.13).contains(&share), "{share}");
    }
}
