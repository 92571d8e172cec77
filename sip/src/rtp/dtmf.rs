//! Keys as named telephone events, RFC 4733.

use super::{FRAME_SAMPLES, SAMPLES_PER_MS};
use std::collections::VecDeque;
use std::f32::consts::TAU;

/// An event whose end never came counts as ended after this silence.
const END_LOST_MS: u64 = 150;
/// Timestamps of finished events, against repetitions that arrive late.
const FINISHED_MAX: usize = 8;
/// Keys waiting to be sent.
pub const DIGITS_MAX: usize = 64;
/// Length of a sent key, in ticks of 20 ms.
const PRESS_TICKS: u32 = 5;
/// Ticks from one key to the next: 100 ms of pause.
const PERIOD_TICKS: u32 = 10;
/// Ticks that repeat the end packet (RFC 4733 section 2.5.1.4).
const END_REPEATS: u32 = 2;
/// -dBm0 that we claim.
const VOLUME: u8 = 10;

const KEYS: &[u8; 16] = b"0123456789*#ABCD";

/// Turns event packets into keys: each key once.
#[derive(Debug, Default)]
pub struct KeyReceiver {
    current: Option<Pressed>,
    finished: VecDeque<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Pressed {
    key: char,
    timestamp: u32,
    duration: u16,
    last_ms: u64,
}

impl KeyReceiver {
    /// One telephone-event packet. Returns the key when it is known to be released: at its first end
    /// packet, or when another key begins.
    pub fn packet(&mut self, now_ms: u64, timestamp: u32, payload: &[u8]) -> Option<char> {
        let (&[event, flags, high, low], _) = payload.split_first_chunk::<4>()?;
        let key = char::from(*KEYS.get(usize::from(event))?);
        let duration = u16::from_be_bytes([high, low]);
        if self.finished.contains(&timestamp) {
            return None;
        }
        let before = self.replace(Pressed { key, timestamp, duration, last_ms: now_ms });
        if flags & 0x80 != 0 {
            let ended = self.finish();
            return before.or(ended);
        }
        before
    }

    /// Returns a key whose end packets were all lost.
    pub fn tick(&mut self, now_ms: u64) -> Option<char> {
        let stale = self.current.is_some_and(|pressed| now_ms.saturating_sub(pressed.last_ms) >= END_LOST_MS);
        if stale { self.finish() } else { None }
    }

    /// Takes note of a packet; returns the key before it, if this is another one.
    fn replace(&mut self, new: Pressed) -> Option<char> {
        let before = self.current.replace(new)?;
        if before.timestamp == new.timestamp {
            return None;
        }
        self.remember(before.timestamp);
        // A key held for more than 8 s goes on in a new segment (RFC 4733 section 2.5.1.3).
        let continues = before.key == new.key
            && before.duration > 0x8000
            && new.timestamp.wrapping_sub(before.timestamp) <= u32::from(u16::MAX);
        (!continues).then_some(before.key)
    }

    fn finish(&mut self) -> Option<char> {
        let pressed = self.current.take()?;
        self.remember(pressed.timestamp);
        Some(pressed.key)
    }

    fn remember(&mut self, timestamp: u32) {
        if self.finished.len() == FINISHED_MAX {
            self.finished.pop_front();
        }
        self.finished.push_back(timestamp);
    }
}

/// Keys being sent, one tick of 20 ms at a time.
#[derive(Debug, Default)]
pub struct KeySender {
    waiting: VecDeque<u8>,
    /// Event code, and ticks since it began.
    current: Option<(u8, u32)>,
}

/// What the key that is being sent wants in this tick.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyTick {
    event: u8,
    tick: u32,
}

impl KeySender {
    /// Queues keys; what is no key, or above `DIGITS_MAX`, is left out. Returns how many were left out.
    pub fn press(&mut self, digits: &str) -> usize {
        let mut refused = 0;
        for digit in digits.chars() {
            let event = KEYS.iter().position(|key| char::from(*key) == digit.to_ascii_uppercase());
            match event {
                Some(event) if self.waiting.len() < DIGITS_MAX => self.waiting.push_back(event as u8),
                _ => refused += 1,
            }
        }
        refused
    }

