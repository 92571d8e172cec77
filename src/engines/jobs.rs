//! ◆ What waits for the workers of one engine, in the order of need.
//!
//! Each job says what it is for, and that gives it two times: when its result is wanted, which decides
//! the order, and when nobody can use it any more, which ends it. So an early decode that has waited as
//! long as the pause it bets on is as urgent as the words of a finished turn, and nothing starves.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::At;
use std::time::Duration;

/// Share of the workers' time that leaves room for the long search.
const HURRY_BUSY: f32 = 0.6;
/// A job that waited longer has no time for the long search.
const HURRY_WAITED_MS: u64 = 150;

/// What a job is for, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// The caller has finished and hears silence.
    Final,
    /// The caller may have finished: a bet that saves time when it is won.
    Early,
    /// The caller is speaking; nice to know what so far.
    Partial,
    /// For the record only: two people talk.
    Note,
}

impl Urgency {
    pub const ALL: [Urgency; 4] = [Urgency::Final, Urgency::Early, Urgency::Partial, Urgency::Note];

    /// Label for metrics.
    pub fn label(self) -> &'static str {
        match self {
            Urgency::Final => "final",
            Urgency::Early => "early",
            Urgency::Partial => "partial",
            Urgency::Note => "note",
        }
    }

    /// After how long the result is wanted. For an early decode: what is left of the shortest pause that
    /// ends a turn.
    const fn wanted_after(self) -> Duration {
        Duration::from_millis(match self {
            Urgency::Final => 0,
            Urgency::Early => 350,
            Urgency::Partial => 1_000,
            Urgency::Note => 20_000,
        })
    }

    /// After how long the result is of no use to anybody. For a finished turn: a second before the call
    /// gives up on the recogniser (`CallTimes::engine_deadline`).
    pub const fn useful_for(self) -> Duration {
        Duration::from_millis(match self {
            Urgency::Final => 5_000,
            Urgency::Early => 3_000,
            Urgency::Partial => 1_000,
            Urgency::Note => 20_000,
        })
    }
}

/// Bounds of one pool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Jobs that run at the same time.
    pub workers: usize,
    /// Jobs that wait; a more urgent one takes the place of the least urgent.
    pub waiting: usize,
    /// Bets and notes are refused earlier than what a caller waits for.
    pub refuses_bets: bool,
}

impl Limits {
    /// Running and waiting jobs up to which one more of this urgency is taken.
    fn room(&self, urgency: Urgency) -> usize {
        let all = self.workers + self.waiting;
        match urgency {
            _ if !self.refuses_bets => all,
            Urgency::Final => all,
            Urgency::Early => 2 * self.workers,
            Urgency::Partial => self.workers,
            Urgency::Note => self.workers + self.waiting / 2,
        }
        .min(all)
    }

    /// Notes that may run at once: one worker stays free for callers, where there are two.
    fn notes(&self) -> usize {
        self.workers.saturating_sub(1).max(1)
    }
}

/// A job that waits.
#[derive(Debug, PartialEq, Eq)]
pub struct Ticket<T> {
    pub id: u64,
    pub urgency: Urgency,
    pub asked: At,
    pub job: T,
    wanted: At,
}

impl<T> Ticket<T> {
    /// From here on nobody can use the result.
    pub fn expires(&self) -> At {
        self.asked + self.urgency.useful_for()
    }
}

/// Everything that waits for one engine.
#[derive(Debug)]
pub struct Jobs<T> {
    limits: Limits,
    waiting: Vec<Ticket<T>>,
    running: usize,
    notes_running: usize,
    ids: u64,
}

impl<T> Jobs<T> {
    pub fn new(limits: Limits) -> Self {
        Jobs { limits, waiting: Vec::new(), running: 0, notes_running: 0, ids: 0 }
    }

    /// Takes a job in; gives its number, and the job that had to make room. `Err` gives it back.
    pub fn push(&mut self, now: At, urgency: Urgency, job: T) -> Result<(u64, Option<Ticket<T>>), T> {
        if self.running + self.waiting.len() >= self.limits.room(urgency) && urgency != Urgency::Final {
            return Err(job);
        }
        let mut evicted = None;
        if self.waiting.len() >= self.limits.waiting.max(1) {
            let last = self.waiting.iter().map(Self::order).enumerate().max_by_key(|(_, order)| *order);
            match last {
                Some((at, _)) if self.waiting[at].urgency > urgency => {
                    evicted = Some(self.waiting.swap_remove(at));
                }
                _ => return Err(job),
            }
        }
        self.ids += 1;
        let wanted = now + urgency.wanted_after();
        self.waiting.push(Ticket { id: self.ids, urgency, asked: now, job, wanted });
        Ok((self.ids, evicted))
    }

