//! Reception figures of one source, RFC 3550 section 6.4.1 and appendices A.1, A.3 and A.8.

use super::SAMPLES_PER_MS;

/// Counters of one synchronisation source.
#[derive(Debug, Clone, Default)]
pub struct Reception {
    first: Option<u32>,
    /// Highest sequence number seen, with its cycles above 16 bits.
    highest: u32,
    received: u64,
    expected_at_report: u64,
    received_at_report: u64,
    transit: Option<i64>,
    jitter: f64,
}

/// What a reception report says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report {
    /// Lost since the last report, in 1/256.
    pub fraction_lost: u8,
    pub total_lost: u32,
    pub highest: u32,
    /// In timestamp units.
    pub jitter: u32,
}

impl Reception {
    /// Counts one packet. `timestamp` is `None` where it says nothing of timing (telephone events).
    pub fn packet(&mut self, now_ms: u64, sequence: u16, timestamp: Option<u32>) {
        self.received += 1;
        self.sequence(sequence);
        if let Some(timestamp) = timestamp {
            self.arrival((now_ms * SAMPLES_PER_MS) as u32, timestamp);
        }
    }

    fn sequence(&mut self, sequence: u16) {
        if self.first.is_none() {
            // One cycle ahead, so that an older packet that arrives later does not underflow.
            self.highest = 0x1_0000 | u32::from(sequence);
            self.first = Some(self.highest);
        }
        let ahead = sequence.wrapping_sub(self.highest as u16);
        if ahead < 0x8000 {
            self.highest = self.highest.wrapping_add(u32::from(ahead));
        }
    }

    fn arrival(&mut self, arrived: u32, timestamp: u32) {
        let transit = i64::from(arrived.wrapping_sub(timestamp) as i32);
        if let Some(before) = self.transit.replace(transit) {
            let moved = (transit - before).unsigned_abs();
            // A jump of more than a second is a new time line, not jitter.
            if moved < 8000 {
                self.jitter += (moved as f64 - self.jitter) / 16.0;
            }
        }
    }

    fn expected(&self) -> u64 {
        self.first
            .map_or(0, |first| u64::from(self.highest.wrapping_sub(first)) + 1)
    }

    /// Packets that never came, so far.
    pub fn lost(&self) -> u64 {
        self.expected().saturating_sub(self.received)
    }

    /// Interarrival jitter, ms.
    pub fn jitter_ms(&self) -> f32 {
        (self.jitter / SAMPLES_PER_MS as f64) as f32
    }

    /// The figures for the next RTCP report; starts a new interval.
    pub fn report(&mut self) -> Report {
        let (expected, received) = (self.expected(), self.received);
        let due = expected.saturating_sub(self.expected_at_report);
        let lost = due.saturating_sub(received.saturating_sub(self.received_at_report));
        self.expected_at_report = expected;
        self.received_at_report = received;
        Report {
            fraction_lost: (lost * 256).checked_div(due).unwrap_or(0).min(255) as u8,
            total_lost: self.lost().min(0x7f_ffff) as u32,
            highest: self.highest.wrapping_sub(0x1_0000),
            jitter: self.jitter as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_across_the_wrap_of_the_sequence_is_counted() {
        let mut reception = Reception::default();
        for n in (65_530u32..65_560).filter(|n| n % 10 != 5) {
            reception.packet(u64::from(n) * 20, n as u16, Some(n * 160));
        }
        assert_eq!(reception.lost(), 3);
        let report = reception.report();
        assert_eq!(
            (report.total_lost, report.fraction_lost),
            (3, (3 * 256 / 30) as u8)
        );
        assert_eq!(report.highest, 65_559);
        assert_eq!(reception.report().fraction_lost, 0);
    }

    #[test]
    fn a_swing_of_10_ms_settles_at_10_ms_of_jitter() {
        let mut reception = Reception::default();
        for n in 0..500u32 {
            reception.packet(u64::from(n) * 20 + u64::from(n % 2) * 10, n as u16, Some(n * 160));
        }
        assert!(
            (reception.jitter_ms() - 10.0).abs() < 0.5,
            "{}",
            reception.jitter_ms()
        );
    }
}
