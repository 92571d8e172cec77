//! Whisper in this process: a bounded pool of workers over one copy of the weights.
//!
//! Each worker decodes on one thread; as many workers as cores is the fastest arrangement. A decode that
//! has the machine to itself takes two threads. What is decoded first, what is refused, and whether the search
//! is greedy or with a beam, `engines::jobs` says.

pub(super) mod decode;
mod log;
mod pieces;
pub(super) mod prompt;
pub mod stop;

use super::{Hint, Recognition, SpeechToText, SttError, Transcript};
use crate::engines::jobs::{Limits, Urgency};
use crate::engines::queue::{Circumstances, Queue, Refusal, Work};
use decode::{Decoder, Effort};
use futures::FutureExt;
use futures::future::BoxFuture;
use pieces::Piece;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
    /// Width of the search while load allows; 1 is greedy. At most 8.
    pub beam: usize,
    /// Greedy search and a shorter context when the pool is busy or callers wait, and no decode for longer
    /// than its result is of use.
    pub narrows: bool,
}

impl WhisperConfig {
    /// One worker that takes its time, for commands that decode one recording after the other.
    pub fn unhurried(beam: usize) -> Self {
        WhisperConfig { workers: 1, queue_utterances: 1, beam, narrows: false }
    }
}

impl Default for WhisperConfig {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get());
        WhisperConfig { workers: cores, queue_utterances: 4 * cores, beam: 5, narrows: true }
    }
}

/// The recogniser.
pub struct Whisper {
    name: String,
    queue: Arc<Queue<Job>>,
}

/// The piece of an utterance that need not be decoded again.
type Kept = Arc<Mutex<Option<Piece>>>;

/// One decode that somebody waits for.
struct Job {
    /// What follows the piece `before`.
    pcm: Vec<i16>,
    before: Option<Piece>,
    /// Where the words are kept for the decode that follows, if the caller goes on.
    kept: Kept,
    hint: Hint,
    cancelled: Arc<AtomicBool>,
    reply: oneshot::Sender<Result<Transcript, SttError>>,
}

impl Job {
    /// Samples from the beginning of the utterance.
    fn end(&self) -> usize {
        self.before.as_ref().map_or(0, |piece| piece.samples) + self.pcm.len()
    }
}

impl Work for Job {
    fn abandoned(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed) || self.reply.is_closed()
    }

    fn refuse(self, refusal: Refusal) {
        // Nobody may be waiting any more.
        let _ = self.reply.send(Err(match refusal {
            Refusal::Full { limit } => SttError::Overloaded { limit },
            Refusal::Late { limit_ms } => SttError::Deadline { limit_ms },
            Refusal::Unwanted => SttError::Cancelled,
        }));
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
        let workers = config.workers.max(1);
        let waiting = config.queue_utterances.max(1);
        let queue = Queue::new("stt", Limits { workers, waiting, refuses_bets: true });
        let stem = path.file_stem().unwrap_or_default();
        let name = stem.to_string_lossy().into_owned();
        let whisper = Arc::new(Whisper { name, queue: queue.clone() });
        for index in 0..workers {
            let decoder = Decoder::new(context.clone(), config.beam.clamp(1, 8))?;
            let queue = queue.clone();
            std::thread::Builder::new()
                .name(format!("whisper-{index}"))
                .spawn(move || work(decoder, &queue, config.narrows))
                .map_err(|error| SttError::Engine(error.to_string()))?;
        }
        Ok(whisper)
    }
}

