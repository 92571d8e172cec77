//! The adaptive playout buffer.
//!
//! G.711 has no state, so packets are decoded on arrival and written on a time line of samples at
//! the place that their timestamp names; reordering, duplicates and any packet time fall out of
//! that. A cursor moves along the line by one frame per tick. Each packet shows its *slack*: how
//! long before its playout it arrived. The least slack of the last packets decides: below zero the
//! cursor waits a frame (more delay), well above zero it jumps a few milliseconds at a place where
//! the voice repeats itself (less delay). Clock drift and slow changes of the path need no more.

use super::{FRAME_SAMPLES, SAMPLES_PER_MS};
use std::collections::VecDeque;

/// Length of the time line: 512 ms. A power of two.
const LINE_SAMPLES: usize = 4096;
/// Audio taken from one packet at most: 200 ms.
const PACKET_SAMPLES_MAX: usize = 1600;
/// Delay of a new stream, and the least and most delay that the buffer aims for: 30, 20, 120 ms.
const START_SAMPLES: i64 = 240;
const DELAY_MIN_SAMPLES: i64 = 160;
const DELAY_MAX_SAMPLES: i64 = 960;
/// A packet with more slack than this belongs to another time line: 180 ms.
const SLACK_MAX_SAMPLES: i64 = 1440;
/// Least slack to keep: 10 ms, and how much more is too much: 20 ms.
const MARGIN_SAMPLES: i64 = 80;
const EXCESS_SAMPLES: i64 = 160;
/// Packets whose slack is remembered; one of 50 may be late.
const SLACK_PACKETS: usize = 128;
const LATE_SHARE: usize = 50;
/// Packets that must be seen before the delay shrinks, and ticks between two changes.
const SETTLED_PACKETS: usize = 50;
const CHANGE_TICKS: u32 = 15;
/// Everything late for this long: the far end's clock jumped back.
const LATE_RUN_MS: u64 = 200;
/// Empty this long: the next packet starts a talk spurt and may choose its delay anew. 100 ms.
const SPURT_SAMPLES: i64 = 800;
/// Lags tried when shrinking: 5 to 15 ms.
const LAG_MIN_SAMPLES: usize = 40;
const LAG_MAX_SAMPLES: usize = 120;
/// Packets whose arrival is remembered, for the times of frames.
const ARRIVALS_MAX: usize = 64;

/// What became of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    InTime,
    /// Too late to be played.
    Late,
    Duplicate,
}

/// One frame taken from the buffer.
#[derive(Debug, Clone, PartialEq)]
pub struct Pulled {
    pub samples: [i16; FRAME_SAMPLES],
    /// Which of them are real; the others must be filled in.
    pub present: [bool; FRAME_SAMPLES],
    /// When the packet with the first real sample arrived.
    pub arrived_ms: Option<u64>,
}

/// The playout buffer of one source.
#[derive(Debug)]
pub struct JitterBuffer {
    samples: Vec<i16>,
    present: Vec<bool>,
    /// The next sample to play, on the unwrapped time line.
    cursor: i64,
    /// One past the newest sample written.
    end: i64,
    /// The newest timestamp as it came and unwrapped; `None` before the first packet.
    newest: Option<(u32, i64)>,
    pulled_ms: u64,
    slack: VecDeque<i64>,
    /// Since when every packet was late.
    late_since_ms: Option<u64>,
    ticks_since_change: u32,
    arrivals: VecDeque<(i64, u64)>,
}

impl Default for JitterBuffer {
    fn default() -> Self {
        JitterBuffer {
            samples: vec![0; LINE_SAMPLES],
            present: vec![false; LINE_SAMPLES],
            cursor: 0,
            end: 0,
            newest: None,
            pulled_ms: 0,
            slack: VecDeque::with_capacity(SLACK_PACKETS),
            late_since_ms: None,
            ticks_since_change: 0,
            arrivals: VecDeque::with_capacity(ARRIVALS_MAX),
        }
    }
}

impl JitterBuffer {
    /// One packet's audio, decoded.
    pub fn push(&mut self, now_ms: u64, timestamp: u32, samples: &[i16]) -> Arrival {
        let samples = &samples[..samples.len().min(PACKET_SAMPLES_MAX)];
        let at = self.place(now_ms, timestamp);
        let slack = self.slack_of(now_ms, at);
        if slack > SLACK_MAX_SAMPLES {
            self.restart(now_ms, at);
        } else if slack >= -DELAY_MAX_SAMPLES {
            // What came later than that, no delay of ours could have saved.
            self.note(slack);
        }
        if self.present[index(at)] && at >= self.cursor && at < self.end {
            return Arrival::Duplicate;
        }
        if at + samples.len() as i64 <= self.cursor {
            return self.late(now_ms, at, samples);
        }
        self.late_since_ms = None;
        self.write(now_ms, at, samples);
        Arrival::InTime
    }

