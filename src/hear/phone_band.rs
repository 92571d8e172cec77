//! ◆ What the telephone network leaves of a voice: 8 kHz, 300-3400 Hz, A-law. For measuring on studio
//! recordings.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::f64::consts::{SQRT_2, TAU};

/// Half-power edges. The slopes are those of a line that just meets ITU-T G.712: 12 dB an octave
/// below (28 dB at 60 Hz), 24 dB an octave above.
const LOW_HZ: f64 = 300.0;
const HIGH_HZ: f64 = 3_400.0;
const RATE_HZ: f64 = 8_000.0;
/// Quality of the two sections of a Butterworth filter of fourth order.
const FOURTH_ORDER: [f64; 2] = [0.541_196_1, 1.306_563];

/// Passes a clip (8 kHz) through a telephone line: band-pass, then A-law and back.
pub fn phone_band(clip: &[i16]) -> Vec<i16> {
    let mut sections = [
        Section::high_pass(LOW_HZ, 1.0 / SQRT_2),
        Section::low_pass(HIGH_HZ, FOURTH_ORDER[0]),
        Section::low_pass(HIGH_HZ, FOURTH_ORDER[1]),
    ];
    clip.iter()
        .map(|&sample| {
            let value = sections.iter_mut().fold(f64::from(sample), |value, section| section.step(value));
            a_law_and_back(value.round() as i16)
        })
        .collect()
}

/// One second-order section, transposed direct form II.
struct Section {
    b: [f64; 3],
    a: [f64; 2],
    memory: [f64; 2],
}

impl Section {
    fn low_pass(hz: f64, quality: f64) -> Self {
        let cosine = (TAU * hz / RATE_HZ).cos();
        Section::new(hz, quality, [(1.0 - cosine) / 2.0, 1.0 - cosine, (1.0 - cosine) / 2.0])
    }

    fn high_pass(hz: f64, quality: f64) -> Self {
        let cosine = (TAU * hz / RATE_HZ).cos();
        Section::new(hz, quality, [(1.0 + cosine) / 2.0, -1.0 - cosine, (1.0 + cosine) / 2.0])
    }

    /// Bilinear transform of the analogue section (Bristow-Johnson's Audio EQ Cookbook).
    fn new(hz: f64, quality: f64, b: [f64; 3]) -> Self {
        let (sine, cosine) = (TAU * hz / RATE_HZ).sin_cos();
        let alpha = sine / (2.0 * quality);
        let scale = 1.0 + alpha;
        Section {
            b: b.map(|value| value / scale),
            a: [-2.0 * cosine / scale, (1.0 - alpha) / scale],
            memory: [0.0; 2],
        }
    }

    fn step(&mut self, input: f64) -> f64 {
        let output = self.b[0] * input + self.memory[0];
        self.memory[0] = self.b[1] * input - self.a[0] * output + self.memory[1];
        self.memory[1] = self.b[2] * input - self.a[1] * output;
        output
    }
}

/// A-law's value for a sample (ITU-T G.711): 13 bits, of which a sign, an exponent and four bits of
/// mantissa survive; decoded to the middle of the step.
fn a_law_and_back(sample: i16) -> i16 {
    let magnitude = (i32::from(sample).abs() >> 4).min(0x7ff);
    let step = 1 << (magnitude >> 4).checked_ilog2().unwrap_or(0);
    let value = ((magnitude / step * step) * 2 + step) << 3;
    if sample < 0 { -value as i16 } else { value as i16 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(hz: f64) -> Vec<i16> {
        (0..4_000).map(|n| ((TAU * hz * f64::from(n) / RATE_HZ).sin() * 8_000.0) as i16).collect()
    }

    fn level(clip: &[i16]) -> f64 {
        let middle = &clip[500..3_500];
        (middle.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / middle.len() as f64).sqrt()
    }

    #[test]
    fn a_line_passes_speech_and_stops_hum() {
        let through = |hz| level(&phone_band(&tone(hz))) / level(&tone(hz));
        assert!((through(1_000.0) - 1.0).abs() < 0.03, "{}", through(1_000.0));
        assert!((through(300.0) - 0.707).abs() < 0.03, "{}", through(300.0));
        assert!((through(3_400.0) - 0.707).abs() < 0.03, "{}", through(3_400.0));
        assert!(through(60.0) < 0.05, "{}", through(60.0));
        assert!(through(3_900.0) < 0.05, "{}", through(3_900.0));
    }

    #[test]
    fn a_law_keeps_twelve_bits_of_the_quiet_and_five_of_the_loud() {
        assert_eq!(a_law_and_back(0), 8);
        assert_eq!(a_law_and_back(-20), -24);
        assert_eq!(a_law_and_back(32_767), 32_256);
        assert_eq!(a_law_and_back(i16::MIN), -32_256);
        for sample in (-32_768..=32_767).step_by(7) {
            let error = (i32::from(a_law_and_back(sample)) - i32::from(sample)).abs();
            assert!(error <= (i32::from(sample).abs() / 31).max(8) + 1, "{sample}: {error}");
        }
    }
}
