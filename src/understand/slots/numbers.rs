//! ◆ Number words: what each language calls its numbers, folded to lower case without diacritics.

use crate::language::Language;
use crate::understand::text::sounds_like;

/// What one word does to the number being said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Zero,
    /// 1 to 9
    Unit(u64),
    /// 10 to 19
    Teen(u64),
    /// 20 to 90
    Tens(u64),
    /// 100 to 900 as one word
    Hundreds(u64),
    /// Multiplies what was said by 100.
    Hundred,
    Thousand,
    Million,
    /// "double", "triple": the next digit so many times
    Repeat(u64),
    /// "fives": the digit as often as the number before says
    Plural(u64),
    /// "times" between a count and a digit
    Times,
    /// Belongs to a number without changing it: "and".
    Link,
    /// Romanian "de": links, and counts in "doi de cinci".
    Of,
}

type Entry = (&'static str, Part);

use Part::{Hundred, Hundreds, Link, Million, Of, Plural, Repeat, Teen, Tens, Thousand, Times, Unit, Zero};

const POLISH: &[Entry] = &[
    ("zero", Zero),
    ("zerem", Zero),
    ("zera", Plural(0)),
    ("zer", Plural(0)),
    ("jeden", Unit(1)),
    ("jedna", Unit(1)),
    ("jedno", Unit(1)),
    ("jedynka", Unit(1)),
    ("jedynke", Unit(1)),
    ("jedynki", Plural(1)),
    ("dwa", Unit(2)),
    ("dwie", Unit(2)),
    ("dwoch", Unit(2)),
    ("dwojka", Unit(2)),
    ("dwojke", Unit(2)),
    ("dwojki", Plural(2)),
    ("trzy", Unit(3)),
    ("trzech", Unit(3)),
    ("trojka", Unit(3)),
    ("trojke", Unit(3)),
    ("trojki", Plural(3)),
    ("cztery", Unit(4)),
    ("czterech", Unit(4)),
    ("czworka", Unit(4)),
    ("czworke", Unit(4)),
    ("czworki", Plural(4)),
    ("piec", Unit(5)),
    ("pieciu", Unit(5)),
    ("piatka", Unit(5)),
    ("piatke", Unit(5)),
    ("piatki", Plural(5)),
    ("szesc", Unit(6)),
    ("szesciu", Unit(6)),
    ("szostka", Unit(6)),
    ("szostke", Unit(6)),
    ("szostki", Plural(6)),
    ("siedem", Unit(7)),
    ("siedmiu", Unit(7)),
    ("siodemka", Unit(7)),
    ("siodemke", Unit(7)),
    ("siodemki", Plural(7)),
    ("osiem", Unit(8)),
    ("osmiu", Unit(8)),
    ("osemka", Unit(8)),
    ("osemke", Unit(8)),
    ("osemki", Plural(8)),
    ("dziewiec", Unit(9)),
    ("dziewieciu", Unit(9)),
    ("dziewiatka", Unit(9)),
    ("dziewiatke", Unit(9)),
    ("dziewiatki", Plural(9)),
    ("dziesiec", Teen(10)),
    ("dziesieciu", Teen(10)),
    ("jedenascie", Teen(11)),
    ("dwanascie", Teen(12)),
    ("trzynascie", Teen(13)),
    ("czternascie", Teen(14)),
    ("pietnascie", Teen(15)),
    ("szesnascie", Teen(16)),
    ("siedemnascie", Teen(17)),
    ("osiemnascie", Teen(18)),
    ("dziewietnascie", Teen(19)),
    ("dwadziescia", Tens(20)),
    ("trzydziesci", Tens(30)),
    ("czterdziesci", Tens(40)),
    ("piecdziesiat", Tens(50)),
    ("szescdziesiat", Tens(60)),
    ("siedemdziesiat", Tens(70)),
    ("osiemdziesiat", Tens(80)),
    ("dziewiecdziesiat", Tens(90)),
    ("sto", Hundreds(100)),
    ("dwiescie", Hundreds(200)),
    ("trzysta", Hundreds(300)),
    ("czterysta", Hundreds(400)),
    ("piecset", Hundreds(500)),
    ("szescset", Hundreds(600)),
    ("siedemset", Hundreds(700)),
    ("osiemset", Hundreds(800)),
    ("dziewiecset", Hundreds(900)),
    ("tysiac", Thousand),
    ("tysiace", Thousand),
    ("tysiecy", Thousand),
    ("milion", Million),
    ("miliony", Million),
    ("milionow", Million),
    ("podwojny", Repeat(2)),
    ("podwojna", Repeat(2)),
    ("podwojne", Repeat(2)),
    ("potrojny", Repeat(3)),
    ("potrojna", Repeat(3)),
    ("potrojne", Repeat(3)),
    ("razy", Times),
    ("i", Link),
];

const ROMANIAN: &[Entry] = &[
    ("zero", Zero),
    ("zerouri", Plural(0)),
    ("unu", Unit(1)),
    ("una", Unit(1)),
    ("un", Unit(1)),
    ("doi", Unit(2)),
    ("doua", Unit(2)),
    ("trei", Unit(3)),
    ("patru", Unit(4)),
    ("cinci", Unit(5)),
    ("sase", Unit(6)),
    ("sasea", Unit(6)),
    ("sapte", Unit(7)),
    ("opt", Unit(8)),
    ("noua", Unit(9)),
    ("zece", Teen(10)),
    ("unsprezece", Teen(11)),
    ("unspe", Teen(11)),
    ("doisprezece", Teen(12)),
    ("douasprezece", Teen(12)),
    ("doispe", Teen(12)),
    ("treisprezece", Teen(13)),
    ("treispe", Teen(13)),
    ("paisprezece", Teen(14)),
    ("paispe", Teen(14)),
    ("cincisprezece", Teen(15)),
    ("cinsprezece", Teen(15)),
    ("cinspe", Teen(15)),
    ("saisprezece", Teen(16)),
    ("saispe", Teen(16)),
    ("saptesprezece", Teen(17)),
    ("saptespe", Teen(17)),
    ("optsprezece", Teen(18)),
    ("optispe", Teen(18)),
    ("optspe", Teen(18)),
    ("nouasprezece", Teen(19)),
    ("nouaspe", Teen(19)),
    ("douazeci", Tens(20)),
    ("treizeci", Tens(30)),
    ("patruzeci", Tens(40)),
    ("cincizeci", Tens(50)),
    ("cinzeci", Tens(50)),
    ("saizeci", Tens(60)),
    ("saptezeci", Tens(70)),
    ("optzeci", Tens(80)),
    ("nouazeci", Tens(90)),
    ("suta", Hundred),
    ("sute", Hundred),
    ("mie", Thousand),
    ("mii", Thousand),
    ("milion", Million),
    ("milioane", Million),
    ("dublu", Repeat(2)),
    ("dubla", Repeat(2)),
    ("triplu", Repeat(3)),
    ("ori", Times),
    ("de", Of),
    ("si", Link),
];

const ENGLISH: &[Entry] = &[
    ("zero", Zero),
    ("oh", Zero),
    ("o", Zero),
    ("nought", Zero),
    ("nil", Zero),
    ("zeros", Plural(0)),
    ("zeroes", Plural(0)),
    ("one", Unit(1)),
    ("ones", Plural(1)),
    ("two", Unit(2)),
    ("twos", Plural(2)),
    ("three", Unit(3)),
    ("threes", Plural(3)),
    ("four", Unit(4)),
    ("fours", Plural(4)),
    ("five", Unit(5)),
    ("fives", Plural(5)),
    ("six", Unit(6)),
    ("sixes", Plural(6)),
    ("seven", Unit(7)),
    ("sevens", Plural(7)),
    ("eight", Unit(8)),
    ("eights", Plural(8)),
    ("nine", Unit(9)),
    ("niner", Unit(9)),
    ("nines", Plural(9)),
    ("ten", Teen(10)),
    ("eleven", Teen(11)),
    ("twelve", Teen(12)),
    ("thirteen", Teen(13)),
    ("fourteen", Teen(14)),
    ("fifteen", Teen(15)),
    ("sixteen", Teen(16)),
    ("seventeen", Teen(17)),
    ("eighteen", Teen(18)),
    ("nineteen", Teen(19)),
    ("twenty", Tens(20)),
    ("thirty", Tens(30)),
    ("forty", Tens(40)),
    ("fourty", Tens(40)),
    ("fifty", Tens(50)),
    ("sixty", Tens(60)),
    ("seventy", Tens(70)),
    ("eighty", Tens(80)),
    ("ninety", Tens(90)),
    ("hundred", Hundred),
    ("thousand", Thousand),
    ("million", Million),
    ("double", Repeat(2)),
    ("triple", Repeat(3)),
    ("treble", Repeat(3)),
    ("times", Times),
    ("and", Link),
];

/// Words shorter than this never join into a glued word, but for Romanian "si" between tens and units: too
/// many other words would fall apart.
const GLUED_LETTERS: usize = 3;

fn lexicon(language: Language) -> &'static [Entry] {
    match language {
        Language::Polish => POLISH,
        Language::Romanian => ROMANIAN,
        Language::English => ENGLISH,
    }
}

