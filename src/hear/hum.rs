//! ◆ "Mhm" by its sound: a closed mouth leaves nearly nothing above 700 Hz.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::edge::FRAME_SAMPLES;
use std::f32::consts::{FRAC_1_SQRT_2, TAU};

/// What a closed mouth does not let through begins here, Hz.
const OPEN_HZ: f32 = 700.0;
const RATE_HZ: f32 = 8_000.0;
/// Share of the energy above it that a hum has at most, 0..1.
const HUM_SHARE: f32 = 0.05;
/// A frame so much quieter than the loudest one says nothing: -16 dB as energy.
const FAINT: f32 = 0.025;
/// A frame below this is silence: -50 dBFS as mean square of 16 bit samples.
const SILENT: f32 = 10_800.0;
/// Frames of 20 ms that are looked at when a voice begins: the voice began about 100 to 160 ms ago.
const ONSET_FRAMES: usize = 6;
/// Open frames in a row after which it is speech: 60 ms.
const OPEN_FRAMES: u32 = 3;
/// A hum does not last longer, frames: 900 ms.
const HUM_FRAMES_MAX: u32 = 45;

/// Watches one caller's voice.
#[derive(Debug)]
pub struct Hums {
    filter: HighPass,
    /// Energy and share above 700 Hz of the last frames.
    recent: Vec<(f32, f32)>,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Idle,
    Humming { frames: u32, open: u32, loudest: f32 },
}

impl Default for Hums {
    fn default() -> Self {
        Hums { filter: HighPass::new(), recent: Vec::new(), state: State::Idle }
    }
}

impl Hums {
    /// Takes 20 ms. True when a hum has just become speech.
    pub fn push(&mut self, samples: &[i16; FRAME_SAMPLES]) -> bool {
        let (energy, above) = self.filter.energies(samples);
        let share = above / energy.max(1.0);
        if self.recent.len() == ONSET_FRAMES {
            self.recent.remove(0);
        }
        self.recent.push((energy, share));
        let State::Humming { frames, open, loudest } = self.state else { return false };
        let loudest = loudest.max(energy);
        let faint = energy < SILENT || energy < loudest * FAINT;
        let open = if faint || share <= HUM_SHARE { 0 } else { open + 1 };
        self.state = State::Humming { frames: frames + 1, open, loudest };
        let speech = open >= OPEN_FRAMES || (frames >= HUM_FRAMES_MAX && !faint);
        if speech {
            self.state = State::Idle;
        }
        speech
    }

    /// Whether what is heard is a hum so far.
    pub fn so_far(&self) -> bool {
        self.loudest_hum().is_some()
    }

    /// A voice began: whether it is a hum so far.
    pub fn begins(&mut self) -> bool {
        let hum = self.loudest_hum();
        self.state = hum.map_or(State::Idle, |loudest| State::Humming { frames: 0, open: 0, loudest });
        hum.is_some()
    }

    /// Energy of the loudest frame, when all that are loud enough to tell have a closed mouth.
    fn loudest_hum(&self) -> Option<f32> {
        let loudest = self.recent.iter().map(|(energy, _)| *energy).fold(SILENT, f32::max);
        let mut heard = self.recent.iter().filter(|(energy, _)| *energy >= loudest * FAINT).peekable();
        (heard.peek().is_some() && heard.all(|(_, share)| *share <= HUM_SHARE)).then_some(loudest)
    }

    /// The voice ended.
    pub fn ends(&mut self) {
        self.state = State::Idle;
    }
}

/// A second-order high-pass (Butterworth, bilinear transform).
#[derive(Debug)]
struct HighPass {
    b0: f32,
    a1: f32,
    a2: f32,
    x: [f32; 2],
    y: [f32; 2],
}

impl HighPass {
    fn new() -> Self {
        let turn = TAU * OPEN_HZ / RATE_HZ;
        let (cos, alpha) = (turn.cos(), turn.sin() * FRAC_1_SQRT_2);
        let a0 = 1.0 + alpha;
        let (b0, a1, a2) = ((1.0 + cos) / 2.0 / a0, -2.0 * cos / a0, (1.0 - alpha) / a0);
        HighPass { b0, a1, a2, x: [0.0; 2], y: [0.0; 2] }
    }

    /// Mean square of all and of what passes.
    fn energies(&mut self, samples: &[i16]) -> (f32, f32) {
        let (mut all, mut above) = (0.0, 0.0);
        for sample in samples {
            let x = f32::from(*sample);
            let y = self.b0 * (x - 2.0 * self.x[0] + self.x[1]) - self.a1 * self.y[0] - self.a2 * self.y[1];
            self.x = [x, self.x[0]];
            self.y = [y, self.y[0]];
            all += x * x;
            above += y * y;
        }
        (all / samples.len() as f32, above / samples.len() as f32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 20 ms frames of a voice of 140 Hz whose energy above 700 Hz is cut or not.
    fn voice(hums: &mut Hums, ms: usize, open: bool, at: &mut usize) -> bool {
        let mut firm = false;
        for _ in 0..ms / 20 {
            let mut frame = [0; FRAME_SAMPLES];
            for sample in &mut frame {
                let t = *at as f32 / RATE_HZ;
                let wave = |hz: f32, loud: f32| (TAU * hz * t).sin() * loud;
                let closed = wave(140.0, 3000.0) + wave(280.0, 3000.0);
                *sample = (closed + if open { wave(1120.0, 2500.0) } else { 0.0 }) as i16;
                *at += 1;
            }
            firm |= hums.push(&frame);
        }
        firm
    }

    #[test]
    fn a_closed_mouth_hums_and_an_open_one_does_not() {
        let (mut hums, mut at) = (Hums::default(), 0);
        voice(&mut hums, 120, false, &mut at);
        assert!(hums.begins());
        assert!(!voice(&mut hums, 300, false, &mut at));
        let (mut hums, mut at) = (Hums::default(), 0);
        voice(&mut hums, 120, true, &mut at);
        assert!(!hums.begins());
    }

    #[test]
    fn a_word_that_begins_with_a_closed_mouth_becomes_speech_within_60_ms_of_its_vowel() {
        let (mut hums, mut at) = (Hums::default(), 0);
        voice(&mut hums, 120, false, &mut at);
        assert!(hums.begins());
        assert!(voice(&mut hums, 60, true, &mut at));
    }

    #[test]
    fn nobody_hums_for_a_second() {
        let (mut hums, mut at) = (Hums::default(), 0);
        voice(&mut hums, 120, false, &mut at);
        assert!(hums.begins());
        assert!(voice(&mut hums, 1_000, false, &mut at));
    }
}
