//! ◆ How the words so far end: whether more must follow, may follow, or nothing is missing.
//!
//! The lists of each language stand in files of their own, as `text::fold` leaves them: lower case, no
//! diacritics. Hesitations are written as recognisers spell them, and stretched vowels ("yyyyy") are
//! shortened before they are looked up.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod en;
mod pl;
mod ro;

use super::text::words;
use crate::language::Language;

/// How the words so far end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// The caller is looking for words: "eee", "no to", "so uhm".
    Hesitation,
    /// The last words want others after them: "my number is", "w", "și".
    Dangling,
    /// The recogniser heard no end of a sentence.
    Loose,
    /// A whole statement, as far as the words tell.
    Closed,
    /// A whole question.
    Asked,
}

/// What one language says when it is not finished. Entries of several words are compared whole.
struct Endings {
    /// Said while looking for words.
    hesitations: &'static [&'static str],
    /// Conjunctions, prepositions, articles, possessives: something follows.
    leading: &'static [&'static str],
    /// Verbs that something follows, except after one of `subjects` ("yes it is").
    verbs: &'static [&'static str],
    subjects: &'static [&'static str],
    /// A question may end with a preposition ("where is it from?").
    stranded: bool,
    /// Said to show that one listens, not to say something.
    back_channels: &'static [&'static str],
}

/// Letters that a hesitation is shortened to: "mmmmm" to "mm".
const STRETCH: usize = 2;
/// Longest entry of the lists, words.
const ENTRY_WORDS: usize = 4;
/// Longest back-channel, words: "no tak tak tak".
const BACK_CHANNEL_WORDS: usize = 4;

/// How these words end.
pub fn ending(text: &str, language: Language) -> Ending {
    let lists = of(language);
    let words: Vec<String> = words(text).iter().map(|word| shortened(word)).collect();
    let mark = text.trim_end().chars().next_back().unwrap_or(' ');
    let asked = mark == '?';
    if ends_with(&words, lists.hesitations) {
        return Ending::Hesitation;
    }
    let leads = ends_with(&words, lists.leading) && !(asked && lists.stranded);
    if leads || awaits_object(&words, lists) || trails_off(text) {
        return Ending::Dangling;
    }
    match mark {
        '?' => Ending::Asked,
        '.' | '!' => Ending::Closed,
        _ => Ending::Loose,
    }
}

/// Whether this only shows that the caller listens: "mhm", "tak tak", "da da".
pub fn is_back_channel(text: &str, language: Language) -> bool {
    let words: Vec<String> = words(text).iter().map(|word| shortened(word)).collect();
    let known =
        |from: usize, to: usize| of(language).back_channels.contains(&words[from..to].join(" ").as_str());
    let whole = |split: usize| known(0, split) && (split == words.len() || known(split, words.len()));
    let alike = words.iter().enumerate().all(|(at, _)| known(at, at + 1));
    !words.is_empty() && words.len() <= BACK_CHANNEL_WORDS && (alike || (1..=words.len()).any(whole))
}

fn of(language: Language) -> &'static Endings {
    match language {
        Language::Polish => &pl::ENDINGS,
        Language::Romanian => &ro::ENDINGS,
        Language::English => &en::ENDINGS,
    }
}

/// Whether the text ends with an entry.
fn ends_with(words: &[String], list: &[&str]) -> bool {
    let longest = words.len().min(ENTRY_WORDS);
    (1..=longest).any(|count| list.contains(&words[words.len() - count..].join(" ").as_str()))
}

/// A verb at the end that something must follow: "my number is", but not "yes it is".
fn awaits_object(words: &[String], lists: &Endings) -> bool {
    let [before @ .., last] = words else { return false };
    let subject = before.last().is_some_and(|word| lists.subjects.contains(&word.as_str()));
    lists.verbs.contains(&last.as_str()) && !subject
}

/// Dots, a dash or a comma at the end: so recognisers write a voice that stays up.
fn trails_off(text: &str) -> bool {
    let text = text.trim_end();
    text.ends_with("..") || text.ends_with(['…', ',', '-', '–', '—', ':', ';'])
}

/// Stretched sounds at a usual length: "Yyyy" and "yy" are the same.
fn shortened(word: &str) -> String {
    let mut short = String::with_capacity(word.len());
    let mut run = 0;
    let mut last = None;
    for letter in word.chars() {
        run = if last == Some(letter) { run + 1 } else { 1 };
        last = Some(letter);
        if run <= STRETCH || letter.is_ascii_digit() {
            short.push(letter);
        }
    }
    short
}

#[cfg(test)]
mod tests;
