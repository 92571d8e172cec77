//! ◆ Digits and numbers as callers say them.

use super::numbers::{Part, parts};
use crate::language::Language;
use crate::understand::text::words;

/// Longest digit string that a caller is believed to say.
const DIGITS_LIMIT: usize = 64;

/// The digits that the caller said, in order, other words left out; none if there is no digit.
///
/// Understands digits with pauses, groups of two to four digits ("dwadzieścia trzy sto pięć" is 23105),
/// repetitions ("double five", "podwójna piątka", "trzy zera", "doi de cinci"), glued words and what
/// recognisers write ("1-2-3", "12, 34.").
pub fn digits(text: &str, language: Language) -> Option<String> {
    let digits: String = groups(text, language).iter().map(Group::digits).collect();
    (!digits.is_empty() && digits.len() <= DIGITS_LIMIT).then_some(digits)
}

/// The one number that the caller said; none if there is no number or more than one.
pub fn cardinal(text: &str, language: Language) -> Option<u64> {
    let mut groups = groups(text, language).into_iter();
    let mut number = groups.next()?.digits();
    for group in groups {
        // "12 500" and "1.500" are one number: recognisers separate thousands.
        let Group::Written(part) = group else { return None };
        if part.len() != 3 {
            return None;
        }
        number.push_str(&part);
    }
    number.parse().ok()
}

/// Digits that belong together.
#[derive(Debug, Clone, PartialEq)]
enum Group {
    /// Digit by digit.
    Written(String),
    /// In words; `last` decides what may still follow.
    Spoken { value: u64, last: Part },
}

impl Group {
    fn digits(&self) -> String {
        match self {
            Group::Written(digits) => digits.clone(),
            Group::Spoken { value, .. } => value.to_string(),
        }
    }
}

/// One word of the utterance.
#[derive(Debug, Clone, PartialEq)]
enum Item {
    Written(String),
    Part(Part),
    /// Any other word: what follows does not join what came before.
    Pause,
}

fn groups(text: &str, language: Language) -> Vec<Group> {
    let items = items(&words(text), language);
    let mut groups: Vec<Group> = Vec::new();
    let mut open = false;
    let mut at = 0;
    while at < items.len() {
        if let Some((digits, used)) = repeated(&items[at..]) {
            groups.push(Group::Written(digits));
            open = false;
            at += used;
            continue;
        }
        match &items[at] {
            Item::Pause => open = false,
            Item::Written(digits) => {
                let next = items.get(at + 1);
                match (next, digits.parse::<u64>()) {
                    (Some(Item::Part(Part::Thousand | Part::Million)), Ok(value)) => {
                        groups.push(Group::Spoken { value, last: Part::Unit(1) });
                        open = true;
                    }
                    _ => {
                        groups.push(Group::Written(digits.clone()));
                        open = false;
                    }
                }
            }
            Item::Part(part) => {
                let grown = groups.last_mut().filter(|_| open).is_some_and(|group| grow(group, *part));
                groups.extend((!grown).then(|| start(*part)).flatten());
                open = open || !grown;
            }
        }
        at += 1;
    }
    groups
}

fn items(words: &[String], language: Language) -> Vec<Item> {
    let mut items = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let written: String = word.chars().filter(char::is_ascii_digit).collect();
        let parts = parts(word, language);
        if !written.is_empty() {
            items.push(Item::Written(written));
        } else if is_article(words, at, language) {
            items.push(Item::Pause);
        } else if !parts.is_empty() {
            items.extend(parts.into_iter().map(Item::Part));
        } else {
            items.push(homophone(words, at, language).map_or(Item::Pause, Item::Part));
        }
    }
    items
}

/// Romanian "un" is a number before a number word and an article otherwise.
fn is_article(words: &[String], at: usize, language: Language) -> bool {
    let next = words.get(at + 1).map(|word| parts(word, language)).unwrap_or_default();
    language == Language::Romanian && words[at] == "un" && !matches!(next.first(), Some(Part::Million))
}

/// English "to" and "for" between two digits.
fn homophone(words: &[String], at: usize, language: Language) -> Option<Part> {
    let digit = |word: Option<&String>| {
        word.is_some_and(|word| {
            word.chars().all(|c| c.is_ascii_digit())
                || matches!(parts(word, language)[..], [Part::Zero | Part::Unit(_)])
        })
    };
    if language != Language::English || at == 0 || !digit(words.get(at - 1)) || !digit(words.get(at + 1)) {
        return None;
    }
    match words[at].as_str() {
        "to" | "too" => Some(Part::Unit(2)),
        "for" => Some(Part::Unit(4)),
        "ate" => Some(Part::Unit(8)),
        _ => None,
    }
}

