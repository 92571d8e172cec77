//! ◆ Time as the core sees it: an argument, never a question to the system.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use serde::{Deserialize, Serialize};
use std::ops::{Add, Sub};
use std::time::Duration;

/// A moment in milliseconds since the Unix epoch, taken from one monotonic clock per process, so
/// that it never runs backwards within a call. Tests make their own.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct At(pub u64);

impl At {
    /// Milliseconds from `earlier` to this moment; zero when `earlier` is later.
    pub fn since_ms(self, earlier: At) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

impl Add<Duration> for At {
    type Output = At;
    fn add(self, d: Duration) -> At {
        At(self.0.saturating_add(d.as_millis() as u64))
    }
}

impl Sub<Duration> for At {
    type Output = At;
    fn sub(self, d: Duration) -> At {
        At(self.0.saturating_sub(d.as_millis() as u64))
    }
}