    /// The next 20 ms.
    pub fn pull(&mut self, now_ms: u64) -> Pulled {
        self.pulled_ms = now_ms;
        self.ticks_since_change = self.ticks_since_change.saturating_add(1);
        if self.newest.is_none() || self.must_wait() {
            return EMPTY;
        }
        match self.shrink_by() {
            Some(lag) => self.take_shortened(lag),
            None => self.take(),
        }
    }

    /// Time between the arrival of the fastest recent packet and its playout, ms.
    pub fn delay_ms(&self) -> u64 {
        self.slack.iter().max().map_or(0, |slack| (*slack).max(0) as u64 / SAMPLES_PER_MS)
    }

    /// Unwraps a timestamp to the nearest place of the time line.
    fn place(&mut self, now_ms: u64, timestamp: u32) -> i64 {
        let at = match self.newest {
            Some((last, place)) => place + i64::from(timestamp.wrapping_sub(last) as i32),
            None => i64::from(timestamp),
        };
        if self.newest.is_none() {
            self.restart(now_ms, at);
        }
        if self.newest.is_none_or(|(_, place)| at > place) {
            self.newest = Some((timestamp, at));
        }
        // A talk spurt after silence starts at the delay that recent packets ask for, also when it comes late:
        // nothing was played meanwhile that it could follow.
        let spurt = self.end + SPURT_SAMPLES <= self.cursor && at >= self.end;
        if spurt && self.slack_of(now_ms, at).abs() <= SLACK_MAX_SAMPLES {
            let target = self.target();
            self.move_cursor(self.aim(now_ms, at, target).max(self.end));
        }
        at
    }

    /// Samples from now until the tick that plays `at`.
    fn slack_of(&self, now_ms: u64, at: i64) -> i64 {
        let ticks = (at - self.cursor).div_euclid(FRAME_SAMPLES as i64) + 1;
        ticks * FRAME_SAMPLES as i64 - self.since_pull(now_ms)
    }

    fn since_pull(&self, now_ms: u64) -> i64 {
        // Before the first tick, and while ticks stall, the last one counts as just gone.
        let since = now_ms.saturating_sub(self.pulled_ms);
        if since > 100 { 0 } else { (since * SAMPLES_PER_MS) as i64 }
    }

    /// The cursor that gives a packet at `at` this slack.
    fn aim(&self, now_ms: u64, at: i64, slack: i64) -> i64 {
        at + FRAME_SAMPLES as i64 - self.since_pull(now_ms) - slack
    }

    /// Delay that covers the spread of recent packets.
    fn target(&self) -> i64 {
        match (self.floor(), self.slack.iter().max()) {
            (Some(floor), Some(best)) if self.slack.len() >= 16 => {
                (best - floor + 2 * MARGIN_SAMPLES).clamp(DELAY_MIN_SAMPLES, DELAY_MAX_SAMPLES)
            }
            _ => START_SAMPLES,
        }
    }

    /// Forgets the time line and begins another at `at`.
    fn restart(&mut self, now_ms: u64, at: i64) {
        self.present.fill(false);
        self.slack.clear();
        self.arrivals.clear();
        self.late_since_ms = None;
        self.ticks_since_change = 0;
        self.cursor = self.aim(now_ms, at, START_SAMPLES);
        self.end = self.cursor;
        self.newest = self.newest.map(|(timestamp, place)| (timestamp.wrapping_add((at - place) as u32), at));
    }

    fn note(&mut self, slack: i64) {
        if self.slack.len() == SLACK_PACKETS {
            self.slack.pop_front();
        }
        self.slack.push_back(slack);
    }

    fn late(&mut self, now_ms: u64, at: i64, samples: &[i16]) -> Arrival {
        let since = *self.late_since_ms.get_or_insert(now_ms);
        if now_ms.saturating_sub(since) < LATE_RUN_MS {
            return Arrival::Late;
        }
        self.restart(now_ms, at);
        self.write(now_ms, at, samples);
        Arrival::InTime
    }

    fn write(&mut self, now_ms: u64, at: i64, samples: &[i16]) {
        for (place, sample) in (at..).zip(samples).filter(|(place, _)| *place >= self.cursor) {
            self.samples[index(place)] = *sample;
            self.present[index(place)] = true;
        }
        self.end = self.end.max(at + samples.len() as i64);
        if self.arrivals.len() == ARRIVALS_MAX {
            self.arrivals.pop_front();
        }
        self.arrivals.push_back((at, now_ms));
    }

