//! Workers around [`Jobs`]: threads that take what is wanted first, and answers for what they do not.

use super::jobs::{Jobs, Limits, Ticket, Urgency};
use super::load::Load;
use crate::time::At;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// Jobs that run now in all pools of the process: they share its cores.
static RUNNING: AtomicUsize = AtomicUsize::new(0);

/// Why a job was not worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// No room; so many wait.
    Full { limit: usize },
    /// It waited until nobody could use it.
    Late { limit_ms: u64 },
    /// Whoever asked has gone, or the pool has ended.
    Unwanted,
}

impl Refusal {
    fn label(self) -> &'static str {
        match self {
            Refusal::Full { .. } => "full",
            Refusal::Late { .. } => "late",
            Refusal::Unwanted => "unwanted",
        }
    }
}

/// A job of some engine.
pub trait Work: Send {
    /// Nobody waits for it any more.
    fn abandoned(&self) -> bool;
    /// It will not be worked on: tells whoever waits.
    fn refuse(self, refusal: Refusal);
}

/// The queue of one pool.
pub struct Queue<T> {
    limits: Limits,
    inner: Mutex<Inner<T>>,
    changed: Condvar,
    load: Arc<Load>,
}

struct Inner<T> {
    jobs: Jobs<T>,
    closed: bool,
}

/// Jobs that left the queue without being worked on; they are told outside the lock.
struct Gone<T> {
    late: Vec<Ticket<T>>,
    unwanted: Vec<Ticket<T>>,
}

impl<T: Work> Gone<T> {
    fn of(jobs: &mut Jobs<T>, now: At) -> Self {
        Gone { unwanted: jobs.sweep(Work::abandoned), late: jobs.expired(now) }
    }

    fn is_empty(&self) -> bool {
        self.late.is_empty() && self.unwanted.is_empty()
    }
}

/// What a worker knows of its job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// The search must be short.
    pub hurry: bool,
    /// Nothing else runs or waits: the work may take a second core.
    pub alone: bool,
    pub waited_ms: u64,
    /// Work that lasts longer than this is of no use, ms.
    pub useful_ms: u64,
}

impl<T: Work> Queue<T> {
    pub fn new(engine: &'static str, limits: Limits) -> Arc<Self> {
        let inner = Inner { jobs: Jobs::new(limits), closed: false };
        let load = Arc::new(Load::new(engine, limits.workers));
        Arc::new(Queue { limits, inner: Mutex::new(inner), changed: Condvar::new(), load })
    }

    /// The pool's figures.
    pub fn load(&self) -> &Arc<Load> {
        &self.load
    }

    /// Queues a job; `None` when it was refused, which its asker has been told.
    pub fn push(&self, urgency: Urgency, job: T) -> Option<u64> {
        let now = self.load.now();
        let mut inner = self.lock();
        if inner.closed {
            drop(inner);
            job.refuse(Refusal::Unwanted);
            return None;
        }
        let gone = Gone::of(&mut inner.jobs, now);
        let pushed = inner.jobs.push(now, urgency, job);
        self.load.publish(inner.jobs.waiting());
        drop(inner);
        self.let_go(gone);
        let full = Refusal::Full { limit: self.limits.waiting };
        match pushed {
            Ok((id, evicted)) => {
                if let Some(ticket) = evicted {
                    self.refuse(ticket.urgency, ticket.job, full);
                }
                self.changed.notify_one();
                Some(id)
            }
            Err(job) => {
                self.refuse(urgency, job, full);
                None
            }
        }
    }

    /// A bet was won: the job, if it still waits, becomes as urgent as this.
    pub fn hurry(&self, id: u64, urgency: Urgency) {
        let now = self.load.now();
        self.lock().jobs.hurry(now, id, urgency);
    }

    /// Works until the queue is closed. A panic inside `work` costs that job and not the worker.
    pub fn serve(&self, mut work: impl FnMut(T, Circumstances)) {
        while let Some((urgency, job, circumstances)) = self.next() {
            let started = self.load.now();
            RUNNING.fetch_add(1, Ordering::Relaxed);
            if catch_unwind(AssertUnwindSafe(|| work(job, circumstances))).is_err() {
                tracing::error!("an engine panicked; what it worked on is lost");
            }
            RUNNING.fetch_sub(1, Ordering::Relaxed);
            self.load.ended(urgency, started);
            self.lock().jobs.finished(urgency);
            // A note may have waited for this place.
            self.changed.notify_one();
        }
    }

