//! ◆ Phone numbers, postal codes and e-mail addresses.

use super::digits::digits;
use super::found::Found;
use super::letters::{letters, repeats};
use super::tokens::{Token, number, says_any, tokens};
use crate::language::Language;

fn whole<T>(text: &str, value: T, confidence: f32) -> Found<T> {
    Found { value, confidence, span: (0, text.len()) }
}

/// The phone number in E.164, `+48600700800`; a national number gets the country of the language.
pub fn phone(text: &str, language: Language) -> Option<Found<String>> {
    let said = digits(text, language)?;
    let words = tokens(text);
    let plus = words.iter().any(|word| word.text == "+" || word.text == "plus");
    let international = said.strip_prefix("00").or(plus.then_some(said.as_str()));
    let (code, lengths, trunk) = match language {
        Language::Polish => ("48", 9..=9, false),
        Language::Romanian => ("40", 9..=9, true),
        Language::English => ("44", 9..=10, true),
    };
    if let Some(number) = international {
        let known = ["48", "40", "44"].iter().find_map(|code| Some((code, number.strip_prefix(code)?)));
        // "+44 (0)7700": no number of these countries goes on with a zero.
        let number = known.map_or(number.to_owned(), |(code, rest)| {
            format!("{code}{}", rest.strip_prefix('0').unwrap_or(rest))
        });
        let fits = known.is_some() && matches!(number.len(), 11 | 12);
        let possible = (8..=15).contains(&number.len()) && !number.starts_with('0');
        return possible.then(|| whole(text, format!("+{number}"), if fits { 0.93 } else { 0.6 }));
    }
    let national = match said.strip_prefix('0') {
        // Polish callers still say the zero of former days before a landline number.
        Some(rest) if trunk || lengths.contains(&rest.len()) => Some(rest),
        _ if !trunk => Some(said.as_str()),
        _ => None,
    };
    if let Some(national) = national.filter(|national| lengths.contains(&national.len())) {
        return Some(whole(text, format!("+{code}{national}"), 0.93));
    }
    let with_code = said.strip_prefix(code).filter(|rest| lengths.contains(&rest.len()));
    with_code.map(|rest| whole(text, format!("+{code}{rest}"), 0.8))
}

/// The postal code: `00-950`, `010101`, `SW1A 1AA`.
pub fn postal_code(text: &str, language: Language) -> Option<Found<String>> {
    match language {
        Language::Polish => {
            let code = digits(text, language).filter(|code| code.len() == 5)?;
            Some(whole(text, format!("{}-{}", &code[..2], &code[2..]), 0.93))
        }
        Language::Romanian => {
            let code = digits(text, language).filter(|code| code.len() == 6)?;
            Some(whole(text, code, 0.93))
        }
        Language::English => british(text),
    }
}

/// Outward code of two to four characters, inward code of a digit and two letters.
fn british(text: &str) -> Option<Found<String>> {
    let joined: String = text.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    let as_written = british_code(&joined.to_ascii_uppercase()).map(|code| whole(text, code, 0.95));
    as_written
        .or_else(|| {
            // "code is SW1A 1AA" is written, but not alone.
            let words: Vec<&str> =
                text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty()).collect();
            let last = |count: usize| {
                let code = |part: &[&str]| british_code(&part.concat().to_ascii_uppercase());
                words.windows(count).rev().find_map(code)
            };
            [2, 1, 3].into_iter().find_map(last).map(|code| whole(text, code, 0.9))
        })
        .or_else(|| {
            let spelled = letters(text, Language::English)?;
            let code = british_code(&spoken_zeros(&spelled.value))?;
            Some(Found { value: code, confidence: 0.85, span: spelled.span })
        })
}

/// "oh" is a zero where the code has no letter O: after a digit, and first in the inward code.
fn spoken_zeros(code: &str) -> String {
    let inward = code.len().saturating_sub(3);
    let zero =
        |at: usize| at == inward || (at + 1 == inward && code[..at].ends_with(|c: char| c.is_ascii_digit()));
    code.char_indices().map(|(at, c)| if c == 'O' && zero(at) { '0' } else { c }).collect()
}

fn british_code(code: &str) -> Option<String> {
    if !(5..=7).contains(&code.len()) || !code.is_ascii() {
        return None;
    }
    let (outward, inward) = code.split_at(code.len() - 3);
    let kind = |c: u8| match c {
        b'A'..=b'Z' => 'L',
        b'0'..=b'9' => 'D',
        _ => '?',
    };
    let shape: String = outward.bytes().map(kind).collect();
    let inward_shape: String = inward.bytes().map(kind).collect();
    let fits =
        matches!(shape.as_str(), "LD" | "LDD" | "LDL" | "LLD" | "LLDD" | "LLDL") && inward_shape == "DLL";
    fits.then(|| format!("{outward} {inward}"))
}

