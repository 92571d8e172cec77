//! ◆ Whether the node takes one more call.
//!
//! A call that is refused costs its caller another try; a call that is taken when the node has no time
//! for it costs every caller who is already talking. So new calls stop when those who talk begin to
//! wait, and come back when they have not waited for a while, a few at a time: a call strains the
//! recogniser only seconds after it was taken.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::At;
use std::fmt;

/// Strain must last this long before new calls are refused, ms.
const SHUT_AFTER_MS: u64 = 1_000;
/// Ease must last this long before they are taken again, ms.
const OPEN_AFTER_MS: u64 = 5_000;
/// Ease is less than this share of the limits.
const EASE: f64 = 0.5;
/// For so long after that, one call is taken per interval, ms.
const CAREFUL_MS: u64 = 15_000;
const CAREFUL_INTERVAL_MS: u64 = 1_000;

/// What running calls may bear.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdmissionLimits {
    /// Calls at the same time.
    pub calls: usize,
    /// What 90 of 100 callers may wait for the recogniser, ms.
    pub wait_ms: u64,
    /// Share of media frames that may be later than 5 ms, 0..1.
    pub media_late: f64,
}

/// How much the node has to bear now.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Strain {
    /// `None` when nobody has asked the recogniser lately.
    pub wait_ms: Option<u64>,
    pub media_late: f64,
}

/// Why new calls are refused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Why {
    /// As many calls as are allowed.
    Calls { live: usize },
    /// Callers wait for the recogniser.
    Recogniser { wait_ms: u64 },
    /// Audio is late.
    Media { late: f64 },
    /// It was so a moment ago; calls come back one by one.
    Recovering,
}

impl Why {
    /// Label for metrics.
    pub fn label(&self) -> &'static str {
        match self {
            Why::Calls { .. } => "calls",
            Why::Recogniser { .. } => "recogniser",
            Why::Media { .. } => "media",
            Why::Recovering => "recovering",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Why::Calls { live } => write!(f, "{live} calls are live, as many as limits.calls allows"),
            Why::Recogniser { wait_ms } => write!(f, "callers wait {wait_ms} ms for the recogniser"),
            Why::Media { late } => write!(f, "{:.1} % of the audio leaves late", 100.0 * late),
            Why::Recovering => f.write_str("calls are taken again one by one"),
        }
    }
}

/// What changed; for the log and `/readyz`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Change {
    Shut(Why),
    Opened,
}

/// Decides about new calls.
#[derive(Debug)]
pub struct Admission {
    limits: AdmissionLimits,
    shut: Option<Why>,
    /// Since when the strain speaks for the other state.
    against_since: Option<At>,
    careful_until: At,
    last_taken: Option<At>,
}

impl Admission {
    pub fn new(limits: AdmissionLimits) -> Self {
        Admission { limits, shut: None, against_since: None, careful_until: At(0), last_taken: None }
    }

    /// Takes in how the node does; ask several times a second.
    pub fn sample(&mut self, now: At, strain: Strain) -> Option<Change> {
        let over = self.over(strain);
        let against = match self.shut {
            None => over.is_some(),
            Some(_) => self.at_ease(strain),
        };
        if !against {
            self.against_since = None;
            return None;
        }
        let since = *self.against_since.get_or_insert(now);
        let patience_ms = if self.shut.is_some() { OPEN_AFTER_MS } else { SHUT_AFTER_MS };
        if now.since_ms(since) < patience_ms {
            return None;
        }
        self.against_since = None;
        self.shut = over;
        Some(match over {
            Some(why) => Change::Shut(why),
            None => {
                self.careful_until = At(now.0 + CAREFUL_MS);
                Change::Opened
            }
        })
    }

    /// Whether one more call is taken beside `live` others.
    pub fn judge(&mut self, now: At, live: usize) -> Result<(), Why> {
        if live >= self.limits.calls {
            return Err(Why::Calls { live });
        }
        if let Some(why) = self.shut {
            return Err(why);
        }
        let soon = self.last_taken.is_some_and(|last| now.since_ms(last) < CAREFUL_INTERVAL_MS);
        if now < self.careful_until && soon {
            return Err(Why::Recovering);
        }
        self.last_taken = Some(now);
        Ok(())
    }

