//! Loss concealment for G.711, after ITU-T G.711 Appendix I: repeat the last pitch period, fade
//! out, and cross-fade back into real speech. Unlike the appendix it delays nothing.

/// Remembered speech: the longest pitch period and the window that finds it.
const HISTORY_SAMPLES: usize = 400;
/// Pitch of 66 to 200 Hz.
const PITCH_MIN_SAMPLES: usize = 40;
const PITCH_MAX_SAMPLES: usize = 120;
/// Window of the pitch search, 20 ms.
const WINDOW_SAMPLES: usize = 160;
/// Loss that is repeated at full level, then fade that ends in silence: 10 and 60 ms.
const FULL_SAMPLES: usize = 80;
const SILENT_SAMPLES: usize = 480;
/// Cross-fade at the edges of a loss, 4 ms.
const FADE_SAMPLES: usize = 32;

/// Hides losses in one direction of a leg.
#[derive(Debug)]
pub struct Concealer {
    /// The last real samples, oldest first.
    history: Vec<i16>,
    /// One pitch period that is being repeated, and where we are in it.
    period: Vec<i16>,
    position: usize,
    /// Samples made since the loss began; 0 while speech flows.
    made: usize,
}

impl Default for Concealer {
    fn default() -> Self {
        Concealer { history: vec![0; HISTORY_SAMPLES], period: Vec::new(), position: 0, made: 0 }
    }
}

impl Concealer {
    /// Real samples, to be played as they are; after a loss their start is blended with the repetition.
    pub fn good(&mut self, samples: &mut [i16]) {
        if self.made > 0 {
            let fade = FADE_SAMPLES.min(samples.len());
            for (i, sample) in samples.iter_mut().take(fade).enumerate() {
                let real = (i + 1) as f32 / (fade + 1) as f32;
                let made = f32::from(self.next());
                *sample = (f32::from(*sample) * real + made * (1.0 - real)) as i16;
            }
            self.made = 0;
        }
        if let Some(tail) = samples.len().checked_sub(HISTORY_SAMPLES) {
            self.history.copy_from_slice(&samples[tail..]);
        } else {
            self.history.copy_within(samples.len().., 0);
            self.history[HISTORY_SAMPLES - samples.len()..].copy_from_slice(samples);
        }
    }

    /// Fills a gap.
    pub fn fill(&mut self, out: &mut [i16]) {
        if self.made == 0 {
            self.begin();
        }
        for sample in out {
            *sample = self.next();
        }
    }

    fn begin(&mut self) {
        let pitch = self.pitch();
        let start = HISTORY_SAMPLES - pitch;
        self.period = self.history[start..].to_vec();
        // The end of the period blends into what preceded its start, so the repetition has no click.
        let blend = pitch / 4;
        for i in 0..blend {
            let before = f32::from(self.history[start - blend + i]);
            let at = pitch - blend + i;
            let share = (i + 1) as f32 / (blend + 1) as f32;
            self.period[at] = (f32::from(self.period[at]) * (1.0 - share) + before * share) as i16;
        }
        self.position = 0;
    }

    /// The lag at which the last 20 ms look most like what preceded them.
    fn pitch(&self) -> usize {
        let now = &self.history[HISTORY_SAMPLES - WINDOW_SAMPLES..];
        let likeness = |lag: usize| {
            let then = &self.history[HISTORY_SAMPLES - WINDOW_SAMPLES - lag..][..WINDOW_SAMPLES];
            let cross: f32 = now.iter().zip(then).map(|(a, b)| f32::from(*a) * f32::from(*b)).sum();
            let power: f32 = then.iter().map(|b| f32::from(*b).powi(2)).sum();
            cross / (power + 1.0).sqrt()
        };
        (PITCH_MIN_SAMPLES..=PITCH_MAX_SAMPLES)
            .map(|lag| (lag, likeness(lag)))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map_or(PITCH_MAX_SAMPLES, |(lag, _)| lag)
    }

    fn next(&mut self) -> i16 {
        let faded = self.made.saturating_sub(FULL_SAMPLES) as f32;
        let gain = (1.0 - faded / (SILENT_SAMPLES - FULL_SAMPLES) as f32).max(0.0);
        let sample = f32::from(self.period[self.position]) * gain;
        self.position = (self.position + 1) % self.period.len();
        self.made = (self.made + 1).min(SILENT_SAMPLES);
        sample as i16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(from: usize, samples: usize) -> Vec<i16> {
        (from..from + samples)
            .map(|i| ((i as f32 * std::f32::consts::TAU * 130.0 / 8000.0).sin() * 8000.0) as i16)
            .collect()
    }

    #[test]
    fn a_lost_frame_of_a_voice_sounds_on_without_a_click() {
        let mut concealer = Concealer::default();
        concealer.good(&mut sine(0, 800));
        let mut gap = [0; 160];
        concealer.fill(&mut gap);
        let wanted = sine(800, 160);
        let error: f64 = gap.iter().zip(&wanted).map(|(a, b)| f64::from(a - b).powi(2)).sum();
        let power: f64 = wanted.iter().map(|a| f64::from(*a).powi(2)).sum();
        assert!(10.0 * (power / error).log10() > 8.0, "{}", 10.0 * (power / error).log10());
        let jump = (i32::from(gap[0]) - i32::from(sine(799, 1)[0])).abs();
        assert!(jump < 1500, "{jump}");
    }

    #[test]
    fn a_long_loss_fades_to_silence_and_speech_comes_back_smoothly() {
        let mut concealer = Concealer::default();
        concealer.good(&mut sine(0, 800));
        let mut gap = [1; 640];
        concealer.fill(&mut gap);
        assert_eq!(gap[480..], [0; 160]);
        let mut speech = vec![8000; 160];
        concealer.good(&mut speech);
        assert!(speech[0] < 1000 && speech[40] == 8000);
    }
}
