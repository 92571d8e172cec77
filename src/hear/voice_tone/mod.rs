//! ◆ Tone from the voice: how much an utterance sounds like anger, against the same caller's calm voice.
//!
//! Voices differ more from each other than one voice does in anger, so nothing here is judged by itself: the
//! first seconds of a caller's speech are taken as calm, and every later utterance is compared with them. For
//! the caller's side of a call only, never an agent's. One of several signals: the words lead, and no policy
//! should act on one utterance's voice alone.

mod baseline; // ◆ the caller's calm voice
mod cues; //   ◆ what is heard of an utterance, eleven numbers
mod frames; // ◆ 10 ms at a time
mod judge; //  ◆ how much each number weighs
mod pitch; //  ◆ fundamental frequency

pub use baseline::{BASELINE_S, Baseline};
pub use cues::{Cue, Cues, Heard};
pub use judge::{REASONS, anger, by_reason, score, why};

use frames::Analyser;

/// An utterance, judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged {
    /// 0..1. Calm speech stays far below 0.5; great joy and fear may pass it.
    pub anger: f32,
    /// From the first to the last speech in it, s.
    pub seconds: f32,
    /// What weighed most against this caller's calm voice, the weightiest first: "sharper", "higher".
    pub why: Vec<&'static str>,
}

/// One caller's voice.
#[derive(Default)]
pub struct VoiceTone {
    analyser: Analyser,
    calm: Baseline,
}

impl VoiceTone {
    /// Takes one utterance, 8 kHz mono. None while the caller's calm voice is still being learnt, of which the
    /// utterance then becomes part, and for one that holds too little voice to tell.
    pub fn utterance(&mut self, pcm: &[i16]) -> Option<Judged> {
        let heard = self.cues(pcm)?;
        let Some(calm) = self.calm.cues() else {
            self.calm.add(&heard);
            return None;
        };
        let seconds = heard.seconds;
        Some(Judged { anger: anger(&heard.cues, &calm), seconds, why: why(&heard.cues, &calm) })
    }

    /// What is heard of an utterance, without a judgement.
    pub fn cues(&self, pcm: &[i16]) -> Option<Heard> {
        Heard::of(&self.analyser.frames(pcm))
    }
}

#[cfg(test)]
mod tests;