    fn over(&self, strain: Strain) -> Option<Why> {
        match strain.wait_ms {
            Some(wait_ms) if wait_ms > self.limits.wait_ms => Some(Why::Recogniser { wait_ms }),
            _ if strain.media_late > self.limits.media_late => Some(Why::Media { late: strain.media_late }),
            _ => None,
        }
    }

    fn at_ease(&self, strain: Strain) -> bool {
        strain.wait_ms.unwrap_or(0) as f64 <= EASE * self.limits.wait_ms as f64
            && strain.media_late <= EASE * self.limits.media_late
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: AdmissionLimits = AdmissionLimits { calls: 30, wait_ms: 800, media_late: 0.02 };

    /// Samples four times a second from `from_s` to `to_s`; gives what changed, and when.
    fn live(
        admission: &mut Admission,
        (from_s, to_s): (u64, u64),
        strain: impl Fn(u64) -> Strain,
    ) -> Vec<(u64, Change)> {
        let steps = (from_s * 1_000..to_s * 1_000).step_by(250);
        steps.filter_map(|ms| Some((ms, admission.sample(At(ms), strain(ms))?))).collect()
    }

    fn waiting(wait_ms: u64) -> Strain {
        Strain { wait_ms: Some(wait_ms), media_late: 0.0 }
    }

    #[test]
    fn a_node_at_ease_takes_calls_up_to_its_limit() {
        let mut admission = Admission::new(LIMITS);
        assert_eq!(live(&mut admission, (0, 60), |_| waiting(700)), []);
        assert_eq!(admission.judge(At(60_000), 29), Ok(()));
        assert_eq!(admission.judge(At(60_000), 30), Err(Why::Calls { live: 30 }));
    }

    #[test]
    fn a_peak_of_half_a_second_refuses_nobody() {
        let mut admission = Admission::new(LIMITS);
        let peak = |ms: u64| waiting(if ms % 2_000 < 750 { 3_000 } else { 900 - 200 });
        assert_eq!(live(&mut admission, (0, 60), peak), []);
    }

    #[test]
    fn overload_shuts_in_a_second_and_does_not_flap() {
        let mut admission = Admission::new(LIMITS);
        let why = Why::Recogniser { wait_ms: 1_200 };
        // Waits swing about the limit; half of it is not reached.
        let swing = |ms: u64| waiting(if (ms / 5_000).is_multiple_of(2) { 1_200 } else { 500 });
        assert_eq!(live(&mut admission, (0, 120), swing), [(1_000, Change::Shut(why))]);
        assert_eq!(admission.judge(At(120_000), 5), Err(why));
    }

    #[test]
    fn calls_come_back_one_by_one_after_five_seconds_of_ease() {
        let mut admission = Admission::new(LIMITS);
        live(&mut admission, (0, 5), |_| waiting(2_000));
        let changes = live(&mut admission, (5, 20), |ms| waiting(if ms < 8_000 { 1_000 } else { 100 }));
        assert_eq!(changes, [(13_000, Change::Opened)]);
        let taken = (13_000..18_000).step_by(100).filter(|ms| admission.judge(At(*ms), 5).is_ok()).count();
        assert_eq!(taken, 5, "one a second");
        let taken = (40_000..41_000).step_by(100).filter(|ms| admission.judge(At(*ms), 5).is_ok()).count();
        assert_eq!(taken, 10, "later all of them");
    }

    #[test]
    fn late_audio_shuts_too_and_a_quiet_recogniser_opens() {
        let mut admission = Admission::new(LIMITS);
        let late = Strain { wait_ms: None, media_late: 0.05 };
        let changes = live(&mut admission, (0, 3), |_| late);
        assert_eq!(changes, [(1_000, Change::Shut(Why::Media { late: 0.05 }))]);
        assert_eq!(live(&mut admission, (3, 20), |_| Strain::default()), [(8_000, Change::Opened)]);
    }
}
