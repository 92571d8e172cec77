//! ◆ Which language a caller asks for, and which one a text is in.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod samples;

use super::text::{plain, words};
use crate::language::Language;
use std::collections::HashMap;
use std::sync::OnceLock;

/// How each language is called in all three, folded.
const NAMES: &[(Language, &[&str])] = &[
    (
        Language::Polish,
        &[
            "polsku",
            "polski",
            "polskim",
            "polskiego",
            "polska",
            "polish",
            "poloneza",
            "polona",
            "polonez",
            "polaca",
        ],
    ),
    (
        Language::Romanian,
        &[
            "romana",
            "romaneste",
            "romanian",
            "roumanian",
            "rumunsku",
            "rumunski",
            "rumunskim",
            "rumunskiego",
            "rumanian",
        ],
    ),
    (
        Language::English,
        &[
            "english",
            "angielsku",
            "angielski",
            "angielskim",
            "angielskiego",
            "engleza",
            "englezeste",
            "inglish",
        ],
    ),
];

/// Words that make a language's name a request, and words that may stand around it.
const ASKING: &[&str] = &[
    "speak",
    "talk",
    "switch",
    "change",
    "continue",
    "language",
    "can",
    "could",
    "want",
    "prefer",
    "do",
    "mowic",
    "rozmawiac",
    "porozmawiac",
    "mowi",
    "mowicie",
    "mowisz",
    "przejdz",
    "przelacz",
    "zmien",
    "zmienic",
    "jezyk",
    "jezyku",
    "mozemy",
    "mozna",
    "moge",
    "chce",
    "chcialbym",
    "chcialabym",
    "wole",
    "po",
    "vorbi",
    "vorbim",
    "vorbesc",
    "vorbiti",
    "vorbesti",
    "limba",
    "schimba",
    "schimbati",
    "treci",
    "treceti",
    "vreau",
    "doresc",
    "putem",
    "pot",
    "prefer",
    "discutam",
    "rozmawiajmy",
    "mowmy",
    "mow",
];
const SMALL: &[&str] = &[
    "please", "in", "the", "to", "i", "we", "you", "let", "lets", "me", "a", "yes", "no", "hello", "hi",
    "ok", "okay", "sorry", "thanks", "would", "like", "only", "my", "is", "prosze", "czy", "sie", "na", "w",
    "jezyka", "dzien", "dobry", "tak", "nie", "poprosze", "tylko", "ja", "halo", "va", "rog", "te", "sa",
    "se", "pe", "cu", "as", "da", "nu", "limbii", "buna", "ziua", "alo", "doar", "mai", "bine", "it",
    "instead", "just", "version", "wersja", "wersje", "dori", "moze", "byc", "lepiej",
];

/// Words between asking and the name at most.
const GAP_WORDS: usize = 3;

/// Longest sentence in which an adverb such as "po polsku" counts anywhere.
const SENTENCE_WORDS: usize = 12;

/// The language that the caller asks for; none if the caller does not, or names two.
pub fn asks_for_language(text: &str) -> Option<Language> {
    let words = words(text);
    let mut named: Vec<(usize, Language)> =
        words.iter().enumerate().filter_map(|(at, word)| Some((at, name_of(word)?))).collect();
    let several = named.len() > 1;
    let starts: Vec<usize> = std::iter::once(0).chain(named.iter().map(|(at, _)| at + 1)).collect();
    let mut starts = starts.into_iter();
    named.retain(|(at, _)| !denied(&words[starts.next().unwrap_or(0)..*at]));
    let &(at, language) = named.first()?;
    if named.iter().any(|(_, other)| *other != language) {
        return None;
    }
    let known = |word: &String| {
        let word = word.as_str();
        ASKING.contains(&word) || SMALL.contains(&word) || DENIALS.contains(&word) || name_of(word).is_some()
    };
    let asked = words[at.saturating_sub(GAP_WORDS)..at].iter().any(|word| ASKING.contains(&word.as_str()));
    let adverb = at > 0
        && matches!(
            (words[at - 1].as_str(), words[at].as_str()),
            ("po", _)
                | ("in", "polish" | "english" | "romanian" | "romana" | "engleza" | "poloneza" | "polona")
        );
    let bare = words.iter().all(known) || several && words.last().is_some_and(known);
    (bare || asked && words.len() <= SENTENCE_WORDS && (adverb || verb_before(&words, at)))
        .then_some(language)
}