    /// Waits for a job; `None` once the queue is closed.
    fn next(&self) -> Option<(Urgency, T, Circumstances)> {
        let mut inner = self.lock();
        loop {
            if inner.closed {
                return None;
            }
            let now = self.load.now();
            let gone = Gone::of(&mut inner.jobs, now);
            let next = inner.jobs.pop();
            self.load.publish(inner.jobs.waiting());
            if gone.is_empty() && next.is_none() {
                inner = self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let taken = next.map(|ticket| {
                let waited_ms = now.since_ms(ticket.asked);
                let circumstances = Circumstances {
                    hurry: inner.jobs.in_hurry(ticket.urgency, waited_ms, self.load.busy()),
                    alone: inner.jobs.alone() && RUNNING.load(Ordering::Relaxed) == 0,
                    waited_ms,
                    useful_ms: ticket.expires().since_ms(now),
                };
                self.load.started(ticket.urgency, ticket.asked);
                (ticket.urgency, ticket.job, circumstances)
            });
            drop(inner);
            self.let_go(gone);
            if taken.is_some() {
                return taken;
            }
            inner = self.lock();
        }
    }

    /// How long the caller has waited who waits longest now, ms.
    pub fn longest_wait_ms(&self) -> Option<u64> {
        let now = self.load.now();
        self.lock().jobs.longest_wait_ms(now)
    }

    /// Refuses what waits and lets every worker go.
    pub fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        let waiting = inner.jobs.drain();
        drop(inner);
        self.changed.notify_all();
        waiting.into_iter().for_each(|ticket| ticket.job.refuse(Refusal::Unwanted));
    }

    fn let_go(&self, gone: Gone<T>) {
        for ticket in gone.late {
            let limit_ms = ticket.urgency.useful_for().as_millis() as u64;
            self.refuse(ticket.urgency, ticket.job, Refusal::Late { limit_ms });
        }
        gone.unwanted
            .into_iter()
            .for_each(|ticket| self.refuse(ticket.urgency, ticket.job, Refusal::Unwanted));
    }

    fn refuse(&self, urgency: Urgency, job: T, refusal: Refusal) {
        self.load.dropped(urgency, refusal.label());
        job.refuse(refusal);
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// Tells its fate on a channel.
    struct Told(&'static str, mpsc::Sender<(&'static str, Option<Refusal>)>);

    impl Work for Told {
        fn abandoned(&self) -> bool {
            self.0 == "abandoned"
        }

        fn refuse(self, refusal: Refusal) {
            let _ = self.1.send((self.0, Some(refusal)));
        }
    }

    fn queue(workers: usize, waiting: usize) -> Arc<Queue<Told>> {
        Queue::new("test", Limits { workers, waiting, refuses_bets: true })
    }

    #[test]
    fn every_job_is_worked_on_or_refused() {
        let queue = queue(1, 2);
        let (tell, told) = mpsc::channel();
        for name in ["abandoned", "first", "second", "third"] {
            queue.push(Urgency::Final, Told(name, tell.clone()));
        }
        let worker = queue.clone();
        std::thread::scope(|scope| {
            scope.spawn(|| worker.serve(|job, _| job.1.send((job.0, None)).unwrap()));
            let fates: Vec<_> = (0..4).map(|_| told.recv().unwrap()).collect();
            queue.close();
            let full = Some(Refusal::Full { limit: 2 });
            assert_eq!(
                fates,
                [("abandoned", Some(Refusal::Unwanted)), ("third", full), ("first", None), ("second", None)]
            );
        });
    }

    #[test]
    fn a_panic_costs_the_job_and_not_the_worker() {
        let queue = queue(1, 4);
        let (tell, told) = mpsc::channel();
        queue.push(Urgency::Final, Told("bad", tell.clone()));
        queue.push(Urgency::Final, Told("good", tell));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                queue.serve(|job, _| {
                    assert_ne!(job.0, "bad", "a panic on purpose");
                    job.1.send((job.0, None)).unwrap();
                })
            });
            assert_eq!(told.recv().unwrap(), ("good", None));
            queue.close();
        });
    }

    #[test]
    fn a_closed_queue_refuses_and_lets_its_workers_go() {
        let queue = queue(1, 1);
        let (tell, told) = mpsc::channel();
        queue.push(Urgency::Final, Told("waiting", tell.clone()));
        queue.close();
        queue.serve(|_, _| panic!("nothing is worked on"));
        queue.push(Urgency::Final, Told("late", tell));
        let unwanted = Some(Refusal::Unwanted);
        assert_eq!([told.recv().unwrap(), told.recv().unwrap()], [("waiting", unwanted), ("late", unwanted)]);
    }
}
