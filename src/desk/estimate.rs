//! ◆ How long a place in a queue takes, from how long calls of that queue took lately.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::queue::Waiting;
use super::roster::Roster;
use crate::time::At;
use std::collections::BTreeMap;
use std::time::Duration;

/// Before a call of the queue has ended: four minutes, a usual length of a service call.
const FIRST_GUESS_MS: u64 = 240_000;
/// Weight of the latest call in the mean.
const LEARNING: f64 = 0.2;
/// An agent needs about so long between two calls.
const BETWEEN_MS: u64 = 30_000;

/// How long calls take, by queue: exponential mean of the time with a person, ms.
#[derive(Debug, Default)]
pub struct Pace {
    mean_ms: BTreeMap<String, f64>,
}

impl Pace {
    /// A call that had a person is over.
    pub fn learn(&mut self, over: &Waiting, now: At) {
        let Some(since) = over.bridged_at else { return };
        let took = now.since_ms(since) as f64;
        let mean = self.mean_ms.entry(over.call.queue.clone()).or_insert(FIRST_GUESS_MS as f64);
        *mean += LEARNING * (took - *mean);
    }

    /// How long the caller at this place, 1 is next, waits for a person. `None` while nobody serves the queue:
    /// then nothing can be said.
    pub fn estimate(&self, queue: &str, place: u32, roster: &Roster) -> Option<Duration> {
        let at_work = roster.agents.values().filter(|agent| agent.in_queue(queue) && agent.presence.serves());
        let agents = at_work.filter(|agent| agent.has_phone()).count() as u64;
        let mean_ms = self.mean_ms.get(queue).map_or(FIRST_GUESS_MS, |mean| *mean as u64) + BETWEEN_MS;
        let total = mean_ms * u64::from(place);
        total.checked_div(agents).map(Duration::from_millis)
    }
}

/// As it is said: whole minutes, rounded up, so that callers are surprised the right way.
pub fn minutes(wait: Duration) -> u64 {
    (wait.as_millis() as u64).div_ceil(60_000)
}
