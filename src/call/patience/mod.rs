//! ◆ How long to wait in silence before the caller's turn is over.
//!
//! Silence alone tells little: half of the pauses inside a turn are longer than 300 ms. What was said tells
//! more: an answer that is whole needs no wait, a number with digits missing needs a long one. Every wait is
//! a multiple of one neutral silence (`hear.end_silence_ms`), so that one number sets the pace of a bot.

mod reading;
#[cfg(test)]
mod tests;

pub use reading::{Question, Reading, read};

use crate::understand::ending::Ending;

/// No wait is shorter, ms: a stop consonant closes the mouth for up to 150 ms.
const SHORTEST_MS: u64 = 200;
/// No wait is longer, ms: then the bot asks what is missing.
const LONGEST_MS: u64 = 2_600;
/// Confidence below which words do not shorten the wait, 0..1.
const BELIEVED: f32 = 0.5;
/// Words from which a closed sentence is taken for a whole one.
const SENTENCE_WORDS: usize = 3;
/// Below it a voice sounds as if it went on, above it as if it had finished, 0..1.
const SOUNDS_OPEN: f32 = 0.1;
const SOUNDS_CLOSED: f32 = 0.9;
/// A caller who paused before may pause a little longer the next time, percent.
const OWN_PAUSE: u64 = 125;

/// What is known while the caller is silent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// What the words so far amount to; none while the recogniser is still at work.
    pub reading: Option<Reading>,
    /// The recogniser's confidence in those words, 0..1.
    pub confidence: f32,
    /// That the voice sounded finished, 0..1, where a model listens for it (`hear.turn_model`).
    pub finished: Option<f32>,
    /// Digits were asked for.
    pub digits: bool,
    /// This caller's longest pause inside a turn so far, ms.
    pub longest_pause_ms: u64,
    /// Silence that ends a turn which nothing is known of, ms.
    pub neutral_ms: u64,
}

/// Silence that ends the turn, ms. While the words are not known the wait is long: no answer could be
/// given without them, so it costs nothing, and it ends even when they never come.
pub fn patience(evidence: &Evidence) -> u64 {
    let Evidence { reading, confidence, finished, digits, longest_pause_ms, neutral_ms } = *evidence;
    let percent = match reading {
        None if digits => 340,
        None => 220,
        Some(reading) if confidence < BELIEVED => swayed(percent(reading).max(130), finished),
        Some(reading) if undecided(reading) => swayed(percent(reading), finished),
        Some(reading) => percent(reading),
    };
    let wait_ms = neutral_ms * percent / 100;
    // Own pauses say when a caller goes on who may go on; they do not delay a whole answer.
    let own_ms = if percent > 100 { longest_pause_ms * OWN_PAUSE / 100 } else { 0 };
    wait_ms.max(own_ms).clamp(SHORTEST_MS, LONGEST_MS)
}

/// The words may be all of it, or not.
fn undecided(reading: Reading) -> bool {
    match reading {
        Reading::Enough | Reading::Nothing => true,
        Reading::Words { ending, .. } => matches!(ending, Ending::Loose | Ending::Asked | Ending::Closed),
        Reading::Answer | Reading::Refusal | Reading::Counting | Reading::Missing => false,
    }
}

/// A wait after the voice's melody was heard too.
fn swayed(percent: u64, finished: Option<f32>) -> u64 {
    match finished {
        Some(finished) if finished < SOUNDS_OPEN => percent * 160 / 100,
        Some(finished) if finished > SOUNDS_CLOSED => percent * 80 / 100,
        _ => percent,
    }
}

/// The wait in percent of the neutral one.
fn percent(reading: Reading) -> u64 {
    match reading {
        Reading::Answer => 50,
        // Reasons and corrections follow a refusal more often than an agreement.
        Reading::Refusal => 90,
        Reading::Enough => 180,
        Reading::Counting => 200,
        Reading::Missing => 340,
        Reading::Nothing => 150,
        Reading::Words { ending, words } => match ending {
            Ending::Hesitation => 360,
            Ending::Dangling => 290,
            Ending::Loose => 170,
            Ending::Asked | Ending::Closed if words < SENTENCE_WORDS => 140,
            Ending::Closed => 95,
            Ending::Asked => 75,
        },
    }
}
