//! ◆ Ordinals: "dwunasty", "a doua", "twenty-first".

use super::tokens::{Token, number, says_any, tokens};
use crate::language::Language;

/// The form of an ordinal, where it tells days from hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ordinal {
    /// Polish "trzeciego": a day.
    Genitive,
    /// Polish "trzecia", "trzeciej": an hour.
    Feminine,
    Other,
}

const POLISH: [(&str, u64); 24] = [
    ("pierwsz", 1),
    ("drug", 2),
    ("trzeci", 3),
    ("czwart", 4),
    ("piat", 5),
    ("szost", 6),
    ("siodm", 7),
    ("osm", 8),
    ("dziewiat", 9),
    ("dziesiat", 10),
    ("jedenast", 11),
    ("dwunast", 12),
    ("trzynast", 13),
    ("czternast", 14),
    ("pietnast", 15),
    ("szesnast", 16),
    ("siedemnast", 17),
    ("osiemnast", 18),
    ("dziewietnast", 19),
    ("dwudziest", 20),
    ("trzydziest", 30),
    ("czterdziest", 40),
    ("piecdziesiat", 50),
    ("szescdziesiat", 60),
];

const ROMANIAN: &[(&str, u64)] = &[
    ("intai", 1),
    ("intaia", 1),
    ("prima", 1),
    ("primul", 1),
    ("primului", 1),
    ("primei", 1),
    ("dintai", 1),
    ("unulea", 1),
    ("doilea", 2),
    ("treilea", 3),
    ("treia", 3),
    ("patrulea", 4),
    ("patra", 4),
    ("cincilea", 5),
    ("cincea", 5),
    ("saselea", 6),
    ("sasea", 6),
    ("saptelea", 7),
    ("saptea", 7),
    ("optulea", 8),
    ("opta", 8),
    ("noualea", 9),
    ("zecelea", 10),
    ("zecea", 10),
    ("unsprezecelea", 11),
    ("unsprezecea", 11),
    ("doisprezecelea", 12),
    ("douasprezecea", 12),
    ("treisprezecelea", 13),
    ("treisprezecea", 13),
    ("paisprezecelea", 14),
    ("paisprezecea", 14),
    ("cincisprezecelea", 15),
    ("cincisprezecea", 15),
    ("saisprezecelea", 16),
    ("saisprezecea", 16),
    ("saptesprezecelea", 17),
    ("saptesprezecea", 17),
    ("optsprezecelea", 18),
    ("optsprezecea", 18),
    ("nouasprezecelea", 19),
    ("nouasprezecea", 19),
    ("douazecilea", 20),
    ("douazecea", 20),
    ("treizecilea", 30),
    ("treizecea", 30),
];

const ENGLISH: [(&str, u64); 26] = [
    ("first", 1),
    ("second", 2),
    ("third", 3),
    ("fourth", 4),
    ("fifth", 5),
    ("sixth", 6),
    ("seventh", 7),
    ("eighth", 8),
    ("ninth", 9),
    ("tenth", 10),
    ("eleventh", 11),
    ("twelfth", 12),
    ("twelvth", 12),
    ("thirteenth", 13),
    ("fourteenth", 14),
    ("fifteenth", 15),
    ("sixteenth", 16),
    ("seventeenth", 17),
    ("eighteenth", 18),
    ("nineteenth", 19),
    ("twentieth", 20),
    ("thirtieth", 30),
    ("fortieth", 40),
    ("fiftieth", 50),
    ("twentyfirst", 21),
    ("thirtyfirst", 31),
];

/// The value of one ordinal word.
pub(super) fn ordinal(word: &str, language: Language) -> Option<(u64, Ordinal)> {
    let exact = |list: &[(&str, u64)]| {
        list.iter().find(|(known, _)| *known == word).map(|(_, value)| (*value, Ordinal::Other))
    };
    match language {
        Language::English => exact(&ENGLISH),
        Language::Romanian => exact(ROMANIAN),
        Language::Polish => POLISH.iter().find_map(|(stem, value)| {
            let ending = word.strip_prefix(stem)?;
            Some((*value, polish_form(ending, *stem == "trzeci")?))
        }),
    }
}

fn polish_form(ending: &str, soft: bool) -> Option<Ordinal> {
    match ending {
        "ego" | "iego" => Some(Ordinal::Genitive),
        "a" | "ej" | "iej" => Some(Ordinal::Feminine),
        "y" | "i" | "e" | "ie" | "ym" | "im" | "emu" | "iemu" => Some(Ordinal::Other),
        "" if soft => Some(Ordinal::Other),
        "m" if soft => Some(Ordinal::Other),
        _ => None,
    }
}

/// The place that the caller named, from 1: "dwunasty", "al doilea", "a doua", "the twenty-first"; none
/// when there is no ordinal or more than one. What the caller takes back does not count.
pub fn place(text: &str, language: Language) -> Option<u64> {
    let tokens = tokens(text);
    let mut places = Vec::new();
    let mut denied = false;
    let mut at = 0;
    while at < tokens.len() {
        if let Some(used) = says_any(&tokens, at, IDIOMS) {
            at += used;
            continue;
        }
        match takes_back(&tokens[at]) {
            Some(TakesBack::Before) => places.clear(),
            Some(TakesBack::After) => denied = true,
            None => {}
        }
        // "a doua", "a noua", "a șaptea": the article makes an ordinal of a feminine number.
        let article = at > 0 && tokens[at - 1].text == "a" && language == Language::Romanian;
        let found = number(&tokens, at, language).filter(|found| found.ordinal.is_some() || article);
        if let Some(found) = found
            && !std::mem::take(&mut denied)
        {
            places.push(found.value);
        }
        at += found.map_or(1, |found| found.used);
    }
    match places[..] {
        [place] => Some(place),
        _ => None,
    }
}

/// Ordinals that name no place.
const IDIOMS: &str = "po pierwsze,po drugie,po trzecie,in primul rand,first of all,a second,one second";

enum TakesBack {
    Before,
    After,
}

/// "druga, nie, czwarta" takes back what came before, "nie pierwsza, tylko trzecia" what follows.
fn takes_back(token: &Token) -> Option<TakesBack> {
    match token.text.as_str() {
        "nie" | "nu" | "no" if token.stop => Some(TakesBack::Before),
        "nie" | "nu" | "not" => Some(TakesBack::After),
        "przepraszam" | "scuze" | "sorry" => Some(TakesBack::Before),
        _ => None,
    }
}

#[cfg(test)]
#[path = "ordinals_tests.rs"]
mod tests;