    /// The job that is wanted first; `finished` gives its place back. Notes leave one worker free.
    pub fn pop(&mut self) -> Option<Ticket<T>> {
        let notes_wait = self.notes_running >= self.limits.notes();
        let ready = self.waiting.iter().enumerate();
        let ready = ready.filter(|(_, ticket)| !(notes_wait && ticket.urgency == Urgency::Note));
        let (at, _) = ready.min_by_key(|(_, ticket)| Self::order(ticket))?;
        let ticket = self.waiting.swap_remove(at);
        self.running += 1;
        self.notes_running += usize::from(ticket.urgency == Urgency::Note);
        Some(ticket)
    }

    /// A job that was popped has ended.
    pub fn finished(&mut self, urgency: Urgency) {
        self.running = self.running.saturating_sub(1);
        if urgency == Urgency::Note {
            self.notes_running = self.notes_running.saturating_sub(1);
        }
    }

    /// Removes what nobody can use any more.
    pub fn expired(&mut self, now: At) -> Vec<Ticket<T>> {
        self.waiting.extract_if(.., |ticket| ticket.expires() <= now).collect()
    }

    /// Removes what `unwanted` says.
    pub fn sweep(&mut self, unwanted: impl Fn(&T) -> bool) -> Vec<Ticket<T>> {
        self.waiting.extract_if(.., |ticket| unwanted(&ticket.job)).collect()
    }

    /// A bet was won: from now on the job, if it still waits, is as urgent as this.
    pub fn hurry(&mut self, now: At, id: u64, urgency: Urgency) {
        if let Some(ticket) =
            self.waiting.iter_mut().find(|ticket| ticket.id == id && ticket.urgency > urgency)
        {
            ticket.urgency = urgency;
            ticket.wanted = ticket.wanted.min(now + urgency.wanted_after());
        }
    }

    /// Whether the search of a job that waited `waited_ms` must be short; `busy` is the workers'
    /// utilisation, 0..1.
    pub fn in_hurry(&self, urgency: Urgency, waited_ms: u64, busy: f32) -> bool {
        urgency == Urgency::Partial || waited_ms > HURRY_WAITED_MS || busy > HURRY_BUSY || self.callers_wait()
    }

    /// Whether the job that was popped last runs by itself, and no caller waits.
    pub fn alone(&self) -> bool {
        self.running == 1 && !self.callers_wait()
    }

    fn callers_wait(&self) -> bool {
        self.waiting.iter().any(|ticket| ticket.urgency < Urgency::Partial)
    }

    /// How long the caller waits whose job waits longest, ms.
    pub fn longest_wait_ms(&self, now: At) -> Option<u64> {
        let callers = self.waiting.iter().filter(|ticket| ticket.urgency < Urgency::Partial);
        callers.map(|ticket| now.since_ms(ticket.asked)).max()
    }

    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    pub fn running(&self) -> usize {
        self.running
    }

    /// Empties the queue.
    pub fn drain(&mut self) -> Vec<Ticket<T>> {
        std::mem::take(&mut self.waiting)
    }

