//! ◆ "The second one", "drugą paczkę", "celălalt colet": the same again, for another thing.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::text::{fold, words};
use crate::language::Language;

/// Letters at the start that two forms of one noun share at least.
const STEM_LETTERS: usize = 4;
/// Letters in which their endings differ at most.
const ENDING_LETTERS: usize = 2;

/// Words that say another: folded.
const ENGLISH: [&str; 6] = ["another", "other", "second", "third", "different", "next"];
const POLISH: [&str; 22] = [
    "inna",
    "inne",
    "innej",
    "inny",
    "innego",
    "innym",
    "druga",
    "drugie",
    "drugiej",
    "drugi",
    "drugiego",
    "drugim",
    "trzecia",
    "trzeciej",
    "trzeci",
    "kolejna",
    "kolejnej",
    "kolejny",
    "kolejnego",
    "nastepna",
    "nastepnej",
    "nastepny",
];
const ROMANIAN: [&str; 12] = [
    "alt",
    "alta",
    "altul",
    "altui",
    "altei",
    "celalalt",
    "cealalta",
    "celuilalt",
    "doilea",
    "doua",
    "treilea",
    "treia",
];
/// Stand for the thing.
const ONES: [&str; 7] = ["one", "ones", "number", "numer", "numeru", "numar", "numarul"];
/// Days and times: another one of these is no other thing.
const WHEN: [&str; 22] = [
    "day", "days", "date", "time", "hour", "week", "month", "dzien", "dnia", "dniu", "termin", "terminie",
    "terminu", "godzina", "godzine", "godzinie", "data", "date", "ziua", "zi", "ora", "termen",
];
/// Before a word of [`POLISH`] they make it an hour.
const AT: [&str; 6] = ["o", "po", "przed", "od", "okolo", "kolo"];

/// Whether another thing is meant than the one that was spoken of. `things` holds words that name such things, in any
/// form.
pub fn names_another(text: &str, language: Language, things: &[String]) -> bool {
    let said = words(text);
    let others: &[&str] = match language {
        Language::English => &ENGLISH,
        Language::Polish => &POLISH,
        Language::Romanian => &ROMANIAN,
    };
    let named = |word: &String| {
        !WHEN.contains(&word.as_str())
            && (ONES.contains(&word.as_str()) || things.iter().any(|thing| same_noun(&fold(thing), word)))
    };
    said.iter().enumerate().filter(|(_, word)| others.contains(&word.as_str())).any(|(at, word)| {
        let before = at.checked_sub(1).map_or("", |before| said[before].as_str());
        match said.get(at + 1) {
            Some(next) => named(next),
            None => ends_with_another(word, before, language),
        }
    })
}

/// "What about the second" is another thing; "just a second" and "o drugiej" are times.
fn ends_with_another(word: &str, before: &str, language: Language) -> bool {
    match language {
        Language::English => word == "another" || before == "the",
        Language::Polish => !AT.contains(&before),
        Language::Romanian => word != "doua" || before == "a",
    }
}

fn same_noun(a: &str, b: &str) -> bool {
    let shared = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let longer = a.chars().count().max(b.chars().count());
    shared >= STEM_LETTERS && longer - shared <= ENDING_LETTERS
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Polish, Romanian};

    #[test]
    fn another_thing_is_told_from_another_day() {
        let things = ["parcel", "przesyłki", "paczka", "coletul"].map(str::to_owned);
        let table = [
            (English, "and what about the second one", true),
            (English, "I have another parcel", true),
            (English, "what about the other", true),
            (English, "it is a different number", true),
            (English, "can I have it on another day", false),
            (English, "just a second", false),
            (English, "where is it now", false),
            (English, "the second of May", false),
            (Polish, "a ta druga paczka?", true),
            (Polish, "chodzi mi o inną przesyłkę", true),
            (Polish, "a druga?", true),
            (Polish, "mam jeszcze jedną, kolejną paczkę", true),
            (Polish, "proszę w innym terminie", false),
            (Polish, "w inny dzień", false),
            (Polish, "o drugiej", false),
            (Romanian, "dar celălalt colet?", true),
            (Romanian, "și al doilea?", true),
            (Romanian, "am un alt colet", true),
            (Romanian, "în altă zi", false),
            (Romanian, "la ora două", false),
        ];
        for (language, text, expected) in table {
            assert_eq!(names_another(text, language, &things), expected, "{text}");
        }
    }
}
