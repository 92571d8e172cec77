//! Stories as sound: every line is spoken, carried over a telephone line and recognised, without a call.

use super::line::Line;
use crate::cli::dial;
use crate::cli::eval_barge::clips::spoken;
use crate::decide::story::Heard;
use crate::hear::whisper::{Whisper, WhisperConfig};
use crate::hear::{Hint, SpeechToText};
use crate::language::Language;
use crate::models;
use crate::speak::TextToSpeech;
use futures::executor::block_on;
use std::path::Path;
use std::sync::Arc;

/// Above this probability of no speech the recogniser's words are not believed, as in a call.
const NO_SPEECH_LIMIT: f32 = 0.8;
const BEAM: usize = 5;

/// A caller's mouth, the line, and the bot's ear.
pub struct Audio {
    voice: Arc<dyn TextToSpeech>,
    stt: Arc<dyn SpeechToText>,
    line: Line,
}

impl Audio {
    pub fn load(models_dir: &Path, line: Line) -> anyhow::Result<Audio> {
        let weights = models::locate(models_dir, dial::RECOGNISER)?;
        let stt = Whisper::load(&weights, WhisperConfig::unhurried(BEAM))?;
        Ok(Audio { voice: dial::caller_voices(models_dir, &[])?, stt, line })
    }

    /// What the bot hears of a line.
    pub fn hear(&self, text: &str, language: Language, hint: &Hint) -> Result<Heard, String> {
        let voice = spoken(&*self.voice, text, language).map_err(|error| format!("{error:#}"))?;
        let mut recognition = self.stt.start(hint.clone());
        recognition.push(&self.line.carry(&voice));
        let heard = block_on(recognition.decode()).map_err(|error| error.to_string())?;
        let text =
            if heard.no_speech > NO_SPEECH_LIMIT { String::new() } else { heard.text.trim().to_owned() };
        Ok(Heard { text, language: heard.language, confidence: heard.confidence })
    }
}