    /// One tick later.
    pub fn tick(&mut self) -> Option<KeyTick> {
        if self.current.is_none() {
            self.current = self.waiting.pop_front().map(|event| (event, 0));
        }
        let (event, tick) = self.current?;
        self.current = (tick + 1 < PERIOD_TICKS).then_some((event, tick + 1));
        Some(KeyTick { event, tick })
    }
}

impl KeyTick {
    /// Ticks since the key began.
    pub fn ticks(self) -> u32 {
        self.tick
    }

    /// Payload of this tick's event packet; `None` in the pause after the key.
    pub fn payload(self) -> Option<[u8; 4]> {
        let ticks = (self.tick + 1).min(PRESS_TICKS);
        let duration = ticks * FRAME_SAMPLES as u32;
        let end = if self.tick + 1 >= PRESS_TICKS { 0x80 } else { 0 };
        let [high, low] = (duration as u16).to_be_bytes();
        (self.tick < PRESS_TICKS + END_REPEATS).then_some([self.event, end | VOLUME, high, low])
    }

    /// The key as a tone, for a far end that does not know telephone events (ITU-T Q.23): 20 ms at
    /// -10 dBm0 per frequency, or silence in the pause.
    pub fn tone(self, out: &mut [i16]) {
        const LOW: [f32; 4] = [697.0, 770.0, 852.0, 941.0];
        const HIGH: [f32; 4] = [1209.0, 1336.0, 1477.0, 1633.0];
        const PLACES: [(usize, usize); 16] = [
            (3, 1),
            (0, 0),
            (0, 1),
            (0, 2),
            (1, 0),
            (1, 1),
            (1, 2),
            (2, 0),
            (2, 1),
            (2, 2),
            (3, 0),
            (3, 2),
            (0, 3),
            (1, 3),
            (2, 3),
            (3, 3),
        ];
        if self.tick >= PRESS_TICKS {
            out.fill(0);
            return;
        }
        let (row, column) = PLACES[usize::from(self.event) % 16];
        let first = self.tick as usize * FRAME_SAMPLES;
        for (i, sample) in out.iter_mut().enumerate() {
            let t = (first + i) as f32 / (SAMPLES_PER_MS as f32 * 1000.0);
            let value = (TAU * LOW[row] * t).sin() + (TAU * HIGH[column] * t).sin();
            *sample = (value * 7000.0) as i16;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(code: u8, end: bool, duration: u16) -> [u8; 4] {
        let [high, low] = duration.to_be_bytes();
        [code, if end { 0x8a } else { 10 }, high, low]
    }

    #[test]
    fn a_key_comes_once_although_its_end_comes_three_times_and_a_straggler_after_it() {
        let mut keys = KeyReceiver::default();
        let mut heard = Vec::new();
        for n in 1..=4 {
            heard.extend(keys.packet(u64::from(n) * 20, 1000, &event(5, false, n * 160)));
        }
        for _ in 0..3 {
            heard.extend(keys.packet(100, 1000, &event(5, true, 800)));
        }
        heard.extend(keys.packet(120, 1000, &event(5, false, 480)));
        heard.extend(keys.tick(1000));
        assert_eq!(heard, ['5']);
    }

    #[test]
    fn a_key_whose_end_is_lost_comes_when_the_next_begins_or_after_150_ms() {
        let mut keys = KeyReceiver::default();
        assert_eq!(keys.packet(0, 1000, &event(1, false, 160)), None);
        assert_eq!(keys.packet(100, 2600, &event(1, false, 160)), Some('1'));
        assert_eq!(keys.tick(240), None);
        assert_eq!(keys.tick(250), Some('1'));
    }

    #[test]
    fn flash_and_truncated_events_are_ignored() {
        let mut keys = KeyReceiver::default();
        assert_eq!(keys.packet(0, 1, &event(16, true, 800)), None);
        assert_eq!(keys.packet(0, 1, &[1, 0x80]), None);
    }

    #[test]
    fn what_we_send_is_what_we_hear() {
        let (mut sender, mut receiver) = (KeySender::default(), KeyReceiver::default());
        assert_eq!(sender.press("7*x#D"), 1);
        let (mut heard, mut began) = (String::new(), 0);
        for n in 0..60u32 {
            let Some(key) = sender.tick() else { break };
            if key.ticks() == 0 {
                began = n * 160;
            }
            if let Some(payload) = key.payload() {
                heard.extend(receiver.packet(u64::from(n) * 20, began, &payload));
            }
        }
        assert_eq!(heard, "7*#D");
    }
}
