//! Engines elsewhere, as the configuration names them.

use crate::config::{Config, SpeechFormat};
use crate::engines::endpoint::{Endpoint, EndpointConfig};
use crate::hear::remote::RemoteStt;
use crate::speak::voices::{RemoteVoices, VoiceSpec};
use crate::speak::wav::Format;
use crate::understand::llm::{Adviser, May};
use std::sync::Arc;
use std::time::Duration;

/// The remote recogniser; `None` when none is configured. `Err` names the key.
pub fn stt(config: &Config) -> Result<Option<Arc<RemoteStt>>, String> {
    let remote = &config.hear.remote;
    let endpoint = endpoint("hear.remote", "stt", &remote.url, &remote.key_env, remote.timeout_ms)?;
    Ok(endpoint.map(|endpoint| RemoteStt::new(endpoint, remote.model.clone())))
}

/// Where remote voices are asked; `None` when none is configured. `Err` names the key.
pub fn voices(config: &Config) -> Result<Option<RemoteVoices>, String> {
    let remote = &config.speak.remote;
    let endpoint = endpoint("speak.remote", "tts", &remote.url, &remote.key_env, remote.timeout_ms)?;
    let format = match remote.format {
        SpeechFormat::Wav => Format::Wav,
        SpeechFormat::Pcm => Format::Pcm { rate_hz: remote.rate_hz },
    };
    let model = remote.model.clone();
    Ok(endpoint.map(|endpoint| RemoteVoices { endpoint: Arc::new(endpoint), model, format }))
}

/// The language model that may be asked; `None` when none is configured. `Err` names the key.
pub fn adviser(config: &Config) -> Result<Option<Arc<Adviser>>, String> {
    let llm = &config.llm;
    let may = May { topics: llm.topics, values: llm.values, answers: llm.answers, summary: llm.summary };
    let endpoint = endpoint("llm", "llm", &llm.url, &llm.key_env, llm.timeout_ms)?;
    Ok(endpoint.map(|endpoint| Adviser::new(endpoint, llm.model.clone(), may)))
}

fn endpoint(
    key: &str,
    engine: &'static str,
    url: &Option<String>,
    key_env: &Option<String>,
    timeout_ms: u64,
) -> Result<Option<Endpoint>, String> {
    let Some(url) = url.clone() else { return Ok(None) };
    let secret = match key_env {
        None => None,
        Some(name) => match std::env::var(name) {
            Ok(secret) if !secret.is_empty() => Some(secret),
            _ => return Err(format!("{key}.key_env: environment variable {name} is not set")),
        },
    };
    let config = EndpointConfig { url, key: secret, timeout: Duration::from_millis(timeout_ms) };
    Endpoint::new(engine, config).map(Some).map_err(|error| format!("{key}.url: {error}"))
}

/// Asks every remote engine once; what is wrong, one sentence each. For `duet check`.
pub async fn check(config: &Config) -> Vec<String> {
    let mut problems = Vec::new();
    match stt(config) {
        Ok(None) => {}
        Ok(Some(stt)) => {
            let checked = stt.check().await;
            problems.extend(checked.err().map(|error| format!("hear.remote.url: {error}")));
        }
        Err(problem) => problems.push(problem),
    }
    match adviser(config) {
        Ok(None) => {}
        Ok(Some(adviser)) => {
            let checked = adviser.check().await;
            problems.extend(checked.err().map(|error| format!("llm.url: {error}")));
        }
        Err(problem) => problems.push(problem),
    }
    let remote = match voices(config) {
        Ok(remote) => remote,
        Err(problem) => {
            problems.push(problem);
            return problems;
        }
    };
    for (key, voice) in [("pl", &config.speak.pl), ("ro", &config.speak.ro), ("en", &config.speak.en)] {
        let Ok(VoiceSpec::Remote { voice, .. }) = voice.parse() else { continue };
        match &remote {
            None => problems.push(format!("speak.{key}: remote:{voice}: expected speak.remote.url")),
            Some(remote) => {
                let checked = remote.voice(&voice).check().await;
                problems.extend(checked.err().map(|error| format!("speak.{key}: remote:{voice}: {error}")));
            }
        }
    }
    problems
}
