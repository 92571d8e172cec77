//! ◆ The words that weighed most: how much less likely the tone would be without each.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::train::Mind;

/// Words that are named at most.
const WORDS: usize = 3;

/// Words that are tried, the first of the utterance: time grows with the square.
const TRIED: usize = 25;

/// Log-odds that a word must add to be named.
const WORTH: f32 = 0.2;

/// A word of the utterance, as it was said, and what it adds to the log-odds of the likeliest tone.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighed {
    pub word: String,
    pub weight: f32,
}

/// The words that spoke most for a class, the weightiest first. The sentence vector has no say in it: it knows no
/// words.
pub(super) fn words(mind: &Mind, text: &str, class: usize) -> Vec<Weighed> {
    let said: Vec<&str> = text.split_whitespace().take(TRIED).collect();
    let whole = mind.evidence_in_letters(&said.join(" "), class);
    let without = |at: usize| {
        let rest: Vec<&str> = said[..at].iter().chain(&said[at + 1..]).copied().collect();
        mind.evidence_in_letters(&rest.join(" "), class)
    };
    let weigh = |(at, word): (usize, &&str)| Weighed {
        word: word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned(),
        weight: whole - without(at),
    };
    let mut weighed: Vec<Weighed> = said.iter().enumerate().map(weigh).collect();
    weighed.retain(|one| one.weight > WORTH && !one.word.is_empty());
    weighed.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    weighed.truncate(WORDS);
    weighed
}
