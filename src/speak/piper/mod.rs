//! Piper: neural voices in process. Any Piper voice works by its path.
//!
//! Path of a sentence: clauses → phonemes (espeak-ng) → ids → model (VITS) → 8 kHz, common loudness.

mod config; // the voice's JSON
mod ids; //  ◆ phonemes to what the model takes
mod model; // one run of the network
mod pool; //  bounded workers, one thread per run

use super::espeak::Espeak;
use super::sentence::{Clause, clauses};
use super::voice::{Patience, Voice};
use super::voices::VoiceError;
use super::{TtsError, level, resample};
use crate::language::Language;
use async_trait::async_trait;
use config::{PhonemeType, PiperJson};
use model::Model;
use pool::Pool;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How many sentences are made at once, and how many may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PiperLimits {
    /// Threads that run the model; one sentence occupies one.
    pub workers: usize,
    /// Sentences waiting for a worker; one more is `TtsError::Overloaded`.
    pub queue_sentences: usize,
}

impl Default for PiperLimits {
    fn default() -> Self {
        PiperLimits { workers: 2, queue_sentences: 32 }
    }
}

/// A loaded voice.
pub struct Piper {
    name: String,
    json: PiperJson,
    espeak: Espeak,
    pool: Pool,
}

impl Piper {
    /// Loads `onnx` and the `.json` beside it, and runs the model once, so that a voice that cannot
    /// speak is found at start. `speaker` names one of a voice with several (default: its first).
    ///
    /// # Errors
    /// `VoiceError` naming the file and what was expected.
    pub fn load(
        onnx: &Path,
        speaker: Option<&str>,
        espeak: Espeak,
        limits: PiperLimits,
    ) -> Result<Piper, VoiceError> {
        let json = PiperJson::read(&json_path(onnx))?;
        let speaker_id = json.speaker_id(speaker, onnx)?;
        let model = Model::load(onnx, &json, speaker_id)?;
        let trial = ids::ids(&json, "a.");
        model.run(&trial.ids).map_err(|error| VoiceError::unusable(onnx, &error))?;
        let stem = onnx.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        Ok(Piper {
            name: speaker.map_or(format!("piper/{stem}"), |speaker| format!("piper/{stem}#{speaker}")),
            json,
            espeak,
            pool: Pool::start(Arc::new(model), limits),
        })
    }

    /// The sentence in the voice's phonemes, with the marks that the voice was trained on.
    async fn phonemes(&self, sentence: &str) -> Result<String, TtsError> {
        let clauses = clauses(sentence);
        if self.json.phoneme_type == PhonemeType::Text {
            return Ok(ids::joined(&clauses, clauses.iter().map(|clause| clause.words.clone())));
        }
        let text: String = clauses.iter().map(line).collect();
        let voice = &self.json.espeak.voice;
        let spoken = self.espeak.phonemes(&text, voice).await?;
        let lines: Vec<&str> = spoken.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.len() == clauses.len() {
            return Ok(ids::joined(&clauses, lines));
        }
        // espeak-ng cut a clause once more (brackets, length): ask clause by clause.
        let mut apart = Vec::with_capacity(clauses.len());
        for clause in &clauses {
            let spoken = self.espeak.phonemes(&line(clause), voice).await?;
            apart.push(spoken.lines().map(str::trim).collect::<Vec<_>>().join(" "));
        }
        Ok(ids::joined(&clauses, apart))
    }
}

/// espeak-ng reads line by line here; the mark stays, as it steers stress.
fn line(clause: &Clause) -> String {
    let mark = clause.mark.map(String::from).unwrap_or_default();
    format!("{}{mark}\n", clause.words.replace(['\n', '\r'], " "))
}

fn json_path(onnx: &Path) -> PathBuf {
    let mut path = onnx.as_os_str().to_owned();
    path.push(".json");
    path.into()
}

#[async_trait]
impl Voice for Piper {
    fn name(&self) -> &str {
        &self.name
    }

    /// A sentence of 5 s takes 300 ms and more.
    fn takes_its_time(&self) -> bool {
        true
    }

    async fn say(&self, sentence: &str, _: Language, patience: Patience) -> Result<Vec<i16>, TtsError> {
        let phonemes = self.phonemes(sentence).await?;
        let known = ids::ids(&self.json, &phonemes);
        if known.skipped > 0 {
            tracing::debug!(
                voice = self.name,
                skipped = known.skipped,
                "The voice does not know some phonemes"
            );
        }
        let rate_hz = self.json.audio.sample_rate as usize;
        let samples = self.pool.run(known.ids, patience).await?;
        let telephone = resample::to_telephone(&samples, rate_hz)?;
        Ok(level::normalised(level::trimmed(&telephone)))
    }
}

#[cfg(test)]
mod tests;
