//! ◆ Examples as a recogniser hears them: learnt beside what their author wrote.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::Example;
use crate::language::Language;
use crate::understand::text::fold;
use std::collections::{BTreeMap, BTreeSet};

/// What a recogniser made of an example, by language and by the example as it was written. One that was heard as it
/// was written has an empty list.
pub type Mishearings = BTreeMap<Language, BTreeMap<String, Vec<String>>>;

/// Letters of what was heard that may differ from what was said, as a share of the longer of both; beyond that it is
/// another sentence.
const DIFFERENT_SHARE: f64 = 0.2;

/// Whether what was heard teaches anything: it differs from what was said in more than case, marks and diacritics, and
/// is still alike.
pub fn is_worth_learning(said: &str, heard: &str) -> bool {
    let (said, heard) = (fold(said), fold(heard));
    !heard.is_empty()
        && said != heard
        && strsim::normalized_levenshtein(&said, &heard) >= 1.0 - DIFFERENT_SHARE
}

/// The examples, then what was heard of them.
pub(super) struct Learnt {
    pub examples: Vec<Example>,
    /// Number of the example that each is, or was heard of.
    pub origins: Vec<usize>,
}

impl Learnt {
    /// What two topics would share teaches nothing, nor what some example says already.
    pub(super) fn new(examples: &[Example], heard: &Mishearings) -> Learnt {
        let mut learnt = Learnt { examples: examples.to_vec(), origins: (0..examples.len()).collect() };
        let said: BTreeSet<String> = examples.iter().map(|example| fold(&example.text)).collect();
        let mut labels: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        let variants: Vec<(usize, &String)> = examples
            .iter()
            .enumerate()
            .flat_map(|(at, example)| variants(example, heard).map(move |text| (at, text)))
            .filter(|(at, text)| is_worth_learning(&examples[*at].text, text) && !said.contains(&fold(text)))
            .collect();
        for (at, text) in &variants {
            labels.entry(fold(text)).or_default().insert(&examples[*at].label);
        }
        let mut seen = BTreeSet::new();
        for (at, text) in variants {
            let folded = fold(text);
            if labels[&folded].len() == 1 && seen.insert(folded) {
                learnt.examples.push(Example { text: text.clone(), ..examples[at].clone() });
                learnt.origins.push(at);
            }
        }
        learnt
    }

    /// How many of them an author wrote.
    pub(super) fn written(&self) -> usize {
        self.origins.iter().enumerate().filter(|(at, origin)| at == *origin).count()
    }
}

fn variants<'a>(example: &'a Example, heard: &'a Mishearings) -> impl Iterator<Item = &'a String> {
    let languages = heard.iter().filter(|(language, _)| example.language.is_none_or(|own| own == **language));
    languages.filter_map(|(_, texts)| texts.get(&example.text)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example(text: &str, label: &str) -> Example {
        Example { text: text.into(), label: label.into(), language: Some(Language::English) }
    }

    #[test]
    fn what_was_heard_follows_the_examples_and_knows_where_it_comes_from() {
        let examples = [example("where is my parcel", "status"), example("an invoice please", "invoice")];
        let of =
            |said: &str, heard: &[&str]| (said.to_owned(), heard.iter().map(|t| t.to_string()).collect());
        let texts = [
            of("where is my parcel", &["Wear is my parcel.", "Where is my parcel?", "wear is my parcel"]),
            of("an invoice please", &["Unin voice please.", "Thanks for watching."]),
            of("no longer an example", &["No longer a sample."]),
        ];
        let learnt = Learnt::new(&examples, &[(Language::English, texts.into())].into());
        let texts: Vec<&str> = learnt.examples.iter().map(|example| example.text.as_str()).collect();
        let expected =
            ["where is my parcel", "an invoice please", "Wear is my parcel.", "Unin voice please."];
        assert_eq!(texts, expected);
        assert_eq!(learnt.origins, [0, 1, 0, 1]);
        assert_eq!((learnt.examples[3].label.as_str(), learnt.written()), ("invoice", 2));
    }

    #[test]
    fn what_two_topics_are_heard_as_teaches_neither() {
        let examples = [example("send it here", "change"), example("spend it here", "pay")];
        let heard = |said: &str, heard: &str| (said.to_owned(), vec![heard.to_owned()]);
        let texts = [heard("send it here", "Bend it here."), heard("spend it here", "bend it here")];
        let learnt = Learnt::new(&examples, &[(Language::English, texts.into())].into());
        assert_eq!(learnt.examples.len(), 2);
        let other = [(Language::Polish, [heard("send it here", "bend it here")].into())];
        assert_eq!(Learnt::new(&examples, &other.into()).examples.len(), 2, "another language");
    }
}
