//! ◆ What Duet itself says and listens for, per language.
//!
//! `*.ftl` are the sentences of repair and handover; `pl.rs`, `ro.rs`, `en.rs` the phrases that the dialog
//! recognises by itself. Phrases are written as `words::fold_words` leaves them: lower case, no diacritics.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod en;
mod pl;
mod ro;
mod waiting;

use super::words::{contains_phrase, fold_words};
use crate::language::Language;

/// Prompts that Duet needs, with the variables they are given.
pub const BUILTIN: [(&str, &[&str]); 102] = [
    ("greeting", &[]),
    ("other-language", &[]),
    ("language-switched", &[]),
    ("language-unavailable", &[]),
    ("anything-else", &[]),
    ("go-on", &[]),
    ("digits-go-on", &[]),
    ("goodbye", &[]),
    ("rating-csat", &[]),
    ("rating-nps", &[]),
    ("rating-thanks", &[]),
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
    ("try-again-callback", &[]),
    ("back-with-bot", &[]),
    ("agent-done", &[]),
    ("wait-next", &[]),
    ("closed-callback", &[]),
    ("closed-message", &[]),
    ("callback-impossible", &[]),
    ("offer-message", &[]),
    ("closed-text", &[]),
    ("offer-text", &[]),
    ("text-sent", &[]),
    ("text-failed", &[]),
    ("number-ask", &[]),
    ("number-confirm", &["value"]),
    ("number-not-allowed", &[]),
    ("callback-promised-elsewhere", &[]),
    ("callback-promised-elsewhere-later", &["day", "date", "time"]),
    ("message-invite", &["team"]),
    ("message-kept", &["team"]),
    ("message-empty", &[]),
    ("message-failed", &[]),
    ("team", &[]),
    ("opening", &["day", "date", "time"]),
    ("people-closed", &["day", "date", "time"]),
    ("callback-promised-later", &["day", "date", "time"]),
    ("wait-place", &["place"]),
    ("wait-minutes", &["minutes"]),
    ("wait-still", &[]),
    ("wait-choices", &[]),
    ("wait-choices-callback", &[]),
    ("wait-choices-message", &[]),
    ("wait-choices-text", &[]),
    ("wait-ringing", &[]),
    ("callback-promised", &[]),
    ("callback-failed", &[]),
    ("callback-hello", &[]),
    ("transferring", &[]),
    ("agent-away", &[]),
    ("taken-over", &[]),
    ("agent-joined", &["name"]),
    ("wait-noted", &[]),
    ("gone-quiet", &[]),
    ("cut-short", &[]),
    ("takeover-failed", &[]),
    ("agent-briefing", &[]),
    ("i-am-a-machine", &[]),
    ("abilities", &["topics"]),
    ("cancelled", &[]),
    ("wrong-number", &[]),
    ("abuse", &[]),
    ("resume", &[]),
    ("feel-frustration", &[]),
    ("feel-worry", &[]),
    ("feel-confusion", &[]),
    ("feel-joy", &[]),
    ("one-by-one", &[]),
    ("next-wish", &["topic"]),
    ("kb-answer", &["answer", "title"]),
    ("kb-unknown", &[]),
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
    /// The same inside a longer sentence.
    pub that_is_all: &'static [&'static str],
    /// What may follow it there: "that is all wrong" is no goodbye.
    pub that_is_all_then: &'static [&'static str],
    pub repeat: &'static [&'static str],
    /// The caller looks for something.
    pub wait: &'static [&'static str],
    /// The caller has not got what is asked for.
    pub dont_know: &'static [&'static str],
    /// Greetings; only when they are the whole utterance.
    pub hello: &'static [&'static str],
    /// Asks whether a machine speaks.
    pub machine: &'static [&'static str],
    /// Asks what the bot can do.
    pub abilities: &'static [&'static str],
    /// Drops what is under way; only when it is about all that is said.
    pub cancel: &'static [&'static str],
    /// Did not mean to call here.
    pub wrong_number: &'static [&'static str],
    /// Insults.
    pub abuse: &'static [&'static str],
    /// How questions begin.
    pub question: &'static [&'static str],
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
    Machine,
    Abilities,
    Cancel,
    WrongNumber,
    Abuse,
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
        (phrases.machine, Courtesy::Machine),
        (phrases.abilities, Courtesy::Abilities),
        (phrases.repeat, Courtesy::Repeat),
        (phrases.dont_know, Courtesy::DontKnow),
        (phrases.wait, Courtesy::Wait),
        (phrases.done, Courtesy::Done),
        (phrases.abuse, Courtesy::Abuse),
    ];
    let is = |list: &[&str], alone: usize| list.iter().any(|phrase| is_about_all(&words, phrase, alone));
    if is(phrases.cancel, 0) {
        return Some(Courtesy::Cancel);
    }
    // "A mistake with my parcel" is no wrong number.
    if is(phrases.wrong_number, 2) {
        return Some(Courtesy::WrongNumber);
    }
    kinds.into_iter().find(|(list, _)| says(list)).map(|(_, courtesy)| courtesy)
}

