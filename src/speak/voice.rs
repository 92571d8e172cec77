//! One sentence to audio, and the stream that is made of it.

use super::normalise::normalise;
use super::sentence::{opening, sentences};
use super::{SPEECH_CHUNKS, Speech, TextToSpeech, TtsError};
use crate::language::Language;
use async_trait::async_trait;
use futures::future::BoxFuture;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// Silence between two sentences: 200 ms.
const SENTENCE_GAP_SAMPLES: usize = 1_600;
/// Silence after a clause that is made by itself: 80 ms.
const CLAUSE_GAP_SAMPLES: usize = 640;

/// Whether a sentence may wait for a free worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// The caller hears silence: refuse at once (`TtsError::Overloaded`) when the queue is full.
    Now,
    /// The caller still hears the sentence before: wait.
    Wait,
}

/// A sentence, whole or still being made. Dropping a stream cancels the work.
pub enum Parts {
    Whole(Vec<i16>),
    /// Closed after the last part.
    Stream(mpsc::Receiver<Result<Vec<i16>, TtsError>>),
}

/// One voice: one sentence to audio. Dropping the future cancels the work.
#[async_trait]
pub trait Voice: Send + Sync {
    /// Engine with voice, for logs, metrics and cache keys.
    fn name(&self) -> &str;
    /// Speaks one sentence, already normalised: 8 kHz mono at the common loudness.
    async fn say(&self, sentence: &str, language: Language, patience: Patience)
    -> Result<Vec<i16>, TtsError>;
    /// The same, handed on as it is made, where the voice can do that; else in one.
    async fn say_in_parts(
        &self,
        sentence: &str,
        language: Language,
        patience: Patience,
    ) -> Result<Parts, TtsError> {
        Ok(Parts::Whole(self.say(sentence, language, patience).await?))
    }
    /// Whether a long sentence takes so long that its first clause is better made by itself.
    fn takes_its_time(&self) -> bool {
        false
    }
    /// Sentences so far that another voice spoke instead.
    fn fallbacks(&self) -> u64 {
        0
    }
}

/// Tries `first`; when it fails, the same sentence is spoken by `second`. The caller hears another
/// voice, and not silence. Counted in `duet_tts_fallbacks_total`.
pub struct Fallback {
    first: Arc<dyn Voice>,
    second: Arc<dyn Voice>,
    times: AtomicU64,
}

#[async_trait]
impl Voice for Fallback {
    fn name(&self) -> &str {
        self.first.name()
    }

    async fn say(
        &self,
        sentence: &str,
        language: Language,
        patience: Patience,
    ) -> Result<Vec<i16>, TtsError> {
        match self.first.say(sentence, language, patience).await {
            Ok(audio) => Ok(audio),
            Err(failure) => self.instead(&failure, sentence, language, patience).await,
        }
    }

    /// A sentence that breaks off in the middle is not begun again.
    async fn say_in_parts(
        &self,
        sentence: &str,
        language: Language,
        patience: Patience,
    ) -> Result<Parts, TtsError> {
        match self.first.say_in_parts(sentence, language, patience).await {
            Ok(parts) => Ok(parts),
            Err(failure) => Ok(Parts::Whole(self.instead(&failure, sentence, language, patience).await?)),
        }
    }

    fn takes_its_time(&self) -> bool {
        self.first.takes_its_time()
    }

    fn fallbacks(&self) -> u64 {
        self.times.load(Ordering::Relaxed) + self.second.fallbacks()
    }
}

impl Fallback {
    pub fn new(first: Arc<dyn Voice>, second: Arc<dyn Voice>) -> Self {
        Fallback { first, second, times: AtomicU64::new(0) }
    }

