//! ◆ A sentence with several wishes in it, as clauses.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::text::plain;
use crate::language::Language;

/// Words of the shortest clause that can be a wish: "opening hours".
const MIN_WORDS: usize = 2;
/// More clauses than this are a story and not a list.
const MAX_CLAUSES: usize = 4;

/// What joins one wish to the next, the longer ones first.
const fn joints(language: Language) -> &'static [&'static str] {
    match language {
        Language::Polish => &[
            "i jeszcze",
            "a poza tym",
            "a także",
            "oraz",
            "a przy okazji",
            "i chcę",
            "i chciałbym",
            "i chciałabym",
            "i",
            "a",
        ],
        Language::Romanian => {
            &["și de asemenea", "și încă", "precum și", "de asemenea", "și în plus", "și", "iar"]
        }
        Language::English => &["and also", "and then", "as well as", "and by the way", "and", "also", "plus"],
    }
}

/// The clauses of an utterance, in plain words; a single one where nothing is joined. Sentences are clauses too.
pub fn clauses(text: &str, language: Language) -> Vec<String> {
    let sentences = text.split(['.', '!', '?', ';']).map(plain).filter(|sentence| !sentence.is_empty());
    let clauses: Vec<String> = sentences.flat_map(|sentence| split(&sentence, joints(language))).collect();
    let whole = || vec![plain(text)];
    if clauses.len() > MAX_CLAUSES { whole() } else { clauses }
}

/// Splits where both sides are long enough to be wishes.
fn split(sentence: &str, joints: &[&str]) -> Vec<String> {
    let words: Vec<&str> = sentence.split(' ').collect();
    let joint = |at: usize| {
        joints.iter().map(|joint| joint.split(' ').count()).zip(joints).find(|(length, joint)| {
            words.get(at..at + length).is_some_and(|window| window.join(" ") == **joint)
        })
    };
    let mut clauses = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < words.len() {
        let length = joint(at).map_or(0, |(length, _)| length);
        if length > 0 && at - start >= MIN_WORDS && words.len() - at - length >= MIN_WORDS {
            clauses.push(words[start..at].join(" "));
            (start, at) = (at + length, at + length);
        } else {
            at += 1;
        }
    }
    clauses.push(words[start..].join(" "));
    clauses
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wishes_are_split_at_their_joints_in_three_languages() {
        let split = |text: &str, language| clauses(text, language).join(" | ");
        assert_eq!(
            split("Where is my parcel and also, when are you open?", Language::English),
            "where is my parcel | when are you open"
        );
        assert_eq!(
            split("Chcę zmienić adres i jeszcze zapytać o fakturę.", Language::Polish),
            "chcę zmienić adres | zapytać o fakturę"
        );
        assert_eq!(
            split("Unde este coletul meu? Și care este programul?", Language::Romanian),
            "unde este coletul meu | și care este programul"
        );
        assert_eq!(split("black and white", Language::English), "black and white");
        assert_eq!(split("pies i kot", Language::Polish), "pies i kot", "a word is no wish");
    }
}
