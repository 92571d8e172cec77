//! Brings what a voice made to the sampling rate of the telephone.

use crate::speak::TtsError;
use rubato::audioadapter_buffers::direct::SequentialSlice;
use rubato::{Fft, FixedSync, Resampler};

/// Sampling rate of all audio inside Duet.
pub const TELEPHONE_HZ: usize = 8_000;

/// Samples that the resampler takes at a time; its quality does not depend on it.
const CHUNK_SAMPLES: usize = 1_024;

/// Resamples one whole sentence from `from_hz` to 8 kHz, band-limited, without delay at the start.
pub fn to_telephone(samples: &[f32], from_hz: usize) -> Result<Vec<f32>, TtsError> {
    if from_hz == TELEPHONE_HZ || samples.is_empty() {
        return Ok(samples.to_vec());
    }
    let failed = |error: &dyn std::fmt::Display| TtsError::Engine(format!("resampling failed: {error}"));
    let mut resampler = Fft::<f32>::new(from_hz, TELEPHONE_HZ, CHUNK_SAMPLES, 1, FixedSync::Input)
        .map_err(|error| failed(&error))?;
    let input = SequentialSlice::new(samples, 1, samples.len()).map_err(|error| failed(&error))?;
    let output = resampler.process_all(&input, samples.len(), None).map_err(|error| failed(&error))?;
    Ok(output.take_data())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f32, rate_hz: f32, seconds: f32) -> Vec<f32> {
        (0..(rate_hz * seconds) as usize)
            .map(|n| (n as f32 * hz * std::f32::consts::TAU / rate_hz).sin())
            .collect()
    }

    fn rms(samples: &[f32]) -> f32 {
        (samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32).sqrt()
    }

    #[test]
    fn a_second_stays_a_second() {
        let out = to_telephone(&tone(440.0, 22_050.0, 1.0), 22_050).unwrap();
        assert_eq!(out.len(), 8_000);
    }

    #[test]
    fn speech_band_passes_and_what_would_alias_does_not() {
        let inside = to_telephone(&tone(1_000.0, 22_050.0, 1.0), 22_050).unwrap();
        let outside = to_telephone(&tone(6_000.0, 22_050.0, 1.0), 22_050).unwrap();
        assert!((rms(&inside) - std::f32::consts::FRAC_1_SQRT_2).abs() < 0.02, "{}", rms(&inside));
        assert!(rms(&outside) < 0.01, "{}", rms(&outside));
    }
}
