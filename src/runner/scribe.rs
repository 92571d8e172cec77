//! Writes a call's events in order, without making the call wait for the disk.

use super::Reply;
use crate::call::Input;
use crate::record::{CallId, Event, Recorder};
use crate::time::At;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Events that may wait for the disk; a full queue makes the call wait, nothing is dropped.
const EVENTS: usize = 256;
/// Attempts to write one event, and the pause between them.
const ATTEMPTS: u32 = 10;
const RETRY_PAUSE: Duration = Duration::from_millis(200);

/// What the writer is asked to do, in order.
enum Order {
    Write(At, Event),
    /// Everything before this is on disk.
    Flushed(oneshot::Sender<()>),
}

/// The pen of one call.
pub(super) struct Scribe {
    events: mpsc::Sender<Order>,
    writer: JoinHandle<()>,
}

impl Scribe {
    /// Starts the writer. The first event's success is reported as `Input::Recorded`.
    pub(super) fn start(recorder: Recorder, call_id: CallId, replies: mpsc::Sender<Reply>) -> Self {
        let (events, queue) = mpsc::channel(EVENTS);
        let writer = tokio::spawn(write(recorder, call_id, queue, replies));
        Scribe { events, writer }
    }

    /// Hands over one event.
    pub(super) async fn write(&self, at: At, event: Event) {
        if self.events.send(Order::Write(at, event)).await.is_err() {
            tracing::error!("event writer is gone");
        }
    }

    /// Tells when everything so far is on disk, without waiting; `None` when too much waits already.
    pub(super) fn mark(&self) -> Option<oneshot::Receiver<()>> {
        let (done, written) = oneshot::channel();
        self.events.try_send(Order::Flushed(done)).ok().map(|()| written)
    }

    /// Waits until everything so far is on disk: whoever reads the record next must find it whole.
    pub(super) async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        if self.events.send(Order::Flushed(done)).await.is_ok() && flushed.await.is_err() {
            tracing::error!("event writer is gone");
        }
    }

    /// Waits until everything is on disk, and ends the writer.
    pub(super) async fn finish(self) {
        drop(self.events);
        if self.writer.await.is_err() {
            tracing::error!("event writer panicked");
        }
    }
}

async fn write(
    recorder: Recorder,
    call_id: CallId,
    mut queue: mpsc::Receiver<Order>,
    replies: mpsc::Sender<Reply>,
) {
    let mut first = true;
    while let Some(order) = queue.recv().await {
        let (at, event) = match order {
            Order::Write(at, event) => (at, event),
            Order::Flushed(done) => {
                // Whoever asked may have given up waiting.
                let _ = done.send(());
                continue;
            }
        };
        let result = append(&recorder, &call_id, at, event).await;
        if std::mem::take(&mut first) {
            let input = match result {
                Ok(()) => Input::Recorded,
                Err(detail) => Input::RecordFailed { detail },
            };
            // The call may have ended meanwhile; then nobody waits for this.
            let _ = replies.send(Reply::Input(input)).await;
        }
    }
}

async fn append(recorder: &Recorder, call_id: &CallId, at: At, event: Event) -> Result<(), String> {
    let mut attempt = 1;
    loop {
        match recorder.append(call_id, at, event.clone()).await {
            Ok(_) => return Ok(()),
            Err(error) if attempt < ATTEMPTS => {
                tracing::warn!(attempt, %error, "event not written yet");
                attempt += 1;
                tokio::time::sleep(RETRY_PAUSE).await;
            }
            Err(error) => {
                tracing::error!(%error, "event lost: the store does not take it");
                return Err(error.to_string());
            }
        }
    }
}
