//! ◆ The sound that is left when every voice has failed: three soft notes that say "one moment".
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::f32::consts::TAU;
use std::sync::{Arc, OnceLock};

const RATE_HZ: f32 = 8_000.0;
/// G, C, E: upwards, because the call goes on. Hz.
const NOTES_HZ: [f32; 3] = [392.0, 523.3, 659.3];
/// One note begins so long after the other, and rings on, samples: 180 and 480 ms.
const STEP_SAMPLES: usize = 1_440;
const NOTE_SAMPLES: usize = 3_840;
/// Loudest sample of one note: -17 dBFS.
const LOUD: f32 = 4_600.0;

/// The chime: 8 kHz mono, 840 ms.
pub fn chime() -> Arc<[i16]> {
    static CHIME: OnceLock<Arc<[i16]>> = OnceLock::new();
    Arc::clone(CHIME.get_or_init(|| rendered().into()))
}

fn rendered() -> Vec<i16> {
    let mut mixed = vec![0.0; STEP_SAMPLES * (NOTES_HZ.len() - 1) + NOTE_SAMPLES];
    for (number, hz) in NOTES_HZ.iter().enumerate() {
        for at in 0..NOTE_SAMPLES {
            mixed[number * STEP_SAMPLES + at] += note(*hz, at);
        }
    }
    mixed.into_iter().map(|sample: f32| sample as i16).collect()
}

/// Struck softly (8 ms) and fading to nothing.
fn note(hz: f32, at: usize) -> f32 {
    let struck = (at as f32 / 64.0).min(1.0);
    let left = 1.0 - at as f32 / NOTE_SAMPLES as f32;
    (TAU * hz * at as f32 / RATE_HZ).sin() * struck * left * left * LOUD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chime_is_short_audible_and_without_a_click() {
        let chime = chime();
        assert!((600..1_000).contains(&(chime.len() / 8)), "{} ms", chime.len() / 8);
        let loudest = chime.iter().map(|sample| sample.unsigned_abs()).max().unwrap();
        assert!((3_000..10_000).contains(&loudest), "{loudest}");
        let step = chime.windows(2).map(|pair| pair[0].abs_diff(pair[1])).max().unwrap();
        assert!(step < 4_000 && chime.last().unwrap().abs() < 50, "{step}");
    }
}