impl Whisper {
    /// The pool, for admission and metrics.
    pub fn strain(&self) -> impl Fn() -> Option<u64> + Send + Sync + use<> {
        let queue = self.queue.clone();
        move || queue.load().wait_p90_ms().max(queue.longest_wait_ms())
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

fn work(mut decoder: Decoder, queue: &Queue<Job>, narrows: bool) {
    queue.serve(|job, mut circumstances| {
        if !narrows {
            (circumstances.hurry, circumstances.useful_ms) = (false, u64::MAX);
        }
        let transcript = decode(&mut decoder, &job, circumstances);
        // Nobody may be waiting any more.
        let _ = job.reply.send(transcript);
    });
}

/// One decode; it gives up when nobody waits any more, or when it takes longer than anybody can use.
fn decode(decoder: &mut Decoder, job: &Job, circumstances: Circumstances) -> Result<Transcript, SttError> {
    let started = Instant::now();
    let Circumstances { hurry, alone, waited_ms, useful_ms } = circumstances;
    let late = || started.elapsed().as_millis() as u64 >= useful_ms;
    let heard = decoder.decode(&job.pcm, &job.hint, Effort { hurry, alone }, &|| job.abandoned() || late());
    let heard = heard.map_err(|error| match error {
        SttError::Cancelled if !job.abandoned() => {
            SttError::Deadline { limit_ms: waited_ms.saturating_add(useful_ms) }
        }
        other => other,
    })?;
    let decode_ms = started.elapsed().as_millis() as u64;
    let (samples, confidence) = (job.pcm.len(), heard.confidence);
    tracing::debug!(samples, decode_ms, waited_ms, hurry, alone, confidence, "decoded");
    let (heard, piece) = pieces::joined(job.before.clone(), heard, job.end());
    if piece.is_some() {
        *locked(&job.kept) = piece;
    }
    Ok(Transcript {
        text: heard.text,
        language: heard.language,
        confidence: heard.confidence,
        no_speech: heard.no_speech,
        finished: None,
        queued_ms: waited_ms,
        decode_ms,
    })
}

impl SpeechToText for Whisper {
    fn name(&self) -> &str {
        &self.name
    }

    fn start(&self, hint: Hint) -> Box<dyn Recognition> {
        Box::new(Utterance {
            queue: self.queue.clone(),
            hint,
            pcm: Vec::new(),
            urgency: Urgency::Final,
            running: None,
            kept: Kept::default(),
        })
    }
}

struct Utterance {
    queue: Arc<Queue<Job>>,
    hint: Hint,
    pcm: Vec<i16>,
    urgency: Urgency,
    /// The decode that was asked for last: its number in the queue, and what cancels it.
    running: Option<(u64, Arc<AtomicBool>)>,
    kept: Kept,
}

impl Recognition for Utterance {
    fn push(&mut self, pcm: &[i16]) {
        let room = UTTERANCE_SAMPLES.saturating_sub(self.pcm.len());
        self.pcm.extend(&pcm[..pcm.len().min(room)]);
    }

    fn set_urgency(&mut self, urgency: Urgency) {
        self.urgency = urgency;
        if let Some((id, _)) = &self.running {
            self.queue.hurry(*id, urgency);
        }
    }

    fn cancel(&mut self) {
        if let Some((_, cancelled)) = self.running.take() {
            cancelled.store(true, Ordering::Relaxed);
        }
    }

    fn resumed(&mut self) {
        if !pieces::worth_finishing(locked(&self.kept).as_ref(), self.pcm.len()) {
            self.cancel();
        }
        self.set_urgency(Urgency::Partial);
    }

    fn decode(&mut self) -> BoxFuture<'static, Result<Transcript, SttError>> {
        self.cancel();
        let before = pieces::before(locked(&self.kept).clone(), self.pcm.len());
        let pcm = self.pcm[before.as_ref().map_or(0, |piece| piece.samples)..].to_vec();
        let mut hint = self.hint.clone();
        if let Some(piece) = &before {
            hint.languages = vec![piece.heard.language];
        }
        let kept = self.kept.clone();
        let cancelled = Arc::new(AtomicBool::new(false));
        let (reply, answer) = oneshot::channel();
        let job = Job { pcm, before, kept, hint, cancelled: cancelled.clone(), reply };
        self.running = self.queue.push(self.urgency, job).map(|id| (id, cancelled));
        async move { answer.await.unwrap_or(Err(SttError::Cancelled)) }.boxed()
    }
}

/// A poisoned lock still holds a whole piece or none.
fn locked(kept: &Kept) -> MutexGuard<'_, Option<Piece>> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Utterance {
    fn drop(&mut self) {
        self.cancel();
    }
}

#[cfg(test)]
mod tests;
