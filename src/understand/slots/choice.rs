//! ◆ One of several: by name, by part of a name, or by place in the list.

use super::digits::cardinal;
use crate::language::Language;
use crate::understand::text::{fold, words};

/// Share of letters in which a spoken name may differ from an option.
const DISTANCE_LIMIT: f64 = 0.34;

/// The best option must be better than the next by this share of letters.
const DISTANCE_LEAD: f64 = 0.12;

/// "The second one" is seldom misheard, but may mean something else than the place in the list.
const PLACE_CONFIDENCE: f32 = 0.9;

/// A word of an option names it alone from this many letters on.
const WORD_LETTERS: usize = 4;

/// Which of the options the caller named, counted from 0; none if that is not clear.
///
/// Names are compared by letters without blanks and diacritics, which forgives what recognisers get wrong;
/// a place ("the second one", "drugą", "a doua", "ostatnia") counts when no name fits.
pub fn choice<S: AsRef<str>>(text: &str, options: &[S], language: Language) -> Option<usize> {
    surest_choice(text, options, language).map(|(option, _)| option)
}

/// Like [`choice`], with how well the words fit, 0..1: a name that was hardly hit wants to be read back.
pub fn surest_choice<S: AsRef<str>>(text: &str, options: &[S], language: Language) -> Option<(usize, f32)> {
    let said = words(text);
    let names: Vec<Vec<String>> = options.iter().map(|option| words(option.as_ref())).collect();
    match by_name(&said, &names) {
        Named::One(option, distance) => Some((option, 1.0 - distance as f32)),
        Named::Several => None,
        Named::None => {
            by_place(text, &said, options.len(), language).map(|option| (option, PLACE_CONFIDENCE))
        }
    }
}

enum Named {
    /// With the share of letters that differ.
    One(usize, f64),
    Several,
    None,
}

fn by_name(said: &[String], names: &[Vec<String>]) -> Named {
    let mut distances: Vec<(f64, usize)> =
        names.iter().enumerate().map(|(option, name)| (distance(said, name, names), option)).collect();
    distances.sort_by(|a, b| a.0.total_cmp(&b.0));
    match distances[..] {
        [(best, option), ref rest @ ..] if best <= DISTANCE_LIMIT => {
            let lead = rest.first().map_or(f64::INFINITY, |(next, _)| next - best);
            if lead >= DISTANCE_LEAD { Named::One(option, best) } else { longest(said, names) }
        }
        _ => Named::None,
    }
}

/// When one said name lies within another ("express" in "express plus"), the longest that was said exactly.
fn longest(said: &[String], names: &[Vec<String>]) -> Named {
    let heard = said.concat();
    let exact = |name: &Vec<String>| !name.is_empty() && heard.contains(&name.concat());
    let mut found: Vec<usize> = (0..names.len()).filter(|&option| exact(&names[option])).collect();
    found.sort_by_key(|&option| std::cmp::Reverse(names[option].concat().len()));
    match found[..] {
        [] => Named::Several,
        [option] => Named::One(option, 0.0),
        [option, ref rest @ ..] => {
            let whole = names[option].concat();
            let within = rest
                .iter()
                .all(|&other| whole.contains(&names[other].concat()) && whole != names[other].concat());
            if within { Named::One(option, 0.0) } else { Named::Several }
        }
    }
}

/// Share of letters by which the nearest stretch of the utterance differs from the option or from a word
/// that only this option has.
fn distance(said: &[String], name: &[String], names: &[Vec<String>]) -> f64 {
    let own = |word: &&String| {
        word.chars().count() >= WORD_LETTERS && names.iter().filter(|other| other.contains(word)).count() == 1
    };
    let whole = stretch_distance(said, &name.concat(), name.len());
    let words = name.iter().filter(own).map(|word| stretch_distance(said, word, 1));
    words.fold(whole, f64::min)
}

fn stretch_distance(said: &[String], name: &str, name_words: usize) -> f64 {
    let letters = name.chars().count();
    if letters == 0 {
        return f64::INFINITY;
    }
    let lengths = name_words.saturating_sub(1).max(1)..=name_words + 1;
    let stretches = lengths.flat_map(|length| said.windows(length));
    let share = |stretch: &[String]| {
        let heard = stretch.concat();
        let wrong = strsim::damerau_levenshtein(&heard, name);
        // Short names differ from other short words by a letter or two, so those must be exact.
        if letters < WORD_LETTERS && wrong > 0 { f64::INFINITY } else { wrong as f64 / letters as f64 }
    };
    stretches.map(share).fold(f64::INFINITY, f64::min)
}

/// Ordinals by their beginnings, which carry all genders and cases; the last entry means the last option.
const ORDINALS: [(Language, [&str; 10], &str); 3] = [
    (
        Language::Polish,
        ["pierwsz", "drug", "trzeci", "czwart", "piat", "szost", "siodm", "osm", "dziewiat", "dziesiat"],
        "ostatni",
    ),
    (
        Language::Romanian,
        [
            "prim",
            "doilea doua",
            "treilea treia",
            "patrulea patra",
            "cincilea cincea",
            "saselea sasea",
            "saptelea saptea",
            "optulea opta",
            "noualea noua",
            "zecelea zecea",
        ],
        "ultim",
    ),
    (
        Language::English,
        [
            "first 1st",
            "second 2nd",
            "third 3rd",
            "fourth 4th",
            "fifth 5th",
            "sixth 6th",
            "seventh 7th",
            "eighth 8th",
            "ninth 9th",
            "tenth 10th",
        ],
        "last",
    ),
];