/// A repetition at the start of the items, as digits, and how many items it takes: "double five",
/// "dwie piątki", "dwa razy pięć", "doi de cinci".
fn repeated(items: &[Item]) -> Option<(String, usize)> {
    let digit = |item: Option<&Item>| match item? {
        Item::Part(Part::Zero) => Some(0),
        Item::Part(Part::Unit(digit) | Part::Plural(digit)) => Some(*digit),
        Item::Written(digits) if digits.len() == 1 => digits.parse().ok(),
        _ => None,
    };
    let count_of = |item: &Item| match item {
        Item::Part(Part::Unit(count)) if *count > 1 => Some(*count),
        Item::Written(digits) if digits.len() == 1 => digits.parse().ok().filter(|count| *count > 1),
        _ => None,
    };
    let (count, digit, used) = match (items.first()?, items.get(1)) {
        (Item::Part(Part::Repeat(count)), next) => (*count, digit(next)?, 2),
        (first, Some(Item::Part(Part::Times | Part::Of))) => (count_of(first)?, digit(items.get(2))?, 3),
        (first, Some(Item::Part(Part::Plural(digit)))) => (count_of(first)?, *digit, 2),
        _ => return None,
    };
    Some((digit.to_string().repeat(count as usize), used))
}

/// The group that a part begins, if it says a number by itself.
fn start(part: Part) -> Option<Group> {
    let value = match part {
        Part::Zero => 0,
        Part::Unit(value) | Part::Teen(value) | Part::Tens(value) | Part::Hundreds(value) => value,
        Part::Plural(value) => value,
        Part::Hundred => 100,
        Part::Thousand => 1_000,
        Part::Million => 1_000_000,
        Part::Repeat(_) | Part::Times | Part::Link | Part::Of => return None,
    };
    Some(Group::Spoken { value, last: part })
}

/// Lets the part join the number said so far; false if it begins another one.
fn grow(group: &mut Group, part: Part) -> bool {
    let Group::Spoken { value, last } = group else {
        return false;
    };
    let after_hundreds = matches!(last, Part::Hundreds(_) | Part::Hundred);
    let after_thousand = matches!(last, Part::Thousand | Part::Million);
    let grown = match part {
        Part::Link | Part::Of => return true,
        Part::Unit(unit) if matches!(last, Part::Tens(_)) || after_hundreds || after_thousand => {
            *value + unit
        }
        Part::Teen(more) | Part::Tens(more) if after_hundreds || after_thousand => *value + more,
        Part::Hundreds(more) if after_thousand => *value + more,
        Part::Hundred if matches!(last, Part::Unit(_)) => *value + 99 * (*value % 10),
        Part::Hundred if matches!(last, Part::Teen(_)) && *value < 100 => *value * 100,
        Part::Thousand | Part::Million => match scaled(*value, part) {
            Some(value) => value,
            None => return false,
        },
        _ => return false,
    };
    *value = grown;
    *last = part;
    true
}

