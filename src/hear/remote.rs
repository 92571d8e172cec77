//! Recognition elsewhere, by an OpenAI-compatible `/v1/audio/transcriptions`; the local recogniser
//! takes over within the same turn when it fails.

use super::whisper::decode::{CLEARLY_BETTER, SURE_OF_LANGUAGE};
use super::whisper::prompt::prompt;
use super::{Hint, Recognition, SpeechToText, SttError, Transcript};
use crate::engines::Urgency;
use crate::engines::endpoint::{Endpoint, RemoteError, bounded};
use crate::language::Language;
use futures::FutureExt;
use futures::future::BoxFuture;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio_util::sync::CancellationToken;

/// The longest utterance that is kept, as in the local recogniser: 30 s at 8 kHz.
const UTTERANCE_SAMPLES: usize = super::whisper::UTTERANCE_SAMPLES;
/// A transcript with its segments is a few KiB.
const TRANSCRIPT_BYTES_MAX: usize = 1 << 20;
/// Where the server says nothing of its confidence: enough not to ask again, too little to let one
/// word change the language.
const CONFIDENCE_UNSAID: f32 = 0.75;
const CALL_HZ: u32 = 8_000;

/// The engine behind the endpoint.
#[derive(Debug)]
pub struct RemoteStt {
    endpoint: Endpoint,
    model: String,
}

impl RemoteStt {
    pub fn new(endpoint: Endpoint, model: String) -> Arc<Self> {
        Arc::new(RemoteStt { endpoint, model })
    }

    /// Half a second of silence, as `duet check` sends it: does the server answer as expected?
    pub async fn check(&self) -> Result<(), RemoteError> {
        let silence = wav(&[0; CALL_HZ as usize / 2])?;
        let form = self.form(silence, &Hint::default())?;
        self.endpoint.ask("audio/transcriptions", |request| request.multipart(form), answer).await.map(drop)
    }

    async fn transcribe(&self, pcm: &[i16], hint: &Hint) -> Result<Transcript, RemoteError> {
        let started = Instant::now();
        let mut heard = self.ask(pcm, hint).await?;
        if heard.confidence < SURE_OF_LANGUAGE && !hint.others.is_empty() {
            // Words that make little sense may be in another language: the caller changed it.
            let languages = [&hint.languages[..], &hint.others[..]].concat();
            let other = self.ask(pcm, &Hint { languages, others: Vec::new(), ..hint.clone() }).await;
            heard = other.ok().filter(|other| clearly_better(other, &heard)).unwrap_or(heard);
        }
        Ok(Transcript { decode_ms: started.elapsed().as_millis() as u64, ..heard })
    }

    async fn ask(&self, pcm: &[i16], hint: &Hint) -> Result<Transcript, RemoteError> {
        let form = self.form(wav(pcm)?, hint)?;
        let path = "audio/transcriptions";
        let answer = self.endpoint.post(path, |request| request.multipart(form), answer).await?;
        Ok(answer.transcript(hint))
    }

    fn form(&self, wav: Vec<u8>, hint: &Hint) -> Result<Form, RemoteError> {
        let file = Part::bytes(wav).file_name("utterance.wav").mime_str("audio/wav")?;
        let mut form = Form::new()
            .part("file", file)
            .text("model", self.model.clone())
            .text("response_format", "verbose_json")
            .text("temperature", "0");
        // The protocol knows one language or none; with several the server detects.
        if let [language] = hint.languages[..] {
            form = form.text("language", language.code());
        }
        let expected = hint.languages.first().copied().unwrap_or(Language::ALL[0]);
        if let Some(text) = prompt(hint, expected) {
            form = form.text("prompt", text);
        }
        Ok(form)
    }
}

fn wav(pcm: &[i16]) -> Result<Vec<u8>, RemoteError> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: CALL_HZ,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let written = hound::WavWriter::new(&mut bytes, spec).and_then(|mut writer| {
        pcm.iter().try_for_each(|sample| writer.write_sample(*sample))?;
        writer.finalize()
    });
    written.map_err(|error| RemoteError::Garbled(error.to_string()))?;
    Ok(bytes.into_inner())
}

/// What servers answer to `verbose_json`; those that only know `json` send the text alone.
#[derive(Debug, Deserialize)]
struct Answer {
    text: String,
    language: Option<String>,
    #[serde(default)]
    segments: Vec<Segment>,
}

#[derive(Debug, Deserialize)]
struct Segment {
    avg_logprob: Option<f32>,
    no_speech_prob: Option<f32>,
}

async fn answer(response: reqwest::Response) -> Result<Answer, RemoteError> {
    let body = bounded(response, TRANSCRIPT_BYTES_MAX).await?;
    serde_json::from_slice(&body).map_err(|error| {
        RemoteError::Garbled(format!(
            "expected JSON with `text` (line {}, column {})",
            error.line(),
            error.column()
        ))
    })
}