/// "I don't speak Polish", "nie mówię po polsku". A lone "nie" or "nu" refuses something else.
fn denied(before: &[String]) -> bool {
    let before = &before[before.len().saturating_sub(GAP_WORDS)..];
    let verb = |word: &String| DENIED_VERBS.contains(&word.as_str());
    before.iter().any(|word| ["dont", "not", "cant"].contains(&word.as_str()))
        || before.windows(2).any(|pair| matches!(pair[0].as_str(), "nie" | "nu") && verb(&pair[1]))
}

const DENIALS: &[&str] = &["dont", "not", "cant"];

const DENIED_VERBS: &[&str] =
    &["mowie", "rozumiem", "znam", "umiem", "chce", "vorbesc", "stiu", "inteleg", "vreau", "cunosc"];

/// "Do you speak Polish", "vorbiți engleza": a verb of speaking leads to the name.
fn verb_before(words: &[String], at: usize) -> bool {
    const VERBS: &[&str] = &[
        "speak",
        "talk",
        "switch",
        "mowic",
        "rozmawiac",
        "porozmawiac",
        "mowi",
        "mowicie",
        "mowisz",
        "przelacz",
        "zmien",
        "vorbi",
        "vorbim",
        "vorbesc",
        "vorbiti",
        "vorbesti",
        "schimba",
        "schimbati",
        "treceti",
        "language",
        "jezyk",
        "limba",
    ];
    words[at.saturating_sub(GAP_WORDS)..at].iter().any(|word| VERBS.contains(&word.as_str()))
}

fn name_of(word: &str) -> Option<Language> {
    NAMES.iter().find(|(_, names)| names.contains(&word)).map(|(language, _)| *language)
}

/// N-grams of up to so many characters tell languages apart.
const GRAM_CHARS: usize = 4;

/// Weight of n-grams that a language's sample lacks; the smaller, the harder a strange letter counts.
const UNSEEN: f32 = 0.3;

/// N-grams overlap and repeat each other's evidence, so it counts only in part.
const EVIDENCE: f32 = 0.25;

/// The likeliest of the candidate languages and its probability, 0..1; none without letters or candidates.
pub fn text_language(text: &str, candidates: &[Language]) -> Option<(Language, f32)> {
    let grams = grams(text);
    if grams.is_empty() {
        return None;
    }
    let scores: Vec<(Language, f32)> =
        candidates.iter().map(|language| (*language, EVIDENCE * likelihood(&grams, *language))).collect();
    let &(best, highest) = scores.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    let sum: f32 = scores.iter().map(|(_, score)| (score - highest).exp()).sum();
    Some((best, 1.0 / sum))
}

/// Log-likelihood of the n-grams under the language's sample, relative to an n-gram never seen.
fn likelihood(grams: &[String], language: Language) -> f32 {
    static PROFILES: OnceLock<HashMap<Language, Profile>> = OnceLock::new();
    let profiles = PROFILES.get_or_init(|| {
        Language::ALL.into_iter().map(|language| (language, Profile::of(language))).collect()
    });
    let Some(profile) = profiles.get(&language) else {
        return f32::NEG_INFINITY;
    };
    grams.iter().map(|gram| profile.log_share(gram)).sum()
}

struct Profile {
    counts: HashMap<String, f32>,
    total: [f32; GRAM_CHARS + 1],
}

impl Profile {
    fn of(language: Language) -> Self {
        let mut profile = Self { counts: HashMap::new(), total: [0.0; GRAM_CHARS + 1] };
        // Once as written and once as recognisers write it: without diacritics.
        let sample = samples::of(language);
        for gram in grams(sample).into_iter().chain(grams(&super::text::fold(sample))) {
            profile.total[gram.chars().count()] += 1.0;
            *profile.counts.entry(gram).or_default() += 1.0;
        }
        profile
    }

    fn log_share(&self, gram: &str) -> f32 {
        let count = self.counts.get(gram).copied().unwrap_or(0.0);
        ((count + UNSEEN) / (self.total[gram.chars().count()] + 1_000.0 * UNSEEN)).ln()
    }
}

