//! ◆ Where a sentence that was held goes on: a little earlier, between two words.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::FRAME_SAMPLES;
use std::collections::VecDeque;

/// Audio that is kept to go back in: 900 ms.
const KEPT_SAMPLES: usize = 45 * FRAME_SAMPLES;
/// At least this much is heard twice, so that the word that was cut is whole: 200 ms.
const BACK_FRAMES: usize = 10;

/// The last moments of one playback, as they went to the wire.
#[derive(Debug, Default)]
pub struct Recent {
    samples: VecDeque<i16>,
    /// Nothing before them was dropped: they begin with the playback.
    whole: bool,
}

impl Recent {
    pub fn new() -> Self {
        Recent { samples: VecDeque::new(), whole: true }
    }

    /// Notes what left.
    pub fn push(&mut self, part: &[i16]) {
        self.samples.extend(part);
        let surplus = self.samples.len().saturating_sub(KEPT_SAMPLES);
        if surplus > 0 {
            self.samples.drain(..surplus);
            self.whole = false;
        }
    }

    /// Takes back what is to be heard again: from the quietest moment between 200 and 900 ms ago, which
    /// is where one word ends and the next begins; of a sentence that has only begun, all of it.
    pub fn take_back(&mut self) -> Vec<i16> {
        let from =
            if self.whole && self.samples.len() <= BACK_FRAMES * FRAME_SAMPLES { 0 } else { self.dip() };
        self.samples.drain(from..).collect()
    }

    /// The middle of the quietest 40 ms; the latest of several.
    fn dip(&mut self) -> usize {
        let samples = self.samples.make_contiguous();
        let last = samples.len().saturating_sub(BACK_FRAMES * FRAME_SAMPLES);
        let energy = |from: &usize| -> i64 {
            let around = &samples[*from..(*from + 2 * FRAME_SAMPLES).min(samples.len())];
            around.iter().map(|sample| i64::from(*sample).pow(2)).sum()
        };
        let places = (0..last.saturating_sub(FRAME_SAMPLES) + 1).step_by(FRAME_SAMPLES / 2).rev();
        let quietest = places.min_by_key(energy);
        quietest.map_or(0, |from| (from + FRAME_SAMPLES).min(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recent(parts: &[(usize, i16)]) -> Recent {
        let mut recent = Recent::new();
        for (ms, loudness) in parts {
            for _ in 0..ms / 20 {
                recent.push(&[*loudness; FRAME_SAMPLES]);
            }
        }
        recent
    }

    #[test]
    fn a_held_sentence_goes_on_from_the_gap_before_the_word_that_was_cut() {
        let mut recent = recent(&[(500, 4000), (60, 10), (400, 4000)]);
        let again = recent.take_back().len() / 8;
        assert!((400..=460).contains(&again), "{again} ms");
    }

    #[test]
    fn a_sentence_that_has_only_begun_is_heard_from_its_beginning() {
        assert_eq!(recent(&[(160, 4000)]).take_back().len(), 160 * 8);
    }

    #[test]
    fn without_any_gap_little_is_heard_twice() {
        let again = recent(&[(5_000, 4000)]).take_back().len() / 8;
        assert!((200..=240).contains(&again), "{again} ms");
    }
}
