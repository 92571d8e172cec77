//! ◆ What agents must not promise: phrases of `policy.yaml`, found in any inflection.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use super::words::fold_words;
use crate::language::Language;

/// A "not" so many words before a promise takes it back.
const NOT_WITHIN: usize = 3;

/// Words that stand together, folded; one with a star may end in any way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForbiddenPhrase {
    /// As it is written.
    pub text: String,
    words: Vec<(String, bool)>,
}

impl ForbiddenPhrase {
    /// Reads `refund* in full`. `None` without a word, or with a star elsewhere than at the end of one.
    pub fn read(text: &str) -> Option<ForbiddenPhrase> {
        let word = |written: &str| {
            let stem = written.ends_with('*');
            let bare = written.strip_suffix('*').unwrap_or(written);
            let folded = fold_words(bare);
            let [one] = &folded[..] else { return None };
            (!bare.contains('*')).then(|| (one.clone(), stem))
        };
        let words: Option<Vec<(String, bool)>> = text.split_whitespace().map(word).collect();
        let words = words.filter(|words| !words.is_empty())?;
        Some(ForbiddenPhrase { text: text.to_owned(), words })
    }

    /// The words of a sentence that make the promise, as they are written; none where it is denied.
    pub fn find(&self, sentence: &str, language: Language) -> Option<String> {
        sentence.split([',', '.', ';', ':', '!', '?']).find_map(|clause| self.find_in(clause, language))
    }

    /// A "not" of another clause denies nothing.
    fn find_in(&self, clause: &str, language: Language) -> Option<String> {
        let written: Vec<&str> =
            clause.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let said: Vec<String> = written.iter().map(|word| fold_words(word).concat()).collect();
        let fits = |window: &[String]| {
            let mut pairs = window.iter().zip(&self.words);
            pairs.all(|(said, (wanted, stem))| said == wanted || (*stem && said.starts_with(wanted.as_str())))
        };
        let denied = |at: usize| {
            let before = &said[at.saturating_sub(NOT_WITHIN)..at];
            before.iter().any(|word| nots(language).contains(&word.as_str()))
        };
        let mut windows = said.windows(self.words.len()).enumerate();
        let at = windows.find(|(at, window)| fits(window) && !denied(*at))?.0;
        Some(written[at..at + self.words.len()].join(" "))
    }
}

/// Folded: "can't" is "can" and "t".
fn nots(language: Language) -> &'static [&'static str] {
    match language {
        Language::English => &["not", "never", "cannot", "t", "no"],
        Language::Polish => &["nie", "nigdy"],
        Language::Romanian => &["nu", "niciodata"],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(phrase: &str, sentence: &str, language: Language) -> Option<String> {
        ForbiddenPhrase::read(phrase).expect("sound").find(sentence, language)
    }

    #[test]
    fn a_promise_is_found_in_any_inflection() {
        let cases = [
            ("refund* in full", "We will refund in full, of course.", Language::English),
            ("zwroc* cal* kwot*", "Zwrócę Pani całą kwotę? Zwrócimy całą kwotę!", Language::Polish),
            ("ramburs* integral*", "Vă rambursăm integral comanda.", Language::Romanian),
        ];
        for (phrase, sentence, language) in cases {
            assert!(found(phrase, sentence, language).is_some(), "{sentence}");
        }
        assert_eq!(found("refund* in full", "a full refund", Language::English), None);
    }

    #[test]
    fn a_promise_that_is_denied_is_none() {
        assert_eq!(found("refund* in full", "We can't sadly refund in full.", Language::English), None);
        assert_eq!(found("zwroc* cal*", "Nie możemy zwrócić całej kwoty", Language::Polish), None);
        assert_eq!(found("garant*", "Nu pot garanta asta", Language::Romanian), None);
    }

    #[test]
    fn a_not_of_another_clause_denies_nothing() {
        let said = "Proszę się nie martwić, gwarantuję zwrot";
        assert_eq!(found("gwarant*", said, Language::Polish).as_deref(), Some("gwarantuję"));
    }

    #[test]
    fn a_star_in_the_middle_is_no_phrase() {
        assert_eq!(ForbiddenPhrase::read("re*fund"), None);
        assert_eq!(ForbiddenPhrase::read("  "), None);
    }
}
