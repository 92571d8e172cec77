//! ◆ What the other leg of a bridge says, on its way out of this one.
//!
//! The other leg hands over a frame per tick of its own; ours are taken when a packet is due. Both
//! ticks come from one clock but at different phases, so a frame or two wait here and no more.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::FRAME_SAMPLES;
use super::leg::Fed;
use sip::rtp::conceal::Concealer;
use std::collections::VecDeque;
use tokio::sync::mpsc;

/// Frames between two legs: two packets of 60 ms and a key being sent.
pub const FEED_FRAMES: usize = 16;
/// Audio that may wait beyond the packet that is due, 60 ms.
const AHEAD_SAMPLES_MAX: usize = 3 * FRAME_SAMPLES;
/// Takes over which the least waiting audio is watched; twice as many after audio was missing, at most 30 s.
const WATCHED_TAKES: u32 = 50;
const WATCHED_TAKES_MAX: u32 = 1_500;
/// Peak under which a frame may be left out unheard.
const QUIET_PEAK: u16 = 400;

/// What all of them say together, cut off at full scale.
pub fn mix(far: &mut [FarAudio], out: &mut [i16]) {
    let Some((first, others)) = far.split_first_mut() else {
        return out.fill(0);
    };
    first.take(out);
    for other in others {
        let mut said = vec![0; out.len()];
        other.take(&mut said);
        out.iter_mut().zip(said).for_each(|(sum, part)| *sum = sum.saturating_add(part));
    }
}

/// The receiving end of a bridge.
#[derive(Debug)]
pub struct FarAudio {
    from: mpsc::Receiver<Fed>,
    waiting: VecDeque<i16>,
    concealer: Concealer,
    least_left: usize,
    takes: u32,
    /// Over so many takes the least is watched: longer where the two ticks are so close that they change order.
    watched: u32,
    /// Audio has come at all.
    began: bool,
}

impl FarAudio {
    pub fn new(from: mpsc::Receiver<Fed>) -> Self {
        FarAudio {
            from,
            waiting: VecDeque::new(),
            concealer: Concealer::default(),
            least_left: usize::MAX,
            takes: 0,
            watched: WATCHED_TAKES,
            began: false,
        }
    }

    /// The other leg is gone, or does not feed this one any more, and all that it said was taken.
    pub fn is_over(&self) -> bool {
        self.from.is_closed() && self.from.is_empty() && self.waiting.is_empty()
    }

    /// Takes in what the other leg handed over; returns the keys among it. `packet_samples` is what one
    /// packet of ours holds.
    pub fn drain(&mut self, packet_samples: usize) -> String {
        let mut keys = String::new();
        while let Ok(fed) = self.from.try_recv() {
            match fed {
                Fed::Audio(frame) => self.waiting.extend(frame),
                Fed::Key(key) => keys.push(key),
            }
        }
        let surplus = self.waiting.len().saturating_sub(packet_samples + AHEAD_SAMPLES_MAX);
        self.waiting.drain(..surplus);
        keys
    }

    /// The next audio, which leaves now; what is missing is concealed.
    pub fn take(&mut self, out: &mut [i16]) {
        let count = out.len().min(self.waiting.len());
        let (there, missing) = out.split_at_mut(count);
        for (sample, next) in there.iter_mut().zip(self.waiting.drain(..count)) {
            *sample = next;
        }
        self.concealer.good(there);
        self.began |= !there.is_empty();
        if !missing.is_empty() {
            self.concealer.fill(missing);
            if self.began {
                self.watched = (2 * self.watched).min(WATCHED_TAKES_MAX);
            }
        }
        self.watch();
    }

    /// Drops a frame when one has been waiting all the time, as it is only delay, and can be left out unheard.
    fn watch(&mut self) {
        self.least_left = self.least_left.min(self.waiting.len());
        self.takes += 1;
        if self.takes < self.watched {
            return;
        }
        if self.least_left >= FRAME_SAMPLES {
            let quiet = self.waiting.iter().take(FRAME_SAMPLES).all(|s| s.unsigned_abs() < QUIET_PEAK);
            // Two are dropped at once wherever they are.
            if !quiet && self.least_left < 2 * FRAME_SAMPLES {
                return;
            }
            self.waiting.drain(..FRAME_SAMPLES);
        }
        self.least_left = usize::MAX;
        self.takes = 0;
    }
}