/// Words that only look like one of a number: the day between "piątka" and "piątek".
const NO_NUMBERS: [&str; 2] = ["piatek", "piatku"];

/// The parts of a number that a folded word stands for: one, several if the word is glued, none otherwise.
pub(super) fn parts(word: &str, language: Language) -> Vec<Part> {
    let entries = lexicon(language);
    if let Some((_, part)) = entries.iter().find(|(known, _)| *known == word) {
        return vec![*part];
    }
    if let Some(glued) = unglue(word, entries) {
        return glued;
    }
    if NO_NUMBERS.contains(&word) {
        return Vec::new();
    }
    let mut near = entries.iter().filter(|(known, _)| sounds_like(word, known)).map(|(_, part)| *part);
    match (near.next(), near.next()) {
        (Some(part), None) => vec![part],
        // Two forms of one number, such as a case ending, are no doubt; two numbers are.
        (Some(part), Some(other)) if part == other && near.all(|other| part == other) => vec![part],
        _ => Vec::new(),
    }
}

/// Splits a word that is nothing but number words, preferring long ones: `dwadziesciatrzy`.
fn unglue(word: &str, entries: &[Entry]) -> Option<Vec<Part>> {
    if word.is_empty() {
        return Some(Vec::new());
    }
    let mut heads: Vec<&Entry> = entries
        .iter()
        .filter(|(known, _)| (known.len() >= GLUED_LETTERS || *known == "si") && word.starts_with(known))
        .collect();
    heads.sort_by_key(|(known, _)| std::cmp::Reverse(known.len()));
    heads.into_iter().find_map(|(known, part)| {
        let mut rest = unglue(&word[known.len()..], entries)?;
        rest.insert(0, *part);
        Some(rest)
    })
}
