//! One sentence to audio, and the stream that is made of it.

use super::normalise::normalise;
use super::sentence::sentences;
use super::{SPEECH_CHUNKS, Speech, TextToSpeech, TtsError};
use crate::language::Language;
use async_trait::async_trait;
use futures::future::BoxFuture;
use std::sync::Arc;
use tokio::sync::mpsc;

/// Silence between two sentences: 200 ms.
const SENTENCE_GAP_SAMPLES: usize = 1_600;

/// Whether a sentence may wait for a free worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Patience {
    /// The caller hears silence: refuse at once (`TtsError::Overloaded`) when the queue is full.
    Now,
    /// The caller still hears the sentence before: wait.
    Wait,
}

/// One voice: one sentence to audio. Dropping the future cancels the work.
#[async_trait]
pub trait Voice: Send + Sync {
    /// Engine with voice, for logs, metrics and cache keys.
    fn name(&self) -> &str;
    /// Speaks one sentence, already normalised: 8 kHz mono at the common loudness.
    async fn say(&self, sentence: &str, language: Language, patience: Patience)
    -> Result<Vec<i16>, TtsError>;
}

/// Tries `first`; when it fails, the same sentence is spoken by `second`. The caller hears another
/// voice, and not silence. Counted in `duet_tts_fallbacks_total`.
pub struct Fallback {
    pub first: Arc<dyn Voice>,
    pub second: Arc<dyn Voice>,
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
        let failure = match self.first.say(sentence, language, patience).await {
            Ok(audio) => return Ok(audio),
            Err(failure) => failure,
        };
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
        let parts = sentences(&normalise(text, language));
        let voice = Arc::clone(&self.voice);
        Box::pin(async move { stream(voice, parts, language).await })
    }
}

async fn stream(voice: Arc<dyn Voice>, parts: Vec<String>, language: Language) -> Result<Speech, TtsError> {
    let mut parts = parts.into_iter();
    let Some(first) = parts.next() else {
        return Ok(Speech::Ready(Arc::from([])));
    };
    let audio = voice.say(&first, language, Patience::Now).await?;
    if parts.len() == 0 {
        return Ok(Speech::Ready(audio.into()));
    }
    let (sender, receiver) = mpsc::channel(SPEECH_CHUNKS);
    tokio::spawn(async move {
        tokio::select! {
            () = sender.closed() => {}
            () = say_all(voice, audio, parts, language, &sender) => {}
        }
    });
    Ok(Speech::Stream(receiver))
}

async fn say_all(
    voice: Arc<dyn Voice>,
    first: Vec<i16>,
    rest: impl Iterator<Item = String>,
    language: Language,
    sender: &mpsc::Sender<Result<Vec<i16>, TtsError>>,
) {
    if sender.send(Ok(first)).await.is_err() {
        return;
    }
    for sentence in rest {
        let audio = voice.say(&sentence, language, Patience::Wait).await.map(after_gap);
        let failed = audio.is_err();
        if sender.send(audio).await.is_err() || failed {
            return;
        }
    }
}

fn after_gap(audio: Vec<i16>) -> Vec<i16> {
    let mut spaced = vec![0; SENTENCE_GAP_SAMPLES];
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
        let both = Fallback { first: first.clone(), second: second.clone() };
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
