//! ◆ Words that say "I am listening" and not "let me speak", per language.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::language::Language;
use crate::understand::text::words;

/// Longest utterance that can be nothing but back-channels, words: "tak, tak, no tak, rozumiem".
const WORDS_MAX: usize = 6;

/// Sounds of a closed or lazy mouth; the same in every language, as recognisers spell them.
const HUMS: &[&str] = &[
    "m", "mm", "mmm", "hm", "hmm", "hmmm", "mhm", "mhmm", "mmhm", "mmhmm", "mm hm", "mm hmm", "m hm",
    "m hmm", "uh huh", "uhhuh", "uhuh", "uhu", "aha", "ah", "oh", "acha", "yhy", "yhym", "yhm", "ehe", "ehm",
    "ihi", "ihim", "aham", "ohm", "um hum", "umhum", "hum",
];

/// Folded, as [`words`] leaves them.
const POLISH: &[&str] = &[
    "tak",
    "no",
    "no tak",
    "no no",
    "dobrze",
    "dobra",
    "okej",
    "okay",
    "ok",
    "o k",
    "jasne",
    "rozumiem",
    "racja",
    "dokladnie",
    "oczywiscie",
    "pewnie",
    "zgadza sie",
    "wiem",
    "slucham",
    "no dobrze",
    "no jasne",
];
const ROMANIAN: &[&str] = &[
    "da",
    "mda",
    "asa",
    "asa este",
    "asa e",
    "bine",
    "bun",
    "okay",
    "ok",
    "o k",
    "okei",
    "sigur",
    "exact",
    "corect",
    "in regula",
    "inteleg",
    "am inteles",
    "desigur",
    "normal",
    "perfect",
    "stiu",
    "da sigur",
];
const ENGLISH: &[&str] = &[
    "yes",
    "yeah",
    "yea",
    "yep",
    "yup",
    "ya",
    "okay",
    "ok",
    "o k",
    "right",
    "sure",
    "i see",
    "got it",
    "alright",
    "all right",
    "exactly",
    "fine",
    "good",
    "great",
    "of course",
    "i know",
    "true",
    "cool",
    "okey",
    "okey dokey",
];

/// Words that always take the floor, however short or unclear.
const STOPS: &[(Language, &[&str])] = &[
    (
        Language::Polish,
        &[
            "nie",
            "stop",
            "stoj",
            "czekaj",
            "chwila",
            "chwileczke",
            "moment",
            "halo",
            "cicho",
            "co",
            "gdzie",
            "kiedy",
            "ile",
        ],
    ),
    (
        Language::Romanian,
        &[
            "nu",
            "stop",
            "stai",
            "stati",
            "asteapta",
            "asteptati",
            "moment",
            "alo",
            "gata",
            "ce",
            "unde",
            "cand",
            "cat",
        ],
    ),
    (
        Language::English,
        &[
            "no", "nope", "stop", "wait", "hold on", "hang on", "hello", "sorry", "enough", "what", "where",
            "when", "pardon",
        ],
    ),
];

/// What a listener may utter while somebody else speaks, as a recogniser is to write it; and what short words
/// may interrupt.
pub fn likely(language: Language) -> &'static [&'static str] {
    match language {
        Language::Polish => &[
            "tak", "mhm", "aha", "no", "no tak", "okej", "dobrze", "jasne", "rozumiem", "nie", "stop",
            "czekaj", "co?", "halo?",
        ],
        Language::Romanian => &[
            "da",
            "îhî",
            "aha",
            "mhm",
            "da, da",
            "bine",
            "okay",
            "sigur",
            "înțeleg",
            "așa",
            "nu",
            "stop",
            "stai",
            "ce?",
            "alo?",
        ],
        Language::English => &[
            "yes", "yeah", "mhm", "uh-huh", "okay", "right", "I see", "sure", "got it", "no", "stop", "wait",
            "what?", "hello?",
        ],
    }
}

/// What a short utterance wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Backchannel,
    /// Speak, at once.
    TakesFloor,
}

/// What the words want, taken as they stand.
pub fn kind(text: &str, language: Language) -> Option<Kind> {
    if takes_floor(text, language) {
        return Some(Kind::TakesFloor);
    }
    is_backchannel(text, language).then_some(Kind::Backchannel)
}

