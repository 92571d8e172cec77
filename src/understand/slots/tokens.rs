//! ◆ Words with their place in the text, and the numbers that stand in them.

use super::digits::{digits, one_number};
use super::ordinals::{Ordinal, ordinal};
use crate::language::Language;
use crate::understand::text::fold;

/// Most words that one number takes: "nine hundred and ninety nine thousand and one".
const NUMBER_WORDS: usize = 9;

/// One word: folded, or a written number with the marks inside it (`12:30`, `5,50`, `03.05.2026`).
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub text: String,
    pub from: usize,
    pub to: usize,
    /// A mark ended the phrase here.
    pub stop: bool,
}

/// A number and the tokens it takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Number {
    pub value: u64,
    pub used: usize,
    pub ordinal: Option<Ordinal>,
}

impl Number {
    /// The digits of the number, with the zeros that callers count: "double oh", "dwa zera".
    pub fn digits(&self, tokens: &[Token], at: usize, language: Language) -> String {
        let words: Vec<&str> = tokens[at..at + self.used].iter().map(|token| token.text.as_str()).collect();
        if words.len() == 1 && words[0].bytes().all(|b| b.is_ascii_digit()) {
            return words[0].to_owned();
        }
        let zeros = digits(&words.join(" "), language).filter(|_| self.value == 0);
        zeros.unwrap_or_else(|| self.value.to_string())
    }
}

/// The words of a text. Numbers keep the marks inside, units and currencies stand apart (`3pm`, `5zł`, `£5`).
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut from = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let chunk = piece.trim_end();
        if chunk.chars().any(|c| c.is_ascii_digit()) {
            written(chunk, from, &mut tokens);
        } else {
            spoken(chunk, from, &mut tokens);
        }
        let marked = chunk.ends_with([',', '.', ';', '!', '?', ':', '…']);
        if let (true, Some(last)) = (marked, tokens.last_mut()) {
            last.stop = true;
        }
        from += piece.len();
    }
    tokens
}

fn push(text: &str, from: usize, tokens: &mut Vec<Token>) {
    let folded = fold(text).replace(' ', "");
    if !folded.is_empty() {
        tokens.push(Token { text: folded, from, to: from + text.len(), stop: false });
    }
}

fn spoken(chunk: &str, from: usize, tokens: &mut Vec<Token>) {
    let is_word = |c: char| c.is_alphanumeric() || c == '\'' || c == '’';
    let mut start = None;
    for (at, c) in chunk.char_indices().chain([(chunk.len(), ' ')]) {
        match (is_word(c), start) {
            (true, None) => start = Some(at),
            (false, Some(begin)) => {
                push(&chunk[begin..at], from + begin, tokens);
                start = None;
            }
            _ => {}
        }
        if matches!(c, '€' | '£' | '$' | '+' | '@') {
            let text = c.to_string();
            tokens.push(Token { text, from: from + at, to: from + at + c.len_utf8(), stop: false });
        }
    }
}

/// A chunk with digits: letters before and after them become tokens of their own.
fn written(chunk: &str, from: usize, tokens: &mut Vec<Token>) {
    let first = chunk.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let rest = &chunk[first..];
    let inside = |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | ',' | '/' | '-' | '–');
    let length = rest.find(|c: char| !inside(c)).unwrap_or(rest.len());
    let number = rest[..length].trim_end_matches(|c: char| !c.is_ascii_digit());
    spoken(&chunk[..first], from, tokens);
    let (begin, end) = (from + first, from + first + number.len());
    let after = &chunk[first + number.len()..];
    let suffix = fold(after).replace(' ', "");
    if is_ordinal_suffix(&suffix) && number.bytes().all(|b| b.is_ascii_digit()) {
        let text = format!("{number}{suffix}");
        tokens.push(Token { text, from: begin, to: from + chunk.len(), stop: false });
    } else {
        tokens.push(Token { text: number.replace('–', "-"), from: begin, to: end, stop: false });
        if after.chars().any(|c| c.is_ascii_digit()) {
            written(after, end, tokens);
        } else {
            spoken(after, end, tokens);
        }
    }
}

