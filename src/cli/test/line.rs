//! ◆ What a telephone line makes of a clean voice: band, level, noise, lost packets.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::cli::eval_barge::clips::{Clip, LEVEL};
use crate::edge::FRAME_SAMPLES;
use crate::edge::leg_run::Loss;
use crate::hear::echo::rms;
use crate::hear::noise::pink;
use crate::hear::phone_band::phone_band;

/// Noise before and behind the words: 0.3 and 0.8 s.
const BEFORE_SAMPLES: usize = 2_400;
const AFTER_SAMPLES: usize = 6_400;

/// The line.
#[derive(Debug, Clone, Copy)]
pub struct Line {
    /// Voice above noise as the telephone carries it, dB; none is a quiet room.
    pub noise_db: Option<f32>,
    /// Share of packets that are lost, 0..1; where the call itself loses them, 0.
    pub loss: f32,
}

impl Line {
    /// A voice (8 kHz) as it arrives: at -20 dBFS, within 300 to 3,400 Hz, in pink noise, with gaps.
    pub fn carry(&self, voice: &[i16]) -> Vec<i16> {
        let mut sound = vec![0.0; BEFORE_SAMPLES];
        sound.extend(Clip::new("caller", voice).samples.iter().map(|sample| f32::from(*sample)));
        sound.resize(sound.len() + AFTER_SAMPLES, 0.0);
        if let Some(db) = self.noise_db {
            let noise = pink(sound.len());
            let level = LEVEL / 10_f32.powf(db / 20.0) / heard_level(&noise).max(f32::EPSILON);
            sound.iter_mut().zip(noise).for_each(|(sample, noise)| *sample += noise * level);
        }
        let samples: Vec<i16> =
            sound.iter().map(|value| value.clamp(f32::from(i16::MIN), f32::from(i16::MAX)) as i16).collect();
        let mut heard = phone_band(&samples);
        let mut loss = Loss::new(self.loss);
        for frame in heard.chunks_mut(FRAME_SAMPLES).filter(|_| loss.strikes()) {
            frame.fill(0);
        }
        heard
    }
}

/// What the telephone leaves of a noise: most of it lies below 300 Hz.
fn heard_level(noise: &[f32]) -> f32 {
    let loud = LEVEL / rms_of(noise).max(f32::EPSILON);
    let samples: Vec<i16> = noise.iter().map(|value| (value * loud) as i16).collect();
    rms(&phone_band(&samples)) / loud
}

fn rms_of(values: &[f32]) -> f32 {
    (values.iter().map(|value| value * value).sum::<f32>() / values.len().max(1) as f32).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(samples: usize) -> Vec<i16> {
        (0..samples).map(|n| ((n as f32 * 0.7).sin() * 900.0) as i16).collect()
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
