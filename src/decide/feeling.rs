//! ◆ The feeling that a caller puts into words, so that a reply can acknowledge it before the fact.
//!
//! Plain words only; what the voice tells is another matter, and so is when a person should take over.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::bot::WordPattern;
use super::words::fold_words;
use crate::language::Language;
use schemars::JsonSchema;
use serde::Deserialize;

/// What is acknowledged; the first that is found counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feeling {
    Frustration,
    Worry,
    Confusion,
    Joy,
}

/// How much of it the bot says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// Acknowledges every feeling.
    #[default]
    Warm,
    /// Frustration and worry alone.
    Plain,
}

impl Feeling {
    /// The prompt that acknowledges it.
    pub fn prompt(self) -> &'static str {
        match self {
            Feeling::Frustration => "feel-frustration",
            Feeling::Worry => "feel-worry",
            Feeling::Confusion => "feel-confusion",
            Feeling::Joy => "feel-joy",
        }
    }
}

impl Tone {
    /// Whether a bot of this tone speaks of the feeling.
    pub fn acknowledges(self, feeling: Feeling) -> bool {
        self == Tone::Warm || matches!(feeling, Feeling::Frustration | Feeling::Worry)
    }
}

/// Words before a feeling in which a "not" takes it back.
const NEGATION_REACH: usize = 2;

/// The feeling in an utterance. A negated one ("I am not worried") is none.
pub fn feeling(text: &str, language: Language) -> Option<Feeling> {
    let words = fold_words(text);
    let found = |patterns: &[&str]| patterns.iter().any(|pattern| felt(&words, pattern, language));
    let all = [Feeling::Frustration, Feeling::Worry, Feeling::Confusion, Feeling::Joy];
    all.into_iter().zip(patterns(language)).find(|(_, patterns)| found(patterns)).map(|(feeling, _)| feeling)
}

fn felt(words: &[String], pattern: &str, language: Language) -> bool {
    let pattern = WordPattern::new(pattern);
    let length = pattern.words.len();
    // "Not worried", "nu sunt supărat", "I'm not that angry".
    let negation: &[&str] = match language {
        Language::Polish => &["nie"],
        Language::Romanian => &["nu"],
        Language::English => &["not", "isn", "no", "never"],
    };
    let negated = |at: usize| {
        let before = &words[at.saturating_sub(NEGATION_REACH)..at];
        before.iter().any(|word| negation.contains(&word.as_str()))
    };
    let places = words.windows(length.max(1)).enumerate();
    let mut hits = places.filter(|(_, window)| pattern.find(window).is_some()).map(|(at, _)| at);
    hits.any(|at| !negated(at))
}

