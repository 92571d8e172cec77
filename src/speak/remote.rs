//! A voice elsewhere, by an OpenAI-compatible `/v1/audio/speech`.
//!
//! Audio is handed on as it arrives. The common loudness is then not known from the whole sentence,
//! so the gain of the sentences before is used; the very first one waits to its end.

use super::level;
use super::resample::TELEPHONE_HZ;
use super::voice::{Parts, Patience, Voice};
use super::wav::{Format, Pcm};
use super::{SPEECH_CHUNKS, TtsError};
use crate::edge::resample::Resampler;
use crate::engines::endpoint::{Endpoint, RemoteError};
use crate::language::Language;
use async_trait::async_trait;
use reqwest::Response;
use serde_json::json;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// Audio of one sentence at most: 60 s at 48 kHz, 16 bit.
const SENTENCE_BYTES_MAX: usize = 60 * 48_000 * 2;
/// Between two pieces of a body; longer, and the sentence is over.
const STALL: Duration = Duration::from_secs(2);
/// Least audio that is handed on at once: 100 ms.
const PART_SAMPLES: usize = 800;
/// Share of the last sentence in the gain.
const GAIN_NEWEST: f32 = 0.3;

/// How the endpoint is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeechRequest {
    pub model: String,
    /// Name of the voice on the server.
    pub voice: String,
    pub format: Format,
}

/// The voice behind the endpoint.
pub struct RemoteVoice {
    endpoint: Arc<Endpoint>,
    request: SpeechRequest,
    name: String,
    gain: Arc<Mutex<Option<f32>>>,
}

impl RemoteVoice {
    pub fn new(endpoint: Arc<Endpoint>, request: SpeechRequest) -> Self {
        let name = format!("remote/{}/{}", request.model, request.voice);
        RemoteVoice { endpoint, request, name, gain: Arc::default() }
    }

    /// Speaks one word, as `duet check` asks: does the server answer as expected?
    pub async fn check(&self) -> Result<(), RemoteError> {
        let body = self.body("OK.");
        let mut sentence = self
            .endpoint
            .ask("audio/speech", |request| request.json(&body), |response| self.begin(response))
            .await?;
        while sentence.more().await? {}
        match sentence.samples.iter().any(|sample| sample.abs() > 0.0) {
            true => Ok(()),
            false => Err(RemoteError::Garbled("audio without sound".to_owned())),
        }
    }

    fn body(&self, sentence: &str) -> serde_json::Value {
        let SpeechRequest { model, voice, format } = &self.request;
        json!({ "model": model, "voice": voice, "input": sentence, "response_format": format.label() })
    }

    /// Resolves with the first audio.
    async fn ask(&self, sentence: &str) -> Result<Sentence, TtsError> {
        let body = self.body(sentence);
        let asked = self.endpoint.post(
            "audio/speech",
            |request| request.json(&body),
            |response| self.begin(response),
        );
        asked.await.map_err(|error| failed(&error))
    }

    async fn begin(&self, response: Response) -> Result<Sentence, RemoteError> {
        let mut sentence = Sentence {
            response,
            pcm: Pcm::new(self.request.format),
            resampler: None,
            samples: Vec::new(),
            bytes: 0,
            ended: false,
        };
        while sentence.samples.is_empty() {
            if !sentence.more().await? {
                return Err(RemoteError::Garbled("a body without audio".to_owned()));
            }
        }
        Ok(sentence)
    }

    async fn whole(&self, mut sentence: Sentence) -> Result<Vec<i16>, TtsError> {
        while sentence.more().await.map_err(|error| failed(&error))? {}
        learn(&self.gain, &sentence.samples);
        Ok(level::normalised(level::trimmed(&sentence.samples)))
    }
}

fn failed(error: &RemoteError) -> TtsError {
    TtsError::Engine(format!("the remote voice: {error}"))
}

fn learn(known: &Mutex<Option<f32>>, sentence: &[f32]) {
    let gain = level::gain(sentence);
    let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
    *known = Some(known.map_or(gain, |before| before + GAIN_NEWEST * (gain - before)));
}

#[async_trait]
impl Voice for RemoteVoice {
    fn name(&self) -> &str {
        &self.name
    }

    async fn say(&self, sentence: &str, _: Language, _: Patience) -> Result<Vec<i16>, TtsError> {
        let sentence = self.ask(sentence).await?;
        self.whole(sentence).await
    }

    async fn say_in_parts(&self, sentence: &str, _: Language, _: Patience) -> Result<Parts, TtsError> {
        let sentence = self.ask(sentence).await?;
        let gain = *self.gain.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(gain) = gain else {
            return Ok(Parts::Whole(self.whole(sentence).await?));
        };
        let (to, parts) = mpsc::channel(SPEECH_CHUNKS);
        let known = self.gain.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = to.closed() => {}
                () = hand_on(sentence, gain, &known, &to) => {}
            }
        });
        Ok(Parts::Stream(parts))
    }
}

/// Hands on audio as it arrives, from the first sound to the last.
async fn hand_on(
    mut sentence: Sentence,
    gain: f32,
    known: &Mutex<Option<f32>>,
    to: &mpsc::Sender<Result<Vec<i16>, TtsError>>,
) {
    let mut begun = None;
    let mut sent = 0;
    loop {
        let more = match sentence.more().await {
            Ok(more) => more,
            Err(error) => {
                let _ = to.send(Err(failed(&error))).await;
                return;
            }
        };
        let Some(start) = begun.or_else(|| level::onset(&sentence.samples)) else {
            if more {
                continue;
            } else {
                return;
            };
        };
        begun = Some(start);
        let from = sent.max(start);
        let end = if more { sentence.samples.len() } else { level::last_sound(&sentence.samples).max(from) };
        if end > from && (end - from >= PART_SAMPLES || !more) {
            if to.send(Ok(level::scaled(&sentence.samples[from..end], gain))).await.is_err() {
                return;
            }
            sent = end;
        }
        if !more {
            return learn(known, &sentence.samples);
        }
    }
}

/// A sentence that is arriving.
struct Sentence {
    response: Response,
    pcm: Pcm,
    resampler: Option<Resampler>,
    /// What came so far, at 8 kHz; full scale is 1.0.
    samples: Vec<f32>,
    bytes: usize,
    ended: bool,
}

impl Sentence {
    /// Reads on; false at the end.
    async fn more(&mut self) -> Result<bool, RemoteError> {
        if self.ended {
            return Ok(false);
        }
        let limit_ms = STALL.as_millis() as u64;
        let chunk = tokio::time::timeout(STALL, self.response.chunk()).await;
        let Some(chunk) = chunk.map_err(|_| RemoteError::Timeout { limit_ms })?? else {
            self.ended = true;
            if let Some(resampler) = self.resampler.take() {
                self.samples.extend(resampler.finish());
            }
            return Ok(false);
        };
        self.bytes += chunk.len();
        if self.bytes > SENTENCE_BYTES_MAX {
            return Err(RemoteError::Garbled(format!(
                "more than {SENTENCE_BYTES_MAX} bytes for one sentence"
            )));
        }
        let (rate_hz, audio) = self.pcm.push(&chunk).map_err(RemoteError::Garbled)?;
        if !audio.is_empty() {
            let resampler = match &mut self.resampler {
                Some(resampler) => resampler,
                None => {
                    let new = Resampler::new(rate_hz, TELEPHONE_HZ as u32);
                    self.resampler.insert(new.map_err(|error| RemoteError::Garbled(error.to_string()))?)
                }
            };
            self.samples.extend(resampler.push(&audio));
        }
        Ok(true)
    }
}

#[cfg(test)]
mod tests;
