//! Which voice speaks which language.

use super::cache::{Cache, CacheLimits};
use super::espeak::{Espeak, EspeakVoice};
use super::piper::{Piper, PiperLimits};
use super::voice::{Fallback, Sentences, Voice};
use super::{Speech, TextToSpeech, TtsError};
use crate::language::Language;
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

/// The voice of one language, as it stands in the configuration:
/// `espeak`, `piper:PATH.onnx` or `piper:PATH.onnx#SPEAKER`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceSpec {
    Espeak,
    Piper { onnx: PathBuf, speaker: Option<String> },
}

/// A voice that is neither `espeak` nor `piper:PATH`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown voice {0:?}: expected \"espeak\", \"piper:PATH.onnx\" or \"piper:PATH.onnx#SPEAKER\"")]
pub struct UnknownVoice(pub String);

impl FromStr for VoiceSpec {
    type Err = UnknownVoice;

    fn from_str(text: &str) -> Result<Self, UnknownVoice> {
        if text == "espeak" {
            return Ok(VoiceSpec::Espeak);
        }
        let path = text.strip_prefix("piper:").ok_or_else(|| UnknownVoice(text.to_owned()))?;
        let (onnx, speaker) = match path.rsplit_once('#') {
            Some((onnx, speaker)) if !speaker.is_empty() => (onnx, Some(speaker.to_owned())),
            _ => (path, None),
        };
        if onnx.is_empty() {
            return Err(UnknownVoice(text.to_owned()));
        }
        Ok(VoiceSpec::Piper { onnx: onnx.into(), speaker })
    }
}

impl fmt::Display for VoiceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            VoiceSpec::Espeak => f.write_str("espeak"),
            VoiceSpec::Piper { onnx, speaker: None } => write!(f, "piper:{}", onnx.display()),
            VoiceSpec::Piper { onnx, speaker: Some(speaker) } => {
                write!(f, "piper:{}#{speaker}", onnx.display())
            }
        }
    }
}

/// What to load.
#[derive(Debug, Clone)]
pub struct VoiceConfig {
    pub voices: BTreeMap<Language, VoiceSpec>,
    /// For each Piper voice.
    pub piper: PiperLimits,
    pub cache: CacheLimits,
    /// Fixed prompts outlive a restart here; `None` keeps them in memory only.
    pub cache_dir: Option<PathBuf>,
    /// espeak-ng, by name or path.
    pub espeak: PathBuf,
}

impl Default for VoiceConfig {
    /// espeak-ng for every language.
    fn default() -> Self {
        VoiceConfig {
            voices: Language::ALL.map(|language| (language, VoiceSpec::Espeak)).into(),
            piper: PiperLimits::default(),
            cache: CacheLimits::default(),
            cache_dir: None,
            espeak: "espeak-ng".into(),
        }
    }
}

/// Why a voice does not load. For the operator.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VoiceError {
    #[error("{}: {why}; voices need it, also for Piper's phonemes: apt-get install espeak-ng", program.display())]
    NoEspeak { program: PathBuf, why: String },
    #[error("voice {}: {why}", path.display())]
    Unusable { path: PathBuf, why: String },
}

impl VoiceError {
    pub(super) fn unusable(path: &Path, why: &dyn fmt::Display) -> VoiceError {
        VoiceError::Unusable { path: path.to_owned(), why: why.to_string() }
    }
}

/// One voice per language.
pub struct Voices {
    by_language: BTreeMap<Language, Sentences>,
    name: String,
}

impl Voices {
    /// Loads every voice and puts the cache in front. Blocks: up to a second for each Piper voice.
    /// One Piper file named for several languages is loaded for each.
    ///
    /// # Errors
    /// `VoiceError` naming the file, or the program that is missing.
    pub fn load(config: &VoiceConfig) -> Result<Arc<Cache>, VoiceError> {
        let espeak = Espeak::find(&config.espeak)?;
        let mut by_language = BTreeMap::new();
        for (language, spec) in &config.voices {
            let voice = load_voice(*language, spec, &espeak, config.piper)?;
            by_language.insert(*language, Sentences { voice, language: *language });
        }
        let voices = Arc::new(Voices { name: joined_names(&by_language), by_language });
        Ok(Cache::new(voices, config.cache, config.cache_dir.clone()))
    }
}

fn load_voice(
    language: Language,
    spec: &VoiceSpec,
    espeak: &Espeak,
    limits: PiperLimits,
) -> Result<Arc<dyn Voice>, VoiceError> {
    let plain: Arc<dyn Voice> = Arc::new(EspeakVoice::new(espeak.clone(), language));
    match spec {
        VoiceSpec::Espeak => Ok(plain),
        VoiceSpec::Piper { onnx, speaker } => {
            let piper = Piper::load(onnx, speaker.as_deref(), espeak.clone(), limits)?;
            Ok(Arc::new(Fallback { first: Arc::new(piper), second: plain }))
        }
    }
}

fn joined_names(voices: &BTreeMap<Language, Sentences>) -> String {
    let names: Vec<String> =
        voices.iter().map(|(language, voice)| format!("{language}={}", voice.name())).collect();
    names.join(" ")
}

impl TextToSpeech for Voices {
    fn name(&self) -> &str {
        &self.name
    }

    fn speaks(&self, language: Language) -> bool {
        self.by_language.contains_key(&language)
    }

    fn speak(&self, text: &str, language: Language) -> BoxFuture<'static, Result<Speech, TtsError>> {
        match self.by_language.get(&language) {
            Some(voice) => voice.speak(text, language),
            None => Box::pin(async move { Err(TtsError::NoVoice(language)) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_reads_as_it_is_written() {
        for text in ["espeak", "piper:models/en.onnx", "piper:/v/many.onnx#anna"] {
            assert_eq!(text.parse::<VoiceSpec>().unwrap().to_string(), text);
        }
        for text in ["", "piper:", "piper:#anna", "festival"] {
            assert!(text.parse::<VoiceSpec>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_missing_voice_file_is_named() {
        let spec = "piper:no/such/voice.onnx".parse().unwrap();
        let config = VoiceConfig { voices: [(Language::English, spec)].into(), ..VoiceConfig::default() };
        match Voices::load(&config) {
            Err(VoiceError::NoEspeak { .. }) => println!("skipped: espeak-ng is not installed"),
            Err(error) => assert!(error.to_string().contains("voice.onnx.json"), "{error}"),
            Ok(_) => panic!("a voice that does not exist was loaded"),
        }
    }
}
