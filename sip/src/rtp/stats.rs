//! Reception figures of one source, RFC 3550 section 6.4.1 and appendices A.1, A.3 and A.8.

use super::SAMPLES_PER_MS;

/// Packets missed at once, and packets out of order, that are not a new sequence (appendix A.1).
const DROPOUT_MAX: u16 = 3000;
const MISORDER_MIN: u16 = u16::MAX - 100;

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
    /// Lost before the sequence last jumped, and the number that would confirm a jump.
    lost_before: u64,
    jump: Option<u16>,
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
            return self.begin(sequence);
        }
        let ahead = sequence.wrapping_sub(self.highest as u16);
        let jumped = ahead > DROPOUT_MAX && ahead < MISORDER_MIN;
        if jumped && self.jump == Some(sequence) {
            // Two in a row: the far end began another sequence.
            self.lost_before = self.lost();
            self.received = 1;
            (self.expected_at_report, self.received_at_report) = (0, 0);
            return self.begin(sequence);
        }
        self.jump = jumped.then(|| sequence.wrapping_add(1));
        if ahead <= DROPOUT_MAX {
            self.highest = self.highest.wrapping_add(u32::from(ahead));
        }
    }

    fn begin(&mut self, sequence: u16) {
        // One cycle ahead, so that an older packet that arrives later does not underflow.
        self.highest = 0x1_0000 | u32::from(sequence);
        self.first = Some(self.highest);
        self.jump = None;
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
        self.first.map_or(0, |first| u64::from(self.highest.wrapping_sub(first)) + 1)
    }

    /// Packets that never came, so far.
    pub fn lost(&self) -> u64 {
        self.lost_before + self.expected().saturating_sub(self.received)
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
        assert_eq!((report.total_lost, report.fraction_lost), (3, (3 * 256 / 30) as u8));
        assert_eq!(report.highest, 65_559);
        assert_eq!(reception.report().fraction_lost, 0);
    }

    #[test]
    fn a_sequence_that_begins_anew_is_not_thousands_of_losses() {
        let mut reception = Reception::default();
        for n in (0..50u16).chain(20_000..20_050) {
            reception.packet(u64::from(n), n, None);
        }
        assert!(reception.lost() <= 1, "{}", reception.lost());
    }

    #[test]
    fn a_swing_of_10_ms_settles_at_10_ms_of_jitter() {
        let mut reception = Reception::default();
        for n in 0..500u32 {
            reception.packet(u64::from(n) * 20 + u64::from(n % 2) * 10, n as u16, Some(n * 160));
        }
        assert!((reception.jitter_ms() - 10.0).abs() < 0.5, "{}", reception.jitter_ms());
    }
}
