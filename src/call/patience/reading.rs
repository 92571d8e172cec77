//! ◆ What the words so far amount to, as an answer to what was asked.

use crate::decide::ExpectKind;
use crate::decide::phrases::{Courtesy, courtesy};
use crate::decide::recognise;
use crate::language::Language;
use crate::understand::ending::{Ending, ending};
use crate::understand::text::words;

/// Longest answer to a closed question that is nothing but yes or no, words.
const SHORT_ANSWER_WORDS: usize = 5;
/// Digits at the end of a sentence from which a number is being dictated.
const DICTATED_DIGITS: usize = 3;

/// What was asked.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Question<'a> {
    pub kind: &'a ExpectKind,
    /// Digits of the number that were said in turns before.
    pub digits_so_far: usize,
}

/// What the words amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// What was asked for, whole.
    Answer,
    /// A no.
    Refusal,
    /// The number may be whole, or go on.
    Enough,
    /// The number goes on.
    Missing,
    /// A number that nobody asked for is being said.
    Counting,
    /// A voice without words.
    Nothing,
    /// Anything else.
    Words { ending: Ending, words: usize },
}

/// Reads `text`, which the recogniser heard in `language`, as an answer.
pub fn read(text: &str, language: Language, question: Question<'_>) -> Reading {
    let count = words(text).len();
    if count == 0 {
        return Reading::Nothing;
    }
    let ending = ending(text, language);
    let other = Reading::Words { ending, words: count };
    let said = courtesy(text, language).filter(|said| !matches!(said, Courtesy::Hello | Courtesy::Wait));
    if said.is_some() && ending != Ending::Hesitation {
        return Reading::Words { ending: Ending::Closed, words: count.max(SHORT_ANSWER_WORDS) };
    }
    match question.kind {
        ExpectKind::Digits { min, max } => match recognise::digits(text, language) {
            Some(digits) => number(digits.len(), question.digits_so_far, *min, *max),
            None => other,
        },
        ExpectKind::YesNo => yes_no(text, language, count, other),
        ExpectKind::Choice(options) => choice(text, language, options, other),
        ExpectKind::Open if dictates(text, language) => Reading::Counting,
        ExpectKind::Open => other,
    }
}

fn number(said: usize, so_far: usize, min: usize, max: usize) -> Reading {
    let whole = |count: usize| count == max;
    match said + so_far {
        all if whole(all) || whole(said) => Reading::Answer,
        all if all >= min => Reading::Enough,
        _ => Reading::Missing,
    }
}

fn yes_no(text: &str, language: Language, count: usize, other: Reading) -> Reading {
    let unfinished = matches!(other, Reading::Words { ending: Ending::Dangling, .. });
    if count > SHORT_ANSWER_WORDS || unfinished {
        return other;
    }
    match recognise::yes_no(text, language) {
        Some(true) => Reading::Answer,
        Some(false) => Reading::Refusal,
        None => other,
    }
}

fn choice(text: &str, language: Language, options: &[String], other: Reading) -> Reading {
    let unfinished = matches!(other, Reading::Words { ending: Ending::Dangling | Ending::Hesitation, .. });
    let named = !unfinished && recognise::choice(text, options, language).is_some();
    if named { Reading::Answer } else { other }
}

/// Whether the last words are several digits.
fn dictates(text: &str, language: Language) -> bool {
    let words = words(text);
    let digits = |word: &String| recognise::digits(word, language).map_or(0, |digits| digits.len());
    let last = words.iter().rev().map(digits).take_while(|digits| *digits > 0);
    last.sum::<usize>() >= DICTATED_DIGITS
}
