//! The one clock of the process: where `At` comes from.

use crate::time::At;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Wall time of the start plus monotonic time since: never runs backwards.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    started: Instant,
    started_at: At,
}

impl Clock {
    /// Reads the system's clock once.
    #[allow(clippy::disallowed_methods)]
    pub fn start() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Clock { started: Instant::now(), started_at: At(wall.as_millis() as u64) }
    }

    /// Now.
    pub fn now(&self) -> At {
        self.started_at + self.started.elapsed()
    }

    /// Sleeps the thread until `at`.
    pub fn sleep_until(&self, at: At) {
        let wait = self.instant(at).saturating_duration_since(Instant::now());
        if !wait.is_zero() {
            std::thread::sleep(wait);
        }
    }

    /// `at` on the monotonic scale, for sleeping until it; now when it is past.
    pub fn instant(&self, at: At) -> Instant {
        self.started + std::time::Duration::from_millis(at.since_ms(self.started_at))
    }
}