/// Words of frustration, worry, confusion and joy, folded; `*` ends a stem.
fn patterns(language: Language) -> [&'static [&'static str]; 4] {
    match language {
        Language::Polish => [
            &[
                "mam dosc",
                "skandal*",
                "niedopuszczaln*",
                "wkurz*",
                "zdenerwowan*",
                "denerwuj*",
                "wsciek*",
                "irytuj*",
                "po raz trzeci",
                "trzeci raz",
                "drugi raz",
                "ile razy",
                "ciagle czekam",
                "wciaz czekam",
                "nadal czekam",
                "czekam i czekam",
                "strata czasu",
                "kpina",
                "ile mozna",
                "nie do pomyslenia",
                "bez sensu",
                "to jakis zart",
            ],
            &[
                "martwi*",
                "zmartwion*",
                "boje sie",
                "niepokoj*",
                "zaniepokojon*",
                "pilne",
                "pilnie",
                "bardzo mi zalezy",
                "zrozpaczon*",
            ],
            &[
                "nie rozumiem",
                "nic nie rozumiem",
                "pogubi*",
                "nie wiem o co chodzi",
                "co to znaczy",
                "to niejasne",
            ],
            &["cudownie", "wspaniale", "swietnie", "rewelacj*", "bardzo sie ciesze", "idealnie", "super"],
        ],
        Language::Romanian => [
            &[
                "m am saturat",
                "inacceptabil*",
                "nervos*",
                "enervat*",
                "enervant*",
                "suparat*",
                "furios*",
                "bataie de joc",
                "a treia oara",
                "a doua oara",
                "de cate ori",
                "inca astept",
                "tot astept",
                "pierdere de timp",
                "scandalos*",
                "nu se poate asa ceva",
                "revoltat*",
                "rusine sa va fie",
            ],
            &["ingrijorat*", "imi fac griji", "mi e teama", "mi e frica", "urgent*", "disperat*"],
            &["nu inteleg", "confuz*", "ce inseamna asta", "m am pierdut", "nu pricep", "nu e clar"],
            &["minunat", "perfect", "grozav", "excelent", "ma bucur mult", "super"],
        ],
        Language::English => [
            &[
                "fed up",
                "ridiculous",
                "unacceptable",
                "annoy*",
                "angry",
                "furious",
                "frustrat*",
                "had enough",
                "third time",
                "second time",
                "how many times",
                "still waiting",
                "still not here",
                "been waiting",
                "waste of time",
                "sick of",
                "disgrace*",
                "keeps happening",
                "always late",
                "a joke",
            ],
            &[
                "worried",
                "worrying",
                "anxious",
                "concerned",
                "scared",
                "urgent*",
                "desperate*",
                "really need it",
            ],
            &[
                "confused",
                "confusing",
                "i don t understand",
                "i do not understand",
                "don t get it",
                "makes no sense",
                "what do you mean",
            ],
            &[
                "wonderful",
                "brilliant",
                "fantastic",
                "that s great",
                "perfect",
                "lovely",
                "amazing",
                "delighted",
            ],
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Feeling::{Confusion, Frustration, Joy, Worry};
    use Language::{English, Polish, Romanian};

    #[test]
    fn feelings_in_words_are_found_and_calm_sentences_are_not() {
        let table: [(Language, &str, Option<Feeling>); 21] = [
            (Polish, "Dzwonię po raz trzeci, gdzie jest ta paczka?", Some(Frustration)),
            (Polish, "No ile można czekać!", Some(Frustration)),
            (Polish, "Bardzo się martwię o tę przesyłkę.", Some(Worry)),
            (Polish, "Nie martwię się, chcę tylko zapytać.", None),
            (Polish, "Nie rozumiem tej faktury.", Some(Confusion)),
            (Polish, "O, świetnie!", Some(Joy)),
            (Polish, "Gdzie jest moja paczka?", None),
            (Romanian, "E a treia oară când sun!", Some(Frustration)),
            (Romanian, "Sunt îngrijorată pentru colet.", Some(Worry)),
            (Romanian, "Nu sunt supărat, vreau doar să știu.", None),
            (Romanian, "Nu înțeleg factura.", Some(Confusion)),
            (Romanian, "Minunat, mulțumesc!", Some(Joy)),
            (Romanian, "Unde este coletul meu?", None),
            (English, "I'm fed up, it's always late.", Some(Frustration)),
            (English, "I am not angry, I just want to know.", None),
            (English, "I'm worried, it is urgent.", Some(Worry)),
            (English, "I don't understand this bill.", Some(Confusion)),
            (English, "That's great, thanks.", Some(Joy)),
            (English, "Where is my parcel?", None),
            (English, "It came on the second.", None),
            (English, "Say that again please.", None),
        ];
        for (language, text, expected) in table {
            assert_eq!(feeling(text, language), expected, "{text}");
        }
    }

    #[test]
    fn words_are_written_folded() {
        for language in Language::ALL {
            for pattern in patterns(language).concat() {
                assert_eq!(
                    fold_words(pattern.trim_end_matches('*')).join(" "),
                    pattern.trim_end_matches('*')
                );
            }
        }
    }

    #[test]
    fn a_plain_bot_leaves_joy_alone() {
        assert!(Tone::Plain.acknowledges(Worry) && !Tone::Plain.acknowledges(Joy));
    }
}
