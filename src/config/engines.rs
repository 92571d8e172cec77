//! Engines elsewhere: their keys, and what can be wrong with them.

use super::{Config, Problem};
use crate::engines::endpoint::Endpoint;
use crate::speak::voices::VoiceSpec;
use confique::Config as Layered;
use serde::Deserialize;
use std::ops::RangeInclusive;

/// A turn waits 6 s for its words, and the local recogniser needs a part of that.
const TIMEOUT_MS: RangeInclusive<u64> = 100..=3_500;
const RATE_HZ: RangeInclusive<u32> = 8_000..=48_000;

/// An OpenAI-compatible `/v1/audio/transcriptions`.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct HearRemote {
    /// Address with its version, `https://host/v1`; local recognition only when not set.
    pub url: Option<String>,
    #[config(default = "whisper-1")]
    pub model: String,
    /// Environment variable that holds the key; no key is sent when not set.
    pub key_env: Option<String>,
    /// From the request to the words, ms, 100 to 3500; then the local recogniser is asked.
    #[config(default = 1500)]
    pub timeout_ms: u64,
}

/// An OpenAI-compatible `/v1/audio/speech`, for voices written `remote:VOICE`.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct SpeakRemote {
    /// Address with its version, `https://host/v1`.
    pub url: Option<String>,
    #[config(default = "tts-1")]
    pub model: String,
    /// Environment variable that holds the key; no key is sent when not set.
    pub key_env: Option<String>,
    /// From the request to the first audio, ms, 100 to 3500; then the local voice speaks.
    #[config(default = 1500)]
    pub timeout_ms: u64,
    /// `wav`, or `pcm` (16 bit mono) at `rate_hz`.
    #[config(default = "wav")]
    pub format: SpeechFormat,
    /// Rate of `pcm`; OpenAI's is 24000.
    #[config(default = 24000)]
    pub rate_hz: u32,
}

/// A language model, asked at an OpenAI-compatible `/v1/chat/completions` and believed within a fence.
#[derive(Debug, Clone, Layered)]
#[config(layer_attr(serde(deny_unknown_fields)))]
pub struct Llm {
    /// Address with its version, `https://host/v1`; no model is asked when not set.
    pub url: Option<String>,
    #[config(default = "gpt-4o-mini")]
    pub model: String,
    /// Environment variable that holds the key; no key is sent when not set.
    pub key_env: Option<String>,
    /// From the request to the whole answer, ms, 100 to 3500; then the local answer stands.
    #[config(default = 1200)]
    pub timeout_ms: u64,
    /// It may choose among the likeliest topics where understanding is unsure.
    #[config(default = true)]
    pub topics: bool,
    /// It may point to the caller's words that hold a value.
    #[config(default = true)]
    pub values: bool,
    /// It may shorten what an article says.
    #[config(default = true)]
    pub answers: bool,
    /// It may word a call's summary for the agent, above the facts.
    #[config(default = true)]
    pub summary: bool,
}

/// Form in which a remote voice sends its audio.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpeechFormat {
    Wav,
    Pcm,
}

/// What is wrong with engines elsewhere, and with the voices that name one.
pub(super) fn problems(config: &Config) -> Vec<Problem> {
    let (hear, speak) = (&config.hear.remote, &config.speak.remote);
    let mut problems = endpoint("hear.remote", hear.url.as_deref(), hear.key_env.as_deref(), hear.timeout_ms);
    problems.extend(endpoint(
        "speak.remote",
        speak.url.as_deref(),
        speak.key_env.as_deref(),
        speak.timeout_ms,
    ));
    let llm = &config.llm;
    problems.extend(endpoint("llm", llm.url.as_deref(), llm.key_env.as_deref(), llm.timeout_ms));
    if !RATE_HZ.contains(&speak.rate_hz) {
        problems
            .push(Problem { key: "speak.remote.rate_hz".into(), message: "expected 8000 to 48000".into() });
    }
    problems.extend(voices(config));
    problems
}

fn endpoint(key: &str, url: Option<&str>, key_env: Option<&str>, timeout_ms: u64) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut report = |field: &str, message| problems.push(Problem { key: format!("{key}.{field}"), message });
    if let Some(Err(message)) = url.map(Endpoint::base) {
        report("url", message);
    }
    if url.is_none() && key_env.is_some() {
        report("key_env", format!("there is nobody to send it to: expected {key}.url"));
    }
    if !TIMEOUT_MS.contains(&timeout_ms) {
        report("timeout_ms", "expected 100 to 3500".to_owned());
    }
    problems
}

fn voices(config: &Config) -> Vec<Problem> {
    let speak = &config.speak;
    let mut problems = Vec::new();
    for (key, voice) in [("pl", &speak.pl), ("ro", &speak.ro), ("en", &speak.en)] {
        let message = match voice.parse() {
            Ok(VoiceSpec::Remote { voice, .. }) if speak.remote.url.is_none() => {
                format!("nobody speaks as remote:{voice}: expected speak.remote.url")
            }
            Ok(_) => continue,
            Err(error) => format!("{error}"),
        };
        problems.push(Problem { key: format!("speak.{key}"), message });
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What loading a file with these lines says.
    fn refused(lines: &str) -> String {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("duet.toml");
        let trunk = "[[trunk]]\nname = \"lan\"\nallow = [\"127.0.0.1\"]\nnumbers = { \"*\" = \"parcel\" }\n";
        std::fs::write(&path, format!("{lines}\n{trunk}")).unwrap();
        match Config::load(&path) {
            Ok(_) => String::new(),
            Err(error) => error.to_string().replace(&path.display().to_string(), "duet.toml"),
        }
    }

    #[test]
    fn engines_elsewhere_are_taken_as_they_are_meant() {
        let remote = "url = \"https://speech.example/v1\"\nkey_env = \"SPEECH_KEY\"";
        let speak = "[speak]\npl = \"remote:ola|espeak\"\n[speak.remote]\nformat = \"pcm\"\n";
        assert_eq!(refused(&format!("[hear.remote]\n{remote}\n{speak}{remote}")), "");
    }

    #[test]
    fn what_is_wrong_is_said_with_file_and_key() {
        let remote = |lines: &str| refused(&format!("[hear.remote]\n{lines}"));
        for (said, expected) in [
            (remote("url = \"speech.example/v1\""), "duet.toml: hear.remote.url: "),
            (remote("key_env = \"SPEECH_KEY\""), "hear.remote.key_env: there is nobody to send it to"),
            (refused("[llm]\ntimeout_ms = 50"), "duet.toml: llm.timeout_ms: expected 100 to 3500"),
            (refused("[llm]\ntools = true"), "tools"),
            (remote("timeout_ms = 6000"), "hear.remote.timeout_ms: expected 100 to 3500"),
            (remote("uri = \"https://speech.example/v1\""), "uri"),
            (refused("[speak.remote]\nrate_hz = 44"), "speak.remote.rate_hz: expected 8000 to 48000"),
            (refused("[speak.remote]\nformat = \"mp3\""), "format"),
            (refused("[speak]\nro = \"remote:ana\""), "duet.toml: speak.ro: nobody speaks as remote:ana"),
            (refused("[speak]\nro = \"festival\""), "speak.ro: unknown voice \"festival\""),
        ] {
            assert!(said.contains(expected), "{expected:?} in {said:?}");
        }
    }
}
