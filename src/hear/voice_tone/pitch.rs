//! ◆ Fundamental frequency by the normalised cross-correlation of a frame with itself (Talkin 1995, RAPT).
//!
//! A telephone line cuts the fundamental itself, below 300 Hz; its harmonics repeat with the same period.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::frames::RATE_HZ;

/// Periods in samples at 8 kHz: from 500 Hz, a woman shouting, down to 75 Hz, a low man.
const LAG_MIN: usize = 16;
const LAG_MAX: usize = 107;
const LAGS: usize = LAG_MAX - LAG_MIN + 3;
/// What is compared with itself: 25 ms.
const WINDOW_SAMPLES: usize = 200;
/// What a frame must hold: the window, and the window a longest period later.
pub const PITCH_SAMPLES: usize = WINDOW_SAMPLES + LAG_MAX + 1;
/// Share of the highest correlation at which a shorter period is preferred: twice a period always fits as well
/// (McLeod and Wyvill 2005).
const NEARLY: f32 = 0.88;
/// Sums that are kept apart, so that the compiler adds them in one instruction.
const LANES: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pitch {
    pub hz: f32,
    /// How well the frame repeats, 0..1.
    pub clarity: f32,
}

/// The pitch of `PITCH_SAMPLES` samples; none in silence and where nothing repeats.
pub fn pitch(frame: &[f32; PITCH_SAMPLES]) -> Option<Pitch> {
    let correlations = correlations(frame)?;
    let highest = correlations.iter().copied().fold(0.0, f32::max);
    let peak = (1..LAGS - 1).find(|at| {
        let here = correlations[*at];
        here > 0.0 && here >= NEARLY * highest && here >= correlations[at - 1] && here >= correlations[at + 1]
    })?;
    let [left, here, right] = [correlations[peak - 1], correlations[peak], correlations[peak + 1]];
    // The top of the parabola through the three lies within half a sample.
    let bend = left - 2.0 * here + right;
    let shift = if bend < -1e-6 { (0.5 * (left - right) / bend).clamp(-0.5, 0.5) } else { 0.0 };
    let period = (LAG_MIN - 1 + peak) as f32 + shift;
    Some(Pitch { hz: RATE_HZ / period, clarity: here.min(1.0) })
}

/// One for each period and for a neighbour at both ends, so that each period can be a peak.
fn correlations(frame: &[f32; PITCH_SAMPLES]) -> Option<[f32; LAGS]> {
    let window = &frame[..WINDOW_SAMPLES];
    let energy = dot(window, window);
    if energy <= 0.0 {
        return None;
    }
    Some(std::array::from_fn(|at| {
        let later = &frame[LAG_MIN - 1 + at..][..WINDOW_SAMPLES];
        dot(window, later) / (energy * dot(later, later)).sqrt().max(f32::MIN_POSITIVE)
    }))
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0_f32; LANES];
    for (a, b) in a.chunks_exact(LANES).zip(b.chunks_exact(LANES)) {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::TAU;

    /// Harmonics of a voice that lie within a telephone's band.
    fn on_the_telephone(hz: f32) -> [f32; PITCH_SAMPLES] {
        let harmonics = || (1..).map(|k| k as f32 * hz).skip_while(|hz| *hz < 300.0);
        std::array::from_fn(|n| {
            let wave = |hz: f32| (TAU * hz * n as f32 / RATE_HZ).sin() * 1_000_000.0 / hz;
            harmonics().take_while(|hz| *hz < 3_400.0).map(wave).sum()
        })
    }

    #[test]
    fn a_voice_without_its_fundamental_keeps_its_pitch() {
        for hz in [90.0, 120.0, 180.0, 250.0, 330.0, 450.0] {
            let found = pitch(&on_the_telephone(hz)).unwrap();
            assert!((found.hz / hz - 1.0).abs() < 0.01, "{hz}: {found:?}");
            assert!(found.clarity > 0.9, "{hz}: {found:?}");
        }
    }

    #[test]
    fn silence_has_no_pitch() {
        assert_eq!(pitch(&[0.0; PITCH_SAMPLES]), None);
    }
}
