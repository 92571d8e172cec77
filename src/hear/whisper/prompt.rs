//! ◆ What the decoder is told to expect.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::hear::Hint;
use crate::language::Language;

/// Bytes of prompt text; Whisper conditions on 223 tokens, and more words bias less each.
const PROMPT_BYTES: usize = 600;

/// The text that the utterance seems to follow, `None` where nothing is known. Whisper goes on in the
/// spelling, the words and the form of digits that it sees there.
pub fn prompt(hint: &Hint, language: Language) -> Option<String> {
    let mut words: Vec<&str> = Vec::new();
    let mut bytes = 0;
    for word in hint.words.iter().map(|word| word.trim()).filter(|word| !word.is_empty()) {
        bytes += word.len() + 2;
        if bytes > PROMPT_BYTES {
            break;
        }
        words.push(word);
    }
    let mut text = words.join(", ");
    if !text.is_empty() {
        text.push('.');
    }
    if hint.digits {
        text.push_str(digits(language));
    }
    let examples = hint.kind.map_or("", |kind| kind.examples(language));
    if !examples.is_empty() {
        text.push(' ');
        text.push_str(examples);
    }
    // whisper.cpp takes a C string.
    let text = text.replace('\0', "");
    (!text.is_empty()).then(|| format!(" {}", text.trim_start()))
}

fn digits(language: Language) -> &'static str {
    match language {
        Language::Polish => " Numer: 4 0 7, 2 9 1, 8 5 3, 6.",
        Language::Romanian => " Numărul: 4 0 7, 2 9 1, 8 5 3, 6.",
        Language::English => " Number: 4 0 7, 2 9 1, 8 5 3, 6.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::slots::Kind;

    fn hint(words: &[&str], digits: bool) -> Hint {
        Hint { words: words.iter().map(|word| word.to_string()).collect(), digits, ..Hint::default() }
    }

    #[test]
    fn words_become_a_sentence() {
        let hint = hint(&["paczka", " ", "kurier"], false);
        assert_eq!(prompt(&hint, Language::Polish).as_deref(), Some(" paczka, kurier."));
    }

    #[test]
    fn nothing_known_means_no_prompt() {
        assert_eq!(prompt(&hint(&[], false), Language::English), None);
        assert_eq!(prompt(&hint(&["\0"], false), Language::English).as_deref(), Some(" ."));
    }

    #[test]
    fn digits_are_shown_as_digits() {
        assert!(prompt(&hint(&[], true), Language::Romanian).unwrap().starts_with(" Numărul: 4"));
    }

    #[test]
    fn a_value_is_shown_in_the_forms_that_callers_use() {
        let hint = Hint { kind: Some(Kind::Email), ..hint(&["faktura"], false) };
        assert!(prompt(&hint, Language::Polish).unwrap().starts_with(" faktura. Anna kropka nowak małpa"));
        assert!(prompt(&hint, Language::Romanian).unwrap().contains("arond"));
    }

    #[test]
    fn a_long_list_is_cut_at_a_word() {
        let many = vec!["dziewięćdziesiąt"; 200];
        assert!(prompt(&hint(&many, false), Language::Polish).unwrap().len() <= PROMPT_BYTES + 2);
    }
}
