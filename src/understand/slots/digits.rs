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

fn plain_digits(text: &str, language: Language) -> String {
    groups(text, language).iter().map(Group::digits).collect()
}

/// The digits with the caller's corrections carried out: after "no" the next piece replaces as many digits
/// at the end; a denied piece ("nie osiem, dziewięć") names what is to be replaced.
fn corrected(text: &str, language: Language) -> String {
    let mut said = String::new();
    for part in corrections(text, language) {
        let pieces: Vec<String> = part
            .text
            .split([',', ';', '.', '…'])
            .map(|piece| plain_digits(piece, language))
            .filter(|digits| !digits.is_empty())
            .collect();
        let (Some(first), false) = (pieces.first(), said.is_empty()) else {
            said.push_str(&plain_digits(&part.text, language));
            continue;
        };
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
}

/// The text cut at words that take back; the first part is what was said before any of them.
fn corrections(text: &str, language: Language) -> Vec<Correction> {
    let takes_back = match language {
        Language::Polish => &["nie", "przepraszam", "znaczy", "pomylka", "sorry"][..],
        Language::Romanian => &["nu", "scuze", "scuzati", "pardon", "adica", "gresit"],
        Language::English => &["no", "not", "sorry", "mean", "wait", "correction"],
    };
    let mut parts = vec![Correction { text: String::new(), denies: false }];
    for word in text.split_inclusive(char::is_whitespace) {
        let folded = crate::understand::text::fold(word);
        if takes_back.contains(&folded.as_str()) {
            let marked = word.trim_end().ends_with(|c: char| !c.is_alphanumeric());
            let denies = !marked && matches!(folded.as_str(), "nie" | "nu" | "not" | "no");
            parts.push(Correction { text: String::new(), denies });
        } else if let Some(last) = parts.last_mut() {
            last.text.push_str(word);
        }
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
        (Polish, "dwanaście trzydzieści cztery", "1234"),
        (Polish, "pięć osiem, nie, dziewięć", "59"),
        (Polish, "jeden dwa osiem, nie, nie osiem, dziewięć", "129"),
        (Polish, "jeden dwa osiem, nie osiem, dziewięć", "129"),
        (Polish, "4 4 2 1, przepraszam, 4 4 2 2", "4422"),
        (Polish, "czterdzieści dwa, to znaczy czterdzieści trzy, pięć", "435"),
        (Polish, "nie mam pewności, jeden dwa trzy", "123"),
        (Polish, "eee jeden... yyy dwa, trzy", "123"),
        (Polish, "zero sześć, dwadzieścia pięć, trzydzieści", "062530"),
        (Polish, "trzy siódemki i ósemka", "7778"),
        (Polish, "dwa zera siedem", "007"),
        (Polish, "sto dwadzieścia trzy czterysta pięćdziesiąt sześć", "123456"),
        (Polish, "osiem osiem podwójna szóstka", "8866"),
        (Romanian, "de două ori cinci", "55"),
        (Romanian, "doisprezece treizeci și patru", "1234"),
        (Romanian, "cinci opt, nu, nouă", "59"),
        (Romanian, "unu doi opt, nu opt, nouă", "129"),
        (Romanian, "4 4 2 1, scuze, 4 4 2 2", "4422"),
        (Romanian, "patruzeci și doi, adică patruzeci și trei, cinci", "435"),
        (Romanian, "nu sunt sigur, unu doi trei", "123"),
        (Romanian, "ăăă unu... doi, trei", "123"),
        (Romanian, "zero șase, douăzeci și cinci, treizeci", "062530"),
        (Romanian, "o sută douăzeci și trei patru sute cincizeci și șase", "123456"),
        (Romanian, "opt opt dublu șase", "8866"),
        (Romanian, "unsprezece zero zero", "1100"),
        (Romanian, "patruzeci șapte doi", "4072"),
        (Romanian, "trei sute două sute douăzeci și trei", "300223"),
        (Romanian, "șaptezeci și șapte optzeci și opt", "7788"),
        (Romanian, "1, 2, 3, 4", "1234"),
        (Romanian, "unu, doi. trei", "123"),
        (Romanian, "sapte opt noua", "789"),
        (Romanian, "trei zero unu", "301"),
        (Romanian, "zerozerosapte", "007"),
        (Romanian, "doua mii", "2000"),
        (Romanian, "nouă sute nouăzeci și nouă", "999"),
        (English, "twelve thirty four", "1234"),
        (English, "five eight, no, nine", "59"),
        (English, "one two eight, not eight, nine", "129"),
        (English, "4 4 2 1, sorry, 4 4 2 2", "4422"),
        (English, "forty two, I mean forty three, five", "435"),
        (English, "no, nine", "9"),
        (English, "uh one... um two, three", "123"),
        (English, "oh six, twenty five, thirty", "062530"),
        (English, "three sevens and an eight", "7778"),
        (English, "one hundred twenty three four fifty six", "123456"),
        (English, "eight eight double six", "8866"),
        (English, "seven seven, eight eight", "7788"),
        (English, "treble two", "222"),
        (English, "zero zero seven", "007"),
        (English, "niner niner", "99"),
        (English, "ninety nine", "99"),
        (English, "0 1 5 2", "0152"),
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
