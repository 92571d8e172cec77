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
/// recognisers write ("1-2-3", "12, 34."). What the caller takes back is replaced ("pięć osiem, nie, dziewięć").
pub fn digits(text: &str, language: Language) -> Option<String> {
    let digits = corrected(text, language);
    (!digits.is_empty() && digits.len() <= DIGITS_LIMIT).then_some(digits)
}

/// Marks after which another number begins: "czterdzieści, siedem" is 40 7.
const STOPS: [char; 4] = [',', ';', '.', '…'];

fn plain_digits(text: &str, language: Language) -> String {
    let phrase = |phrase: &str| groups_of(&items(&uncounted(words(phrase)), language), language);
    text.split(STOPS).flat_map(phrase).map(|group| group.digits()).collect()
}

/// The words without numbers that are no part of the value: "the last four digits", "one moment".
fn uncounted(words: Vec<String>) -> Vec<String> {
    const DIGITS: [&str; 5] = ["cyfr", "cyfry", "cifre", "digit", "digits"];
    const PLACES: [&str; 4] = ["ostatnie", "ostatnich", "pierwsze", "pierwszych"];
    const WAITS: [(&str, &[&str]); 3] = [
        ("jedna", &["chwile", "chwileczke", "chwilke", "sekunde"]),
        ("o", &["clipa", "secunda"]),
        ("one", &["moment", "second", "sec"]),
    ];
    let is = |at: usize, list: &[&str]| words.get(at).is_some_and(|word| list.contains(&word.as_str()));
    let counts = |at: usize| is(at + 1, &DIGITS) || (is(at + 1, &PLACES) && is(at + 2, &DIGITS));
    let waits = |at: usize| WAITS.iter().any(|(one, what)| words[at] == *one && is(at + 1, what));
    (0..words.len()).filter(|at| !counts(*at) && !waits(*at)).map(|at| words[at].clone()).collect()
}

/// The digits with the caller's corrections carried out: after "no" the next piece replaces as many digits
/// at the end; a denied piece ("nie osiem, dziewięć") names what is to be replaced.
fn corrected(text: &str, language: Language) -> String {
    let mut said = String::new();
    for part in corrections(text, language) {
        let pieces: Vec<String> = part
            .text
            .split(STOPS)
            .map(|piece| plain_digits(piece, language))
            .filter(|digits| !digits.is_empty())
            .collect();
        let (Some(first), false) = (pieces.first(), said.is_empty()) else {
            said.push_str(&plain_digits(&part.text, language));
            continue;
        };
        if part.contrasts && pieces.len() == 1 {
            continue;
        }
        let rest: String = pieces[1..].concat();
        if part.denies && !rest.is_empty() && said.ends_with(first.as_str()) {
            said.truncate(said.len() - first.len());
            said.push_str(&rest);
        } else {
            let kept = said.len().saturating_sub(first.len());
            said.truncate(kept);
            said.push_str(first);
            said.push_str(&rest);
        }
    }
    said
}

struct Correction {
    text: String,
    /// "nie osiem": the first piece is wrong, what follows it is right.
    denies: bool,
    /// "a nie osiem", "not eight": the piece is wrong, what came before it stays.
    contrasts: bool,
}

/// The text cut at words that take back; the first part is what was said before any of them.
fn corrections(text: &str, language: Language) -> Vec<Correction> {
    let takes_back = match language {
        Language::Polish => &["nie", "przepraszam", "znaczy", "pomylka", "sorry"][..],
        Language::Romanian => &["nu", "scuze", "scuzati", "pardon", "adica", "gresit"],
        Language::English => &["no", "not", "sorry", "mean", "wait", "correction"],
    };
    let mut parts = vec![Correction { text: String::new(), denies: false, contrasts: false }];
    let mut before = String::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let folded = crate::understand::text::fold(word);
        if takes_back.contains(&folded.as_str()) {
            let marked = word.trim_end().ends_with(|c: char| !c.is_alphanumeric());
            let denies = !marked && matches!(folded.as_str(), "nie" | "nu" | "not" | "no");
            let joined = matches!((before.as_str(), folded.as_str()), ("a", "nie") | ("si", "nu"));
            let contrasts = denies && (joined || folded == "not");
            parts.push(Correction { text: String::new(), denies, contrasts });
        } else if let Some(last) = parts.last_mut() {
            last.text.push_str(word);
        }
        before = folded;
    }
    parts
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

/// The number that these words are, all of them; "and" may not end it.
pub(super) fn one_number(words: &[String], language: Language) -> Option<u64> {
    let items = items(words, language);
    let hanging = |item: &Item| !matches!(item, Item::Written(_) | Item::Part(_)) || is_joint(item);
    let marked = words.iter().any(|word| word.contains([':', '.', ',', '/', '-']));
    if marked || items.contains(&Item::Pause) || items.last().is_none_or(hanging) {
        return None;
    }
    if items.first().is_some_and(is_joint) {
        return None;
    }
    match &groups_of(&items, language)[..] {
        [Group::Written(digits)] => digits.parse().ok(),
        [Group::Spoken { value, .. }] => Some(*value),
        _ => None,
    }
}

fn is_joint(item: &Item) -> bool {
    matches!(item, Item::Part(Part::Link | Part::Of | Part::Times | Part::Repeat(_)))
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
    groups_of(&items(&words(text), language), language)
}

fn groups_of(items: &[Item], language: Language) -> Vec<Group> {
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
                let joins = open && !begins_anew(items, at, groups.last(), language);
                let grown = groups.last_mut().filter(|_| joins).is_some_and(|group| grow(group, *part));
                groups.extend((!grown).then(|| start(*part)).flatten());
                open = open || !grown;
            }
        }
        at += 1;
    }
    groups
}

/// "patruzeci șapte" is 40 7, since 47 takes "și"; "three hundred two hundred" is 300 200.
fn begins_anew(items: &[Item], at: usize, group: Option<&Group>, language: Language) -> bool {
    let (Item::Part(Part::Unit(_)), Some(Group::Spoken { last, .. })) = (&items[at], group) else {
        return false;
    };
    let linked = at > 0 && items[at - 1] == Item::Part(Part::Link);
    let hundreds = matches!(items.get(at + 1), Some(Item::Part(Part::Hundred)));
    match last {
        Part::Tens(_) => language == Language::Romanian && !linked,
        // "nine hundred one two three" goes on digit by digit; 901 would be "nine hundred and one".
        Part::Hundred if language == Language::English && !linked => {
            hundreds || matches!(items.get(at + 1), Some(Item::Part(Part::Unit(_) | Part::Zero)))
        }
        Part::Hundred | Part::Hundreds(_) => hundreds,
        _ => false,
    }
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
#[path = "digits_tests.rs"]
mod tests;
