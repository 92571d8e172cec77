//! ◆ The articles that callers hear, as labels that understanding learns beside the topics.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::{Article, Passage};
use crate::language::Language;
use crate::understand::classifier::Example;
use std::collections::BTreeMap;

/// Labels begin so; no topic can be named like this.
const PREFIX: &str = "kb:";

/// Which section of which article answers which label, in each language.
#[derive(Debug, Default)]
pub struct Answers {
    passages: BTreeMap<(String, Language), Passage>,
    examples: Vec<Example>,
}

impl Answers {
    /// The sections of articles in a language. Those of one article in several languages stand in the same order, and
    /// so teach each other.
    pub fn new(articles: &[Article]) -> Answers {
        let mut answers = Answers::default();
        for article in articles {
            let Some(language) = article.language else { continue };
            let base = article.name.trim_end_matches(language.code());
            for (at, section) in article.sections.iter().enumerate() {
                let label = format!("{PREFIX}{base}{at}");
                let asked = [&section.heading].into_iter().chain(&section.asked);
                answers.examples.extend(asked.map(|text| Example {
                    text: text.clone(),
                    label: label.clone(),
                    language: Some(language),
                }));
                answers.passages.insert((label, language), Passage::new(article, section));
            }
        }
        answers
    }

    /// What callers ask, to be learnt beside the examples of the topics.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// Whether a label is an article's.
    pub fn is_one(label: &str) -> bool {
        label.starts_with(PREFIX)
    }

    /// What a caller of that language hears.
    pub fn passage(&self, label: &str, language: Language) -> Option<&Passage> {
        self.passages.get(&(label.to_owned(), language))
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    #[test]
    fn one_section_is_one_label_in_every_language() {
        let english = read("a.en.md", "# A\n\n## Why?\n\n> How come?\n\nBecause.\n").expect("sound");
        let polish = read("a.pl.md", "# A\n\n## Dlaczego?\n\nBo tak.\n").expect("sound");
        let desk = read("b.md", "# B\n\nFor agents.\n").expect("sound");
        let answers = Answers::new(&[english, polish, desk]);
        let labels: Vec<&str> = answers.examples().iter().map(|example| example.label.as_str()).collect();
        assert_eq!(labels, ["kb:a.0"; 3]);
        assert!(labels.iter().all(|label| Answers::is_one(label)));
        let passage = answers.passage("kb:a.0", Language::Polish).expect("there");
        assert_eq!((passage.heading.as_str(), passage.text.as_str()), ("Dlaczego?", "Bo tak."));
        assert_eq!(answers.passage("kb:a.0", Language::Romanian), None);
    }
}
