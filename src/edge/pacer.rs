//! Threads that do nothing but move packets, each with many legs.
//!
//! A leg has one tick per 20 ms, at a phase of its own. A thread wakes once per millisecond in which
//! some leg is due, and then serves all of them: reads what came, ticks, sends. So a leg costs its
//! system calls and its samples, and neither a timer nor a wake-up nor a place in a poll.

use super::clock::Clock;
use super::leg_core::Outgoing;
use super::leg_run::LegRun;
use super::wire::{Now, Reader};
use super::{FRAME_MS, MediaError};
use crate::time::At;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};

/// Legs on their way to their thread.
const NEW_LEGS: usize = 1_024;
/// A tick that is later than this counts as late, ms.
const LATE_MS: u64 = 5;
/// Fewer ticks than one leg has in 5 s say nothing of the load.
const TELLING_TICKS: u64 = 250;
/// Looks that [`LateShare`] goes back: 10 s at four a second.
const LOOKS: usize = 40;

/// The threads. Dropping it ends them, and their legs.
#[derive(Debug)]
pub struct Pacer {
    threads: Vec<SyncSender<LegRun>>,
    next: AtomicUsize,
    ticks: Arc<Ticks>,
}

/// How many ticks there were, and how many of them were late.
#[derive(Debug, Default)]
struct Ticks {
    all: AtomicU64,
    late: AtomicU64,
}

impl Pacer {
    pub fn start(threads: usize, clock: Clock) -> Result<Self, MediaError> {
        let ticks = Arc::new(Ticks::default());
        let start = |number: usize| {
            let (to, new) = sync_channel(NEW_LEGS);
            let ticks = ticks.clone();
            std::thread::Builder::new()
                .name(format!("media-{number}"))
                .spawn(move || Thread::new(new, clock, ticks).run())
                .map_err(MediaError::Thread)?;
            Ok(to)
        };
        let threads = (0..threads).map(start).collect::<Result<_, MediaError>>()?;
        Ok(Pacer { threads, next: AtomicUsize::new(0), ticks })
    }

    /// Hands a leg to one of the threads.
    pub fn add(&self, leg: LegRun) -> Result<(), MediaError> {
        let thread = self.next.fetch_add(1, Ordering::Relaxed) % self.threads.len();
        self.threads[thread].try_send(leg).map_err(|_| MediaError::TooManyAtOnce { limit: NEW_LEGS })
    }

    /// Watches the share of late ticks.
    pub fn late_share(&self) -> LateShare {
        LateShare { ticks: self.ticks.clone(), looks: VecDeque::new() }
    }
}

/// The share of ticks that were late, over the last looks at it.
#[derive(Debug)]
pub struct LateShare {
    ticks: Arc<Ticks>,
    looks: VecDeque<(u64, u64)>,
}

impl LateShare {
    /// 0..1; 0 while legs are too few to tell.
    pub fn look(&mut self) -> f64 {
        let now = (self.ticks.all.load(Ordering::Relaxed), self.ticks.late.load(Ordering::Relaxed));
        let (all, late) = self.looks.front().copied().unwrap_or_default();
        if self.looks.len() == LOOKS {
            self.looks.pop_front();
        }
        self.looks.push_back(now);
        if now.0 - all < TELLING_TICKS {
            return 0.0;
        }
        (now.1 - late) as f64 / (now.0 - all) as f64
    }
}

struct Thread {
    new: Receiver<LegRun>,
    clock: Clock,
    ticks: Arc<Ticks>,
    /// Legs by the millisecond of their tick.
    slots: [Vec<LegRun>; FRAME_MS as usize],
    legs: usize,
    reader: Reader,
    out: Vec<Outgoing>,
}

impl Thread {
    fn new(new: Receiver<LegRun>, clock: Clock, ticks: Arc<Ticks>) -> Self {
        let slots = Default::default();
        Thread { new, clock, ticks, slots, legs: 0, reader: Reader::new(), out: Vec::new() }
    }

    fn run(mut self) {
        let mut slot = self.clock.now();
        while self.take_in() {
            // What was missed before that is made up for by the legs themselves.
            slot = self.next(slot.max(At(self.clock.now().0.saturating_sub(FRAME_MS - 1))));
            self.clock.sleep_until(slot);
            self.serve(slot);
            slot = At(slot.0 + 1);
        }
    }

    /// New legs; waits while there are none at all. False when nobody can bring more and none is left.
    fn take_in(&mut self) -> bool {
        if self.legs == 0 {
            match self.new.recv() {
                Ok(leg) => self.place(leg),
                Err(_) => return false,
            }
        }
        loop {
            match self.new.try_recv() {
                Ok(leg) => self.place(leg),
                Err(TryRecvError::Empty) => return true,
                Err(TryRecvError::Disconnected) => return false,
            }
        }
    }

    fn place(&mut self, leg: LegRun) {
        self.slots[(leg.origin().0 % FRAME_MS) as usize].push(leg);
        self.legs += 1;
    }

    /// The next millisecond from `from` on in which a leg is due.
    fn next(&self, from: At) -> At {
        let due = |ms: &u64| !self.slots[(ms % FRAME_MS) as usize].is_empty();
        At((from.0..from.0 + FRAME_MS).find(due).unwrap_or(from.0))
    }

    fn serve(&mut self, slot: At) {
        let now = Now::new(self.clock.now());
        let legs = &mut self.slots[(slot.0 % FRAME_MS) as usize];
        let (before, mut late) = (legs.len(), 0);
        legs.retain_mut(|leg| {
            late += u64::from(leg.late_ms(now.at) > LATE_MS);
            leg.tick(now, &mut self.reader, &mut self.out)
        });
        self.legs -= before - legs.len();
        self.ticks.all.fetch_add(before as u64, Ordering::Relaxed);
        self.ticks.late.fetch_add(late, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_late_frames_of_a_call_that_has_just_come_say_nothing_of_the_load() {
        let ticks = Arc::new(Ticks::default());
        let mut share = LateShare { ticks: ticks.clone(), looks: VecDeque::new() };
        assert_eq!(share.look(), 0.0);
        ticks.all.store(40, Ordering::Relaxed);
        ticks.late.store(8, Ordering::Relaxed);
        assert_eq!(share.look(), 0.0);
        ticks.all.store(1_000, Ordering::Relaxed);
        ticks.late.store(200, Ordering::Relaxed);
        assert_eq!(share.look(), 0.2);
    }
}