/// The e-mail address, in small letters without diacritics.
pub fn email(text: &str, language: Language) -> Option<Found<String>> {
    if let Some(found) = written_email(text) {
        return Some(found);
    }
    let tokens = tokens(text);
    let mut pieces: Vec<String> = Vec::new();
    let mut marks = 0;
    let mut at = 0;
    while at < tokens.len() {
        let (piece, used) = match says_any(&tokens, at, EMAIL_FILLERS) {
            Some(used) => (String::new(), used),
            None => email_piece(&tokens, at, language),
        };
        if let Some(mark) = mark_between(text, &tokens, at)
            && !is_mark(&piece)
            && !pieces.last().is_some_and(is_mark)
        {
            pieces.push(mark.to_owned());
        }
        marks += usize::from(is_mark(&piece));
        if !piece.is_empty() {
            pieces.push(piece);
        }
        at += used;
    }
    let split = pieces.iter().position(|piece| piece == "@")?;
    let start = carrier(&pieces[..split], language);
    let local = pieces[start..split].concat();
    let domain = domain(&pieces[split + 1..]);
    let valid = valid_local(&local) && valid_domain(&domain);
    let known = KNOWN_DOMAINS.contains(&domain.as_str());
    let confidence = if known { 0.8 } else { 0.65 } * if marks > 4 { 0.9 } else { 1.0 };
    valid.then(|| whole(text, format!("{local}@{domain}"), confidence))
}

fn is_mark(piece: impl AsRef<str>) -> bool {
    matches!(piece.as_ref(), "@" | "." | "_" | "-" | "+")
}

/// The mark that the recogniser wrote between two words: "anna.nowak małpa gmail.com". Between single letters
/// a dash only spells, and in "e-mail" it is none of the address.
fn mark_between<'a>(text: &'a str, tokens: &[Token], at: usize) -> Option<&'a str> {
    let (before, after) = (tokens.get(at.checked_sub(1)?)?, tokens.get(at)?);
    let gap = text.get(before.to..after.from)?;
    let spells = before.text.len() == 1 && (after.text.len() == 1 || after.text.starts_with("mail"));
    (matches!(gap, "." | "_") || gap == "-" && !spells).then_some(gap)
}

/// What callers say about the writing of an address.
const EMAIL_FILLERS: &str = "pisane razem,wszystko razem,jednym slowem,malymi literami,bez polskich znakow,legat,scris legat,\
    un singur cuvant,intr un cuvant,cu litere mici,fara spatii,all one word,one word,no spaces,all lowercase,lowercase,\
    all lower case,lower case";

const KNOWN_DOMAINS: [&str; 18] = [
    "gmail.com",
    "wp.pl",
    "o2.pl",
    "onet.pl",
    "interia.pl",
    "op.pl",
    "yahoo.com",
    "yahoo.ro",
    "yahoo.co.uk",
    "outlook.com",
    "hotmail.com",
    "hotmail.co.uk",
    "icloud.com",
    "poczta.onet.pl",
    "gazeta.pl",
    "tlen.pl",
    "live.com",
    "proton.me",
];

fn written_email(text: &str) -> Option<Found<String>> {
    let at = text.find('@')?;
    let part = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    let from = text[..at]
        .rfind(|c| !part(c))
        .map_or(0, |before| before + text[before..].chars().next().map_or(1, char::len_utf8));
    let to = text[at + 1..].find(|c| !part(c)).map_or(text.len(), |after| at + 1 + after);
    let address = ascii(&text[from..to]);
    let address = address.trim_end_matches(['.', '-']);
    let (local, domain) = address.split_once('@')?;
    let ok = valid_local(local) && valid_domain(domain);
    ok.then(|| Found { value: address.to_owned(), confidence: 0.9, span: (from, to) })
}

/// Small letters without diacritics; marks stay.
fn ascii(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_ascii() {
                c.to_ascii_lowercase().to_string()
            } else {
                crate::understand::text::fold(&c.to_string())
            }
        })
        .collect()
}

