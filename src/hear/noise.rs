//! ◆ Noise for measuring: always the same.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Noise that falls 3 dB an octave, about 1 at its loudest (P. Kellet's filter of white noise, musicdsp.org).
pub fn pink(length: usize) -> Vec<f32> {
    let mut state = 0x2545_f491_u32;
    let mut white = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    let mut poles = [0.0_f32; 3];
    let filters = [(0.997_65, 0.099_046), (0.963, 0.296_516_4), (0.57, 1.052_691_3)];
    (0..length)
        .map(|_| {
            let white = white();
            for (pole, (keep, take)) in poles.iter_mut().zip(filters) {
                *pole = keep * *pole + take * white;
            }
            poles.iter().sum::<f32>() + 0.1848 * white
        })
        .collect()
}