/// What the words want when they were hardly made out: those of the lists that they are nearest to, up to a
/// letter in four. "Romumiem" is "rozumiem", "notak" is "no tak".
pub fn nearest(text: &str, language: Language) -> Option<Kind> {
    let heard: String = words(text).concat();
    let stops = STOPS.iter().find(|(of, _)| *of == language).map_or(&[][..], |(_, stops)| stops);
    let distance = |phrases: &[&str]| {
        let near = phrases.iter().filter_map(|phrase| {
            let phrase = phrase.replace(' ', "");
            let distance = strsim::damerau_levenshtein(&heard, &phrase);
            (distance <= phrase.chars().count().div_ceil(4)).then_some(distance)
        });
        near.min()
    };
    match (distance(stops), distance(of(language)).into_iter().chain(distance(HUMS)).min()) {
        _ if kind(text, language).is_some() => kind(text, language),
        (Some(stop), aside) if aside.is_none_or(|aside| stop <= aside) => Some(Kind::TakesFloor),
        (_, Some(_)) => Some(Kind::Backchannel),
        (_, None) => None,
    }
}

/// Whether the utterance is nothing but back-channels of this language.
pub fn is_backchannel(text: &str, language: Language) -> bool {
    let words = words(text);
    (1..=WORDS_MAX).contains(&words.len()) && made_of(&words, &[HUMS, of(language)])
}

/// Whether it is nothing but hums, which are nobody's answer to anything but yes or no.
pub fn is_hum(text: &str) -> bool {
    let words = words(text);
    (1..=WORDS_MAX).contains(&words.len()) && made_of(&words, &[HUMS])
}

/// Whether it holds a word that takes the floor.
pub fn takes_floor(text: &str, language: Language) -> bool {
    let words = words(text);
    let stops = STOPS.iter().find(|(of, _)| *of == language).map_or(&[][..], |(_, stops)| stops);
    (0..words.len()).any(|at| (1..=2).any(|length| stops.contains(&phrase(&words, at, length).as_str())))
}

/// Whether the words fall into phrases of the lists without remainder.
fn made_of(words: &[String], lists: &[&[&str]]) -> bool {
    words.is_empty()
        || (1..=words.len().min(3)).any(|length| {
            let phrase = phrase(words, 0, length);
            lists.iter().any(|list| list.contains(&phrase.as_str())) && made_of(&words[length..], lists)
        })
}

fn phrase(words: &[String], at: usize, length: usize) -> String {
    words[at..(at + length).min(words.len())].join(" ")
}

fn of(language: Language) -> &'static [&'static str] {
    match language {
        Language::Polish => POLISH,
        Language::Romanian => ROMANIAN,
        Language::English => ENGLISH,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn listeners_noises_are_told_from_answers_in_three_languages() {
        let cases = [
            (Language::Polish, "Mhm.", true),
            (Language::Polish, "No tak, tak.", true),
            (Language::Polish, "Aha, okej", true),
            (Language::Polish, "Nie.", false),
            (Language::Polish, "Tak, ale gdzie?", false),
            (Language::Romanian, "Da, da.", true),
            (Language::Romanian, "Îhî", true),
            (Language::Romanian, "Am înțeles, bine", true),
            (Language::Romanian, "Nu", false),
            (Language::English, "Uh-huh.", true),
            (Language::English, "Yeah, right, I see.", true),
            (Language::English, "No.", false),
            (Language::English, "Okay, but where is it?", false),
            (Language::English, "", false),
        ];
        for (language, text, aside) in cases {
            assert_eq!(is_backchannel(text, language), aside, "{language} {text:?}");
        }
    }

    #[test]
    fn a_hum_is_a_hum_and_yes_is_none() {
        assert!(is_hum("Mm-hmm") && is_hum("Aha!") && !is_hum("tak") && !is_hum(""));
    }

    #[test]
    fn who_says_stop_is_heeded() {
        assert!(takes_floor("Nie, nie!", Language::Polish));
        assert!(takes_floor("Stai puțin", Language::Romanian));
        assert!(takes_floor("Please hold on", Language::English));
        assert!(!takes_floor("no tak", Language::Polish), "the Polish \"no\" is a yes");
    }

    #[test]
    fn words_hardly_made_out_are_those_of_the_lists_that_they_are_nearest_to() {
        assert_eq!(nearest("Romumiem.", Language::Polish), Some(Kind::Backchannel));
        assert_eq!(nearest("notak", Language::Polish), Some(Kind::Backchannel));
        assert_eq!(nearest("Top!", Language::Romanian), Some(Kind::TakesFloor));
        assert_eq!(nearest("Krakowie", Language::Polish), None);
    }

    #[test]
    fn the_lists_are_written_folded() {
        for list in [HUMS, POLISH, ROMANIAN, ENGLISH].into_iter().chain(STOPS.iter().map(|(_, list)| *list)) {
            for phrase in list {
                assert_eq!(words(phrase).join(" "), *phrase);
            }
        }
    }
}
