//! ◆ The ear of one call: frames of audio in, turn events out, and the words' audio kept, with the
//! 300 ms before the onset, so that the first syllable is not lost.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::gate::{AUDIBLE_DB, Gate, Judged};
use super::resample::to_floats;
pub use super::turn::{EarEvent, TurnConfig};
use super::turn::{TurnDetector, VadFrame};
use crate::edge::leg::AudioFrame;
use crate::time::At;

/// Samples of one voice activity frame: 32 ms at 8 kHz.
pub const VAD_SAMPLES: usize = 256;
/// Audio kept from before the onset: 300 ms.
const PRE_ROLL_SAMPLES: usize = 2_400;
/// Samples in a millisecond at 8 kHz.
const SAMPLES_PER_MS: usize = 8;
/// Audio that is kept while nobody speaks: the pre-roll, the frames that decide the onset, and a
/// frame that is not complete.
const QUIET_SAMPLES: usize = PRE_ROLL_SAMPLES + 5 * VAD_SAMPLES;

/// The model's memory fills with what it hears and makes it deaf to short words after seconds of noise: it begins
/// anew after so many frames (5 s), in a moment without voice: so many frames (256 ms) below so much.
const REFRESH_FRAMES: u32 = 156;
const VOICELESS_FRAMES: u32 = 8;
const VOICELESS: f32 = 0.1;
/// The model judges so many frames (384 ms) on after one that stood out from the line's noise or was audible. Later
/// ones could begin no turn whatever it says, and in a queue most of the time is like that.
const AWAKE_FRAMES: u32 = 12;

/// Tells voice from everything else, frame by frame; one per call.
pub trait VoiceActivity: Send + Sync {
    /// Probability that somebody speaks in this frame (8 kHz, -1..1); `None` when it cannot tell.
    fn probability(&mut self, frame: &[f32; VAD_SAMPLES]) -> Option<f32>;
    /// Forgets what it heard.
    fn reset(&mut self);
}

/// The ear.
pub struct Ear {
    vad: Box<dyn VoiceActivity>,
    memory: Memory,
    turns: TurnDetector,
    floor: NoiseFloor,
    gate: Gate,
    /// The utterance with its pre-roll; while nobody speaks, the last moments.
    audio: Vec<i16>,
    /// Samples at the end of `audio` that the detector has not seen: less than a frame.
    unseen: usize,
    /// The turn is over; its audio goes when the next audio comes.
    ended: bool,
    /// Frames that the model still judges.
    awake: u32,
}

impl Ear {
    pub fn new(vad: Box<dyn VoiceActivity>, config: TurnConfig) -> Self {
        Ear {
            vad,
            memory: Memory::default(),
            turns: TurnDetector::new(config),
            floor: NoiseFloor::default(),
            gate: Gate::default(),
            audio: Vec::new(),
            unseen: 0,
            ended: false,
            awake: 0,
        }
    }

    /// Takes 20 ms of the caller. `frame.at` is taken as the end of its audio. After `SpeechEnded` the
    /// utterance stays until the next push.
    pub fn push(&mut self, frame: &AudioFrame) -> Vec<EarEvent> {
        if std::mem::take(&mut self.ended) {
            self.keep_last(QUIET_SAMPLES);
        }
        self.gate.push(frame);
        self.audio.extend(frame.samples);
        self.unseen += frame.samples.len();
        let mut events = Vec::new();
        while self.unseen >= VAD_SAMPLES {
            let begin = self.audio.len() - self.unseen;
            self.unseen -= VAD_SAMPLES;
            let at = At(frame.at.0.saturating_sub((self.unseen / SAMPLES_PER_MS) as u64));
            events.extend(self.judge(begin, at));
        }
        if !self.turns.speaking() && !self.ended {
            self.trim_quiet();
        }
        events
    }

    /// Judges the voice activity frame that begins at `begin` in `audio` and ends at `at`.
    fn judge(&mut self, begin: usize, at: At) -> Option<EarEvent> {
        let floats = to_floats(&self.audio[begin..begin + VAD_SAMPLES]);
        let mut frame = [0.0; VAD_SAMPLES];
        frame.copy_from_slice(&floats);
        let level_db = level_db(&frame);
        // A line on which nothing arrives costs nothing; the model is for what could be a voice.
        let awake = self.turns.speaking() || level_db > AUDIBLE_DB || self.floor.lets_pass(level_db);
        self.awake = if awake { AWAKE_FRAMES } else { self.awake.saturating_sub(1) };
        let probability = if self.awake > 0 { self.probability(&frame) } else { Some(0.0) };
        let above = self.floor.above(level_db, probability);
        let stands_out = above.stands_out;
        let (samples, unseen, speaking) = (VAD_SAMPLES, self.unseen, self.turns.speaking());
        let judged = Judged { samples, unseen, level_db, probability, stands_out, speaking };
        let (probability, admitted) = self.gate.judge(judged);
        let event = self.turns.push(VadFrame {
            at,
            probability: probability.unwrap_or(if admitted { 1.0 } else { 0.0 }),
            loud: admitted,
            clear: admitted && above.clear && !self.gate.bot_speaks(),
        });
        match event {
            Some(EarEvent::SpeechStarted { at: onset }) => self.begin(at.since_ms(onset)),
            Some(EarEvent::SpeechEnded { .. }) => self.ended = true,
            Some(EarEvent::PossibleEnd { .. } | EarEvent::SpeechResumed) | None => {}
        }
        event
    }

