//! 6. Text to audio.
//!
//! Every voice delivers 8 kHz mono 16 bit audio, whatever it synthesises at inside. A text goes
//! through `cache`, `normalise` and `sentence` to a `voice`, one sentence at a time, so that the
//! first audio is there after the first sentence.

pub mod cache; //     in front of every voice
pub mod espeak; //    espeak-ng as a child process
pub mod level; //   ◆ one loudness for every voice
pub mod normalise; // ◆ what is written to what is said
pub mod piper; //     neural voices in process
pub mod playout; // ◆ which words were heard
pub mod remote; //    a voice elsewhere
pub(crate) mod resample; //      to the 8 kHz of the telephone
pub mod sentence; // ◆ text to sentences and clauses
pub mod voice; //     one sentence to audio, and the stream made of it
pub mod voices; //    which voice speaks which language
pub mod wav; //     ◆ audio bodies of remote voices, piece by piece

use crate::language::Language;
use futures::future::BoxFuture;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Bound of the channel between a voice and its listener: 1 s of speech in chunks of 100 ms or more.
pub const SPEECH_CHUNKS: usize = 10;

/// Why a voice gave no audio.
#[derive(Debug, Clone, thiserror::Error)]
pub enum TtsError {
    #[error("no voice is configured for {0}")]
    NoVoice(Language),
    #[error("the voice's queue is full ({limit} sentences)")]
    Overloaded { limit: usize },
    #[error("the voice failed: {0}")]
    Engine(String),
}

impl TtsError {
    /// Label for metrics and logs; holds nothing of the text.
    pub fn label(&self) -> &'static str {
        match self {
            TtsError::NoVoice(_) => "no_voice",
            TtsError::Overloaded { .. } => "overloaded",
            TtsError::Engine(_) => "engine",
        }
    }
}

/// Audio of one text, possibly still being made. Dropping it cancels the work.
pub enum Speech {
    /// Complete, from the cache.
    Ready(Arc<[i16]>),
    /// Chunks as the voice makes them; the channel closes after the last one.
    Stream(mpsc::Receiver<Result<Vec<i16>, TtsError>>),
}

/// Text to speech. One per server, shared by all calls.
pub trait TextToSpeech: Send + Sync {
    /// Name with voice, for logs, metrics and published figures.
    fn name(&self) -> &str;
    /// Whether a voice for this language is loaded.
    fn speaks(&self, language: Language) -> bool;
    /// Speaks `text` (plain, no markup). Resolves when the first audio is there or being made.
    fn speak(&self, text: &str, language: Language) -> BoxFuture<'static, Result<Speech, TtsError>>;
    /// Sentences so far that another voice than the one named spoke; the cache does not keep them.
    fn fallbacks(&self) -> u64 {
        0
    }
}