/// What was said so far times a thousand or a million: "two million three | thousand".
fn scaled(value: u64, part: Part) -> Option<u64> {
    let scale = if part == Part::Million { 1_000_000 } else { 1_000 };
    let (done, open) =
        if part == Part::Million { (0, value) } else { (value - value % 1_000_000, value % 1_000_000) };
    (open > 0 && open < 1_000).then(|| done + open * scale)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Polish, Romanian};
    use proptest::prelude::*;

    const DIGITS: &[(Language, &str, &str)] = &[
        (Polish, "jeden dwa trzy cztery", "1234"),
        (Polish, "Jeden, dwa... trzy.", "123"),
        (Polish, "dwadzieścia trzy sto pięć", "23105"),
        (Polish, "dwadziescia trzy sto piec", "23105"),
        (Polish, "podwójna piątka", "55"),
        (Polish, "siedem podwójne zero dwa", "7002"),
        (Polish, "trzy zera i dwie piątki", "00055"),
        (Polish, "dwa razy osiem cztery", "884"),
        (Polish, "sześćset jeden dwieście trzydzieści cztery", "601234"),
        (Polish, "dziewięćset dziewięćdziesiąt dziewięć", "999"),
        (Polish, "dwadziesciatrzy", "23"),
        (Polish, "piecpiec szesc", "556"),
        (Polish, "numer to będzie pięć zero zero jeden", "5001"),
        (Polish, "dziewieć dziesięć", "910"),
        (Polish, "tysiąc dziewięćset osiemdziesiąt cztery", "1984"),
        (Polish, "dwa tysiące dwadzieścia sześć", "2026"),
        (Polish, "siedemnascie czterdzieści", "1740"),
        (Polish, "1 2 3", "123"),
        (Polish, "1-2-3", "123"),
        (Polish, "12, 34.", "1234"),
        (Polish, "zero zero siedem", "007"),
        (Polish, "jedynka dwójka trójka", "123"),
        (Polish, "szezdziesiat", "60"),
        (Romanian, "unu doi trei patru", "1234"),
        (Romanian, "douăzeci și trei o sută cinci", "23105"),
        (Romanian, "douazeci si trei", "23"),
        (Romanian, "dublu cinci", "55"),
        (Romanian, "doi de cinci", "55"),
        (Romanian, "trei de zero șapte", "0007"),
        (Romanian, "de două ori nouă", "99"),
        (Romanian, "zero șapte doi unu", "0721"),
        (Romanian, "cinci sute patruzeci și doi", "542"),
        (Romanian, "paișpe cincisprezece", "1415"),
        (Romanian, "șaizeci și nouă optzeci", "6980"),
        (Romanian, "două mii douăzeci și șase", "2026"),
        (Romanian, "douazecisitrei", "23"),
        (Romanian, "numărul este șapte șapte opt", "778"),
        (Romanian, "07 21, 33", "072133"),
        (English, "one two three four", "1234"),
        (English, "oh seven double five", "0755"),
        (English, "triple nine", "999"),
        (English, "two fives and a nine", "559"),
        (English, "o one o two", "0102"),
        (English, "twenty three one hundred and five", "23105"),
        (English, "twenty-three forty five", "2345"),
        (English, "nineteen eighty four", "1984"),
        (English, "nineteen hundred", "1900"),
        (English, "five hundred twelve", "512"),
        (English, "two thousand twenty six", "2026"),
        (English, "four two six to seven", "42627"),
        (English, "oneoneseven", "117"),
        (English, "my code is 4 4, 2 1.", "4421"),
        (English, "it's 1-2-3-4", "1234"),
        (English, "double 5 6", "556"),
    ];

    #[test]
    fn digits_are_heard_in_every_form_that_callers_use() {
        for (language, text, expected) in DIGITS {
            let expected = Some((*expected).to_owned()).filter(|digits| !digits.is_empty());
            assert_eq!(digits(text, *language), expected, "{text}");
        }
    }

    #[test]
    fn a_sentence_without_digits_has_none() {
        let sentences = [
            (Polish, "nie mam przy sobie numeru"),
            (Polish, "proszę chwilę poczekać"),
            (Romanian, "nu am numărul la mine"),
            (Romanian, "stați un pic"),
            (English, "i don't have it with me"),
            (English, "none of your business"),
            (English, "please wait for me"),
        ];
        for (language, text) in sentences {
            assert_eq!(digits(text, language), None, "{text}");
        }
    }

    #[test]
    fn one_number_is_a_number_and_two_are_a_doubt() {
        let table = [
            (Polish, "trzy paczki", Some(3)),
            (Polish, "sto dwadzieścia pięć tysięcy", Some(125_000)),
            (Polish, "dwa albo trzy", None),
            (Polish, "około 1 500 złotych", Some(1_500)),
            (Romanian, "o sută douăzeci de lei", Some(120)),
            (Romanian, "un milion două sute de mii", Some(1_200_000)),
            (Romanian, "două colete", Some(2)),
            (English, "two hundred and fifty thousand", Some(250_000)),
            (English, "a hundred", Some(100)),
            (English, "3 thousand", Some(3_000)),
            (English, "1,500", Some(1_500)),
            (English, "five or six", None),
            (English, "a few", None),
        ];
        for (language, text, expected) in table {
            assert_eq!(cardinal(text, language), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in ".{0,60}", words in proptest::collection::vec(0usize..30, 0..40)) {
            let spoken: Vec<&str> = words.iter().map(|at| DIGITS[*at].1).collect();
            for language in Language::ALL {
                let _ = (digits(&text, language), cardinal(&text, language));
                let _ = (digits(&spoken.join(" "), language), cardinal(&spoken.join(" "), language));
            }
        }
    }
}