    fn probability(&mut self, frame: &[f32; VAD_SAMPLES]) -> Option<f32> {
        let probability = self.vad.probability(frame);
        if self.memory.is_full(probability.unwrap_or(0.0)) && !self.turns.speaking() {
            self.vad.reset();
            self.memory = Memory::default();
        }
        probability
    }

    /// Cuts `audio` so that it begins with the pre-roll of an onset `ago_ms` before the judged frame's
    /// end.
    fn begin(&mut self, ago_ms: u64) {
        self.keep_last(self.unseen + ago_ms as usize * SAMPLES_PER_MS + PRE_ROLL_SAMPLES);
    }

    /// Shifting the buffer at every frame would copy it 50 times a second.
    fn trim_quiet(&mut self) {
        if self.audio.len() > 2 * QUIET_SAMPLES {
            self.keep_last(QUIET_SAMPLES);
        }
    }

    fn keep_last(&mut self, samples: usize) {
        self.audio.drain(..self.audio.len().saturating_sub(samples));
    }

    /// The current utterance with its pre-roll: 8 kHz. It only grows between `SpeechStarted` and
    /// `SpeechEnded`. Outside of a turn, the last moments of the line.
    pub fn utterance(&self) -> &[i16] {
        &self.audio
    }

    /// Changes the silence that ends a turn when nobody knows better.
    pub fn set_end_silence_ms(&mut self, ms: u64) {
        self.turns.set_end_silence_ms(ms);
    }

    /// The silence under way ends the turn after `ms`: at once if it has lasted that long.
    pub fn end_after(&mut self, ms: u64) -> Option<EarEvent> {
        let event = self.turns.end_after(ms);
        self.ended |= event.is_some();
        event
    }

    /// What may begin a turn.
    pub fn gate(&mut self) -> &mut Gate {
        &mut self.gate
    }

    /// Forgets everything but echo: the line's noise and the caller's loudness are learned anew.
    pub fn restart(&mut self) {
        self.reset();
        self.floor = NoiseFloor::default();
        self.gate.reset();
    }

    /// Forgets the turn under way and its audio, and the model's state; keeps the noise floor.
    pub fn reset(&mut self) {
        self.vad.reset();
        self.memory = Memory::default();
        self.turns.reset();
        self.audio.clear();
        self.unseen = 0;
        self.ended = false;
    }
}

/// How long the model has been listening.
#[derive(Debug, Clone, Copy, Default)]
struct Memory {
    frames: u32,
    voiceless: u32,
}

impl Memory {
    /// After this frame it may and should begin anew.
    fn is_full(&mut self, probability: f32) -> bool {
        self.frames += 1;
        self.voiceless = if probability < VOICELESS { self.voiceless + 1 } else { 0 };
        self.frames >= REFRESH_FRAMES && self.voiceless >= VOICELESS_FRAMES
    }
}

/// What the line sounds like when nobody speaks.
#[derive(Debug, Clone, Copy)]
struct NoiseFloor {
    /// dBFS.
    level_db: f32,
}

/// A quiet digital line.
const QUIETEST_DB: f32 = -60.0;
/// How far above the floor a voice must be. Small: the model tells voices apart well in noise, the
/// gate only keeps out voices in the background.
const MARGIN_DB: f32 = 4.0;
/// Margin where the model cannot tell.
const MARGIN_ALONE_DB: f32 = 12.0;
/// A line louder than this is noisy, dBFS; there so much above the floor is clear, dB.
const NOISY_DB: f32 = -45.0;
const CLEAR_DB: f32 = 8.0;
/// How fast the floor follows a rise, per frame: 3 dB/s without voice, 0.3 dB/s under voice.
const RISE_DB: f32 = 0.096;
const RISE_UNDER_VOICE_DB: f32 = 0.0096;

impl Default for NoiseFloor {
    fn default() -> Self {
        NoiseFloor { level_db: QUIETEST_DB }
    }
}

impl NoiseFloor {
    /// Whether a frame stands out from the noise, for a model that can tell voices.
    fn lets_pass(&self, level_db: f32) -> bool {
        level_db > self.level_db + MARGIN_DB
    }

    /// How a frame stands out; then lets the floor follow it, down quickly and up slowly.
    fn above(&mut self, level_db: f32, probability: Option<f32>) -> Above {
        let margin_db = if probability.is_some() { MARGIN_DB } else { MARGIN_ALONE_DB };
        let stands_out = level_db > self.level_db + margin_db;
        let clear = self.level_db > NOISY_DB && level_db > self.level_db + CLEAR_DB;
        let voice = probability.unwrap_or(if stands_out { 1.0 } else { 0.0 }) >= 0.5;
        let rise_db = if voice { RISE_UNDER_VOICE_DB } else { RISE_DB };
        let step_db = ((level_db - self.level_db) * 0.2).min(rise_db);
        self.level_db = (self.level_db + step_db).max(QUIETEST_DB);
        Above { stands_out, clear }
    }
}

/// How a frame stands out from the line's noise.
struct Above {
    stands_out: bool,
    /// Of much noise, and clearly.
    clear: bool,
}

/// Level of a frame in dBFS; silence is -100.
fn level_db(frame: &[f32; VAD_SAMPLES]) -> f32 {
    let power = frame.iter().map(|value| value * value).sum::<f32>() / VAD_SAMPLES as f32;
    10.0 * power.max(1e-10).log10()
}

#[cfg(test)]
mod tests;
