//! In front of every voice: what was said once is not made again.
//!
//! Texts that several callers want at the same time are made once. Only fixed prompts (`warm`) go to
//! disk: what a bot says to one caller may hold a name or an address, and stays in memory.

mod disk; //   fixed prompts across restarts
mod lru; //  ◆ bounded by bytes
mod making; // one text being made, any number of listeners

use super::{Speech, TextToSpeech, TtsError};
use crate::language::Language;
use disk::Disk;
use futures::future::BoxFuture;
use lru::Lru;
use making::Making;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How much is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheLimits {
    /// Audio in memory; a second of speech takes 16,000 bytes. Fixed prompts are never pushed out.
    pub bytes: usize,
}

impl Default for CacheLimits {
    /// 64 MiB: 70 minutes of speech.
    fn default() -> Self {
        CacheLimits { bytes: 64 << 20 }
    }
}

/// What was said, by whom, in which language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Key {
    voice: Arc<str>,
    language: Language,
    text: String,
}

/// What `warm` did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Warmed {
    pub made: usize,
    pub from_disk: usize,
    /// Spoken, but by another voice than the one that is wanted: not kept.
    pub by_fallback: usize,
    /// Prompts that no voice could speak, with the reason.
    pub failed: Vec<(Language, String)>,
}

/// A voice with a memory.
pub struct Cache {
    inner: Arc<dyn TextToSpeech>,
    voice: Arc<str>,
    state: Arc<Mutex<State>>,
    disk: Option<Disk>,
}

struct State {
    ready: Lru<Key>,
    /// So that a text is made once for all who ask meanwhile.
    making: HashMap<Key, Arc<Making>>,
}

impl Cache {
    /// `dir` keeps fixed prompts across restarts.
    pub fn new(inner: Arc<dyn TextToSpeech>, limits: CacheLimits, dir: Option<PathBuf>) -> Arc<Cache> {
        Arc::new(Cache {
            voice: inner.name().into(),
            state: Arc::new(Mutex::new(State { ready: Lru::new(limits.bytes), making: HashMap::new() })),
            disk: dir.map(Disk::new),
            inner,
        })
    }

    /// Makes fixed prompts before the first caller needs them. They stay until the end.
    pub async fn warm(&self, prompts: &[(Language, String)]) -> Warmed {
        let mut warmed = Warmed::default();
        for (language, text) in prompts {
            let key = self.key(text, *language);
            if locked(&self.state).ready.pin(&key) {
                continue;
            }
            if let Some(audio) = self.disk.as_ref().and_then(|disk| disk.read(&key)) {
                locked(&self.state).ready.insert_pinned(key, audio);
                warmed.from_disk += 1;
                continue;
            }
            let before = self.inner.fallbacks();
            match self.make_whole(text, *language).await {
                Ok(_) if self.inner.fallbacks() != before => warmed.by_fallback += 1,
                Ok(audio) => {
                    self.keep(key, audio);
                    warmed.made += 1;
                }
                Err(error) => warmed.failed.push((*language, error.to_string())),
            }
        }
        warmed
    }

    fn keep(&self, key: Key, audio: Arc<[i16]>) {
        if let Some(Err(error)) = self.disk.as_ref().map(|disk| disk.write(&key, &audio)) {
            tracing::warn!(%error, "A prompt could not be kept on disk");
        }
        locked(&self.state).ready.insert_pinned(key, audio);
    }

    async fn make_whole(&self, text: &str, language: Language) -> Result<Arc<[i16]>, TtsError> {
        match self.speak(text, language).await? {
            Speech::Ready(audio) => Ok(audio),
            Speech::Stream(mut chunks) => {
                let mut audio = Vec::new();
                while let Some(chunk) = chunks.recv().await {
                    audio.extend(chunk?);
                }
                Ok(audio.into())
            }
        }
    }

    fn key(&self, text: &str, language: Language) -> Key {
        Key { voice: Arc::clone(&self.voice), language, text: text.to_owned() }
    }
}

impl TextToSpeech for Cache {
    fn name(&self) -> &str {
        &self.voice
    }

    fn speaks(&self, language: Language) -> bool {
        self.inner.speaks(language)
    }

    fn speak(&self, text: &str, language: Language) -> BoxFuture<'static, Result<Speech, TtsError>> {
        let key = self.key(text, language);
        let (inner, state) = (Arc::clone(&self.inner), Arc::clone(&self.state));
        Box::pin(async move {
            let listener = {
                let mut locked = locked(&state);
                if let Some(audio) = locked.ready.get(&key) {
                    metrics::counter!("duet_tts_cache_total", "result" => "hit").increment(1);
                    return Ok(Speech::Ready(audio));
                }
                match locked.making.get(&key) {
                    Some(making) => {
                        metrics::counter!("duet_tts_cache_total", "result" => "joined").increment(1);
                        making.listen()
                    }
                    None => {
                        metrics::counter!("duet_tts_cache_total", "result" => "miss").increment(1);
                        let (making, listener) = Making::new();
                        locked.making.insert(key.clone(), Arc::clone(&making));
                        tokio::spawn(make(inner, Arc::clone(&state), key, making));
                        listener
                    }
                }
            };
            listener.speech().await
        })
    }
}

/// Ends the listeners' wait when the maker is gone for whatever reason, a panic in a voice included.
struct Forget {
    state: Arc<Mutex<State>>,
    key: Key,
    making: Arc<Making>,
}

impl Drop for Forget {
    fn drop(&mut self) {
        let mut state = locked(&self.state);
        // By then somebody may be making the same text anew.
        if state.making.get(&self.key).is_some_and(|making| Arc::ptr_eq(making, &self.making)) {
            state.making.remove(&self.key);
        }
    }
}

/// Makes one text for all who listen; given up when the last of them has gone.
async fn make(inner: Arc<dyn TextToSpeech>, state: Arc<Mutex<State>>, key: Key, making: Arc<Making>) {
    let forget = Forget { state, key, making };
    let Forget { state, key, making } = &forget;
    let before = inner.fallbacks();
    let work = making.fill(inner.speak(&key.text, key.language));
    tokio::pin!(work);
    let audio = loop {
        tokio::select! {
            audio = &mut work => break audio,
            () = making.deserted() => {
                let mut state = locked(state);
                // Someone may have joined since: only the lock makes that certain.
                if making.has_listeners() {
                    continue;
                }
                state.making.remove(key);
                return;
            }
        }
    };
    // Else the voice that was wanted would not be heard again, even when it works again.
    if let Some(audio) = audio.filter(|_| inner.fallbacks() == before) {
        locked(state).ready.insert(key.clone(), audio);
    }
}

fn locked(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
