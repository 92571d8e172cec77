//! espeak-ng as a child process: voices for every language, and phonemes for Piper.
//!
//! A child and not a library, because its licence (GPL-3) stays outside of ours. Text goes to its
//! standard input; no shell ever sees it.

use super::level;
use super::resample;
use super::voice::{Patience, Voice};
use super::{TtsError, voices::VoiceError};
use crate::language::Language;
use async_trait::async_trait;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::process::Command;
use tokio::sync::Semaphore;

/// Longest that one sentence may take; it takes 2-12 ms.
const SENTENCE_TIMEOUT_MS: u64 = 5_000;
/// Longest wait for another child to end; they are quick, so waiting is better than refusing.
const SLOT_WAIT_MS: u64 = 500;
/// Children that run at once.
const CHILDREN: usize = 8;
/// Words per minute: slower than the 175 that espeak-ng starts with, as digits and names have to
/// survive a phone line.
const SPEED_WPM: &str = "155";
/// 0-99; a little below the middle, as the phone cuts what is below 300 Hz and above 3,400 Hz.
const PITCH: &str = "45";
/// Pause between words, 10 ms each.
const WORD_GAP: &str = "1";

/// The program, found and able to run.
#[derive(Debug, Clone)]
pub struct Espeak {
    program: PathBuf,
    running: Arc<Semaphore>,
}

impl Espeak {
    /// Finds `program` (a name in PATH, or a path) and asks for its version.
    ///
    /// # Errors
    /// `VoiceError::NoEspeak` when it is missing or does not run.
    pub fn find(program: &Path) -> Result<Espeak, VoiceError> {
        let missing = |why: String| VoiceError::NoEspeak { program: program.to_owned(), why };
        let output = std::process::Command::new(program)
            .arg("--version")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| missing(error.to_string()))?;
        if !output.status.success() {
            return Err(missing(format!("`--version` ended with {}", output.status)));
        }
        Ok(Espeak { program: program.to_owned(), running: Arc::new(Semaphore::new(CHILDREN)) })
    }

    /// International Phonetic Alphabet, one line per line of `text`, spoken by `voice` (`en-us`).
    pub async fn phonemes(&self, text: &str, voice: &str) -> Result<String, TtsError> {
        let bytes = self.run(&["-q", "--ipa", "-v", voice], text).await?;
        String::from_utf8(bytes).map_err(|_| TtsError::Engine("espeak-ng wrote no UTF-8".to_owned()))
    }

    async fn run(&self, arguments: &[&str], text: &str) -> Result<Vec<u8>, TtsError> {
        let running = tokio::time::timeout(Duration::from_millis(SLOT_WAIT_MS), self.running.acquire());
        let _running = match running.await {
            Ok(slot) => slot.map_err(|error| failed(&error))?,
            Err(_) => return Err(TtsError::Overloaded { limit: CHILDREN }),
        };
        let limit = Duration::from_millis(SENTENCE_TIMEOUT_MS);
        tokio::time::timeout(limit, self.child(arguments, text))
            .await
            .map_err(|_| TtsError::Engine(format!("espeak-ng took longer than {SENTENCE_TIMEOUT_MS} ms")))?
    }

    async fn child(&self, arguments: &[&str], text: &str) -> Result<Vec<u8>, TtsError> {
        let mut child = Command::new(&self.program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(&error))?;
        let mut stdin = child.stdin.take().ok_or_else(|| failed(&"no standard input"))?;
        let text = text.as_bytes().to_vec();
        // The child may write before it has read all: both directions move at the same time.
        let write = async move {
            // A child that stopped reading says why by its exit status.
            let _ = stdin.write_all(&text).await;
        };
        let ((), output) = tokio::join!(write, child.wait_with_output());
        let output = output.map_err(|error| failed(&error))?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(failed(&format!("{}: {}", output.status, said.trim())));
        }
        Ok(output.stdout)
    }
}

fn failed(error: &dyn std::fmt::Display) -> TtsError {
    TtsError::Engine(format!("espeak-ng: {error}"))
}

/// The voice of one language.
pub struct EspeakVoice {
    espeak: Espeak,
    name: String,
    variant: &'static str,
}

