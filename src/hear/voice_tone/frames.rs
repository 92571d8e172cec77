//! ◆ An utterance in frames of 10 ms: level, spectrum and pitch of each.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::pitch::{PITCH_SAMPLES, Pitch, pitch};
use realfft::{RealFftPlanner, RealToComplex};
use std::f32::consts::{PI, TAU};
use std::sync::Arc;

pub const RATE_HZ: f32 = 8_000.0;
/// 10 ms.
const HOP_SAMPLES: usize = 80;
pub const HOP_S: f32 = HOP_SAMPLES as f32 / RATE_HZ;
/// 32 ms.
const FFT_SAMPLES: usize = 256;
const BINS: usize = FFT_SAMPLES / 2 + 1;
const BIN_HZ: f32 = RATE_HZ / FFT_SAMPLES as f32;
/// The spectrum's window lies in the middle of the pitch's.
const FFT_AT: usize = (PITCH_SAMPLES - FFT_SAMPLES) / 2;
/// Mel bands over what a telephone line passes.
const BANDS: usize = 18;
const BANDS_HZ: [f32; 2] = [250.0, 3_500.0];
/// Where a telephone's band is cut in two: below it the first formant, above it the rest.
const LOW_HZ: [f32; 2] = [300.0, 1_000.0];
const HIGH_HZ: [f32; 2] = [1_000.0, 3_400.0];
/// Cepstral coefficients 2 to 6. The first is the tilt, which is taken apart; higher ones are noise at 18 bands.
pub const CEPSTRUM: usize = 5;
const CEPSTRUM_FIRST: usize = 2;
/// Added to every power, far below a line's own noise: 16 bit samples squared.
const FLOOR: f32 = 1e-3;

#[derive(Debug, Clone)]
pub struct Frame {
    /// dB; a full-scale sine has about 80.
    pub level_db: f32,
    /// Power below and above 1 kHz.
    pub low: f32,
    pub high: f32,
    /// Centre of gravity of the spectrum, Hz.
    pub centroid_hz: f32,
    /// The shape of the spectrum without its level and its tilt, dB.
    pub cepstrum: [f32; CEPSTRUM],
    pub pitch: Option<Pitch>,
}

/// What a frame's spectrum needs, computed once.
pub struct Analyser {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Vec<f32>,
    bands: Vec<Vec<f32>>,
    cosines: [[f32; BANDS]; CEPSTRUM],
}

impl Default for Analyser {
    fn default() -> Self {
        let turn = |at: usize| TAU * at as f32 / FFT_SAMPLES as f32;
        let cosine = |k: usize, band: usize| {
            let order = (CEPSTRUM_FIRST + k) as f32;
            (PI * order * (band as f32 + 0.5) / BANDS as f32).cos() / BANDS as f32
        };
        Analyser {
            fft: RealFftPlanner::new().plan_fft_forward(FFT_SAMPLES),
            window: (0..FFT_SAMPLES).map(|at| 0.5 - 0.5 * turn(at).cos()).collect(),
            bands: mel_bands(),
            cosines: std::array::from_fn(|k| std::array::from_fn(|band| cosine(k, band))),
        }
    }
}

impl Analyser {
    /// Frames of an utterance of 8 kHz; none where it is shorter than one, 39 ms.
    pub fn frames(&self, pcm: &[i16]) -> Vec<Frame> {
        let offset = pcm.iter().map(|sample| f32::from(*sample)).sum::<f32>() / pcm.len().max(1) as f32;
        let audio: Vec<f32> = pcm.iter().map(|sample| f32::from(*sample) - offset).collect();
        let starts = (0..audio.len()).step_by(HOP_SAMPLES);
        let pieces = starts.map_while(|at| audio[at..].first_chunk());
        let mut scratch = (self.fft.make_input_vec(), self.fft.make_output_vec());
        pieces.map(|piece| self.frame(piece, &mut scratch)).collect()
    }

    fn frame(&self, audio: &[f32; PITCH_SAMPLES], scratch: &mut Scratch) -> Frame {
        let power = self.power(&audio[FFT_AT..], scratch);
        let within = |[from, to]: [f32; 2]| -> f32 {
            let bin = |hz: f32| (hz / BIN_HZ).round() as usize;
            power[bin(from)..bin(to)].iter().sum::<f32>() + FLOOR
        };
        let total = power.iter().sum::<f32>() + FLOOR;
        let moment: f32 = power.iter().enumerate().map(|(bin, power)| bin as f32 * BIN_HZ * power).sum();
        Frame {
            level_db: db(total),
            low: within(LOW_HZ),
            high: within(HIGH_HZ),
            centroid_hz: moment / total,
            cepstrum: self.cepstrum(&power),
            pitch: pitch(audio),
        }
    }

    fn power(&self, audio: &[f32], (input, spectrum): &mut Scratch) -> [f32; BINS] {
        for ((value, sample), weight) in input.iter_mut().zip(audio).zip(&self.window) {
            *value = sample * weight;
        }
        if self.fft.process(input, spectrum).is_err() {
            // Only buffers of another length fail, and these came from the plan.
            return [0.0; BINS];
        }
        std::array::from_fn(|bin| spectrum[bin].norm_sqr() / (FFT_SAMPLES * FFT_SAMPLES) as f32)
    }

    fn cepstrum(&self, power: &[f32; BINS]) -> [f32; CEPSTRUM] {
        let band = |weights: &Vec<f32>| db(dot(power, weights) + FLOOR);
        let bands: Vec<f32> = self.bands.iter().map(band).collect();
        self.cosines.map(|cosines| dot(&bands, &cosines))
    }
}

type Scratch = (Vec<f32>, Vec<realfft::num_complex::Complex<f32>>);

/// Triangles of equal width on the mel scale (O'Shaughnessy 1987).
fn mel_bands() -> Vec<Vec<f32>> {
    let mel = |hz: f32| 2_595.0 * (1.0 + hz / 700.0).log10();
    let [from, to] = BANDS_HZ.map(mel);
    let width = (to - from) / (BANDS + 1) as f32;
    let weight = |band: usize, bin: usize| {
        let middle = from + width * (band + 1) as f32;
        (1.0 - (mel(bin as f32 * BIN_HZ) - middle).abs() / width).max(0.0)
    };
    (0..BANDS).map(|band| (0..BINS).map(|bin| weight(band, bin)).collect()).collect()
}

pub fn db(power: f32) -> f32 {
    10.0 * power.log10()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
