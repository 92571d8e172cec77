//! ◆ An engine elsewhere that fails again and again is left alone for a while, so that no caller waits
//! for a timeout that everybody before had.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::At;
use std::time::Duration;

/// Failures in a row after which nothing is sent.
const FAILURES: u32 = 3;
/// First rest; it doubles with each trial that fails.
const REST: Duration = Duration::from_secs(5);
const REST_MAX: Duration = Duration::from_secs(60);

/// The state of one engine's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Breaker {
    failures: u32,
    /// When one request may try again.
    retry: Option<At>,
    rest: Duration,
}

/// What changed; for the log and the metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Nothing is sent for `rest`.
    Opened { rest: Duration },
    /// It works again.
    Closed,
}

impl Breaker {
    /// Whether a request may be sent now. While the breaker is open, one request per rest may try.
    pub fn may_send(&mut self, now: At) -> bool {
        match self.retry {
            None => true,
            Some(retry) if now >= retry => {
                // Only this one: until its outcome is known, others stay away.
                self.retry = Some(now + self.rest);
                true
            }
            Some(_) => false,
        }
    }

    /// It answered.
    pub fn succeeded(&mut self) -> Option<Change> {
        let was_open = self.retry.is_some();
        *self = Breaker::default();
        was_open.then_some(Change::Closed)
    }

    /// It did not.
    pub fn failed(&mut self, now: At) -> Option<Change> {
        self.failures = self.failures.saturating_add(1);
        if self.failures < FAILURES {
            return None;
        }
        self.rest = if self.retry.is_none() { REST } else { (2 * self.rest).min(REST_MAX) };
        self.retry = Some(now + self.rest);
        Some(Change::Opened { rest: self.rest })
    }

    pub fn is_open(&self) -> bool {
        self.retry.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_failures_in_a_row_open_it_and_one_success_between_does_not() {
        let mut breaker = Breaker::default();
        assert_eq!([breaker.failed(At(0)), breaker.failed(At(1))], [None, None]);
        assert_eq!(breaker.succeeded(), None);
        assert_eq!([breaker.failed(At(2)), breaker.failed(At(3))], [None, None]);
        assert_eq!(breaker.failed(At(4)), Some(Change::Opened { rest: REST }));
        assert!(!breaker.may_send(At(5)));
    }

    #[test]
    fn after_the_rest_one_request_tries_and_the_others_stay_away() {
        let mut breaker = Breaker::default();
        for n in 0..3 {
            breaker.failed(At(n));
        }
        assert!(breaker.may_send(At(6_000)));
        assert!(!breaker.may_send(At(6_001)));
        assert_eq!(breaker.failed(At(7_000)), Some(Change::Opened { rest: 2 * REST }));
        assert!(!breaker.may_send(At(16_999)));
        assert!(breaker.may_send(At(17_000)));
        assert_eq!(breaker.succeeded(), Some(Change::Closed));
        assert!(breaker.may_send(At(17_001)) && breaker.may_send(At(17_002)));
    }

    #[test]
    fn the_rest_has_an_end() {
        let mut breaker = Breaker::default();
        for n in 0..40 {
            breaker.failed(At(n));
        }
        assert!(breaker.may_send(At(60_039)));
    }
}
