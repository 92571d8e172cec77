//! ◆ Word and character error.
//!
//! Both texts are compared after the same normalisation: NFKC, lower case, apostrophes dropped, every
//! other character that is no letter or digit taken as a blank, and single digits of the language
//! spelt out, because a recogniser may write `1` for "one" and neither is wrong. Letters spelt one by
//! one are one word ("M I S D N" is "MISDN"). In English contractions are written out and the keys `*`
//! and `#` have their names, as in Whisper's own normaliser (Radford et al. 2022, appendix C). Diacritics
//! count. The character error ignores blanks.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::language::Language;
use unicode_normalization::UnicodeNormalization;

/// Edits and lengths, summed over utterances.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    pub word_edits: usize,
    pub words: usize,
    pub char_edits: usize,
    pub chars: usize,
}

impl Score {
    /// Adds one utterance: what was `said` and what was `heard`.
    pub fn add(&mut self, said: &str, heard: &str, language: Language) {
        let (said, heard) = (words(said, language), words(heard, language));
        self.word_edits += distance(&said, &heard);
        self.words += said.len();
        let chars = |words: &[String]| words.concat().chars().collect::<Vec<_>>();
        let (said, heard) = (chars(&said), chars(&heard));
        self.char_edits += distance(&said, &heard);
        self.chars += said.len();
    }

    /// Word error, 0..; may pass 1 when too much was heard.
    pub fn wer(&self) -> f64 {
        self.word_edits as f64 / self.words.max(1) as f64
    }

    /// Character error, 0...
    pub fn cer(&self) -> f64 {
        self.char_edits as f64 / self.chars.max(1) as f64
    }
}

/// The words of a text after normalisation.
pub fn words(text: &str, language: Language) -> Vec<String> {
    let lower: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let lower = if language == Language::English { written_out(&lower) } else { lower };
    let plain: String = lower
        .chars()
        .filter(|c| !matches!(c, '\'' | '’' | '`'))
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    spelling_joined(plain.split_whitespace()).iter().map(|word| spelt(word, language)).collect()
}

/// English contractions at the end of a word, and what they are short for.
const CONTRACTIONS: [(&str, &str); 9] = [
    ("won't", "will not"),
    ("can't", "can not"),
    ("n't", " not"),
    ("'re", " are"),
    ("'ve", " have"),
    ("'ll", " will"),
    ("'m", " am"),
    ("'d", " would"),
    ("'s", " is"),
];

fn written_out(text: &str) -> String {
    let words = text.split_whitespace().map(|word| {
        let word = word.replace('’', "'").replace('*', " star ").replace('#', " pound ");
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        let found = CONTRACTIONS.iter().find_map(|(short, long)| Some((bare.strip_suffix(short)?, long)));
        match found {
            Some((stem, long)) => format!("{stem}{long}"),
            None if bare == "cannot" => "can not".to_owned(),
            None => word,
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Single letters in a row that are a spelling, not words ("i w").
const SPELLING_LETTERS: usize = 3;

fn spelling_joined<'a>(words: impl Iterator<Item = &'a str>) -> Vec<String> {
    let words: Vec<&str> = words.collect();
    let is_letter = |word: &str| word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    words
        .chunk_by(|a, b| is_letter(a) && is_letter(b))
        .flat_map(|run| match run.len() {
            SPELLING_LETTERS.. => vec![run.concat()],
            _ => run.iter().map(|word| (*word).to_owned()).collect(),
        })
        .collect()
}

fn spelt(word: &str, language: Language) -> String {
    let digits: [&str; 10] = match language {
        Language::Polish => {
            ["zero", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć"]
        }
        Language::Romanian => {
            ["zero", "unu", "doi", "trei", "patru", "cinci", "șase", "șapte", "opt", "nouă"]
        }
        Language::English => ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
    };
    match word.as_bytes() {
        [digit @ b'0'..=b'9'] => digits[usize::from(digit - b'0')].to_owned(),
        _ => word.to_owned(),
    }
}

/// Levenshtein's distance.
fn distance<T: PartialEq>(from: &[T], to: &[T]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let substituted = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_punctuation_and_single_digits_do_not_count() {
        let mut score = Score::default();
        score.add(
            "Please press one, then: don't wait!",
            "please press 1 then do not wait",
            Language::English,
        );
        assert_eq!((score.word_edits, score.words), (0, 7));
        assert_eq!(score.cer(), 0.0);
    }

    #[test]
    fn two_ways_of_writing_the_same_english_are_the_same() {
        let pairs = [
            ("I'm sorry, that’s not what you can't do.", "I am sorry, that is not what you cannot do"),
            ("press * or #", "Press star or pound."),
            ("M I S D N", "MISDN"),
        ];
        for (said, heard) in pairs {
            assert_eq!(words(said, Language::English), words(heard, Language::English));
        }
        assert_eq!(words("i w domu", Language::Polish), ["i", "w", "domu"]);
    }

    #[test]
    fn diacritics_count_and_glued_words_cost_words_but_no_characters() {
        let mut score = Score::default();
        score.add("moja paczka", "mojapaczką", Language::Polish);
        assert_eq!((score.word_edits, score.words), (2, 2));
        assert_eq!((score.char_edits, score.chars), (1, 10));
    }

    #[test]
    fn edits_are_substitutions_insertions_and_deletions() {
        assert_eq!(distance(b"kitten", b"sitting"), 3);
        assert_eq!(distance(b"", b"abc"), 3);
        assert_eq!(distance(b"abc", b""), 3);
    }

    #[test]
    fn too_much_heard_passes_one() {
        let mut score = Score::default();
        score.add("no", "no no no", Language::English);
        assert_eq!(score.wer(), 2.0);
    }
}
