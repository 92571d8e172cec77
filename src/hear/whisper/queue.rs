//! The bounded queue between calls and the workers.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// First in, first out; full is an answer, not a wait.
pub struct Queue<T> {
    limit: usize,
    inner: Mutex<Inner<T>>,
    changed: Condvar,
}

struct Inner<T> {
    waiting: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    /// A queue of at most `limit` jobs.
    pub fn new(limit: usize) -> Self {
        let inner = Inner { waiting: VecDeque::new(), closed: false };
        Queue { limit, inner: Mutex::new(inner), changed: Condvar::new() }
    }

    /// Adds a job, first dropping those that nobody waits for any more; gives it back when the queue
    /// is full or closed.
    pub fn push(&self, job: T, abandoned: impl Fn(&T) -> bool) -> Result<(), T> {
        let mut inner = self.lock();
        inner.waiting.retain(|job| !abandoned(job));
        if inner.closed || inner.waiting.len() >= self.limit {
            return Err(job);
        }
        inner.waiting.push_back(job);
        self.changed.notify_one();
        Ok(())
    }

    /// The next job and how many wait behind it; waits for one; `None` once the queue is closed.
    pub fn pop(&self) -> Option<(T, usize)> {
        let mut inner = self.lock();
        loop {
            if inner.closed {
                return None;
            }
            if let Some(job) = inner.waiting.pop_front() {
                return Some((job, inner.waiting.len()));
            }
            inner = self.changed.wait(inner).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Drops what waits and lets every worker go.
    pub fn close(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.waiting.clear();
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_gives_the_job_back() {
        let queue = Queue::new(2);
        assert_eq!(queue.push(1, |_| false), Ok(()));
        assert_eq!(queue.push(2, |_| false), Ok(()));
        assert_eq!(queue.push(3, |_| false), Err(3));
        assert_eq!(queue.pop(), Some((1, 1)));
    }

    #[test]
    fn jobs_that_nobody_waits_for_make_room() {
        let queue = Queue::new(1);
        queue.push(1, |_| false).unwrap();
        assert_eq!(queue.push(2, |&job| job == 1), Ok(()));
        assert_eq!(queue.pop(), Some((2, 0)));
    }

    #[test]
    fn a_closed_queue_lets_its_workers_go() {
        let queue = Queue::new(1);
        std::thread::scope(|scope| {
            let worker = scope.spawn(|| queue.pop());
            queue.close();
            assert_eq!(worker.join().unwrap(), None);
        });
        assert_eq!(queue.push(1, |_| false), Err(1));
    }
}
