//! From one sampling rate to another, whole clips at a time.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _};

/// Input that the resampler filters at once, as a part of a second: the longer, the sharper its filter.
const CHUNKS_PER_S: u32 = 10;

/// The resampler refused: rates that do not go together, or a defect.
#[derive(Debug, Clone, thiserror::Error)]
#[error("resampling from {from_hz} to {to_hz} Hz: {reason}")]
pub struct ResampleError {
    pub from_hz: u32,
    pub to_hz: u32,
    reason: String,
}

/// Turns clips of one rate into clips of another; kept, because making one computes filters.
pub struct Resampler {
    from_hz: u32,
    to_hz: u32,
    /// `None` where the rates are equal.
    fft: Option<Fft<f32>>,
}

impl Resampler {
    pub fn new(from_hz: u32, to_hz: u32) -> Result<Self, ResampleError> {
        let mut fft = None;
        if from_hz != to_hz {
            let chunk = (from_hz / CHUNKS_PER_S) as usize;
            let made = Fft::new(from_hz as usize, to_hz as usize, chunk, 1, FixedSync::Both);
            fft = Some(made.map_err(|error| failed(from_hz, to_hz, error))?);
        }
        Ok(Resampler { from_hz, to_hz, fft })
    }

    /// One clip, mono; the filter's delay is taken out, the length is `len * to / from`.
    pub fn clip(&mut self, clip: &[f32]) -> Result<Vec<f32>, ResampleError> {
        let failed = |error: &dyn std::fmt::Display| failed(self.from_hz, self.to_hz, error);
        let Some(fft) = self.fft.as_mut().filter(|_| !clip.is_empty()) else {
            return Ok(clip.to_vec());
        };
        let input = InterleavedSlice::new(clip, 1, clip.len()).map_err(|error| failed(&error))?;
        let output = fft.process_all(&input, clip.len(), None).map_err(|error| failed(&error))?;
        Ok(output.take_data())
    }
}

fn failed(from_hz: u32, to_hz: u32, reason: impl std::fmt::Display) -> ResampleError {
    ResampleError { from_hz, to_hz, reason: reason.to_string() }
}

/// 16 bit samples as floats from -1 to 1.
pub fn to_floats(samples: &[i16]) -> Vec<f32> {
    samples.iter().map(|&sample| f32::from(sample) / 32_768.0).collect()
}

/// Floats from -1 to 1 as 16 bit samples; what lies outside is clipped.
pub fn to_samples(floats: &[f32]) -> Vec<i16> {
    floats.iter().map(|&value| (value * 32_768.0).round() as i16).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f32, rate_hz: u32, samples: usize) -> Vec<f32> {
        let step = std::f32::consts::TAU * hz / rate_hz as f32;
        (0..samples).map(|i| (step * i as f32).sin() * 0.5).collect()
    }

    #[test]
    fn a_tone_keeps_its_pitch_level_and_place_to_half_a_sample() {
        for (from_hz, to_hz) in
            [(8_000, 16_000), (22_050, 8_000), (24_000, 8_000), (44_100, 8_000), (48_000, 8_000)]
        {
            let clip = Resampler::new(from_hz, to_hz).unwrap().clip(&tone(440.0, from_hz, from_hz as usize));
            let clip = clip.unwrap();
            assert!(clip.len().abs_diff(to_hz as usize) <= 1, "{from_hz}: {}", clip.len());
            let expected = tone(440.0, to_hz, to_hz as usize);
            let middle = to_hz as usize / 4..to_hz as usize * 3 / 4;
            let worst = middle.map(|i| (clip[i] - expected[i]).abs()).fold(0.0, f32::max);
            // Half a sample of 440 Hz at 8 kHz.
            assert!(worst < 0.09, "{from_hz}: {worst}");
        }
    }

    #[test]
    fn a_resampler_forgets_the_clip_before() {
        let mut resampler = Resampler::new(8_000, 16_000).unwrap();
        let clip = tone(300.0, 8_000, 1_000);
        let first = resampler.clip(&clip).unwrap();
        resampler.clip(&vec![0.9; 777]).unwrap();
        assert_eq!(resampler.clip(&clip).unwrap(), first);
    }

    #[test]
    fn an_empty_clip_stays_empty() {
        assert!(Resampler::new(8_000, 16_000).unwrap().clip(&[]).unwrap().is_empty());
    }
}
