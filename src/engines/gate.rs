//! Admission at work: the guard asks it for each new call, a task tells it how the node does.

use super::admission::{Admission, AdmissionLimits, Change, Strain, Why};
use crate::edge::clock::Clock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How often the node's strain is looked at.
const SAMPLE: Duration = Duration::from_millis(250);

/// What becomes of calls for which the node has no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenFull {
    /// 503 with Retry-After: the carrier tries another node or another time.
    Refuse,
    /// An honest sentence, then the queue for a person; the recogniser is spared.
    People,
}

/// What becomes of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// With the bot.
    Bot,
    /// Straight to the queue for a person.
    People,
    Refused,
}

/// The gate of one node.
#[derive(Debug)]
pub struct Gate {
    clock: Clock,
    admission: Mutex<Admission>,
    when_full: WhenFull,
    live: AtomicUsize,
}

/// A call that is live; its end makes room for another.
#[derive(Debug)]
pub struct Place(Arc<Gate>);

impl Gate {
    pub fn new(clock: Clock, limits: AdmissionLimits, when_full: WhenFull) -> Arc<Gate> {
        let admission = Mutex::new(Admission::new(limits));
        Arc::new(Gate { clock, admission, when_full, live: AtomicUsize::new(0) })
    }

    /// Judges a call that passed everything else. Counts the refusals.
    pub fn judge(&self) -> Entry {
        let live = self.live.load(Ordering::Relaxed);
        let Err(why) = self.admission().judge(self.clock.now(), live) else {
            return Entry::Bot;
        };
        let entry = match (self.when_full, why) {
            (WhenFull::People, Why::Recogniser { .. } | Why::Recovering) => Entry::People,
            _ => Entry::Refused,
        };
        let to = if entry == Entry::People { "people" } else { "refused" };
        metrics::counter!("duet_calls_turned_away_total", "reason" => why.label(), "to" => to).increment(1);
        entry
    }

    /// A call begins.
    pub fn enter(self: &Arc<Self>) -> Place {
        self.live.fetch_add(1, Ordering::Relaxed);
        Place(self.clone())
    }

    /// Watches the node until the process ends. `strain` is asked four times a second; `ready` is told
    /// whether calls should come here.
    pub async fn watch(
        self: Arc<Self>,
        ready: impl Fn(Result<(), String>) + Send,
        mut strain: impl FnMut() -> Strain + Send,
    ) {
        let mut tick = tokio::time::interval(SAMPLE);
        metrics::gauge!("duet_admission_open").set(1.0);
        ready(Ok(()));
        loop {
            tick.tick().await;
            let strain = strain();
            metrics::gauge!("duet_recogniser_wait_p90_seconds")
                .set(strain.wait_ms.unwrap_or(0) as f64 / 1_000.0);
            metrics::gauge!("duet_media_late_ratio").set(strain.media_late);
            let change = self.admission().sample(self.clock.now(), strain);
            if let Some(change) = change {
                ready(self.tell(change));
            }
        }
    }

    fn tell(&self, change: Change) -> Result<(), String> {
        let open = matches!(change, Change::Opened);
        metrics::gauge!("duet_admission_open").set(f64::from(u8::from(open)));
        match change {
            Change::Shut(why) => {
                let then = match self.when_full {
                    WhenFull::Refuse => "new calls are refused with 503",
                    WhenFull::People => "new calls go straight to people",
                };
                tracing::warn!(%why, then, "the node is at its limit: new calls are turned away");
                Err(why.to_string())
            }
            Change::Opened => {
                tracing::info!("the node is at ease again: new calls are taken");
                Ok(())
            }
        }
    }

    fn admission(&self) -> MutexGuard<'_, Admission> {
        self.admission.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.live.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(calls: usize, when_full: WhenFull) -> Arc<Gate> {
        Gate::new(Clock::start(), AdmissionLimits { calls, wait_ms: 800, media_late: 0.02 }, when_full)
    }

    #[test]
    fn the_last_place_is_given_once_and_again_when_it_is_free() {
        let gate = gate(1, WhenFull::Refuse);
        assert_eq!(gate.judge(), Entry::Bot);
        let place = gate.enter();
        assert_eq!(gate.judge(), Entry::Refused);
        drop(place);
        assert_eq!(gate.judge(), Entry::Bot);
    }

    #[test]
    fn people_are_asked_when_the_recogniser_is_short_but_not_when_lines_are() {
        let gate = gate(1, WhenFull::People);
        let long = Strain { wait_ms: Some(5_000), media_late: 0.0 };
        let now = gate.clock.now();
        gate.admission().sample(now, long);
        gate.admission().sample(now + Duration::from_secs(2), long);
        assert_eq!(gate.judge(), Entry::People);
        let _place = gate.enter();
        assert_eq!(gate.judge(), Entry::Refused);
    }
}
