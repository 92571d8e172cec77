//! Sentences as sound: spoken, carried over a telephone line and recognised, without a call.

use super::dial;
use super::eval_barge::clips::spoken;
use super::test::line::Line;
use crate::decide::story::Heard;
use crate::hear::whisper::{Whisper, WhisperConfig};
use crate::hear::{Hint, SpeechToText};
use crate::language::Language;
use crate::models;
use crate::speak::TextToSpeech;
use crate::speak::voices::VoiceSpec;
use futures::executor::block_on;
use std::path::Path;
use std::sync::Arc;

/// Above this probability of no speech the recogniser's words are not believed, as in a call.
const NO_SPEECH_LIMIT: f32 = 0.8;
const BEAM: usize = 5;

/// A caller's mouth and the bot's ear.
pub struct Audio {
    voice: Arc<dyn TextToSpeech>,
    stt: Arc<dyn SpeechToText>,
}

impl Audio {
    /// An ear that recognises `at_once` sentences at a time, and the usual caller's voices but for those named.
    pub fn load(
        models_dir: &Path,
        voices: &[(Language, VoiceSpec)],
        at_once: usize,
    ) -> anyhow::Result<Audio> {
        let weights = models::locate(models_dir, dial::RECOGNISER)?;
        let config =
            WhisperConfig { workers: at_once, queue_utterances: at_once, ..WhisperConfig::unhurried(BEAM) };
        Ok(Audio { voice: dial::caller_voices(models_dir, voices)?, stt: Whisper::load(&weights, config)? })
    }

    /// The same ear and another mouth.
    pub fn with_voices(&self, models_dir: &Path, voices: &[(Language, VoiceSpec)]) -> anyhow::Result<Audio> {
        Ok(Audio { voice: dial::caller_voices(models_dir, voices)?, stt: self.stt.clone() })
    }

    /// What the bot hears of a sentence at the other end of a line.
    pub fn hear(&self, text: &str, language: Language, hint: &Hint, line: &Line) -> Result<Heard, String> {
        let voice = spoken(&*self.voice, text, language).map_err(|error| format!("{error:#}"))?;
        let mut recognition = self.stt.start(hint.clone());
        recognition.push(&line.carry(&voice));
        let heard = block_on(recognition.decode()).map_err(|error| error.to_string())?;
        let text =
            if heard.no_speech > NO_SPEECH_LIMIT { String::new() } else { heard.text.trim().to_owned() };
        Ok(Heard { text, language: heard.language, confidence: heard.confidence })
    }
}