fn by_place(text: &str, said: &[String], options: usize, language: Language) -> Option<usize> {
    let (_, ordinals, last) = ORDINALS.iter().find(|(of, ..)| *of == language)?;
    let begins = |beginnings: &str| {
        said.iter().any(|word| beginnings.split(' ').any(|beginning| is_ordinal(word, beginning)))
    };
    let mut places: Vec<usize> = ordinals
        .iter()
        .enumerate()
        .filter(|(_, beginnings)| begins(beginnings))
        .map(|(place, _)| place)
        .collect();
    if said.iter().any(|word| is_ordinal(word, last)) {
        places.push(options.checked_sub(1)?);
    }
    if places.is_empty() && !fold(text).is_empty() {
        let number = cardinal(text, language)?;
        places.push(usize::try_from(number).ok()?.checked_sub(1)?);
    }
    match places[..] {
        [place] if place < options => Some(place),
        _ => None,
    }
}

/// An ordinal and its endings: "drug" is in "druga" and "drugiego", not in "drugstore".
fn is_ordinal(word: &str, beginning: &str) -> bool {
    const ENDING_LETTERS: usize = 4;
    word.strip_prefix(beginning).is_some_and(|ending| ending.len() <= ENDING_LETTERS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Polish, Romanian};
    use proptest::prelude::*;

    const DELIVERY_PL: [&str; 3] = ["kurier", "paczkomat", "odbiór osobisty"];
    const DELIVERY_RO: [&str; 3] = ["curier", "ridicare personală", "punct de colectare"];
    const DELIVERY_EN: [&str; 3] = ["courier", "parcel locker", "collect in store"];

    #[test]
    fn names_places_and_slips_of_the_recogniser_are_understood() {
        let table: &[(Language, &str, Option<usize>)] = &[
            (Polish, "Paczkomat.", Some(1)),
            (Polish, "pacz komat", Some(1)),
            (Polish, "poproszę do paczkomatu", Some(1)),
            (Polish, "odbior osobisty", Some(2)),
            (Polish, "wolę osobisty", Some(2)),
            (Polish, "kuriera", Some(0)),
            (Polish, "druga opcja", Some(1)),
            (Polish, "tę pierwszą", Some(0)),
            (Polish, "ostatnia", Some(2)),
            (Polish, "numer trzy", Some(2)),
            (Polish, "2", Some(1)),
            (Polish, "kurier albo paczkomat", None),
            (Polish, "czwarta", None),
            (Polish, "nie wiem", None),
            (Romanian, "curierul", Some(0)),
            (Romanian, "ridicarepersonala", Some(1)),
            (Romanian, "la punctul de colectare", Some(2)),
            (Romanian, "a doua", Some(1)),
            (Romanian, "prima variantă", Some(0)),
            (Romanian, "al treilea", Some(2)),
            (Romanian, "ultima", Some(2)),
            (Romanian, "doi", Some(1)),
            (Romanian, "curier sau ridicare personală", None),
            (English, "the parcel locker please", Some(1)),
            (English, "a locker", Some(1)),
            (English, "collect it in store", Some(2)),
            (English, "currier", Some(0)),
            (English, "the second one", Some(1)),
            (English, "option three", Some(2)),
            (English, "the last one", Some(2)),
            (English, "the fifth", None),
            (English, "what do you mean", None),
        ];
        for (language, text, expected) in table {
            let options = match language {
                Polish => DELIVERY_PL,
                Romanian => DELIVERY_RO,
                English => DELIVERY_EN,
            };
            assert_eq!(choice(text, &options, *language), *expected, "{text}");
        }
    }

    #[test]
    fn a_name_within_a_longer_one_is_told_apart() {
        let options = ["express", "express plus"];
        assert_eq!(choice("express plus", &options, English), Some(1));
        assert_eq!(choice("express", &options, English), Some(0));
        assert_eq!(choice("anything", &[] as &[&str], English), None);
    }

    #[test]
    fn a_name_that_was_hardly_hit_is_less_sure_than_an_exact_one() {
        let sure = |text| surest_choice(text, &DELIVERY_EN, English).unwrap();
        assert_eq!(sure("courier"), (0, 1.0));
        let (option, confidence) = sure("currier");
        assert!(option == 0 && confidence < 0.8, "{confidence}");
        assert_eq!(sure("the second one"), (1, PLACE_CONFIDENCE));
    }

    proptest! {
        #[test]
        fn the_answer_is_one_of_the_options(
            text in ".{0,40}",
            options in proptest::collection::vec(".{0,12}", 0..5),
        ) {
            for language in Language::ALL {
                prop_assert!(choice(&text, &options, language).is_none_or(|at| at < options.len()));
            }
        }
    }
}