impl Answer {
    fn transcript(self, hint: &Hint) -> Transcript {
        let candidates = if hint.languages.is_empty() { &Language::ALL[..] } else { &hint.languages };
        let said = self.language.as_deref().and_then(language);
        let language = said.filter(|said| candidates.contains(said)).unwrap_or(candidates[0]);
        let text = self.text.trim().to_owned();
        let silent = if text.is_empty() { 1.0 } else { 0.0 };
        let logprob = mean(self.segments.iter().filter_map(|segment| segment.avg_logprob));
        let no_speech = mean(self.segments.iter().filter_map(|segment| segment.no_speech_prob));
        Transcript {
            confidence: if text.is_empty() { 0.0 } else { logprob.map_or(CONFIDENCE_UNSAID, f32::exp) },
            no_speech: no_speech.unwrap_or(silent).clamp(0.0, 1.0),
            finished: None,
            text,
            language,
            queued_ms: 0,
            decode_ms: 0,
        }
    }
}

fn clearly_better(other: &Transcript, than: &Transcript) -> bool {
    other.language != than.language && other.confidence > than.confidence + CLEARLY_BETTER
}

fn mean(values: impl Iterator<Item = f32>) -> Option<f32> {
    let (sum, count) = values.fold((0.0, 0u16), |(sum, count), value| (sum + value, count + 1));
    (count > 0).then(|| sum / f32::from(count))
}

/// Servers name languages by code or by English name.
fn language(named: &str) -> Option<Language> {
    match named.to_ascii_lowercase().as_str() {
        "pl" | "polish" => Some(Language::Polish),
        "ro" | "romanian" => Some(Language::Romanian),
        "en" | "english" => Some(Language::English),
        _ => None,
    }
}

/// Asks the endpoint, and the local recogniser when that fails. What is only partial stays local.
pub struct RemoteFirst {
    remote: Arc<RemoteStt>,
    local: Arc<dyn SpeechToText>,
    name: String,
}

impl RemoteFirst {
    pub fn new(remote: Arc<RemoteStt>, local: Arc<dyn SpeechToText>) -> Self {
        let name = format!("remote/{}, {}", remote.model, local.name());
        RemoteFirst { remote, local, name }
    }
}

impl SpeechToText for RemoteFirst {
    fn name(&self) -> &str {
        &self.name
    }

    fn start(&self, hint: Hint) -> Box<dyn Recognition> {
        Box::new(Utterance {
            remote: self.remote.clone(),
            local: Arc::new(Mutex::new(self.local.start(hint.clone()))),
            hint,
            pcm: Vec::new(),
            urgency: Urgency::Final,
            running: CancellationToken::new(),
        })
    }
}

struct Utterance {
    remote: Arc<RemoteStt>,
    /// Hears the same audio, so that it can take over at any moment.
    local: Arc<Mutex<Box<dyn Recognition>>>,
    hint: Hint,
    pcm: Vec<i16>,
    urgency: Urgency,
    /// Cancels the decode that was asked for last.
    running: CancellationToken,
}

impl Recognition for Utterance {
    fn push(&mut self, pcm: &[i16]) {
        let room = UTTERANCE_SAMPLES.saturating_sub(self.pcm.len());
        self.pcm.extend(&pcm[..pcm.len().min(room)]);
        locked(&self.local).push(pcm);
    }

    fn set_urgency(&mut self, urgency: Urgency) {
        self.urgency = urgency;
        locked(&self.local).set_urgency(urgency);
    }

    fn cancel(&mut self) {
        self.running.cancel();
        locked(&self.local).cancel();
    }

    fn decode(&mut self) -> BoxFuture<'static, Result<Transcript, SttError>> {
        self.cancel();
        self.running = CancellationToken::new();
        let cancelled = self.running.clone();
        if self.urgency == Urgency::Partial {
            return locked(&self.local).decode();
        }
        let (remote, local) = (self.remote.clone(), self.local.clone());
        let (pcm, hint) = (self.pcm.clone(), self.hint.clone());
        let work = async move {
            match remote.transcribe(&pcm, &hint).await {
                Ok(heard) => Ok(heard),
                Err(error) => {
                    tracing::debug!(%error, "the remote recogniser failed; the local one takes over");
                    let decoding = locked(&local).decode();
                    decoding.await
                }
            }
        };
        async move { cancelled.run_until_cancelled(work).await.unwrap_or(Err(SttError::Cancelled)) }.boxed()
    }
}

impl Drop for Utterance {
    fn drop(&mut self) {
        self.running.cancel();
    }
}

fn locked(local: &Mutex<Box<dyn Recognition>>) -> MutexGuard<'_, Box<dyn Recognition>> {
    local.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
