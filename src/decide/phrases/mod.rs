//! ◆ What Duet itself says and listens for, per language.
//!
//! `*.ftl` are the sentences of repair and handover; `pl.rs`, `ro.rs`, `en.rs` the phrases that the dialog
//! recognises by itself. Phrases are written as `words::fold_words` leaves them: lower case, no diacritics.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod en;
mod pl;
mod ro;

use super::words::{contains_phrase, fold_words};
use crate::language::Language;

/// Prompts that Duet needs, with the variables they are given.
pub const BUILTIN: [(&str, &[&str]); 40] = [
    ("greeting", &[]),
    ("other-language", &[]),
    ("language-switched", &[]),
    ("language-unavailable", &[]),
    ("anything-else", &[]),
    ("go-on", &[]),
    ("digits-go-on", &[]),
    ("goodbye", &[]),
    ("rephrase", &["topics"]),
    ("rephrase-2", &["topics"]),
    ("which-of-two", &["first", "second"]),
    ("or", &[]),
    ("unclear", &[]),
    ("silence", &[]),
    ("offer-person", &[]),
    ("offer-person-2", &[]),
    ("how-else", &[]),
    ("engine-apology", &[]),
    ("backend-apology", &[]),
    ("node-busy", &[]),
    ("handover", &["specialist"]),
    ("specialist", &[]),
    ("cover", &[]),
    ("one-moment", &[]),
    ("confirm-digits", &["value"]),
    ("confirm-digits-2", &["value"]),
    ("confirm-choice", &["value"]),
    ("confirm-choice-2", &["value"]),
    ("wrong-count", &["count", "expected"]),
    ("sorry-wrong", &[]),
    ("back-to", &[]),
    ("wait", &[]),
    ("repeat", &[]),
    ("nobody-available", &[]),
    ("agents-busy", &[]),
    ("agent-left", &[]),
    ("try-again", &[]),
    ("rephrase-3", &["topics"]),
    ("confirm-digits-3", &["value"]),
    ("confirm-choice-3", &["value"]),
];

/// The built-in sentences of a language, as Fluent.
pub fn builtin_prompts(language: Language) -> &'static str {
    match language {
        Language::Polish => include_str!("pl.ftl"),
        Language::Romanian => include_str!("ro.ftl"),
        Language::English => include_str!("en.ftl"),
    }
}

/// Folded phrases of one language.
pub struct Phrases {
    /// Ends the call wherever it is said, in a short sentence.
    pub goodbye: &'static [&'static str],
    /// Ends the call after "anything else?".
    pub done: &'static [&'static str],
    pub repeat: &'static [&'static str],
    /// The caller looks for something.
    pub wait: &'static [&'static str],
    /// The caller has not got what is asked for.
    pub dont_know: &'static [&'static str],
    /// Greetings; only when they are the whole utterance.
    pub hello: &'static [&'static str],
}

/// Longest sentence that can be a goodbye, a request to repeat or to wait, words.
const SHORT_WORDS: usize = 7;

/// What a short sentence asks of the dialog itself, whatever the topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Courtesy {
    Goodbye,
    Done,
    Repeat,
    Wait,
    DontKnow,
    Hello,
}

/// The courtesy in an utterance, if it is short enough to be nothing else.
pub fn courtesy(text: &str, language: Language) -> Option<Courtesy> {
    let words = fold_words(text);
    let phrases = of(language);
    let says = |list: &[&str]| list.iter().any(|phrase| contains_phrase(&words, phrase));
    if words.len() > SHORT_WORDS {
        return None;
    }
    if phrases.hello.contains(&words.join(" ").as_str()) {
        return Some(Courtesy::Hello);
    }
    let kinds = [
        (phrases.goodbye, Courtesy::Goodbye),
        (phrases.repeat, Courtesy::Repeat),
        (phrases.dont_know, Courtesy::DontKnow),
        (phrases.wait, Courtesy::Wait),
        (phrases.done, Courtesy::Done),
    ];
    kinds.into_iter().find(|(list, _)| says(list)).map(|(_, courtesy)| courtesy)
}

fn of(language: Language) -> &'static Phrases {
    match language {
        Language::Polish => &pl::PHRASES,
        Language::Romanian => &ro::PHRASES,
        Language::English => &en::PHRASES,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::prompts::Prompts;

    #[test]
    fn every_language_has_every_sentence_in_two_wordings() {
        for language in Language::ALL {
            let prompts = Prompts::parse(language, "", "builtin", builtin_prompts(language)).unwrap();
            for (key, given) in BUILTIN.iter().filter(|(key, _)| !key.ends_with("-3")) {
                let said_once = ["or", "specialist", "other-language"].contains(key);
                assert!(prompts.wordings(key) >= if said_once { 1 } else { 2 }, "{language} {key}");
                let stray = prompts.variables(key).into_iter().find(|v| !given.contains(&v.as_str()));
                assert_eq!(stray, None, "{language} {key}");
            }
        }
    }

    #[test]
    fn phrases_are_written_folded() {
        for language in Language::ALL {
            let p = of(language);
            for phrase in [p.goodbye, p.done, p.repeat, p.wait, p.dont_know, p.hello].concat() {
                assert_eq!(fold_words(phrase).join(" "), phrase, "{language}");
            }
        }
    }

    #[test]
    fn courtesies_are_heard_in_three_languages() {
        assert_eq!(courtesy("Do widzenia!", Language::Polish), Some(Courtesy::Goodbye));
        assert_eq!(courtesy("Asta e tot, mulțumesc.", Language::Romanian), Some(Courtesy::Done));
        assert_eq!(courtesy("Sorry, could you repeat that?", Language::English), Some(Courtesy::Repeat));
        assert_eq!(courtesy("Nie mam tego numeru", Language::Polish), Some(Courtesy::DontKnow));
        assert_eq!(courtesy("Gdzie jest moja paczka?", Language::Polish), None);
    }
}