/// All n-grams of the words, padded with blanks; none of blanks alone or digits.
fn grams(text: &str) -> Vec<String> {
    let text = plain(text);
    let words = text.split(' ').filter(|word| word.chars().any(char::is_alphabetic));
    words
        .flat_map(|word| {
            let letters: Vec<char> = format!(" {word} ").chars().collect();
            let windows = |length| letters.windows(length).map(String::from_iter).collect::<Vec<_>>();
            (1..=GRAM_CHARS).flat_map(windows).filter(|gram| gram != " ").collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Polish, Romanian};
    use proptest::prelude::*;

    #[test]
    fn a_wish_for_a_language_is_understood_in_every_language() {
        let table = [
            ("Po polsku proszę.", Polish),
            ("Polski.", Polish),
            ("Czy możemy rozmawiać po polsku?", Polish),
            ("Can we speak Polish?", Polish),
            ("Polish please", Polish),
            ("Vreau să vorbim în poloneză", Polish),
            ("chciałbym mówić po polsku bo nie rozumiem", Polish),
            ("În română, vă rog.", Romanian),
            ("in romana", Romanian),
            ("Vorbiți românește?", Romanian),
            ("Do you speak Romanian?", Romanian),
            ("po rumuńsku proszę", Romanian),
            ("limba română", Romanian),
            ("English please!", English),
            ("English", English),
            ("Can we continue in English?", English),
            ("Do you speak English?", English),
            ("po angielsku", English),
            ("Czy mówicie po angielsku?", English),
            ("Vorbiți engleza?", English),
            ("în engleză vă rog", English),
            ("I don't speak Polish, English please", English),
            ("Nie mówię po polsku, po angielsku proszę", English),
            ("No, English please", English),
            ("nie, po polsku", Polish),
        ];
        for (text, language) in table {
            assert_eq!(asks_for_language(text), Some(language), "{text}");
        }
    }

    #[test]
    fn a_language_that_is_only_mentioned_is_not_asked_for() {
        let texts = [
            "I ordered an English dictionary",
            "Zamówiłem słownik angielski i jeszcze nie doszedł",
            "Am comandat o carte despre bucătăria română veche",
            "the parcel is from a Polish company",
            "gdzie jest moja paczka",
            "English or Polish",
            "I don't speak English",
            "nu vorbesc engleza",
            "",
        ];
        for text in texts {
            assert_eq!(asks_for_language(text), None, "{text}");
        }
    }

    #[test]
    fn the_language_of_a_text_is_found_with_and_without_diacritics() {
        let table = [
            ("Gdzie jest moja przesyłka? Miała być wczoraj.", Polish),
            ("chcialbym zlozyc reklamacje", Polish),
            ("nie dziala mi internet", Polish),
            ("rachunek jest za wysoki", Polish),
            ("Unde este coletul meu? Trebuia să vină ieri.", Romanian),
            ("vreau sa fac o reclamatie", Romanian),
            ("nu imi merge internetul", Romanian),
            ("factura este prea mare", Romanian),
            ("Where is my parcel? It was due yesterday.", English),
            ("i would like to make a complaint", English),
            ("my internet is down", English),
            ("the bill is too high", English),
        ];
        for (text, language) in table {
            let (found, probability) = text_language(text, &Language::ALL).expect("letters");
            assert_eq!(found, language, "{text}");
            assert!(probability > 0.8, "{text}: {probability}");
        }
    }

    #[test]
    fn only_candidates_are_found_and_nothing_in_nothing() {
        assert_eq!(
            text_language("gdzie jest paczka", &[Romanian]).map(|(language, _)| language),
            Some(Romanian)
        );
        assert_eq!(text_language("12 34", &Language::ALL), None);
        assert_eq!(text_language("hello", &[]), None);
        let (_, doubt) = text_language("ok", &Language::ALL).expect("letters");
        assert!(doubt < 0.9);
    }

    proptest! {
        #[test]
        fn probabilities_stay_within_their_range(text in ".{0,80}") {
            let _ = asks_for_language(&text);
            let found = text_language(&text, &Language::ALL);
            prop_assert!(found.is_none_or(|(_, probability)| (0.33..=1.0).contains(&probability)));
        }
    }
}
