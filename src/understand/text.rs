//! ◆ Forms of a text in which a recogniser's small errors disappear.

#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case, every run of what is neither letter nor digit as one blank. Keeps diacritics.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfc().flat_map(char::to_lowercase) {
        match c {
            // Apostrophes vanish: recognisers write both "i'd" and "id".
            '\'' | '\u{2019}' | '\u{307}' => {}
            c if c.is_alphanumeric() => plain.push(c),
            _ if !plain.is_empty() && !plain.ends_with(' ') => plain.push(' '),
            _ => {}
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// Like [`plain`], without diacritics: `Łódź, ÎNTÂI!` becomes `lodz intai`.
pub fn fold(text: &str) -> String {
    let plain = plain(text);
    if plain.is_ascii() {
        return plain;
    }
    plain.nfd().filter(|c| !is_combining_mark(*c)).map(|c| if c == 'ł' { 'l' } else { c }).collect()
}

/// Folded words.
pub fn words(text: &str) -> Vec<String> {
    fold(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// Letters that a recogniser may get wrong in a word of this many letters without making it another word.
pub fn tolerance(letters: usize) -> usize {
    match letters {
        0..=5 => 0,
        6..=9 => 1,
        _ => 2,
    }
}

/// Whether a folded word is the expected one, up to [`tolerance`].
pub fn sounds_like(word: &str, expected: &str) -> bool {
    let allowed = tolerance(expected.chars().count());
    word == expected
        || (allowed > 0
            && word.len().abs_diff(expected.len()) <= allowed
            && strsim::damerau_levenshtein(word, expected) <= allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_marks_and_diacritics_disappear() {
        assert_eq!(fold("  Łódź — ÎNTÂI, Țară; I'd say: O.K.! "), "lodz intai tara id say o k");
        assert_eq!(plain("Zażółć,  gęślą"), "zażółć gęślą");
        assert_eq!(fold("İ"), "i");
        assert_eq!(words(" ... "), Vec::<String>::new());
    }

    #[test]
    fn long_words_may_differ_in_a_letter_or_two() {
        assert!(sounds_like("konsultatem", "konsultantem"));
        assert!(sounds_like("operatr", "operator"));
        assert!(!sounds_like("dane", "dana"));
    }
}