/// Longest sentence in which a caller says that nothing is left, words.
const FAREWELL_WORDS: usize = 18;

/// "No, thank you very much, that is all I wanted to know": too long for a courtesy, and no business either.
pub fn nothing_left(text: &str, language: Language) -> bool {
    let words = fold_words(text);
    let phrases = of(language);
    let ends = |phrase: &&str| {
        let said: Vec<&str> = phrase.split(' ').collect();
        let at = words.windows(said.len()).position(|window| window == said.as_slice());
        let next = at.map(|at| words.get(at + said.len()));
        next.is_some_and(|next| next.is_none_or(|next| phrases.that_is_all_then.contains(&next.as_str())))
    };
    words.len() <= FAREWELL_WORDS && phrases.that_is_all.iter().any(ends)
}

/// Whether something is asked: recognisers mark most questions, typed words often do not.
pub fn is_question(text: &str, language: Language) -> bool {
    let words = fold_words(text);
    let begins = |phrase: &&str| {
        words.iter().map(String::as_str).zip(phrase.split(' ')).filter(|(a, b)| a == b).count()
            == phrase.split(' ').count()
    };
    text.trim_end().ends_with('?') || of(language).question.iter().any(begins)
}

/// Whether a phrase is the utterance, give or take a "well" or a "please"; beside a single word there may be
/// `alone` others: "cancel" may be followed by what is to be cancelled.
fn is_about_all(words: &[String], phrase: &str, alone: usize) -> bool {
    let length = phrase.split(' ').count();
    let room = if length == 1 { alone } else { 2 };
    words.len() <= length + room && contains_phrase(words, phrase)
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
                let said_once = ["or", "specialist", "team", "other-language", "opening"].contains(key);
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
            let polite = [p.goodbye, p.done, p.that_is_all, p.repeat, p.wait, p.dont_know, p.hello].concat();
            let other = [p.machine, p.abilities, p.cancel, p.wrong_number, p.abuse, p.question].concat();
            for phrase in [polite, other].concat() {
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
        assert_eq!(courtesy("Czy ja rozmawiam z automatem?", Language::Polish), Some(Courtesy::Machine));
        assert_eq!(courtesy("Cu ce mă puteți ajuta?", Language::Romanian), Some(Courtesy::Abilities));
        assert!(nothing_left("Nie, dziękuję bardzo, to wszystko, co chciałam wiedzieć.", Language::Polish));
        assert!(nothing_left("Nu, mulțumesc, asta este tot ce am vrut să știu.", Language::Romanian));
        assert!(nothing_left("No, thank you very much. That is all I wanted to know.", Language::English));
        assert!(!nothing_left("No, that's all wrong, I never ordered it", Language::English));
        assert_eq!(courtesy("To jakaś pomyłka z moją paczką", Language::Polish), None);
        assert_eq!(courtesy("Przepraszam, pomyłka", Language::Polish), Some(Courtesy::WrongNumber));
        assert!(!nothing_left("Thank you, and where is the other one?", Language::English));
        assert_eq!(courtesy("Oh, never mind.", Language::English), Some(Courtesy::Cancel));
        assert_eq!(courtesy("Anuluj.", Language::Polish), Some(Courtesy::Cancel));
        assert_eq!(courtesy("Anuluj moją umowę", Language::Polish), None);
        assert_eq!(courtesy("Sorry, wrong number.", Language::English), Some(Courtesy::WrongNumber));
        assert_eq!(courtesy("Ești un robot prost!", Language::Romanian), Some(Courtesy::Machine));
        assert!(is_question("czy mogę wysłać perfumy", Language::Polish));
        assert!(is_question("Perfumy też?", Language::Polish));
        assert!(!is_question("Mogłabym wysłać perfumy", Language::Polish));
        assert_eq!(courtesy("Gdzie jest moja paczka?", Language::Polish), None);
    }
}
