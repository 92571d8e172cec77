//! Appends events to the store and tells whoever listens.

use super::{CallId, Entry, Event};
use crate::store::{Store, StoreError};
use crate::time::At;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::broadcast;

/// Bound of the live stream; a subscriber that falls further behind reads the store again.
pub const STREAM_ENTRIES: usize = 4096;

/// The one way to write an event. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Recorder {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    store: Store,
    live: broadcast::Sender<Arc<Entry>>,
    /// Calls being written, so that a call's events get their numbers one after the other.
    calls: Mutex<HashMap<CallId, Arc<Slot>>>,
}

/// The next number of one call; `None` until the store was asked.
type Slot = tokio::sync::Mutex<Option<u32>>;

impl Recorder {
    pub fn new(store: Store) -> Self {
        let (live, _) = broadcast::channel(STREAM_ENTRIES);
        Recorder { inner: Arc::new(Inner { store, live, calls: Mutex::default() }) }
    }

    /// Writes one event as the next of its call; it is on disk when this returns.
    ///
    /// The write goes on when the future is dropped, so a number is never used twice.
    pub async fn append(&self, call_id: &CallId, at: At, event: Event) -> Result<Entry, StoreError> {
        let inner = self.inner.clone();
        let call_id = call_id.clone();
        let written = tokio::spawn(async move { inner.append(call_id, at, event).await });
        written.await.unwrap_or(Err(StoreError::Closed))
    }

    /// A call's entries so far, in order.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn entries(&self, call_id: &CallId) -> Result<Vec<Entry>, StoreError> {
        self.inner.store.entries(call_id).await
    }

    /// Every entry from now on, after it became durable. On `Lagged`, read the store again.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Entry>> {
        self.inner.live.subscribe()
    }
}

impl Inner {
    async fn append(&self, call_id: CallId, at: At, event: Event) -> Result<Entry, StoreError> {
        let slot = self.lock().entry(call_id.clone()).or_default().clone();
        let mut next = slot.lock().await;
        let result = self.write(&call_id, at, event, &mut next).await;
        drop(next);
        self.forget_if_idle(&call_id, &slot);
        result
    }

    async fn write(
        &self,
        call_id: &CallId,
        at: At,
        event: Event,
        next: &mut Option<u32>,
    ) -> Result<Entry, StoreError> {
        let seq = match next.take() {
            Some(seq) => seq,
            None => self.store.next_seq(call_id).await?,
        };
        let entry = Entry { call_id: call_id.clone(), seq, at, event };
        self.store.append(std::slice::from_ref(&entry)).await?;
        // An ended call leaves `next` empty: it is forgotten, and what comes later asks the store.
        if !entry.event.is_last_or_later() {
            *next = Some(seq + 1);
        }
        // Nobody listening is not an error.
        let _ = self.live.send(Arc::new(entry.clone()));
        Ok(entry)
    }

    /// Drops the slot of an ended call once nobody else holds it (the map and we make two).
    fn forget_if_idle(&self, call_id: &CallId, slot: &Arc<Slot>) {
        let mut calls = self.lock();
        let ended = slot.try_lock().is_ok_and(|next| next.is_none());
        if ended && Arc::strong_count(slot) == 2 {
            calls.remove(call_id);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<CallId, Arc<Slot>>> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::event::{EndedBy, Outcome};

    async fn recorder() -> (tempfile::TempDir, Store, Recorder) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path()).await.unwrap();
        (dir, store.clone(), Recorder::new(store))
    }

    fn ended() -> Event {
        Event::CallEnded { outcome: Outcome::Resolved, by: EndedBy::Bot, reason: "done".into() }
    }

    #[tokio::test]
    async fn numbers_have_no_gaps_when_many_write_at_once() {
        let (_dir, store, recorder) = recorder().await;
        let call = CallId("c1".into());
        let writes = (0..50).map(|i| {
            let (recorder, call) = (recorder.clone(), call.clone());
            async move { recorder.append(&call, At(i), Event::CallerHeld).await.unwrap() }
        });
        futures::future::join_all(writes).await;
        let seqs: Vec<u32> = store.entries(&call).await.unwrap().iter().map(|e| e.seq).collect();
        assert_eq!(seqs, (0..50).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_dropped_append_still_writes_and_keeps_its_number() {
        let (_dir, store, recorder) = recorder().await;
        let call = CallId("c1".into());
        let mut live = recorder.subscribe();
        {
            let append = recorder.append(&call, At(1), Event::CallAnswered);
            tokio::pin!(append);
            assert!(futures::poll!(&mut append).is_pending());
        }
        assert_eq!(live.recv().await.unwrap().seq, 0);
        let second = recorder.append(&call, At(2), Event::CallerHeld).await.unwrap();
        assert_eq!(second.seq, 1);
        assert_eq!(store.entries(&call).await.unwrap().len(), 2);
    }

    #[tokio::test]
    async fn a_wrap_up_after_the_end_gets_the_next_number_and_nothing_is_kept_in_memory() {
        let (_dir, _store, recorder) = recorder().await;
        let call = CallId("c1".into());
        recorder.append(&call, At(1), Event::CallAnswered).await.unwrap();
        recorder.append(&call, At(2), ended()).await.unwrap();
        assert!(recorder.inner.lock().is_empty());
        let note = Event::WrapUp { agent: "anna".into(), code: "solved".into(), note: String::new() };
        assert_eq!(recorder.append(&call, At(3), note).await.unwrap().seq, 2);
        assert!(recorder.inner.lock().is_empty());
    }
}