fn email_piece(tokens: &[Token], at: usize, language: Language) -> (String, usize) {
    let marks: &[(&str, &str)] = match language {
        Language::Polish => &[
            ("@", "malpa,malpka,malpe,at,@,et"),
            (".", "kropka,kropke,kropki,dot"),
            ("_", "podkreslnik,podkreslenie,podloga,podkreslnik dolny,dolna kreska,underscore"),
            ("-", "myslnik,minus,kreska,pauza,lacznik"),
            ("+", "plus"),
        ],
        Language::Romanian => &[
            ("@", "arond,a rond,arong,a rong,aron,a ron,at,@,coada de maimuta,et"),
            (".", "punct,dot"),
            ("_", "linie jos,liniuta jos,liniuta de jos,underscore,linia jos,underline,bara jos"),
            ("-", "liniuta,cratima,minus,linie,linioara"),
            ("+", "plus"),
        ],
        Language::English => &[
            ("@", "at,@,at sign"),
            (".", "dot,point,period,full stop"),
            ("_", "underscore,under score,underline"),
            ("-", "dash,hyphen,minus"),
            ("+", "plus"),
        ],
    };
    let found = marks.iter().filter_map(|(mark, words)| Some((*mark, says_any(tokens, at, words)?)));
    if let Some((mark, used)) = found.max_by_key(|(_, used)| *used) {
        return (mark.to_owned(), used);
    }
    if let Some(times) = repeats(&tokens[at].text).filter(|_| at + 1 < tokens.len()) {
        let (piece, used) = email_piece(tokens, at + 1, language);
        if piece.len() == 1 && !is_mark(&piece) {
            return (piece.repeat(times), used + 1);
        }
    }
    if let Some(found) = number(tokens, at, language).filter(|found| found.ordinal.is_none()) {
        return (found.digits(tokens, at, language), found.used);
    }
    let names = "jot igrek iks zet wu ics igrec";
    let word = tokens[at].text.as_str();
    let letter = names.split(' ').any(|name| name == word).then(|| letters(word, language)).flatten();
    (letter.map_or_else(|| word.replace([',', ':', '/'], ""), |found| found.value.to_ascii_lowercase()), 1)
}

/// Words before an address that do not belong to it; the index of its first piece.
fn carrier(local: &[String], language: Language) -> usize {
    const COURTESIES: &str =
        "prosze zapisac tak yes yeah okay ok well um uh eee yyy aaa da pai va rog notati";
    const WORDS: &str = "moj mail to adres email e mejl mejlowy mailowy jest na prosze zapisac to jest adresem meil \
        adresa mea de este bedzie e-mail mailul emailul ul meu am sa my is its address the it email's yes tak da okay ok well \
        um uh thats eee yyy aaa pai";
    let ends_here = |at: usize| local.get(at).is_none_or(is_mark);
    let carrier = |piece: &String| WORDS.split_whitespace().any(|word| word == piece);
    let begins = local.iter().rposition(|piece| {
        let begins = "to jest bedzie este is its thats email mail adres adresa mailowy";
        begins.split(' ').any(|word| word == piece) || (piece == "e" && language == Language::Romanian)
    });
    let only = begins.filter(|last| local[..*last].iter().all(carrier) && !ends_here(*last + 1));
    only.map_or_else(
        || {
            let polite = |piece: &&String| COURTESIES.split(' ').any(|word| word == *piece);
            let courtesies = local.iter().take_while(polite).count();
            if ends_here(courtesies) { 0 } else { courtesies }
        },
        |last| last + 1,
    )
}

/// The domain; what recognisers make of the usual ones, and a missing dot before the country, are repaired.
fn domain(pieces: &[String]) -> String {
    let said = pieces.concat();
    let said = said.trim_matches('.');
    let repaired = [
        ("gimail", "gmail"),
        ("gimeil", "gmail"),
        ("gemail", "gmail"),
        ("dzimejl", "gmail"),
        ("dzimeil", "gmail"),
        ("jimail", "gmail"),
        ("dzimail", "gmail"),
        ("gmeil", "gmail"),
        ("wupe", "wp"),
        ("wupepl", "wp.pl"),
        ("wpe", "wp"),
        ("iahu", "yahoo"),
        ("yahu", "yahoo"),
        ("jahu", "yahoo"),
        ("hotmeil", "hotmail"),
        ("hotmejl", "hotmail"),
        ("ajklaud", "icloud"),
        ("autluk", "outlook"),
        ("ode", "o2"),
        ("odwa", "o2"),
        ("kom", "com"),
    ];
    let parts = said
        .split('.')
        .map(|part| repaired.iter().find(|(wrong, _)| *wrong == part).map_or(part, |(_, right)| *right));
    let domain = parts.collect::<Vec<_>>().join(".");
    if domain.contains('.') {
        return domain;
    }
    let dotless = |known: &&&str| known.replace('.', "") == domain;
    KNOWN_DOMAINS.iter().find(dotless).map_or(domain.clone(), |known| (*known).to_owned())
}

fn valid_local(local: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
    (1..=64).contains(&local.len())
        && local.chars().all(fits)
        && !local.starts_with('.')
        && !local.ends_with('.')
}

fn valid_domain(domain: &str) -> bool {
    let label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let country = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.')
        && domain.split('.').all(label)
        && country.len() >= 2
        && country.chars().all(|c| c.is_ascii_alphabetic())
}

#[cfg(test)]
#[path = "contact_tests.rs"]
mod tests;
