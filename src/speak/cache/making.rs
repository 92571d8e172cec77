//! One text being made, and any number of listeners, each at its own pace.

use crate::speak::{SPEECH_CHUNKS, Speech, TtsError};
use futures::future::BoxFuture;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

type Chunk = Arc<[i16]>;

/// The maker's side.
pub struct Making {
    made: Arc<Mutex<Made>>,
    /// Counts changes of `made`; its receivers are the listeners.
    changes: watch::Sender<u64>,
}

#[derive(Default)]
struct Made {
    chunks: Vec<Chunk>,
    end: Option<Result<(), TtsError>>,
}

/// One who waits for the audio. Dropping it is leaving.
pub struct Listener {
    made: Arc<Mutex<Made>>,
    changes: watch::Receiver<u64>,
}

/// What a listener gets next.
enum Next {
    Chunk(Chunk),
    End(Result<(), TtsError>),
    Wait,
}

impl Making {
    pub fn new() -> (Arc<Making>, Listener) {
        let (changes, first) = watch::channel(0);
        let made = Arc::new(Mutex::new(Made::default()));
        let making = Making { made: Arc::clone(&made), changes };
        (Arc::new(making), Listener { made, changes: first })
    }

    pub fn listen(&self) -> Listener {
        Listener { made: Arc::clone(&self.made), changes: self.changes.subscribe() }
    }

    pub fn has_listeners(&self) -> bool {
        self.changes.receiver_count() > 0
    }

    /// Resolves when the last listener has gone.
    pub async fn deserted(&self) {
        self.changes.closed().await;
    }

    /// Takes all audio of `speech`; the whole of it when nothing failed.
    pub async fn fill(&self, speech: BoxFuture<'static, Result<Speech, TtsError>>) -> Option<Chunk> {
        let mut chunks = match speech.await {
            Ok(Speech::Stream(chunks)) => chunks,
            Ok(Speech::Ready(audio)) => {
                self.change(|made| made.chunks.push(Arc::clone(&audio)));
                self.change(|made| made.end = Some(Ok(())));
                return Some(audio);
            }
            Err(error) => {
                self.change(|made| made.end = Some(Err(error)));
                return None;
            }
        };
        while let Some(chunk) = chunks.recv().await {
            match chunk {
                Ok(chunk) => self.change(|made| made.chunks.push(chunk.into())),
                Err(error) => {
                    self.change(|made| made.end = Some(Err(error)));
                    return None;
                }
            }
        }
        self.change(|made| made.end = Some(Ok(())));
        Some(locked(&self.made).chunks.concat().into())
    }

    fn change(&self, change: impl FnOnce(&mut Made)) {
        change(&mut locked(&self.made));
        self.changes.send_modify(|count| *count += 1);
    }
}

impl Listener {
    /// Waits for the first audio; whatever is complete by then needs no stream.
    pub async fn speech(mut self) -> Result<Speech, TtsError> {
        match self.next_change(0).await {
            Next::End(Err(error)) => return Err(error),
            Next::End(Ok(())) => return Ok(Speech::Ready(Arc::from([]))),
            Next::Chunk(_) | Next::Wait => {}
        }
        if let Some(whole) = self.whole() {
            return Ok(Speech::Ready(whole));
        }
        let (sender, receiver) = mpsc::channel(SPEECH_CHUNKS);
        tokio::spawn(async move {
            tokio::select! {
                () = sender.closed() => {}
                () = self.forward(&sender) => {}
            }
        });
        Ok(Speech::Stream(receiver))
    }

    fn whole(&self) -> Option<Chunk> {
        let made = locked(&self.made);
        matches!(made.end, Some(Ok(()))).then(|| match made.chunks.as_slice() {
            [only] => Arc::clone(only),
            several => several.concat().into(),
        })
    }

    async fn forward(&mut self, sender: &mpsc::Sender<Result<Vec<i16>, TtsError>>) {
        for index in 0.. {
            let (item, ended) = match self.next_change(index).await {
                Next::Chunk(chunk) => (Ok(chunk.to_vec()), false),
                Next::End(Err(error)) => (Err(error), true),
                Next::End(Ok(())) | Next::Wait => return,
            };
            if sender.send(item).await.is_err() || ended {
                return;
            }
        }
    }

    async fn next_change(&mut self, index: usize) -> Next {
        loop {
            self.changes.mark_unchanged();
            let next = self.at(index);
            if !matches!(next, Next::Wait) {
                return next;
            }
            if self.changes.changed().await.is_err() {
                let lost = TtsError::Engine("the voice stopped in the middle".to_owned());
                return match self.at(index) {
                    Next::Wait => Next::End(Err(lost)),
                    next => next,
                };
            }
        }
    }

    fn at(&self, index: usize) -> Next {
        let made = locked(&self.made);
        match (made.chunks.get(index), &made.end) {
            (Some(chunk), _) => Next::Chunk(Arc::clone(chunk)),
            (None, Some(end)) => Next::End(end.clone()),
            (None, None) => Next::Wait,
        }
    }
}

fn locked(made: &Mutex<Made>) -> MutexGuard<'_, Made> {
    made.lock().unwrap_or_else(PoisonError::into_inner)
}
