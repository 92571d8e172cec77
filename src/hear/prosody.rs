//! How an utterance sounds at its end: smart-turn listens beside the recogniser.
//!
//! Words tell more than melody, and cost more; where they leave open whether a caller has finished, the
//! melody may decide. It is asked once a silence, while the words are being decoded, by one call at a time:
//! a second one does not wait and does without.

use super::smart_turn::SmartTurn;
use super::{Hint, Recognition, SpeechToText, SttError, Transcript};
use crate::engines::Urgency;
use futures::FutureExt;
use futures::future::BoxFuture;
use std::sync::{Arc, Mutex, TryLockError};

/// What the model hears of an utterance, its end: 8 s at 8 kHz.
const HEARD_SAMPLES: usize = 64_000;
/// Audio that is kept beyond that, so that it need not be moved at each frame.
const SLACK_SAMPLES: usize = 8_000;

/// A recogniser whose transcripts say whether the voice sounded finished.
pub struct WithProsody {
    words: Arc<dyn SpeechToText>,
    ear: Arc<Mutex<SmartTurn>>,
    name: String,
}

impl WithProsody {
    pub fn new(words: Arc<dyn SpeechToText>, model: SmartTurn) -> Self {
        let name = format!("{}, smart-turn", words.name());
        WithProsody { words, ear: Arc::new(Mutex::new(model)), name }
    }
}

impl SpeechToText for WithProsody {
    fn name(&self) -> &str {
        &self.name
    }

    fn start(&self, hint: Hint) -> Box<dyn Recognition> {
        Box::new(Utterance {
            words: self.words.start(hint),
            ear: self.ear.clone(),
            pcm: Vec::new(),
            urgency: Urgency::Final,
        })
    }
}

struct Utterance {
    words: Box<dyn Recognition>,
    ear: Arc<Mutex<SmartTurn>>,
    pcm: Vec<i16>,
    urgency: Urgency,
}

impl Recognition for Utterance {
    fn push(&mut self, pcm: &[i16]) {
        keep_end(&mut self.pcm, pcm);
        self.words.push(pcm);
    }

    fn set_urgency(&mut self, urgency: Urgency) {
        self.urgency = urgency;
        self.words.set_urgency(urgency);
    }

    fn cancel(&mut self) {
        self.words.cancel();
    }

    fn resumed(&mut self) {
        self.urgency = Urgency::Partial;
        self.words.resumed();
    }

    fn decode(&mut self) -> BoxFuture<'static, Result<Transcript, SttError>> {
        let words = self.words.decode();
        if self.urgency != Urgency::Early {
            // The turn is over, or goes on: its melody decides nothing.
            return words;
        }
        let (ear, pcm) = (self.ear.clone(), self.pcm.clone());
        let melody = tokio::task::spawn_blocking(move || finished(&ear, &pcm));
        async move { Ok(Transcript { finished: melody.await.unwrap_or(None), ..words.await? }) }.boxed()
    }
}

/// That the turn is over, 0..1; none while the model hears another call, or fails.
fn finished(ear: &Mutex<SmartTurn>, pcm: &[i16]) -> Option<f32> {
    let model = match ear.try_lock() {
        Ok(model) => model,
        Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
        Err(TryLockError::WouldBlock) => return None,
    };
    let heard = &pcm[pcm.len().saturating_sub(HEARD_SAMPLES)..];
    model
        .probability(heard)
        .inspect_err(|error| tracing::warn!(%error, "the end was judged by words alone"))
        .ok()
}

/// Adds audio and forgets what the model would not hear.
fn keep_end(kept: &mut Vec<i16>, pcm: &[i16]) {
    kept.extend(pcm);
    if kept.len() > HEARD_SAMPLES + SLACK_SAMPLES {
        kept.drain(..kept.len() - HEARD_SAMPLES);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_long_utterance_is_kept() {
        let mut kept = Vec::new();
        for n in 0..1_000 {
            keep_end(&mut kept, &[n; 160]);
            assert!(kept.len() <= HEARD_SAMPLES + SLACK_SAMPLES);
        }
        assert!(kept.len() >= HEARD_SAMPLES);
        assert_eq!(kept.last(), Some(&999));
    }
}
