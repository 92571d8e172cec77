//! 3. Audio to words: voice activity, end of turn, recognition.
//!
//! Everything here takes the caller's audio as the wire brought it: 8 kHz, mono, 16 bit, frames of
//! 20 ms (160 samples). Engines that want 16 kHz resample for themselves.

pub mod backchannel; // ◆ "mhm", "tak": I am listening
pub mod ear;
pub mod echo; //        ◆ our own voice come back
pub mod gate; //        ◆ whose voice may begin a turn
pub mod hum; //         ◆ "mhm" by its sound
pub mod noise; //       ◆ for measuring
pub mod phone_band;
pub mod prosody;
pub mod remote;
pub mod resample;
pub mod silero;
pub mod smart_turn;
pub mod turn;
pub mod voice_tone; //  ◆ anger, against the caller's own calm voice
pub mod whisper;

use crate::engines::Urgency;
use crate::language::Language;
use crate::understand::slots::Kind;
use futures::future::BoxFuture;

/// What the dialog knows beforehand about the next utterance.
#[derive(Debug, Clone, Default)]
pub struct Hint {
    /// Candidates, the likeliest first; one means fixed, several mean detect among them, none means all of
    /// `Language::ALL`.
    pub languages: Vec<Language>,
    /// Languages that a caller may change to: looked for only where the words make little sense in the one
    /// that is expected.
    pub others: Vec<Language>,
    /// Words that are likely: the bot's own names, options, product words. Biases the decoder.
    pub words: Vec<String>,
    /// Digits are expected.
    pub digits: bool,
    /// Type of the value that is asked for, whose usual forms are shown to the decoder.
    pub kind: Option<Kind>,
}

/// What the recogniser made of the audio so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Transcript {
    pub text: String,
    pub language: Language,
    /// 0..1, from the decoder's token probabilities.
    pub confidence: f32,
    /// Probability that there was no speech at all, 0..1.
    pub no_speech: f32,
    /// That the voice sounded as if it had finished, 0..1; none where nothing listens for it.
    pub finished: Option<f32>,
    /// Time spent waiting for a free worker and decoding, ms.
    pub queued_ms: u64,
    pub decode_ms: u64,
}

/// Why a recogniser gave no words.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SttError {
    #[error("the recogniser's queue is full ({limit} utterances)")]
    Overloaded { limit: usize },
    #[error("recognition was cancelled")]
    Cancelled,
    #[error("recognition took longer than {limit_ms} ms")]
    Deadline { limit_ms: u64 },
    #[error("the recogniser failed: {0}")]
    Engine(String),
}

/// Speech to text. One per server, shared by all calls.
pub trait SpeechToText: Send + Sync {
    /// Name with model, for logs, metrics and published figures.
    fn name(&self) -> &str;
    /// Starts one utterance.
    fn start(&self, hint: Hint) -> Box<dyn Recognition>;
}

/// One utterance being recognised. Dropping it cancels the work.
pub trait Recognition: Send + Sync {
    /// Adds audio: 8 kHz mono.
    fn push(&mut self, pcm: &[i16]);
    /// How urgently the next decode is needed, and the one that still waits; `Final` unless told.
    fn set_urgency(&mut self, urgency: Urgency);
    /// The decode under way is no longer wanted.
    fn cancel(&mut self);
    /// The speaker goes on after a pause: what is being decoded is the beginning of the utterance. An engine
    /// that can go on from there finishes it.
    fn resumed(&mut self) {
        self.cancel();
        self.set_urgency(Urgency::Partial);
    }
    /// Decodes what was pushed so far, without ending the utterance. Used early (speculatively), at
    /// the first silence; a later call supersedes an earlier one. The future does not borrow `self`.
    fn decode(&mut self) -> BoxFuture<'static, Result<Transcript, SttError>>;
}
