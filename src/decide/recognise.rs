//! ◆ The only place that asks what a caller's words contain: a person, a language, digits, yes or no.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::words::{contains_phrase, fold_words};
use crate::language::Language;

/// The words with which the caller asks for a person.
pub fn asks_for_person(text: &str, language: Language) -> Option<String> {
    let words = fold_words(text);
    let names: &[&str] = match language {
        Language::Polish => &[
            "konsultant",
            "konsultanta",
            "konsultantem",
            "konsultantka",
            "czlowiek",
            "czlowieka",
            "czlowiekiem",
            "operator",
            "operatora",
            "pracownika",
            "kims zywym",
        ],
        Language::Romanian => &[
            "operator",
            "operatorul",
            "un om",
            "persoana",
            "agent",
            "coleg",
            "consultant",
        ],
        Language::English => &[
            "agent",
            "human",
            "person",
            "operator",
            "representative",
            "someone real",
            "advisor",
        ],
    };
    names
        .iter()
        .find(|name| contains_phrase(&words, name))
        .map(|name| (*name).to_owned())
}

/// The language that the caller asks for.
pub fn asks_for_language(text: &str) -> Option<Language> {
    let words = fold_words(text);
    let named = [
        ("po polsku", Language::Polish),
        ("polish", Language::Polish),
        ("poloneza", Language::Polish),
        ("po rumunsku", Language::Romanian),
        ("romanian", Language::Romanian),
        ("romana", Language::Romanian),
        ("romaneste", Language::Romanian),
        ("po angielsku", Language::English),
        ("english", Language::English),
        ("engleza", Language::English),
    ];
    let short = words.len() <= 7;
    named
        .into_iter()
        .find(|(phrase, _)| short && contains_phrase(&words, phrase))
        .map(|(_, language)| language)
}

/// The digits in the text, however they were spoken.
pub fn digits(text: &str, language: Language) -> Option<String> {
    let found: String = fold_words(text)
        .iter()
        .filter_map(|word| digit_word(word, language))
        .collect();
    (!found.is_empty()).then_some(found)
}

/// Whether the caller agrees.
pub fn yes_no(text: &str, language: Language) -> Option<bool> {
    let words = fold_words(text);
    let (yes, no): (&[&str], &[&str]) = match language {
        Language::Polish => (
            &["tak", "zgadza", "dobrze", "owszem", "jasne", "poprosze"],
            &["nie"],
        ),
        Language::Romanian => (&["da", "corect", "exact", "sigur", "bine"], &["nu"]),
        Language::English => (
            &["yes", "yeah", "yep", "correct", "right", "sure", "please"],
            &["no", "nope", "not", "wrong"],
        ),
    };
    let says = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    if says(no) {
        Some(false)
    } else {
        says(yes).then_some(true)
    }
}

/// Which of the options the caller names.
pub fn choice(text: &str, options: &[String], _language: Language) -> Option<usize> {
    let words = fold_words(text);
    let named = |option: &String| contains_phrase(&words, &fold_words(option).join(" "));
    options.iter().position(named)
}

fn digit_word(word: &str, language: Language) -> Option<String> {
    if word.chars().all(|c| c.is_ascii_digit()) {
        return Some(word.to_owned());
    }
    let names: [&str; 10] = match language {
        Language::Polish => [
            "zero", "jeden", "dwa", "trzy", "cztery", "piec", "szesc", "siedem", "osiem", "dziewiec",
        ],
        Language::Romanian => [
            "zero", "unu", "doi", "trei", "patru", "cinci", "sase", "sapte", "opt", "noua",
        ],
        Language::English => [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
        ],
    };
    names
        .iter()
        .position(|name| *name == word)
        .map(|digit| digit.to_string())
}