    async fn instead(
        &self,
        failure: &TtsError,
        sentence: &str,
        language: Language,
        patience: Patience,
    ) -> Result<Vec<i16>, TtsError> {
        self.times.fetch_add(1, Ordering::Relaxed);
        let reason = failure.label();
        metrics::counter!("duet_tts_fallbacks_total", "voice" => self.first.name().to_owned(), "reason" => reason)
            .increment(1);
        tracing::warn!(
            voice = self.first.name(),
            fallback = self.second.name(),
            reason,
            "A voice failed and another one spoke the sentence"
        );
        self.second.say(sentence, language, patience).await
    }
}

/// Speaks texts with one voice, sentence by sentence: the first audio is there after the first
/// sentence, and no text holds a worker for longer than one sentence.
#[derive(Clone)]
pub struct Sentences {
    pub voice: Arc<dyn Voice>,
    pub language: Language,
}

impl TextToSpeech for Sentences {
    fn name(&self) -> &str {
        self.voice.name()
    }

    fn speaks(&self, language: Language) -> bool {
        self.language == language
    }

    fn speak(&self, text: &str, language: Language) -> BoxFuture<'static, Result<Speech, TtsError>> {
        if !self.speaks(language) {
            return Box::pin(async move { Err(TtsError::NoVoice(language)) });
        }
        let parts = pieces(&normalise(text, language), self.voice.takes_its_time());
        let voice = Arc::clone(&self.voice);
        Box::pin(async move { stream(voice, parts, language).await })
    }

    fn fallbacks(&self) -> u64 {
        self.voice.fallbacks()
    }
}

/// What is made in one go, and the silence before it.
struct Piece {
    text: String,
    gap_samples: usize,
}

fn pieces(text: &str, takes_its_time: bool) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for sentence in sentences(text) {
        match opening(&sentence).filter(|_| takes_its_time && pieces.is_empty()) {
            Some((first, rest)) => pieces.extend([
                Piece { text: first.to_owned(), gap_samples: 0 },
                Piece { text: rest.to_owned(), gap_samples: CLAUSE_GAP_SAMPLES },
            ]),
            None => pieces.push(Piece { text: sentence, gap_samples: SENTENCE_GAP_SAMPLES }),
        }
    }
    pieces
}

async fn stream(voice: Arc<dyn Voice>, parts: Vec<Piece>, language: Language) -> Result<Speech, TtsError> {
    let mut parts = parts.into_iter();
    let Some(first) = parts.next() else {
        return Ok(Speech::Ready(Arc::from([])));
    };
    let first = voice.say_in_parts(&first.text, language, Patience::Now).await?;
    let first = match first {
        Parts::Whole(audio) if parts.len() == 0 => return Ok(Speech::Ready(audio.into())),
        first => first,
    };
    let (sender, receiver) = mpsc::channel(SPEECH_CHUNKS);
    tokio::spawn(async move {
        tokio::select! {
            () = sender.closed() => {}
            () = say_all(voice, first, parts, language, &sender) => {}
        }
    });
    Ok(Speech::Stream(receiver))
}

async fn say_all(
    voice: Arc<dyn Voice>,
    first: Parts,
    rest: impl Iterator<Item = Piece>,
    language: Language,
    sender: &mpsc::Sender<Result<Vec<i16>, TtsError>>,
) {
    if !hand_on(first, sender).await {
        return;
    }
    for Piece { text, gap_samples } in rest {
        let audio = voice.say(&text, language, Patience::Wait).await;
        let audio = audio.map(|audio| after_gap(gap_samples, audio));
        let failed = audio.is_err();
        if sender.send(audio).await.is_err() || failed {
            return;
        }
    }
}

/// False when the listener has gone or the voice failed.
async fn hand_on(sentence: Parts, sender: &mpsc::Sender<Result<Vec<i16>, TtsError>>) -> bool {
    let mut parts = match sentence {
        Parts::Whole(audio) => return sender.send(Ok(audio)).await.is_ok(),
        Parts::Stream(parts) => parts,
    };
    while let Some(part) = parts.recv().await {
        let failed = part.is_err();
        if sender.send(part).await.is_err() || failed {
            return false;
        }
    }
    true
}

