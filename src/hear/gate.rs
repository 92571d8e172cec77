//! ◆ What may begin a turn: a voice that is this caller's, not the bot's own echo and not somebody in the
//! background. Also notices when a voice arrives and yet no turn begins.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::echo::EchoGuard;
use super::hum::Hums;
use super::turn::VAD_FRAME_MS;
use crate::edge::leg::AudioFrame;

/// Voice so sure that it teaches how loud this caller is, 0..1; and how much of it is needed: 1 s.
const SURE: f32 = 0.85;
const TAUGHT_FRAMES: u32 = 31;
/// How fast the caller's own level follows, per frame.
const LEARN: f32 = 0.03;
/// A voice so much quieter than the caller's own is somebody else's, dB.
const BACKGROUND_DB: f32 = 16.0;
/// Within a turn so much quieter still, because words fade, dB.
const IN_A_TURN_DB: f32 = 6.0;
/// How the bound sinks while only such a voice is heard: 1.5 dB/s, because a caller may move away from the
/// telephone, and deafness is worse than a turn too many.
const RELENT_DB: f32 = 0.048;
/// Probability from which a frame is voiced, as in `TurnConfig`.
const VOICED: f32 = 0.5;
/// Below this a line is too quiet for anybody to be misunderstood, dBFS.
pub const AUDIBLE_DB: f32 = -48.0;
/// While the bot speaks it is silent at the first suspicion of a voice: two frames that are loud and may be
/// voiced, because consonants look little like a voice at first. Without a turn within 192 ms it was none.
const SUSPECT: f32 = 0.08;
const SUSPECT_FRAMES: u32 = 2;
const SUSPECT_DB: f32 = -35.0;
const SUSPECT_BELOW_OWN_DB: f32 = 8.0;
const CLEARED_FRAMES: u32 = 6;
/// Unheard voice after which the ear is deaf.
pub const DEAF_AFTER_MS: u64 = 6_000;

/// One voice activity frame as the ear sees it.
#[derive(Debug, Clone, Copy)]
pub struct Judged {
    /// Samples of the frame, and how many newer ones have not been judged.
    pub samples: usize,
    pub unseen: usize,
    pub level_db: f32,
    /// `None` when the model cannot tell.
    pub probability: Option<f32>,
    /// It is louder than the line's noise.
    pub stands_out: bool,
    /// A turn is under way.
    pub speaking: bool,
}

/// The gate of one caller's ear.
#[derive(Debug, Default)]
pub struct Gate {
    echo: EchoGuard,
    hums: Hums,
    own: OwnLevel,
    unheard_ms: u64,
    became_speech: bool,
    suspicion: Suspicion,
}

/// A voice that may be beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Suspicion {
    /// So many frames in a row may be a voice.
    None { frames: u32 },
    /// It has not been asked for yet.
    Arisen,
    /// So many frames have passed since.
    Told { frames: u32 },
    /// No turn began; it has not been asked for yet.
    Cleared,
}

impl Default for Suspicion {
    fn default() -> Self {
        Suspicion::None { frames: 0 }
    }
}

impl Gate {
    /// Takes 20 ms, before its frames are judged.
    pub fn push(&mut self, frame: &AudioFrame) {
        self.echo.push(frame);
        self.became_speech |= self.hums.push(&frame.samples);
    }

    /// Probability of a voice that is not our own, and whether it may begin a turn.
    pub fn judge(&mut self, frame: Judged) -> (Option<f32>, bool) {
        if self.echo.explains(frame.samples, frame.unseen) {
            self.suspect(false, frame.speaking);
            return (Some(0.0), false);
        }
        let background = self.own.is_background(frame.level_db);
        let voiced = frame.probability.unwrap_or(0.0) >= VOICED;
        if frame.speaking {
            self.own.learn(frame.level_db, frame.probability.unwrap_or(0.0));
        } else if voiced && background {
            self.own.relent();
        }
        if frame.speaking && self.own.is_background(frame.level_db + IN_A_TURN_DB) {
            // Somebody in the background must not keep the caller's turn open.
            return (Some(0.0), false);
        }
        let admitted = frame.stands_out && !background;
        let loud = frame.level_db > self.own.suspect_db();
        self.suspect(admitted && loud && frame.probability.is_some_and(|p| p >= SUSPECT), frame.speaking);
        self.watch(frame.speaking, voiced && !background && frame.level_db > AUDIBLE_DB);
        (frame.probability, admitted)
    }

    fn suspect(&mut self, suspect: bool, speaking: bool) {
        self.suspicion = match self.suspicion {
            _ if speaking => Suspicion::default(),
            Suspicion::None { frames } if suspect && frames + 1 >= SUSPECT_FRAMES && !self.hums.so_far() => {
                Suspicion::Arisen
            }
            Suspicion::None { frames } => Suspicion::None { frames: if suspect { frames + 1 } else { 0 } },
            Suspicion::Told { frames } if frames >= CLEARED_FRAMES => Suspicion::Cleared,
            Suspicion::Told { frames } => Suspicion::Told { frames: if suspect { 0 } else { frames + 1 } },
            other => other,
        };
    }

    /// A suspicion that has arisen, or was cleared, since this was asked last.
    pub fn suspicion(&mut self) -> Option<bool> {
        let (told, next) = match self.suspicion {
            Suspicion::Arisen => (Some(true), Suspicion::Told { frames: 0 }),
            Suspicion::Cleared => (Some(false), Suspicion::default()),
            other => (None, other),
        };
        self.suspicion = next;
        told
    }