    /// Moves the cursor and what is remembered relative to it.
    fn move_cursor(&mut self, to: i64) {
        for place in self.cursor..to.min(self.cursor + LINE_SAMPLES as i64) {
            self.present[index(place)] = false;
        }
        let moved = to - self.cursor;
        for slack in &mut self.slack {
            *slack -= moved;
        }
        self.cursor = to;
        self.ticks_since_change = 0;
    }

    /// Slack that all but one of `LATE_SHARE` recent packets had.
    fn floor(&self) -> Option<i64> {
        let mut sorted: Vec<i64> = self.slack.iter().copied().collect();
        let rank = sorted.len() / LATE_SHARE;
        (!sorted.is_empty()).then(|| *sorted.select_nth_unstable(rank).1)
    }

    /// Whether the cursor stays for one frame so that late packets come in time again.
    fn must_wait(&mut self) -> bool {
        // Sorting costs, and mostly nothing at all was late.
        let late = self.slack.iter().any(|slack| *slack < 0) && self.floor().is_some_and(|floor| floor < 0);
        let best = self.slack.iter().copied().max().unwrap_or(0);
        if !late || best + FRAME_SAMPLES as i64 > DELAY_MAX_SAMPLES {
            return false;
        }
        for slack in &mut self.slack {
            *slack += FRAME_SAMPLES as i64;
        }
        self.ticks_since_change = 0;
        true
    }

    /// How many samples to leave out of the next frame, if there is too much delay.
    fn shrink_by(&self) -> Option<usize> {
        // From the cheapest question to the dearest: this is asked for every frame, and seldom answered.
        let settled = self.slack.len() >= SETTLED_PACKETS && self.ticks_since_change >= CHANGE_TICKS;
        let best = self.slack.iter().copied().max().filter(|_| settled)?;
        if best <= DELAY_MIN_SAMPLES + EXCESS_SAMPLES || self.floor()? <= MARGIN_SAMPLES + EXCESS_SAMPLES {
            return None;
        }
        let whole = (0..(FRAME_SAMPLES + LAG_MAX_SAMPLES) as i64).all(|i| self.has(self.cursor + i));
        whole.then(|| self.similar_lag())
    }

    /// The lag at which the coming frame resembles itself most, so that a jump is least heard.
    fn similar_lag(&self) -> usize {
        let sample = |i: usize| f32::from(self.samples[index(self.cursor + i as i64)]);
        let difference =
            |lag: usize| -> f32 { (0..FRAME_SAMPLES).map(|i| (sample(i) - sample(i + lag)).abs()).sum() };
        (LAG_MIN_SAMPLES..=LAG_MAX_SAMPLES)
            .min_by(|a, b| difference(*a).total_cmp(&difference(*b)))
            .unwrap_or(LAG_MIN_SAMPLES)
    }

    fn has(&self, place: i64) -> bool {
        place < self.end && self.present[index(place)]
    }

    fn take(&mut self) -> Pulled {
        let mut pulled = EMPTY;
        for i in 0..FRAME_SAMPLES {
            let place = self.cursor + i as i64;
            if self.has(place) {
                pulled.samples[i] = self.samples[index(place)];
                pulled.present[i] = true;
                pulled.arrived_ms = pulled.arrived_ms.or_else(|| self.arrival_of(place));
            }
            self.present[index(place)] = false;
        }
        self.cursor += FRAME_SAMPLES as i64;
        pulled
    }

    /// A frame that starts at the cursor and ends `lag` samples further on.
    fn take_shortened(&mut self, lag: usize) -> Pulled {
        let tail: Vec<i16> =
            (0..FRAME_SAMPLES).map(|i| self.samples[index(self.cursor + (i + lag) as i64)]).collect();
        let mut pulled = self.take();
        for (i, (sample, later)) in pulled.samples.iter_mut().zip(&tail).enumerate() {
            let share = i as f32 / (FRAME_SAMPLES - 1) as f32;
            *sample = (f32::from(*sample) * (1.0 - share) + f32::from(*later) * share) as i16;
        }
        self.move_cursor(self.cursor + lag as i64);
        pulled
    }

    fn arrival_of(&self, place: i64) -> Option<u64> {
        let before = self.arrivals.iter().filter(|(at, _)| *at <= place);
        before.max_by_key(|(at, _)| *at).map(|(_, arrived)| *arrived)
    }
}

const EMPTY: Pulled =
    Pulled { samples: [0; FRAME_SAMPLES], present: [false; FRAME_SAMPLES], arrived_ms: None };

fn index(place: i64) -> usize {
    place.rem_euclid(LINE_SAMPLES as i64) as usize
}

#[cfg(test)]
#[path = "jitter_tests.rs"]
mod tests;