impl EspeakVoice {
    pub fn new(espeak: Espeak, language: Language) -> Self {
        let variant = match language {
            Language::Polish => "pl",
            Language::Romanian => "ro",
            Language::English => "en-gb",
        };
        EspeakVoice { espeak, name: format!("espeak-ng/{variant}"), variant }
    }
}

#[async_trait]
impl Voice for EspeakVoice {
    fn name(&self) -> &str {
        &self.name
    }

    async fn say(&self, sentence: &str, _: Language, _: Patience) -> Result<Vec<i16>, TtsError> {
        let arguments =
            ["--stdin", "--stdout", "-v", self.variant, "-s", SPEED_WPM, "-p", PITCH, "-g", WORD_GAP, "-z"];
        let wav = self.espeak.run(&arguments, sentence).await?;
        let (samples, rate_hz) = samples_of(&wav)?;
        let telephone = resample::to_telephone(&samples, rate_hz)?;
        Ok(level::normalised(level::trimmed(&telephone)))
    }
}

/// Reads the 16 bit mono WAV that espeak-ng writes to a pipe. The lengths in its header are wrong
/// there (it cannot seek back), so samples are what follows the `data` header.
fn samples_of(wav: &[u8]) -> Result<(Vec<f32>, usize), TtsError> {
    const HEADER_BYTES: usize = 44;
    let header_ok = wav.len() >= HEADER_BYTES && wav.starts_with(b"RIFF") && &wav[36..40] == b"data";
    if !header_ok {
        return Err(failed(&"wrote no WAV file"));
    }
    let rate_hz = u32::from_le_bytes([wav[24], wav[25], wav[26], wav[27]]) as usize;
    let samples = wav[HEADER_BYTES..]
        .chunks_exact(2)
        .map(|bytes| f32::from(i16::from_le_bytes([bytes[0], bytes[1]])) / 32_768.0)
        .collect();
    if !(8_000..=48_000).contains(&rate_hz) {
        return Err(failed(&format!("wrote audio at {rate_hz} Hz")));
    }
    Ok((samples, rate_hz))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn espeak() -> Option<Espeak> {
        let found = Espeak::find(Path::new("espeak-ng")).ok();
        if found.is_none() {
            println!("skipped: espeak-ng is not installed");
        }
        found
    }

    #[tokio::test]
    async fn every_language_is_spoken_at_the_common_loudness() {
        let Some(espeak) = espeak() else { return };
        let texts = [
            (Language::Polish, "Dzień dobry, w czym mogę pomóc?"),
            (Language::Romanian, "Bună ziua, cu ce vă pot ajuta?"),
            (Language::English, "Good morning, how can I help?"),
        ];
        for (language, text) in texts {
            let voice = EspeakVoice::new(espeak.clone(), language);
            let audio = voice.say(text, language, Patience::Now).await.unwrap();
            let float: Vec<f32> = audio.iter().map(|s| f32::from(*s) / 32_768.0).collect();
            let rms_db = 20.0 * level::speech_rms(&float).unwrap().log10();
            assert!((8_000..32_000).contains(&audio.len()), "{language}: {} samples", audio.len());
            assert!((-24.0..-18.0).contains(&rms_db), "{language}: {rms_db} dBFS");
        }
    }

    #[tokio::test]
    async fn text_is_never_read_as_an_option_or_a_command() {
        let Some(espeak) = espeak() else { return };
        let voice = EspeakVoice::new(espeak, Language::English);
        for text in ["--version", "-w /tmp/x $(id) `id`; | & ' \""] {
            assert!(voice.say(text, Language::English, Patience::Now).await.unwrap().len() > 1_000);
        }
    }

    #[test]
    fn a_missing_program_names_the_package() {
        let error = Espeak::find(Path::new("espeak-ng-that-is-not-there")).unwrap_err();
        assert!(error.to_string().contains("apt-get install espeak-ng"), "{error}");
    }

    #[test]
    fn what_is_no_wav_is_refused() {
        assert!(samples_of(b"").is_err());
        assert!(samples_of(&[0; 100]).is_err());
    }
}