    /// Voice outside of a turn adds up; silence forgives at half the pace.
    fn watch(&mut self, speaking: bool, voiced: bool) {
        self.unheard_ms = match (speaking, voiced) {
            (true, _) => 0,
            (false, true) => self.unheard_ms + VAD_FRAME_MS,
            (false, false) => self.unheard_ms.saturating_sub(VAD_FRAME_MS / 2),
        };
    }

    /// How long a voice has arrived without a turn, once it is too long; then counting begins anew.
    pub fn deaf_ms(&mut self) -> Option<u64> {
        (self.unheard_ms >= DEAF_AFTER_MS).then(|| std::mem::take(&mut self.unheard_ms))
    }

    /// A turn begins: whether it is a hum so far.
    pub fn begins_as_hum(&mut self) -> bool {
        self.became_speech = false;
        self.hums.begins()
    }

    /// A turn is over.
    pub fn turn_ends(&mut self) {
        self.hums.ends();
    }

    /// Whether a hum has become speech since this was asked last.
    pub fn became_speech(&mut self) -> bool {
        std::mem::take(&mut self.became_speech)
    }

    /// Forgets what may be wrong; what was learned about echo is kept, it is the line's.
    pub fn reset(&mut self) {
        self.hums.ends();
        self.own = OwnLevel::default();
        self.unheard_ms = 0;
        self.became_speech = false;
    }

    /// What the bot says sounds, or its echo may.
    pub fn bot_speaks(&self) -> bool {
        self.echo.speaking()
    }

    pub fn echo(&self) -> &EchoGuard {
        &self.echo
    }
}

/// How loud this caller speaks.
#[derive(Debug, Default)]
struct OwnLevel {
    level_db: f32,
    frames: u32,
    /// How far the bound has sunk for a caller who may have moved away, dB.
    relented_db: f32,
}

impl OwnLevel {
    fn learn(&mut self, level_db: f32, probability: f32) {
        if probability < SURE {
            return;
        }
        self.frames = (self.frames + 1).min(TAUGHT_FRAMES);
        let share = LEARN.max(1.0 / self.frames as f32);
        self.level_db += (level_db - self.level_db) * share;
        self.relented_db = 0.0;
    }

    /// As loud as that the caller's voice begins.
    fn suspect_db(&self) -> f32 {
        let own_db = self.level_db - SUSPECT_BELOW_OWN_DB - self.relented_db;
        if self.frames == TAUGHT_FRAMES { own_db } else { SUSPECT_DB }
    }

    fn is_background(&self, level_db: f32) -> bool {
        self.frames == TAUGHT_FRAMES && level_db < self.level_db - BACKGROUND_DB - self.relented_db
    }

    fn relent(&mut self) {
        self.relented_db += RELENT_DB;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(level_db: f32, speaking: bool) -> Judged {
        let probability = Some(0.95);
        Judged { samples: 256, unseen: 0, level_db, probability, stands_out: true, speaking }
    }

    fn taught() -> Gate {
        let mut gate = Gate::default();
        for _ in 0..60 {
            gate.judge(frame(-22.0, true));
        }
        gate
    }

    #[test]
    fn a_voice_much_quieter_than_the_callers_begins_no_turn() {
        let mut gate = taught();
        assert!(gate.judge(frame(-32.0, false)).1);
        assert!(!gate.judge(frame(-45.0, false)).1);
    }

    #[test]
    fn two_loud_frames_raise_a_suspicion_that_is_cleared_without_a_turn() {
        let mut gate = Gate::default();
        let mut told = Vec::new();
        for probability in [0.3, 0.3, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.05] {
            gate.judge(Judged { probability: Some(probability), ..frame(-22.0, false) });
            told.extend(gate.suspicion());
        }
        assert_eq!(told, [true, false]);
        let mut gate = Gate::default();
        gate.judge(Judged { probability: Some(0.3), ..frame(-45.0, false) });
        gate.judge(Judged { probability: Some(0.3), ..frame(-45.0, false) });
        assert_eq!(gate.suspicion(), None, "too quiet");
    }

    #[test]
    fn before_the_caller_has_spoken_nobody_is_background() {
        assert!(Gate::default().judge(frame(-45.0, false)).1);
    }

    #[test]
    fn a_caller_who_moved_away_is_heard_again_within_seconds() {
        let mut gate = taught();
        let frames = (0..400).find(|_| gate.judge(frame(-42.0, false)).1);
        assert!((40..200).contains(&frames.unwrap()), "{frames:?}");
    }

    #[test]
    fn six_seconds_of_a_voice_without_a_turn_are_deafness_and_noise_is_not() {
        let mut gate = taught();
        let mut deaf = |level_db, stands_out, probability| {
            let judged = Judged { stands_out, probability, ..frame(level_db, false) };
            (0..190).any(|_| {
                gate.judge(judged);
                gate.deaf_ms().is_some()
            })
        };
        assert!(!deaf(-25.0, true, Some(0.1)), "music and noise are no voice to the model");
        assert!(!deaf(-55.0, false, Some(0.9)), "somebody in the background");
        assert!(deaf(-25.0, false, Some(0.9)), "the noise floor rose above the caller");
    }
}
