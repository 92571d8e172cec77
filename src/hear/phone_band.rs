//! ◆ What the telephone network leaves of a voice: 8 kHz, 300-3400 Hz, A-law. For measuring on studio
//! recordings.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Taps of the band-pass: 16 ms on either side at 8 kHz.
const TAPS: usize = 257;
const LOW_HZ: f64 = 300.0;
const HIGH_HZ: f64 = 3_400.0;
const RATE_HZ: f64 = 8_000.0;

/// Passes a clip (8 kHz) through a telephone line: band-pass, then A-law and back.
pub fn phone_band(clip: &[i16]) -> Vec<i16> {
    band_pass(clip).into_iter().map(a_law_and_back).collect()
}

/// Windowed-sinc filter of linear phase; the delay is taken out.
fn band_pass(clip: &[i16]) -> Vec<i16> {
    let taps = taps();
    let half = TAPS / 2;
    (0..clip.len())
        .map(|n| {
            let sum: f64 = taps
                .iter()
                .enumerate()
                .filter_map(|(k, tap)| Some(tap * f64::from(*clip.get((n + half).checked_sub(k)?)?)))
                .sum();
            sum.round() as i16
        })
        .collect()
}

fn taps() -> Vec<f64> {
    let half = (TAPS / 2) as f64;
    let low_pass = |hz: f64, t: f64| {
        let x = 2.0 * hz / RATE_HZ;
        if t == 0.0 {
            x
        } else {
            (std::f64::consts::PI * x * t).sin() / (std::f64::consts::PI * t)
        }
    };
    (0..TAPS)
        .map(|k| {
            let hamming = 0.54 - 0.46 * (std::f64::consts::TAU * k as f64 / (TAPS - 1) as f64).cos();
            let t = k as f64 - half;
            (low_pass(HIGH_HZ, t) - low_pass(LOW_HZ, t)) * hamming
        })
        .collect()
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
        (0..4_000)
            .map(|n| ((std::f64::consts::TAU * hz * f64::from(n) / RATE_HZ).sin() * 8_000.0) as i16)
            .collect()
    }

    fn level(clip: &[i16]) -> f64 {
        let middle = &clip[500..3_500];
        (middle.iter().map(|&s| f64::from(s).powi(2)).sum::<f64>() / middle.len() as f64).sqrt()
    }

    #[test]
    fn a_line_passes_speech_and_stops_hum() {
        let through = |hz| level(&phone_band(&tone(hz))) / level(&tone(hz));
        assert!((through(1_000.0) - 1.0).abs() < 0.03, "{}", through(1_000.0));
        assert!(through(100.0) < 0.02, "{}", through(100.0));
        assert!(through(3_800.0) < 0.02, "{}", through(3_800.0));
    }

    #[test]
    fn a_law_keeps_twelve_bits_of_the_quiet_and_five_of_the_loud() {
        assert_eq!(a_law_and_back(0), 8);
        assert_eq!(a_law_and_back(-20), -24);
        assert_eq!(a_law_and_back(32_767), 32_256);
        assert_eq!(a_law_and_back(i16::MIN), -32_256);
        for sample in (-32_768..=32_767).step_by(7) {
            let error = (i32::from(a_law_and_back(sample)) - i32::from(sample)).abs();
            assert!(
                error <= (i32::from(sample).abs() / 31).max(8) + 1,
                "{sample}: {error}"
            );
        }
    }
}
