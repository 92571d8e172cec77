//! Which voice speaks which language.

use super::cache::{Cache, CacheLimits};
use super::espeak::{Espeak, EspeakVoice};
use super::piper::{Piper, PiperLimits};
use super::remote::{RemoteVoice, SpeechRequest};
use super::voice::{Fallback, Sentences, Voice};
use super::wav::Format;
use super::{Speech, TextToSpeech, TtsError};
use crate::engines::endpoint::Endpoint;
use crate::language::Language;
use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

/// The voice of one language, as it stands in the configuration:
/// `espeak`, `piper:PATH.onnx`, `piper:PATH.onnx#SPEAKER`, or `remote:VOICE` with one of the others
/// behind `|`, which speaks when the endpoint does not (`espeak` unless given).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VoiceSpec {
    Espeak,
    Piper { onnx: PathBuf, speaker: Option<String> },
    Remote { voice: String, local: Box<VoiceSpec> },
}

/// A voice that is neither `espeak`, `piper:PATH` nor `remote:VOICE`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "unknown voice {0:?}: expected \"espeak\", \"piper:PATH.onnx\", \"piper:PATH.onnx#SPEAKER\" or \"remote:VOICE|espeak\""
)]
pub struct UnknownVoice(pub String);

impl FromStr for VoiceSpec {
    type Err = UnknownVoice;

    fn from_str(text: &str) -> Result<Self, UnknownVoice> {
        if text == "espeak" {
            return Ok(VoiceSpec::Espeak);
        }
        if let Some(remote) = text.strip_prefix("remote:") {
            let (voice, local) = remote.split_once('|').unwrap_or((remote, "espeak"));
            if voice.is_empty() || local.starts_with("remote:") {
                return Err(UnknownVoice(text.to_owned()));
            }
            return Ok(VoiceSpec::Remote { voice: voice.to_owned(), local: Box::new(local.parse()?) });
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
            VoiceSpec::Remote { voice, local } => write!(f, "remote:{voice}|{local}"),
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
    /// Where `remote:` voices are asked.
    pub remote: Option<RemoteVoices>,
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
            remote: None,
            piper: PiperLimits::default(),
            cache: CacheLimits::default(),
            cache_dir: None,
            espeak: "espeak-ng".into(),
        }
    }
}

/// The endpoint of `remote:` voices.
#[derive(Debug, Clone)]
pub struct RemoteVoices {
    pub endpoint: Arc<Endpoint>,
    pub model: String,
    pub format: Format,
}

impl RemoteVoices {
    pub fn voice(&self, voice: &str) -> RemoteVoice {
        let request =
            SpeechRequest { model: self.model.clone(), voice: voice.to_owned(), format: self.format };
        RemoteVoice::new(self.endpoint.clone(), request)
    }
}

/// Why a voice does not load. For the operator.
#[derive(Debug, Clone, thiserror::Error)]
pub enum VoiceError {
    #[error("{}: {why}; voices need it, also for Piper's phonemes: apt-get install espeak-ng", program.display())]
    NoEspeak { program: PathBuf, why: String },
    #[error("voice remote:{voice}: expected speak.remote.url")]
    NoEndpoint { voice: String },
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
            let voice = load_voice(*language, spec, &espeak, config)?;
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
    config: &VoiceConfig,
) -> Result<Arc<dyn Voice>, VoiceError> {
    let plain: Arc<dyn Voice> = Arc::new(EspeakVoice::new(espeak.clone(), language));
    match spec {
        VoiceSpec::Espeak => Ok(plain),
        VoiceSpec::Remote { voice, local } => {
            let missing = || VoiceError::NoEndpoint { voice: voice.clone() };
            let remote = config.remote.as_ref().ok_or_else(missing)?.voice(voice);
            let local = load_voice(language, local, espeak, config)?;
            Ok(Arc::new(Fallback::new(Arc::new(remote), local)))
        }
        VoiceSpec::Piper { onnx, speaker } => {
            let piper = Piper::load(onnx, speaker.as_deref(), espeak.clone(), config.piper)?;
            Ok(Arc::new(Fallback::new(Arc::new(piper), plain)))
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

    fn fallbacks(&self) -> u64 {
        self.by_language.values().map(Sentences::fallbacks).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voice_reads_as_it_is_written() {
        for text in ["espeak", "piper:models/en.onnx", "piper:/v/many.onnx#anna", "remote:alloy|piper:a.onnx"]
        {
            assert_eq!(text.parse::<VoiceSpec>().unwrap().to_string(), text);
        }
        for text in ["", "piper:", "piper:#anna", "festival", "remote:", "remote:a|remote:b", "remote:a|b"] {
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
