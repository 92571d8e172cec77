//! Turns sentences into audio, one after the other, ahead of their turn to be played.

use super::Reply;
use crate::edge::leg::{Audio, PlaybackId};
use crate::language::Language;
use crate::speak::{SPEECH_CHUNKS, Speech, TextToSpeech, TtsError};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Sentences that may wait for the voice.
const SENTENCES: usize = 32;

struct Job {
    id: PlaybackId,
    text: String,
    language: Language,
    cancelled: CancellationToken,
}

/// The mouth of one call. A sentence that is no longer wanted is never handed over.
pub(super) struct Speaker {
    tts: Arc<dyn TextToSpeech>,
    /// Makes a sentence that may be said soon; the last one counts.
    preparing: Option<tokio::task::JoinHandle<()>>,
    jobs: mpsc::Sender<Job>,
    wanted: BTreeMap<PlaybackId, CancellationToken>,
}

impl Speaker {
    pub(super) fn start(tts: Arc<dyn TextToSpeech>, replies: mpsc::Sender<Reply>) -> Self {
        let (jobs, queue) = mpsc::channel(SENTENCES);
        tokio::spawn(work(tts.clone(), queue, replies));
        Speaker { tts, preparing: None, jobs, wanted: BTreeMap::new() }
    }

    /// Has the voice make a sentence into its cache, without playing it.
    pub(super) fn prepare(&mut self, text: String, language: Language) {
        let spoken = self.tts.speak(&text, language);
        let preparing = tokio::spawn(async move {
            // Listening to the end is what keeps the voice at work.
            if let Ok(Speech::Stream(mut chunks)) = spoken.await {
                while chunks.recv().await.is_some() {}
            }
        });
        if let Some(older) = self.preparing.replace(preparing) {
            older.abort();
        }
    }

    /// Asks for one sentence; `Reply::Speech` follows.
    pub(super) async fn say(&mut self, id: PlaybackId, text: String, language: Language) {
        let cancelled = CancellationToken::new();
        self.wanted.insert(id, cancelled.clone());
        if self.jobs.send(Job { id, text, language, cancelled }).await.is_err() {
            tracing::error!("voice task is gone");
        }
    }

    /// The sentence is no longer wanted.
    pub(super) fn cancel(&mut self, id: PlaybackId) {
        if let Some(cancelled) = self.wanted.remove(&id) {
            cancelled.cancel();
        }
    }

    /// Whether this audio is still to be played; asked once.
    pub(super) fn take_wanted(&mut self, id: PlaybackId) -> bool {
        self.wanted.remove(&id).is_some()
    }
}

impl Drop for Speaker {
    fn drop(&mut self) {
        if let Some(preparing) = self.preparing.take() {
            preparing.abort();
        }
    }
}

async fn work(tts: Arc<dyn TextToSpeech>, mut queue: mpsc::Receiver<Job>, replies: mpsc::Sender<Reply>) {
    while let Some(Job { id, text, language, cancelled }) = queue.recv().await {
        let spoken = tts.speak(&text, language);
        let result = tokio::select! {
            result = spoken => result,
            () = cancelled.cancelled() => continue,
        };
        if replies.send(Reply::Speech { id, result }).await.is_err() {
            return;
        }
    }
}

/// What a voice delivers, in the form a leg plays. The first chunk of a stream is awaited, so that a
/// voice that fails at once is known before anything plays.
pub(super) async fn audio(speech: Speech) -> Result<Audio, TtsError> {
    let mut chunks = match speech {
        Speech::Ready(samples) => return Ok(Audio::Ready(samples)),
        Speech::Stream(chunks) => chunks,
    };
    let (to_leg, from_voice) = mpsc::channel(SPEECH_CHUNKS);
    match chunks.recv().await {
        Some(first) => {
            // The channel is new and holds more than one chunk.
            let _ = to_leg.try_send(first?);
        }
        None => return Err(TtsError::Engine("the voice made no sound".into())),
    }
    tokio::spawn(async move {
        while let Some(chunk) = chunks.recv().await {
            match chunk {
                Ok(chunk) => {
                    if to_leg.send(chunk).await.is_err() {
                        return;
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "voice failed in mid-sentence");
                    return;
                }
            }
        }
    });
    Ok(Audio::Stream(from_voice))
}