const SUFFIXES: [&str; 21] = [
    "st", "nd", "rd", "th", "go", "ego", "tej", "ej", "szej", "giej", "ciej", "ta", "sza", "ga", "ma", "ty",
    "mego", "tego", "szy", "gi", "lea",
];

fn is_ordinal_suffix(suffix: &str) -> bool {
    SUFFIXES.contains(&suffix)
}

/// The longest number that begins at `at`.
pub(super) fn number(tokens: &[Token], at: usize, language: Language) -> Option<Number> {
    let rest = tokens.get(at..)?;
    let first = &rest.first()?.text;
    let digits: String = first.chars().take_while(char::is_ascii_digit).collect();
    if !digits.is_empty() && is_ordinal_suffix(&first[digits.len()..]) {
        let ordinal = if first.ends_with("go") { Ordinal::Genitive } else { Ordinal::Other };
        return Some(Number { value: digits.parse().ok()?, used: 1, ordinal: Some(ordinal) });
    }
    if let Some(found) = spoken_ordinal(rest, language) {
        return Some(found);
    }
    // Romanian "o sută": the article belongs to the number.
    if language == Language::Romanian
        && first == "o"
        && rest.get(1).is_some_and(|next| matches!(next.text.as_str(), "suta" | "mie"))
    {
        return number(tokens, at + 1, language).map(|found| Number { used: found.used + 1, ..found });
    }
    let phrase = rest.iter().take(NUMBER_WORDS).position(|token| token.stop);
    let most = phrase.map_or(rest.len().min(NUMBER_WORDS), |stop| stop + 1);
    let words: Vec<String> = rest[..most].iter().map(|token| token.text.clone()).collect();
    (1..=most).rev().find_map(|used| {
        let value = one_number(&words[..used], language)?;
        Some(Number { value, used, ordinal: None })
    })
}

/// "dwudziestego pierwszego", "twenty first", "third".
fn spoken_ordinal(rest: &[Token], language: Language) -> Option<Number> {
    let at = |index: usize| rest.get(index).and_then(|token| ordinal(&token.text, language));
    let tens =
        || one_number(&[rest[0].text.clone()], language).filter(|v| (20..100).contains(v) && v % 10 == 0);
    match (at(0), at(1)) {
        (Some((tens, _)), Some((unit, form))) if tens >= 20 && tens % 10 == 0 && unit < 10 => {
            Some(Number { value: tens + unit, used: 2, ordinal: Some(form) })
        }
        (Some((value, form)), _) => Some(Number { value, used: 1, ordinal: Some(form) }),
        (None, Some((unit, form))) if unit < 10 && language != Language::Romanian => {
            Some(Number { value: tens()? + unit, used: 2, ordinal: Some(form) })
        }
        // "douăzeci și unulea"
        (None, _) if language == Language::Romanian && rest.get(1).is_some_and(|link| link.text == "si") => {
            let (unit, form) = at(2).filter(|(unit, _)| *unit < 10)?;
            Some(Number { value: tens()? + unit, used: 3, ordinal: Some(form) })
        }
        _ => None,
    }
}

/// Whether the tokens from `at` on are these words.
pub(super) fn says(tokens: &[Token], at: usize, phrase: &str) -> Option<usize> {
    let mut used = 0;
    for word in phrase.split(' ') {
        (tokens.get(at + used)?.text == word).then_some(())?;
        used += 1;
    }
    Some(used)
}

/// The longest of the phrases (separated by commas) that stands at `at`.
pub(super) fn says_any(tokens: &[Token], at: usize, phrases: &str) -> Option<usize> {
    phrases.split(',').filter_map(|phrase| says(tokens, at, phrase.trim())).max()
}

/// Whether one of the phrases ends right before `at`.
pub(super) fn said_before(tokens: &[Token], at: usize, phrases: &str) -> bool {
    phrases.split(',').map(str::trim).any(|phrase| {
        let length = phrase.split(' ').count();
        at >= length && says(tokens, at - length, phrase).is_some()
    })
}