    fn order(ticket: &Ticket<T>) -> (At, Urgency, u64) {
        (ticket.wanted, ticket.urgency, ticket.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Urgency::{Early, Final, Note, Partial};

    fn jobs(workers: usize, waiting: usize) -> Jobs<&'static str> {
        Jobs::new(Limits { workers, waiting, refuses_bets: true })
    }

    fn order(jobs: &mut Jobs<&'static str>) -> Vec<&'static str> {
        std::iter::from_fn(|| jobs.pop().map(|ticket| ticket.job)).collect()
    }

    #[test]
    fn a_finished_turn_comes_before_bets_and_bets_before_notes() {
        let mut jobs = jobs(8, 8);
        for (urgency, job) in [(Note, "note"), (Partial, "partial"), (Early, "early"), (Final, "final")] {
            jobs.push(At(0), urgency, job).unwrap();
        }
        assert_eq!(order(&mut jobs), ["final", "early", "partial", "note"]);
    }

    #[test]
    fn among_equals_who_came_first_is_served_first() {
        let mut jobs = jobs(8, 8);
        jobs.push(At(0), Final, "a").unwrap();
        jobs.push(At(0), Final, "b").unwrap();
        jobs.push(At(9), Final, "c").unwrap();
        assert_eq!(order(&mut jobs), ["a", "b", "c"]);
    }

    #[test]
    fn a_bet_that_waited_out_its_pause_is_as_urgent_as_a_finished_turn() {
        let mut jobs = jobs(8, 8);
        jobs.push(At(0), Early, "early").unwrap();
        jobs.push(At(400), Final, "final").unwrap();
        assert_eq!(order(&mut jobs), ["early", "final"]);
    }

    #[test]
    fn a_bet_that_was_won_overtakes() {
        let mut jobs = jobs(8, 8);
        jobs.push(At(0), Early, "other").unwrap();
        let (id, _) = jobs.push(At(50), Early, "won").unwrap();
        jobs.hurry(At(100), id, Final);
        assert_eq!(order(&mut jobs), ["won", "other"]);
    }

    #[test]
    fn bets_are_refused_first() {
        let mut jobs = jobs(2, 8);
        assert!(jobs.push(At(0), Partial, "p").is_ok());
        assert!(jobs.push(At(0), Final, "f").is_ok());
        assert_eq!(jobs.push(At(0), Partial, "p2"), Err("p2"), "as much as there are workers");
        assert!(jobs.push(At(0), Early, "e").is_ok());
        assert!(jobs.push(At(0), Early, "e2").is_ok());
        assert_eq!(jobs.push(At(0), Early, "e3"), Err("e3"), "one each waits behind the workers");
        assert!(jobs.push(At(0), Final, "f2").is_ok());
    }

    #[test]
    fn a_full_queue_takes_a_finished_turn_in_place_of_the_least_urgent() {
        let mut jobs = Jobs::new(Limits { workers: 2, waiting: 2, refuses_bets: false });
        jobs.push(At(0), Note, "note").unwrap();
        jobs.push(At(0), Final, "final").unwrap();
        let (_, evicted) = jobs.push(At(1), Final, "other").unwrap();
        assert_eq!(evicted.unwrap().job, "note");
        assert_eq!(jobs.push(At(2), Final, "late"), Err("late"), "everything else is as urgent");
    }

    #[test]
    fn what_nobody_can_use_any_more_is_dropped() {
        let mut jobs = jobs(8, 8);
        jobs.push(At(0), Partial, "partial").unwrap();
        jobs.push(At(0), Final, "final").unwrap();
        let gone: Vec<_> = jobs.expired(At(1_000)).into_iter().map(|ticket| ticket.job).collect();
        assert_eq!(gone, ["partial"]);
        assert_eq!(jobs.expired(At(4_999)), []);
        assert_eq!(jobs.expired(At(5_000)).len(), 1);
    }

    #[test]
    fn notes_leave_a_worker_to_the_callers() {
        let mut jobs = jobs(2, 8);
        jobs.push(At(0), Note, "a").unwrap();
        jobs.push(At(0), Note, "b").unwrap();
        assert_eq!(jobs.pop().unwrap().job, "a");
        assert_eq!(jobs.pop(), None, "one of two workers");
        jobs.push(At(1), Final, "final").unwrap();
        assert_eq!(jobs.pop().unwrap().job, "final");
        jobs.finished(Note);
        assert_eq!(jobs.pop().unwrap().job, "b");
    }

    #[test]
    fn a_job_is_alone_while_nobody_else_wants_the_cores() {
        let mut jobs = jobs(2, 8);
        jobs.push(At(0), Final, "a").unwrap();
        jobs.push(At(0), Final, "b").unwrap();
        jobs.pop();
        assert!(!jobs.alone(), "b waits");
        jobs.pop();
        assert!(!jobs.alone(), "two run");
        jobs.finished(Final);
        jobs.finished(Final);
        jobs.push(At(1), Final, "c").unwrap();
        jobs.push(At(1), Note, "note").unwrap();
        jobs.pop();
        assert!(jobs.alone(), "a note can wait");
    }

    #[test]
    fn the_search_is_short_under_load_and_long_without() {
        let mut jobs = jobs(2, 8);
        assert!(!jobs.in_hurry(Final, 0, 0.2));
        assert!(jobs.in_hurry(Final, 0, 0.7), "the workers are busy");
        assert!(jobs.in_hurry(Final, 200, 0.2), "the caller has waited already");
        assert!(jobs.in_hurry(Partial, 0, 0.0), "a partial decode is thrown away anyway");
        jobs.push(At(0), Note, "note").unwrap();
        assert!(!jobs.in_hurry(Final, 0, 0.2), "a note can wait");
        jobs.push(At(0), Final, "final").unwrap();
        assert!(jobs.in_hurry(Final, 0, 0.2), "a caller waits behind");
    }
}
