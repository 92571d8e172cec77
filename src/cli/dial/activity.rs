//! ◆ When the far end speaks, from the energy of what arrives.
//!
//! Enough for a bot's clean audio; a server listening to people uses a trained detector.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::edge::FRAME_MS;
use crate::time::At;

/// Quieter frames never count as speech: RMS of 16 bit samples, -48 dBFS.
const QUIET_RMS: f32 = 130.0;
/// Speech stands this much above the noise of the line.
const ABOVE_NOISE: f32 = 3.0;
/// How fast the noise estimate follows a louder line, per frame.
const NOISE_RISE: f32 = 1.01;
/// Voiced frames that make a beginning: a click makes none.
const START_FRAMES: u32 = 3;
/// Longest piece handed on at once: the recogniser's window is 30 s.
const PIECE_MS: u64 = 25_000;
/// Audio kept from before the beginning, so that no first consonant is lost.
const LEAD_MS: u64 = 200;

/// What the far end did.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// It began to speak at this moment.
    Started { at: At },
    /// It was silent for the pause. `pcm` is what it said, with a little silence around.
    Finished { piece: Piece },
    /// It speaks on, but the piece is as long as a recogniser takes.
    Part { piece: Piece },
}

/// A stretch of speech.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub started: At,
    /// Last voiced sample.
    pub ended: At,
    pub pcm: Vec<i16>,
}

/// Follows one side of a call, frame by frame.
#[derive(Debug)]
pub struct Activity {
    pause_ms: u64,
    noise_rms: f32,
    /// Voiced frames in a row before speech has begun.
    run: u32,
    /// The latest frames while silent, or all of the piece while speaking.
    pcm: Vec<i16>,
    speech: Option<Speaking>,
}

#[derive(Debug)]
struct Speaking {
    started: At,
    last_voiced: At,
}

impl Activity {
    /// The far end has finished after `pause_ms` of silence.
    pub fn new(pause_ms: u64) -> Self {
        Activity { pause_ms, noise_rms: QUIET_RMS, run: 0, pcm: Vec::new(), speech: None }
    }

    /// Whether it speaks now, or paused for less than the pause.
    pub fn speaking(&self) -> bool {
        self.speech.is_some()
    }

    /// Takes 20 ms that began at `at`.
    pub fn push(&mut self, at: At, samples: &[i16]) -> Option<Heard> {
        let voiced = self.is_voiced(samples);
        self.pcm.extend_from_slice(samples);
        match &mut self.speech {
            None => self.while_silent(at, voiced),
            Some(speaking) => {
                if voiced {
                    speaking.last_voiced = At(at.0 + FRAME_MS);
                }
                self.while_speaking(at)
            }
        }
    }

    fn while_silent(&mut self, at: At, voiced: bool) -> Option<Heard> {
        self.run = if voiced { self.run + 1 } else { 0 };
        if self.run < START_FRAMES {
            let keep = samples_of(LEAD_MS);
            let surplus = self.pcm.len().saturating_sub(keep);
            self.pcm.drain(..surplus);
            return None;
        }
        let started = At(at.0.saturating_sub(u64::from(START_FRAMES - 1) * FRAME_MS));
        self.run = 0;
        self.speech = Some(Speaking { started, last_voiced: At(at.0 + FRAME_MS) });
        Some(Heard::Started { at: started })
    }

    fn while_speaking(&mut self, at: At) -> Option<Heard> {
        let speaking = self.speech.as_ref()?;
        let silent_ms = At(at.0 + FRAME_MS).since_ms(speaking.last_voiced);
        if silent_ms >= self.pause_ms {
            let piece = self.piece()?;
            self.speech = None;
            return Some(Heard::Finished { piece });
        }
        if self.pcm.len() >= samples_of(PIECE_MS) {
            let piece = self.piece()?;
            let now = At(at.0 + FRAME_MS);
            self.speech = Some(Speaking { started: now, last_voiced: now });
            return Some(Heard::Part { piece });
        }
        None
    }

    fn piece(&mut self) -> Option<Piece> {
        let speaking = self.speech.as_ref()?;
        Some(Piece {
            started: speaking.started,
            ended: speaking.last_voiced,
            pcm: std::mem::take(&mut self.pcm),
        })
    }

    /// What is there when the call ends in the middle of a word.
    pub fn rest(&mut self) -> Option<Piece> {
        let piece = self.piece();
        self.speech = None;
        piece
    }

