//! Events that wait for the call. None is dropped while the call lives; the media task never waits.

use super::leg::MediaEvent;
use std::collections::VecDeque;
use tokio::sync::mpsc;

/// Events waiting beyond the channel's own bound. A call that leaves this many unread is dead.
const WAITING_EVENTS_MAX: usize = 256;

/// The leg's side of the event channel.
#[derive(Debug)]
pub struct Outbox {
    to: mpsc::Sender<MediaEvent>,
    waiting: VecDeque<MediaEvent>,
}

impl Outbox {
    pub fn new(to: mpsc::Sender<MediaEvent>) -> Self {
        Outbox { to, waiting: VecDeque::new() }
    }

    /// Queues an event. It leaves with the next `flush`.
    pub fn push(&mut self, event: MediaEvent) {
        self.waiting.push_back(event);
    }

    /// Hands over what the channel takes. False when the call has stopped reading for good.
    pub fn flush(&mut self) -> bool {
        while let Some(event) = self.waiting.pop_front() {
            match self.to.try_send(event) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(event)) => {
                    self.waiting.push_front(event);
                    break;
                }
                Err(mpsc::error::TrySendError::Closed(_)) => self.waiting.clear(),
            }
        }
        self.waiting.len() <= WAITING_EVENTS_MAX
    }

    /// Whether everything was handed over.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }
}
