//! ◆ The only place that asks what a caller's words contain: a person, a language, digits, yes or no.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::words::{contains_phrase, fold_words};
use crate::language::Language;
pub use crate::understand::slots::{choice, digits, yes_no};

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