fn after_gap(gap_samples: usize, audio: Vec<i16>) -> Vec<i16> {
    let mut spaced = vec![0; gap_samples];
    spaced.extend(audio);
    spaced
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Says every sentence as ten samples per character; fails where the sentence holds `fail`.
    pub(crate) struct Scripted {
        pub name: &'static str,
        pub said: Mutex<Vec<String>>,
    }

    impl Scripted {
        pub(crate) fn new(name: &'static str) -> Arc<Self> {
            Arc::new(Scripted { name, said: Mutex::default() })
        }
    }

    #[async_trait]
    impl Voice for Scripted {
        fn name(&self) -> &str {
            self.name
        }

        async fn say(&self, sentence: &str, _: Language, _: Patience) -> Result<Vec<i16>, TtsError> {
            if sentence.contains("fail") && self.name != "second" {
                return Err(TtsError::Engine("scripted".to_owned()));
            }
            self.said.lock().unwrap().push(sentence.to_owned());
            Ok(vec![1; sentence.len() * 10])
        }
    }

    pub(crate) async fn all_of(speech: Speech) -> Result<Vec<i16>, TtsError> {
        match speech {
            Speech::Ready(audio) => Ok(audio.to_vec()),
            Speech::Stream(mut chunks) => {
                let mut audio = Vec::new();
                while let Some(chunk) = chunks.recv().await {
                    audio.extend(chunk?);
                }
                Ok(audio)
            }
        }
    }

    fn speaker(voice: Arc<dyn Voice>) -> Sentences {
        Sentences { voice, language: Language::English }
    }

    #[tokio::test]
    async fn a_text_is_spoken_sentence_by_sentence_in_order() {
        let voice = Scripted::new("first");
        let speech = speaker(voice.clone()).speak("One. Two. Three.", Language::English).await.unwrap();
        assert_eq!(all_of(speech).await.unwrap().len(), 140 + 2 * SENTENCE_GAP_SAMPLES);
        assert_eq!(*voice.said.lock().unwrap(), ["One.", "Two.", "Three."]);
    }

    #[test]
    fn only_a_slow_voice_begins_with_a_clause_and_only_once() {
        let text = "It is on the move, at our Leeds depot now, and it will be there tomorrow. \
            The driver comes in the morning, or so he told me when I asked.";
        let cut = |slow| pieces(text, slow).into_iter().map(|piece| piece.gap_samples).collect::<Vec<_>>();
        assert_eq!(cut(true), [0, CLAUSE_GAP_SAMPLES, SENTENCE_GAP_SAMPLES]);
        assert_eq!(cut(false), [SENTENCE_GAP_SAMPLES; 2]);
    }

    #[tokio::test]
    async fn a_language_without_a_voice_is_refused() {
        let refused = speaker(Scripted::new("first")).speak("Bună", Language::Romanian).await;
        assert!(matches!(refused, Err(TtsError::NoVoice(Language::Romanian))));
    }

    #[tokio::test]
    async fn an_empty_text_is_empty_audio() {
        let speech = speaker(Scripted::new("first")).speak("  ", Language::English).await.unwrap();
        assert!(all_of(speech).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn the_sentence_that_fails_is_spoken_by_the_other_voice() {
        let (first, second) = (Scripted::new("first"), Scripted::new("second"));
        let both = Fallback::new(first.clone(), second.clone());
        let speech = speaker(Arc::new(both)).speak("One. I fail. Three.", Language::English).await.unwrap();
        all_of(speech).await.unwrap();
        assert_eq!(*first.said.lock().unwrap(), ["One.", "Three."]);
        assert_eq!(*second.said.lock().unwrap(), ["I fail."]);
    }

    #[tokio::test]
    async fn a_failure_in_the_middle_ends_the_stream_with_an_error() {
        let speech =
            speaker(Scripted::new("first")).speak("One. I fail. Three.", Language::English).await.unwrap();
        assert!(matches!(all_of(speech).await, Err(TtsError::Engine(_))));
    }
}