    fn is_voiced(&mut self, samples: &[i16]) -> bool {
        let rms = rms(samples);
        let voiced = rms > QUIET_RMS.max(self.noise_rms * ABOVE_NOISE);
        self.noise_rms = (self.noise_rms * NOISE_RISE).min(rms).max(1.0);
        voiced
    }
}

fn samples_of(ms: u64) -> usize {
    (ms * 8) as usize
}

fn rms(samples: &[i16]) -> f32 {
    let power: f32 = samples.iter().map(|s| f32::from(*s).powi(2)).sum();
    (power / samples.len().max(1) as f32).sqrt()
}

/// Milliseconds from the first to the end of the last voiced 20 ms of `pcm`; zero when all is silent.
pub fn voiced_until_ms(pcm: &[i16]) -> u64 {
    let frames: Vec<bool> = pcm.chunks(samples_of(FRAME_MS)).map(|frame| rms(frame) > QUIET_RMS).collect();
    frames.iter().rposition(|voiced| *voiced).map_or(0, |last| (last as u64 + 1) * FRAME_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `(milliseconds, amplitude)` pieces of a tone, pushed frame by frame from 1,000,000 ms on.
    fn listen(activity: &mut Activity, start_ms: u64, parts: &[(u64, f32)]) -> Vec<(u64, Heard)> {
        let mut at = At(1_000_000 + start_ms);
        let mut out = Vec::new();
        for (ms, amplitude) in parts {
            for _ in 0..ms / FRAME_MS {
                let frame: Vec<i16> = (0..160).map(|n| ((n as f32 * 0.4).sin() * amplitude) as i16).collect();
                if let Some(heard) = activity.push(at, &frame) {
                    out.push((at.0 - 1_000_000, heard));
                }
                at.0 += FRAME_MS;
            }
        }
        out
    }

    #[test]
    fn a_sentence_starts_and_ends_where_its_sound_does() {
        let mut activity = Activity::new(600);
        let heard = listen(&mut activity, 0, &[(1_000, 0.0), (2_000, 5_000.0), (1_000, 0.0)]);
        assert_eq!(heard[0], (1_040, Heard::Started { at: At(1_001_000) }));
        let (when, Heard::Finished { piece }) = &heard[1] else { panic!("{heard:?}") };
        // 3,000 ms of sound and silence before, 600 ms of pause, seen at the start of the last frame.
        assert_eq!(*when, 3_000 + 600 - FRAME_MS);
        assert_eq!((piece.started, piece.ended), (At(1_001_000), At(1_003_000)));
        assert!(piece.pcm.len() >= samples_of(2_000 + 600));
        assert!(piece.pcm.len() <= samples_of(2_000 + 600 + LEAD_MS));
        assert!(!activity.speaking());
    }

    #[test]
    fn a_breath_within_a_sentence_does_not_end_it() {
        let parts = [(500, 5_000.0), (400, 0.0), (500, 5_000.0), (600, 0.0)];
        let heard = listen(&mut Activity::new(600), 0, &parts);
        assert_eq!(heard.len(), 2, "{heard:?}");
    }

    #[test]
    fn clicks_and_a_noisy_line_are_no_speech() {
        let mut activity = Activity::new(600);
        assert_eq!(listen(&mut activity, 0, &[(500, 0.0), (40, 9_000.0), (500, 0.0)]), []);
        let mut noisy = Activity::new(600);
        listen(&mut noisy, 0, &[(10_000, 150.0)]);
        let heard = listen(&mut noisy, 10_000, &[(2_000, 150.0)]);
        assert_eq!(heard, []);
        let heard = listen(&mut noisy, 12_000, &[(500, 5_000.0), (1_000, 150.0)]);
        assert_eq!(heard.len(), 2, "{heard:?}");
    }

    #[test]
    fn endless_sound_comes_in_pieces() {
        let tone: Vec<(u64, f32)> = (0..120).flat_map(|_| [(480, 5_000.0), (20, 0.0)]).collect();
        let heard = listen(&mut Activity::new(600), 0, &tone);
        let parts = heard.iter().filter(|(_, heard)| matches!(heard, Heard::Part { .. })).count();
        assert_eq!(parts, 2, "60 s of sound hold two whole pieces of 25 s");
    }

    #[test]
    fn the_last_voiced_sample_is_found() {
        let mut pcm = vec![0; 160 * 5];
        pcm.extend([4_000; 160 * 5]);
        pcm.extend([0; 160 * 20]);
        assert_eq!(voiced_until_ms(&pcm), 200);
        assert_eq!(voiced_until_ms(&[0; 1_600]), 0);
    }
}
