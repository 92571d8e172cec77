//! What was measured of one engine: for `/metrics`, for the choice of the search, for admission.

use super::jobs::Urgency;
use crate::edge::clock::Clock;
use crate::time::At;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Waits that admission looks back on.
const WINDOW: Duration = Duration::from_secs(10);
/// Waits remembered at most; more than one engine serves in the window.
const WAITS: usize = 1_024;
/// How fast the utilisation follows, ms: what was 5 s ago counts a third.
const BUSY_MEMORY_MS: f32 = 5_000.0;

/// One engine's figures; shared by its workers and whoever asks.
#[derive(Debug)]
pub struct Load {
    engine: &'static str,
    clock: Clock,
    recent: Mutex<Recent>,
}

impl Load {
    /// `engine` is the label in metrics: `stt`, `tts`, `understand`.
    pub fn new(engine: &'static str, workers: usize) -> Self {
        Load { engine, clock: Clock::start(), recent: Mutex::new(Recent::new(workers)) }
    }

    /// Now, on the clock by which this engine's jobs are timed.
    pub fn now(&self) -> At {
        self.clock.now()
    }

    /// A job left the queue.
    pub fn started(&self, urgency: Urgency, asked: At) {
        let now = self.now();
        let waited_ms = now.since_ms(asked);
        self.histogram("duet_engine_wait_seconds", urgency, waited_ms);
        let mut recent = self.recent();
        recent.running(now, 1);
        if urgency < Urgency::Partial {
            recent.waited(now, waited_ms);
        }
    }

    /// Its work has ended.
    pub fn ended(&self, urgency: Urgency, started: At) {
        let now = self.now();
        self.histogram("duet_engine_work_seconds", urgency, now.since_ms(started));
        self.recent().running(now, -1);
    }

    /// A job that was not worked on: `full`, `late`, `unwanted`.
    pub fn dropped(&self, urgency: Urgency, reason: &'static str) {
        let labels = [("engine", self.engine), ("kind", urgency.label()), ("reason", reason)];
        metrics::counter!("duet_engine_dropped_total", &labels).increment(1);
    }

    /// Utilisation of the workers over the last seconds, 0..1.
    pub fn busy(&self) -> f32 {
        let now = self.now();
        self.recent().busy(now)
    }

    /// What 90 of 100 callers waited at most in the last 10 s, ms; `None` when nobody waited.
    pub fn wait_p90_ms(&self) -> Option<u64> {
        let now = self.now();
        self.recent().wait_p90_ms(now)
    }

    /// Sets the gauges.
    pub fn publish(&self, waiting: usize) {
        metrics::gauge!("duet_engine_busy", "engine" => self.engine).set(f64::from(self.busy()));
        metrics::gauge!("duet_engine_waiting", "engine" => self.engine).set(waiting as f64);
    }

    fn histogram(&self, name: &'static str, urgency: Urgency, ms: u64) {
        let labels = [("engine", self.engine), ("kind", urgency.label())];
        metrics::histogram!(name, &labels).record(ms as f64 / 1_000.0);
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// ◆ The last seconds.
#[derive(Debug)]
pub(super) struct Recent {
    workers: f32,
    waits: VecDeque<(At, u64)>,
    running: f32,
    busy: f32,
    since: At,
}

impl Recent {
    pub(super) fn new(workers: usize) -> Self {
        Recent {
            workers: workers.max(1) as f32,
            waits: VecDeque::new(),
            running: 0.0,
            busy: 0.0,
            since: At(0),
        }
    }

    pub(super) fn running(&mut self, now: At, change: i8) {
        self.busy = self.busy(now);
        self.since = now;
        self.running = (self.running + f32::from(change)).max(0.0);
    }

    fn busy(&self, now: At) -> f32 {
        let kept = (-(now.since_ms(self.since) as f32) / BUSY_MEMORY_MS).exp();
        self.busy * kept + (self.running / self.workers).min(1.0) * (1.0 - kept)
    }

    pub(super) fn waited(&mut self, now: At, ms: u64) {
        self.forget(now);
        if self.waits.len() == WAITS {
            self.waits.pop_front();
        }
        self.waits.push_back((now, ms));
    }

    pub(super) fn wait_p90_ms(&mut self, now: At) -> Option<u64> {
        self.forget(now);
        let mut waits: Vec<u64> = self.waits.iter().map(|(_, ms)| *ms).collect();
        waits.sort_unstable();
        waits.get((waits.len() * 9).div_ceil(10).saturating_sub(1)).copied()
    }

    fn forget(&mut self, now: At) {
        while self.waits.front().is_some_and(|(at, _)| *at + WINDOW < now) {
            self.waits.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ninetieth_of_a_hundred_waits_counts() {
        let mut recent = Recent::new(2);
        assert_eq!(recent.wait_p90_ms(At(0)), None);
        (1..=100).for_each(|ms| recent.waited(At(1_000), ms));
        assert_eq!(recent.wait_p90_ms(At(1_000)), Some(90));
    }

    #[test]
    fn waits_are_forgotten_after_ten_seconds() {
        let mut recent = Recent::new(2);
        recent.waited(At(1_000), 900);
        recent.waited(At(9_000), 10);
        assert_eq!(recent.wait_p90_ms(At(11_000)), Some(900));
        assert_eq!(recent.wait_p90_ms(At(11_001)), Some(10));
        assert_eq!(recent.wait_p90_ms(At(30_000)), None);
    }

    #[test]
    fn utilisation_follows_the_workers_in_seconds() {
        let mut recent = Recent::new(2);
        recent.running(At(0), 1);
        assert!((recent.busy(At(60_000)) - 0.5).abs() < 0.01, "one of two workers");
        recent.running(At(60_000), 1);
        assert!((recent.busy(At(120_000)) - 1.0).abs() < 0.01);
        recent.running(At(120_000), -1);
        recent.running(At(120_000), -1);
        assert!((recent.busy(At(125_000)) - 0.37).abs() < 0.01);
    }
}
