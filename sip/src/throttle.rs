//! ◆ Messages per second per source: token buckets, bounded in number.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use std::collections::HashMap;
use std::net::IpAddr;

/// Sources remembered at once; when all are busy, newcomers share one bucket.
pub const SOURCE_LIMIT: usize = 16_384;

/// One bucket per source address.
#[derive(Debug)]
pub struct Throttle {
    per_second: f64,
    buckets: HashMap<IpAddr, Bucket>,
    /// For sources beyond the limit.
    others: Bucket,
}

#[derive(Debug, Clone, Copy)]
struct Bucket {
    tokens: f64,
    filled_ms: u64,
}

impl Throttle {
    /// Lets `per_second` messages a second through, twice that in a burst.
    pub fn new(per_second: u32) -> Self {
        let per_second = f64::from(per_second.max(1));
        Throttle {
            per_second,
            buckets: HashMap::new(),
            others: Bucket { tokens: per_second * 2.0, filled_ms: 0 },
        }
    }

    /// Whether one more message of this source may pass now.
    pub fn admit(&mut self, source: IpAddr, now_ms: u64) -> bool {
        let rate = self.per_second;
        if !self.buckets.contains_key(&source) && self.buckets.len() >= SOURCE_LIMIT {
            self.forget_idle(now_ms);
            if self.buckets.len() >= SOURCE_LIMIT {
                return self.others.take(rate, now_ms);
            }
        }
        let full = Bucket { tokens: rate * 2.0, filled_ms: now_ms };
        self.buckets.entry(source).or_insert(full).take(rate, now_ms)
    }

    /// A bucket that has refilled remembers nothing.
    fn forget_idle(&mut self, now_ms: u64) {
        self.buckets.retain(|_, bucket| now_ms.saturating_sub(bucket.filled_ms) < 2_000);
    }
}

impl Bucket {
    fn take(&mut self, rate: f64, now_ms: u64) -> bool {
        let passed_s = now_ms.saturating_sub(self.filled_ms) as f64 / 1000.0;
        self.tokens = (self.tokens + passed_s * rate).min(rate * 2.0);
        self.filled_ms = self.filled_ms.max(now_ms);
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_from_one_source_leaves_others_alone() {
        let (flood, caller) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let mut throttle = Throttle::new(10);
        let passed = (0..1_000).filter(|_| throttle.admit(flood, 0)).count();
        assert_eq!(passed, 20);
        assert!(throttle.admit(caller, 0));
        let later = (0..1_000).filter(|_| throttle.admit(flood, 1_000)).count();
        assert_eq!(later, 10);
    }

    #[test]
    fn memory_is_bounded_whatever_the_number_of_sources() {
        let mut throttle = Throttle::new(1);
        for n in 0..(SOURCE_LIMIT as u32 + 5_000) {
            throttle.admit(IpAddr::from(n.to_be_bytes()), 0);
        }
        assert_eq!(throttle.buckets.len(), SOURCE_LIMIT);
        throttle.admit(IpAddr::from([255, 255, 255, 255]), 10_000);
        assert_eq!(throttle.buckets.len(), 1);
    }
}
