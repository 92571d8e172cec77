//! ◆ Text to sentences, and sentences to clauses.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

/// Longest sentence that a voice makes in one go; longer ones are cut at a clause or a blank. Keeps
/// the first audio early and a model run short.
pub const SENTENCE_CHARACTERS: usize = 240;

/// Words whose dot ends no sentence.
const ABBREVIATIONS: [&str; 22] = [
    "mr", "mrs", "ms", "dr", "st", "vs", "no", "np", "ul", "al", "pl", "godz", "tel", "nr", "ok", "str",
    "bd", "dl", "dna", "d-na", "d-l", "e.g",
];

/// Cuts `text` into sentences, each with its closing mark. Never returns an empty one.
pub fn sentences(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut start = 0;
    for (at, mark) in text.char_indices() {
        let end = at + mark.len_utf8();
        if ends_sentence(text, at, mark) {
            push_bounded(&mut out, &text[start..end]);
            start = end;
        }
    }
    push_bounded(&mut out, &text[start..]);
    out
}

fn ends_sentence(text: &str, at: usize, mark: char) -> bool {
    match mark {
        '!' | '?' | '…' => followed_by_blank(text, at + mark.len_utf8()),
        '.' => followed_by_blank(text, at + 1) && !is_abbreviation(&text[..at]),
        '\n' => true,
        _ => false,
    }
}

fn followed_by_blank(text: &str, end: usize) -> bool {
    text[end..].chars().next().is_none_or(char::is_whitespace)
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(char::is_whitespace).next().unwrap_or_default().to_lowercase();
    let single_letter = word.chars().count() == 1 && word.chars().all(char::is_alphabetic);
    single_letter || ABBREVIATIONS.contains(&word.as_str())
}

fn push_bounded(out: &mut Vec<String>, sentence: &str) {
    let mut rest = sentence.trim();
    while let Some((limit, _)) = rest.char_indices().nth(SENTENCE_CHARACTERS) {
        let cut = rest[..limit]
            .rfind([',', ';', ':'])
            .map(|at| at + 1)
            .or_else(|| rest[..limit].rfind(char::is_whitespace))
            .filter(|at| *at > 0)
            .unwrap_or(limit);
        push_spoken(out, &rest[..cut]);
        rest = rest[cut..].trim_start();
    }
    push_spoken(out, rest);
}

/// A fragment without a letter or digit (`"..."`) gives nothing to say.
fn push_spoken(out: &mut Vec<String>, sentence: &str) {
    let sentence = sentence.trim();
    if sentence.chars().any(char::is_alphanumeric) {
        out.push(sentence.to_owned());
    }
}

/// A sentence longer than this is begun before it is made whole; lengths are in characters as spoken.
const LONG_CHARACTERS: usize = 40;
/// Length of such a beginning: shorter sounds torn off, longer gains nothing.
const OPENING_CHARACTERS: std::ops::RangeInclusive<usize> = 12..=48;
/// A digit is spoken as a word.
const DIGIT_CHARACTERS: usize = 4;

/// The first clause of a long sentence and the rest, for voices that take their time.
pub fn opening(sentence: &str) -> Option<(&str, &str)> {
    let mut length = 0;
    let mut cut = None;
    for (at, character) in sentence.char_indices() {
        length += if character.is_ascii_digit() { DIGIT_CHARACTERS } else { 1 };
        let end = at + character.len_utf8();
        let mark = clause_mark(character).is_some() && stands_alone(sentence, end);
        if cut.is_none() && mark && OPENING_CHARACTERS.contains(&length) {
            cut = Some(end);
        }
    }
    let (first, rest) = sentence.split_at(cut.filter(|_| length > LONG_CHARACTERS)?);
    let spoken = rest.chars().any(char::is_alphanumeric);
    spoken.then(|| (first.trim(), rest.trim()))
}

/// Words with the mark that ends them: `,` `;` `:` `.` `?` `!`, or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    pub words: String,
    pub mark: Option<char>,
}

/// Cuts a sentence at its marks, for voices that want the marks as tokens of their own.
pub fn clauses(sentence: &str) -> Vec<Clause> {
    let mut out: Vec<Clause> = Vec::new();
    let mut start = 0;
    for (at, character) in sentence.char_indices() {
        let end = at + character.len_utf8();
        let Some(mark) = clause_mark(character).filter(|_| stands_alone(sentence, end)) else {
            continue;
        };
        push_clause(&mut out, &sentence[start..at], Some(mark));
        start = end;
    }
    push_clause(&mut out, &sentence[start..], None);
    out
}

/// A mark inside a number or a time (`12.50`, `8:30`) ends no clause.
fn stands_alone(sentence: &str, end: usize) -> bool {
    sentence[end..].chars().next().is_none_or(|next| next.is_whitespace() || clause_mark(next).is_some())
}

fn clause_mark(character: char) -> Option<char> {
    match character {
        ',' | ';' | ':' | '.' | '?' | '!' => Some(character),
        '…' => Some('.'),
        '–' | '—' => Some(','),
        _ => None,
    }
}

fn push_clause(out: &mut Vec<Clause>, words: &str, mark: Option<char>) {
    let words = words.trim();
    if words.chars().any(char::is_alphanumeric) {
        out.push(Clause { words: words.to_owned(), mark });
    } else if let (Some(last), Some(mark)) = (out.last_mut(), mark) {
        last.mark = last.mark.or(Some(mark));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_sentence_opens_with_its_first_clause() {
        let sentence = "It is on the move, at our Leeds depot now, and it will be delivered tomorrow.";
        let (first, rest) = opening(sentence).unwrap();
        assert_eq!(first, "It is on the move,");
        assert_eq!(rest, "at our Leeds depot now, and it will be delivered tomorrow.");
        assert_eq!(opening("I have 9 8 1 8, 0 0 8 4.").unwrap().0, "I have 9 8 1 8,");
        assert_eq!(opening("Yes, go on."), None);
        assert_eq!(opening("Your parcel costs 12,50 and will be with you in a very few days"), None);
        assert_eq!(opening("Oh, this first clause is much too short to be said alone by anyone"), None);
    }

    #[test]
    fn a_text_is_cut_where_a_reader_would_stop() {
        let cases: [(&str, &[&str]); 7] = [
            ("Hello. How are you? Fine!", &["Hello.", "How are you?", "Fine!"]),
            ("It costs 12.50 today", &["It costs 12.50 today"]),
            ("Ask Dr. Brown. Now", &["Ask Dr. Brown.", "Now"]),
            ("Sklep przy ul. Długiej 5. Zapraszamy!", &["Sklep przy ul. Długiej 5.", "Zapraszamy!"]),
            ("Wait... what?!", &["Wait...", "what?!"]),
            ("one\ntwo", &["one", "two"]),
            (" ... ", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(sentences(text), expected, "{text:?}");
        }
    }

    #[test]
    fn an_endless_sentence_is_cut_at_a_comma_or_a_blank() {
        let text = "word, ".repeat(100) + &"tail ".repeat(100) + &"x".repeat(600);
        let parts = sentences(&text);
        assert!(parts.iter().all(|part| part.chars().count() <= SENTENCE_CHARACTERS));
        let kept = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(kept(&parts.concat()), kept(&text));
    }

    #[test]
    fn clauses_keep_their_marks() {
        let found: Vec<_> = clauses("Yes, at 8:30 – really?!")
            .into_iter()
            .map(|clause| (clause.words, clause.mark))
            .collect();
        let clause = |words: &str, mark| (words.to_owned(), Some(mark));
        assert_eq!(found, [clause("Yes", ','), clause("at 8:30", ','), clause("really", '?')]);
    }
}
