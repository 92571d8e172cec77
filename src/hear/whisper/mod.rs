//! Whisper in this process: a bounded pool of workers over one copy of the weights.
//!
//! Each worker decodes on one thread; as many workers as cores is the fastest arrangement. A decode
//! is greedy when others wait and searches with a beam when none do.

mod decode;
mod log;
mod prompt;
mod queue;
pub mod stop;

use super::{Hint, Recognition, SpeechToText, SttError, Transcript};
use decode::Decoder;
use futures::FutureExt;
use futures::future::BoxFuture;
use queue::Queue;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tokio::sync::oneshot;
use whisper_rs::{WhisperContext, WhisperContextParameters};

/// The longest utterance that is kept: 30 s at 8 kHz, one window of Whisper. What comes after is not
/// heard; the turn detector ends turns long before.
pub const UTTERANCE_SAMPLES: usize = 240_000;
/// First bytes of a ggml file.
const GGML_MAGIC: [u8; 4] = *b"lmgg";

/// How much work the recogniser takes on.
#[derive(Debug, Clone)]
pub struct WhisperConfig {
    /// Decodes at the same time; each keeps one core busy and holds about 60 MB.
    pub workers: usize,
    /// Utterances that wait; one more is refused as overload.
    pub queue_utterances: usize,
    /// Width of the search when nobody waits; 1 is greedy. At most 8.
    pub beam: usize,
}

impl Default for WhisperConfig {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get());
        WhisperConfig { workers: cores, queue_utterances: 4 * cores, beam: 5 }
    }
}

/// The recogniser.
pub struct Whisper {
    name: String,
    queue: Arc<Queue<Job>>,
    limit: usize,
}

/// One decode that somebody waits for.
struct Job {
    pcm: Vec<i16>,
    hint: Hint,
    cancelled: Arc<AtomicBool>,
    reply: oneshot::Sender<Result<Transcript, SttError>>,
    asked: Instant,
}

impl Job {
    fn abandoned(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed) || self.reply.is_closed()
    }
}

impl Whisper {
    /// Loads a multilingual ggml file and starts the workers. Blocks for about 100 ms.
    pub fn load(path: &Path, config: WhisperConfig) -> Result<Arc<Whisper>, SttError> {
        log::install();
        check_magic(path)?;
        let context = WhisperContext::new_with_params(path, WhisperContextParameters::default())
            .map_err(|error| unusable(path, error))?;
        if !context.is_multilingual() {
            return Err(unusable(path, "an English-only model: expected a multilingual one"));
        }
        let context = Arc::new(context);
        let queue = Arc::new(Queue::new(config.queue_utterances.max(1)));
        let stem = path.file_stem().unwrap_or_default();
        let whisper = Arc::new(Whisper {
            name: stem.to_string_lossy().into_owned(),
            queue: queue.clone(),
            limit: config.queue_utterances.max(1),
        });
        for index in 0..config.workers.max(1) {
            let decoder = Decoder::new(context.clone(), config.beam.clamp(1, 8))?;
            let queue = queue.clone();
            std::thread::Builder::new()
                .name(format!("whisper-{index}"))
                .spawn(move || work(decoder, &queue))
                .map_err(|error| SttError::Engine(error.to_string()))?;
        }
        Ok(whisper)
    }
}

impl Drop for Whisper {
    fn drop(&mut self) {
        self.queue.close();
    }
}

fn check_magic(path: &Path) -> Result<(), SttError> {
    let mut magic = [0; 4];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut magic))
        .map_err(|error| unusable(path, error))?;
    if magic != GGML_MAGIC {
        return Err(unusable(path, format!("byte 0: expected {GGML_MAGIC:?} (ggml), found {magic:?}")));
    }
    Ok(())
}

fn unusable(path: &Path, reason: impl std::fmt::Display) -> SttError {
    SttError::Engine(format!("{}: {reason}", path.display()))
}

fn work(mut decoder: Decoder, queue: &Queue<Job>) {
    while let Some((job, behind)) = queue.pop() {
        if job.abandoned() {
            let _ = job.reply.send(Err(SttError::Cancelled));
            continue;
        }
        let started = Instant::now();
        let heard = decoder.decode(&job.pcm, &job.hint, behind > 0, &|| job.abandoned());
        let transcript = heard.map(|heard| Transcript {
            text: heard.text,
            language: heard.language,
            confidence: heard.confidence,
            no_speech: heard.no_speech,
            queued_ms: started.duration_since(job.asked).as_millis() as u64,
            decode_ms: started.elapsed().as_millis() as u64,
        });
        // Nobody may be waiting any more.
        let _ = job.reply.send(transcript);
    }
}

impl SpeechToText for Whisper {
    fn name(&self) -> &str {
        &self.name
    }

    fn start(&self, hint: Hint) -> Box<dyn Recognition> {
        Box::new(Utterance {
            queue: self.queue.clone(),
            limit: self.limit,
            hint,
            pcm: Vec::new(),
            running: None,
        })
    }
}

struct Utterance {
    queue: Arc<Queue<Job>>,
    limit: usize,
    hint: Hint,
    pcm: Vec<i16>,
    /// Cancels the decode that was asked for last.
    running: Option<Arc<AtomicBool>>,
}

impl Utterance {
    fn cancel(&mut self) {
        if let Some(cancelled) = self.running.take() {
            cancelled.store(true, Ordering::Relaxed);
        }
    }
}

impl Recognition for Utterance {
    fn push(&mut self, pcm: &[i16]) {
        let room = UTTERANCE_SAMPLES.saturating_sub(self.pcm.len());
        self.pcm.extend(&pcm[..pcm.len().min(room)]);
    }

    fn decode(&mut self) -> BoxFuture<'static, Result<Transcript, SttError>> {
        self.cancel();
        let cancelled = Arc::new(AtomicBool::new(false));
        let (reply, answer) = oneshot::channel();
        let job = Job {
            pcm: self.pcm.clone(),
            hint: self.hint.clone(),
            cancelled: cancelled.clone(),
            reply,
            asked: Instant::now(),
        };
        if self.queue.push(job, Job::abandoned).is_err() {
            let limit = self.limit;
            return async move { Err(SttError::Overloaded { limit }) }.boxed();
        }
        self.running = Some(cancelled);
        async move { answer.await.unwrap_or(Err(SttError::Cancelled)) }.boxed()
    }
}

impl Drop for Utterance {
    fn drop(&mut self) {
        self.cancel();
    }
}

#[cfg(test)]
mod tests;
