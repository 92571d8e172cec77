//! Comfort noise, receiving side (RFC 3389): level byte and reflection coefficients to noise.

/// Reflection coefficients used; further ones are ignored.
const ORDER_MAX: usize = 12;
/// Louder than this is no background noise; -dBov.
const LEVEL_MIN_DBOV: u8 = 20;

/// Noise of the level and colour that the far end described.
#[derive(Debug, Clone)]
pub struct ComfortNoise {
    /// Amplitude of the excitation.
    gain: f32,
    reflection: Vec<f32>,
    lattice: Vec<f32>,
    noise: u32,
}

impl ComfortNoise {
    /// Reads the payload of a comfort noise packet; `None` when it is empty.
    pub fn parse(payload: &[u8]) -> Option<Self> {
        let (level, coefficients) = payload.split_first()?;
        let reflection: Vec<f32> = coefficients
            .iter()
            .take(ORDER_MAX)
            .map(|q| ((f32::from(*q) - 127.0) / 128.0).clamp(-0.98, 0.98))
            .collect();
        // An all-pole filter with reflection k amplifies noise power by 1 / prod(1 - k^2).
        let loss: f32 = reflection.iter().map(|k| 1.0 - k * k).product();
        let level_dbov = f32::from((level & 0x7f).max(LEVEL_MIN_DBOV));
        let rms = 32768.0 * 10f32.powf(-level_dbov / 20.0);
        Some(ComfortNoise {
            gain: rms * loss.sqrt(),
            lattice: vec![0.0; reflection.len()],
            reflection,
            noise: 0x9e37_79b9,
        })
    }

    /// Fills `out` with noise.
    pub fn fill(&mut self, out: &mut [i16]) {
        for sample in out {
            let excitation = self.white() * self.gain;
            *sample = self.shape(excitation).clamp(-32768.0, 32767.0) as i16;
        }
    }

    /// Uniform white noise with variance 1, from a xorshift of fixed seed: it need not be random.
    fn white(&mut self) -> f32 {
        self.noise ^= self.noise << 13;
        self.noise ^= self.noise >> 17;
        self.noise ^= self.noise << 5;
        (self.noise as f32 / u32::MAX as f32 - 0.5) * 12f32.sqrt()
    }

    /// All-pole lattice; stable because every |k| < 1.
    fn shape(&mut self, excitation: f32) -> f32 {
        let mut forward = excitation;
        for i in (0..self.reflection.len()).rev() {
            forward -= self.reflection[i] * self.lattice[i];
            if i + 1 < self.lattice.len() {
                self.lattice[i + 1] = self.lattice[i] + self.reflection[i] * forward;
            }
        }
        if let Some(first) = self.lattice.first_mut() {
            *first = forward;
        }
        forward
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level_dbov(payload: &[u8]) -> f32 {
        let mut out = [0i16; 8000];
        ComfortNoise::parse(payload).unwrap().fill(&mut out);
        let power: f32 = out.iter().map(|s| f32::from(*s).powi(2)).sum::<f32>() / out.len() as f32;
        20.0 * (power.sqrt() / 32768.0).log10()
    }

    #[test]
    fn noise_has_the_level_that_was_asked_for_whatever_its_colour() {
        assert!((level_dbov(&[50]) + 50.0).abs() < 1.0);
        assert!((level_dbov(&[50, 200, 90]) + 50.0).abs() < 2.0, "{}", level_dbov(&[50, 200, 90]));
    }

    #[test]
    fn a_packet_that_asks_for_a_roar_gets_background_noise() {
        assert!(level_dbov(&[0, 255, 255, 0, 255]) < -15.0);
    }
}
