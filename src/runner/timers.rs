//! The timers of one call.

use crate::call::Timer;
use crate::edge::clock::Clock;
use crate::time::At;
use std::collections::BTreeMap;

/// At most one timer of each kind.
#[derive(Debug, Default)]
pub(super) struct Timers {
    due: BTreeMap<Timer, At>,
}

impl Timers {
    pub(super) fn set(&mut self, timer: Timer, at: At) {
        self.due.insert(timer, at);
    }

    pub(super) fn clear(&mut self, timer: Timer) {
        self.due.remove(&timer);
    }

    /// Waits for the next timer and takes it; for ever when there is none. Cancel-safe.
    pub(super) async fn next(&mut self, clock: Clock) -> Timer {
        let Some((&timer, &at)) = self.due.iter().min_by_key(|(_, at)| **at) else {
            return std::future::pending().await;
        };
        tokio::time::sleep_until(clock.instant(at).into()).await;
        self.due.remove(&timer);
        timer
    }
}
