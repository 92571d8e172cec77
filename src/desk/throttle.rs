//! ◆ Lock-out after wrong passwords, by name and address together, so that nobody can lock out
//! somebody else from afar.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::At;
use std::collections::HashMap;
use std::time::Duration;

/// Wrong passwords that are forgiven.
pub const TRIES: u32 = 5;
/// How long a lock-out lasts, and how long wrong tries are remembered.
pub const LOCK_OUT: Duration = Duration::from_secs(300);
/// Names and addresses remembered; beyond it the oldest is forgotten.
const REMEMBERED: usize = 10_000;

#[derive(Debug, Default)]
pub struct Throttle {
    failures: HashMap<(String, String), Failures>,
}

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: At,
}

impl Throttle {
    /// Whether this name may try from this address now.
    pub fn allows(&self, name: &str, address: &str, now: At) -> bool {
        let failures = self.failures.get(&key(name, address));
        failures.is_none_or(|failures| failures.count < TRIES || failures.last + LOCK_OUT <= now)
    }

    pub fn failed(&mut self, name: &str, address: &str, now: At) {
        if self.failures.len() >= REMEMBERED {
            self.forget_oldest();
        }
        let failures = self.failures.entry(key(name, address)).or_insert(Failures { count: 0, last: now });
        if failures.last + LOCK_OUT <= now {
            failures.count = 0;
        }
        failures.count += 1;
        failures.last = now;
    }

    pub fn succeeded(&mut self, name: &str, address: &str) {
        self.failures.remove(&key(name, address));
    }

    fn forget_oldest(&mut self) {
        let oldest =
            self.failures.iter().min_by_key(|(_, failures)| failures.last).map(|(key, _)| key.clone());
        if let Some(oldest) = oldest {
            self.failures.remove(&oldest);
        }
    }
}

fn key(name: &str, address: &str) -> (String, String) {
    (name.to_owned(), address.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_wrong_passwords_lock_the_name_out_for_five_minutes_from_there_only() {
        let mut throttle = Throttle::default();
        for second in 0..5 {
            assert!(throttle.allows("anna", "10.0.0.1", At(second)));
            throttle.failed("anna", "10.0.0.1", At(second));
        }
        assert!(!throttle.allows("anna", "10.0.0.1", At(5)));
        assert!(throttle.allows("anna", "10.0.0.2", At(5)));
        assert!(throttle.allows("jan", "10.0.0.1", At(5)));
        assert!(throttle.allows("anna", "10.0.0.1", At(300_004)));
    }

    #[test]
    fn a_right_password_forgives_the_wrong_ones() {
        let mut throttle = Throttle::default();
        (0..4).for_each(|i| throttle.failed("anna", "here", At(i)));
        throttle.succeeded("anna", "here");
        throttle.failed("anna", "here", At(9));
        assert!(throttle.allows("anna", "here", At(10)));
    }

    #[test]
    fn memory_is_bounded() {
        let mut throttle = Throttle::default();
        (0..REMEMBERED as u64 + 50).for_each(|i| throttle.failed(&i.to_string(), "here", At(i)));
        assert!(throttle.failures.len() <= REMEMBERED);
    }
}
