//! ◆ Words as they are compared: lower case, without diacritics and punctuation.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words of a text, folded: `Oszuści!` becomes `oszusci`. Recognisers often lose diacritics, so
/// comparing without them is what finds the word.
pub fn fold_words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether the words of `phrase` (already folded) stand together in `words`.
pub fn contains_phrase(words: &[String], phrase: &str) -> bool {
    let wanted: Vec<&str> = phrase.split(' ').collect();
    words.windows(wanted.len()).any(|window| window.iter().zip(&wanted).all(|(a, b)| a == b))
}

fn fold(text: &str) -> String {
    let lower = text.to_lowercase();
    lower.nfd().filter(|c| !is_combining_mark(*c)).map(|c| if c == 'ł' { 'l' } else { c }).collect()
}

/// The digits of a value, spoken one by one in groups that a caller can follow: `1 2 3 4, 5 6 7 8`.
pub fn spell_digits(digits: &str) -> String {
    let chars: Vec<char> = digits.chars().collect();
    let groups = group_lengths(chars.len());
    let mut from = 0;
    let spoken: Vec<String> = groups
        .into_iter()
        .map(|length| {
            let group = chars[from..from + length].iter().map(char::to_string).collect::<Vec<_>>().join(" ");
            from += length;
            group
        })
        .collect();
    spoken.join(", ")
}

/// The same for the eye: `1234 5678`.
pub fn group_digits(digits: &str) -> String {
    spell_digits(digits).replace(' ', "").replace(',', " ")
}

/// Groups of four where they fit, else of three with a tail of two to four.
fn group_lengths(length: usize) -> Vec<usize> {
    if length <= 4 {
        return if length == 0 { vec![] } else { vec![length] };
    }
    if length.is_multiple_of(4) {
        return vec![4; length / 4];
    }
    match length % 3 {
        0 => vec![3; length / 3],
        1 => [vec![3; length / 3 - 1], vec![4]].concat(),
        _ => [vec![3; length / 3], vec![2]].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_removes_case_marks_and_punctuation() {
        assert_eq!(fold_words("Łódź, ÎNȘELĂTORIE!"), ["lodz", "inselatorie"]);
    }

    #[test]
    fn digits_are_grouped_so_that_a_caller_can_follow() {
        assert_eq!(spell_digits("12345678"), "1 2 3 4, 5 6 7 8");
        assert_eq!(spell_digits("1234567890"), "1 2 3, 4 5 6, 7 8 9 0");
        assert_eq!(spell_digits("12345"), "1 2 3, 4 5");
        assert_eq!(spell_digits(""), "");
        assert_eq!(group_digits("1234567890"), "123 456 7890");
    }

    #[test]
    fn a_phrase_matches_whole_words_only() {
        let words = fold_words("Poproszę jeszcze raz");
        assert!(contains_phrase(&words, "jeszcze raz"));
        assert!(!contains_phrase(&words, "jeszcze ra"));
    }
}
