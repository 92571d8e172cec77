//! Stories of a whole node in virtual time: callers who talk, a recogniser that is short of time, and
//! the gate in front of it.

use super::admission::{Admission, AdmissionLimits, Change, Strain};
use super::jobs::{Jobs, Limits, Urgency};
use super::load::Recent;
use crate::time::At;

/// A caller ends a turn every 8 s: 35 % of talking in turns of 3 s.
const TURN_MS: u64 = 8_000;
/// Two workers and turns like these carry 26 callers.
const DECODE_MS: u64 = 600;
const WORKERS: usize = 2;
const CALL_MS: u64 = 120_000;
const STEP_MS: u64 = 50;
const LIMITS: AdmissionLimits = AdmissionLimits { calls: 200, wait_ms: 800, media_late: 0.02 };

struct Node {
    now: At,
    jobs: Jobs<()>,
    recent: Recent,
    /// Without it every call is taken.
    admission: Option<Admission>,
    /// When each decode that runs will have ended.
    ends: Vec<At>,
    stalled: bool,
    /// When each live call began.
    calls: Vec<At>,
    turned_away: usize,
    /// Of turns that a worker took, ms.
    waits: Vec<u64>,
    /// Turns that nobody worked on, which the call was told.
    given_up: usize,
    turns: usize,
    changes: Vec<(u64, bool)>,
}

impl Node {
    fn new(admission: Option<Admission>) -> Node {
        let limits = Limits { workers: WORKERS, waiting: 32, refuses_bets: true };
        Node {
            now: At(0),
            jobs: Jobs::new(limits),
            recent: Recent::new(WORKERS),
            admission,
            ends: Vec::new(),
            stalled: false,
            calls: Vec::new(),
            turned_away: 0,
            waits: Vec::new(),
            given_up: 0,
            turns: 0,
            changes: Vec::new(),
        }
    }

    /// Lives until `end_s`; a new caller rings every `ring_ms`.
    fn live(&mut self, end_s: u64, ring_ms: u64) {
        while self.now < At(end_s * 1_000) {
            self.now = At(self.now.0 + STEP_MS);
            if self.now.0.is_multiple_of(ring_ms) {
                self.ring();
            }
            self.talk();
            self.work();
            self.look();
        }
    }

    fn ring(&mut self) {
        let live = self.calls.len();
        let taken = self.admission.as_mut().is_none_or(|admission| admission.judge(self.now, live).is_ok());
        if taken {
            self.calls.push(self.now);
        } else {
            self.turned_away += 1;
        }
    }

    fn talk(&mut self) {
        let now = self.now;
        self.calls.retain(|began| now.since_ms(*began) < CALL_MS);
        let turns = self.calls.iter().map(|began| now.since_ms(*began));
        for _ in turns.filter(|ms| *ms > 0 && ms.is_multiple_of(TURN_MS)) {
            self.turns += 1;
            // As `Queue::push` does it.
            self.given_up += self.jobs.expired(now).len();
            self.given_up += match self.jobs.push(now, Urgency::Final, ()) {
                Ok((_, evicted)) => usize::from(evicted.is_some()),
                Err(()) => 1,
            };
        }
    }

    fn work(&mut self) {
        if self.stalled {
            return;
        }
        for _ in self.ends.extract_if(.., |end| *end <= self.now) {
            self.jobs.finished(Urgency::Final);
            self.recent.running(self.now, -1);
        }
        self.given_up += self.jobs.expired(self.now).len();
        while self.ends.len() < WORKERS
            && let Some(ticket) = self.jobs.pop()
        {
            let waited_ms = self.now.since_ms(ticket.asked);
            self.waits.push(waited_ms);
            self.recent.waited(self.now, waited_ms);
            self.recent.running(self.now, 1);
            self.ends.push(At(self.now.0 + DECODE_MS));
        }
    }

    fn look(&mut self) {
        let wait_ms = self.recent.wait_p90_ms(self.now).max(self.jobs.longest_wait_ms(self.now));
        let strain = Strain { wait_ms, media_late: 0.0 };
        if let Some(change) = self.admission.as_mut().and_then(|admission| admission.sample(self.now, strain))
        {
            self.changes.push((self.now.0, matches!(change, Change::Opened)));
        }
    }

    /// What so many of a hundred turns waited at most, ms.
    fn waited_ms(&self, of_hundred: usize) -> u64 {
        let mut waits = self.waits.clone();
        waits.sort_unstable();
        waits.get(waits.len() * of_hundred / 100).copied().unwrap_or(0)
    }
}

/// Twice as many callers as the recogniser can carry, for ten minutes.
fn overloaded(admission: Option<Admission>) -> Node {
    let mut node = Node::new(admission);
    node.live(600, 2_000);
    node
}

#[test]
fn under_twice_the_load_those_who_were_taken_are_served_and_the_others_turned_away() {
    let node = overloaded(Some(Admission::new(LIMITS)));
    assert_eq!(node.given_up, 0, "of {} turns", node.turns);
    assert!(node.waited_ms(95) < 2_000, "p95 {} ms", node.waited_ms(95));
    assert!(node.waited_ms(50) < 800, "p50 {} ms", node.waited_ms(50));
    assert!(node.turned_away > 50, "{} turned away", node.turned_away);
    // Not by refusing everybody: the recogniser is kept at work.
    assert!(node.waits.len() as u64 * DECODE_MS > 600_000, "{} turns", node.waits.len());
}

#[test]
fn without_the_gate_the_same_load_fails_everybody() {
    let node = overloaded(None);
    assert!(node.given_up > node.turns / 10, "{} of {} turns", node.given_up, node.turns);
    assert!(node.waited_ms(50) > 2_000, "p50 {} ms", node.waited_ms(50));
}

#[test]
fn workers_that_stall_shut_the_node_in_two_seconds_and_it_opens_again_when_they_work() {
    // Callers who do not speak in step.
    const RING_MS: u64 = 7_250;
    let mut node = Node::new(Some(Admission::new(LIMITS)));
    node.live(120, RING_MS);
    assert_eq!((node.changes.len(), node.given_up), (0, 0));
    node.stalled = true;
    node.live(140, RING_MS);
    let [(shut_ms, false)] = node.changes[..] else { panic!("{:?}", node.changes) };
    assert!(shut_ms <= 122_500, "{shut_ms}");
    node.stalled = false;
    let before = node.waits.len();
    node.live(240, RING_MS);
    let [_, (opened_ms, true)] = node.changes[..] else { panic!("{:?}", node.changes) };
    assert!((145_000..=160_000).contains(&opened_ms), "{opened_ms}");
    // Nothing is left over: each turn was worked on or its call was told.
    assert_eq!(node.waits.len() + node.given_up + node.jobs.waiting(), node.turns);
    assert!(node.waits[before..].iter().all(|ms| *ms < 5_000), "nothing that nobody could use was decoded");
}
