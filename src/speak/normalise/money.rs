//! ◆ Amounts of money: `12,50 zł`, `25 lei`, `£12.50`.

use super::polish::counted;
use super::scan::{Word, is_currency};
use crate::language::Language;

/// Longest amount: below a thousand million.
const WHOLE_DIGITS: usize = 9;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Currency {
    Zloty,
    Leu,
    Pound,
    Euro,
    Dollar,
}

/// The spoken form and how many words it took.
pub fn spoken(core: &str, next: Option<&Word>, language: Language) -> Option<(String, usize)> {
    let (text, currency, used) = match symbol(core) {
        Some((text, currency)) => (text, currency, 1),
        None => (core, named(next?.core)?, 2),
    };
    let (whole, cents) = amount(text)?;
    Some((sentence(whole, cents, currency, language), used))
}

fn symbol(core: &str) -> Option<(&str, Currency)> {
    let character = core.chars().find(|c| is_currency(*c))?;
    let currency = match character {
        '£' => Currency::Pound,
        '€' => Currency::Euro,
        _ => Currency::Dollar,
    };
    let text = core.strip_prefix(character).or_else(|| core.strip_suffix(character))?;
    Some((text, currency))
}

fn named(word: &str) -> Option<Currency> {
    match word {
        "zł" | "PLN" | "pln" => Some(Currency::Zloty),
        "lei" | "leu" | "RON" | "ron" => Some(Currency::Leu),
        "GBP" => Some(Currency::Pound),
        "EUR" | "eur" => Some(Currency::Euro),
        "USD" => Some(Currency::Dollar),
        _ => None,
    }
}

/// Whole units and hundredths of `12`, `12,5`, `12.50`, `1,250.00` or `1.250,00`.
fn amount(text: &str) -> Option<(u64, u64)> {
    let valid = text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.');
    let fraction_at = text.rfind([',', '.']).filter(|at| matches!(text.len() - at - 1, 1 | 2));
    let (whole, fraction) = fraction_at.map_or((text, ""), |at| (&text[..at], &text[at + 1..]));
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    if !valid || whole.len() > WHOLE_DIGITS {
        return None;
    }
    let cents = if fraction.is_empty() { 0 } else { format!("{fraction:0<2}").parse().ok()? };
    Some((whole.parse().ok()?, cents))
}

fn sentence(whole: u64, cents: u64, currency: Currency, language: Language) -> String {
    let large = (whole > 0 || cents == 0).then(|| units(whole, currency, language));
    let small = (cents > 0).then(|| hundredths(cents, currency, language, whole > 0));
    let joint = match language {
        Language::Romanian => " și ",
        Language::Polish | Language::English => " ",
    };
    [large, small].into_iter().flatten().collect::<Vec<_>>().join(joint)
}

fn units(number: u64, currency: Currency, language: Language) -> String {
    let name = match (language, currency) {
        (Language::Polish, Currency::Zloty) => counted(number, ["złoty", "złote", "złotych"]),
        (Language::Polish, Currency::Leu) => counted(number, ["lej", "leje", "lei"]),
        (Language::Polish, Currency::Pound) => counted(number, ["funt", "funty", "funtów"]),
        (Language::Polish, Currency::Euro) => "euro",
        (Language::Polish, Currency::Dollar) => counted(number, ["dolar", "dolary", "dolarów"]),
        (Language::Romanian, currency) => return romanian_units(number, currency),
        (Language::English, currency) => english_units(number, currency),
    };
    format!("{number} {name}")
}

fn english_units(number: u64, currency: Currency) -> &'static str {
    match (currency, number) {
        (Currency::Zloty, 1) => "zloty",
        (Currency::Zloty, _) => "zlotys",
        (Currency::Leu, 1) => "leu",
        (Currency::Leu, _) => "lei",
        (Currency::Pound, 1) => "pound",
        (Currency::Pound, _) => "pounds",
        (Currency::Euro, 1) => "euro",
        (Currency::Euro, _) => "euros",
        (Currency::Dollar, 1) => "dollar",
        (Currency::Dollar, _) => "dollars",
    }
}

fn romanian_units(number: u64, currency: Currency) -> String {
    let [one, many] = match currency {
        Currency::Zloty => ["zlot", "zloți"],
        Currency::Leu => ["leu", "lei"],
        Currency::Pound => ["liră", "lire"],
        Currency::Euro => ["euro", "euro"],
        Currency::Dollar => ["dolar", "dolari"],
    };
    format!("{number} {}", romanian_counted(number, one, many))
}

/// From 20 on `de` stands between number and noun, by the last two digits.
fn romanian_counted(number: u64, one: &str, many: &str) -> String {
    match (number, number % 100) {
        (1, _) => one.to_owned(),
        (0, _) | (_, 1..=19) => many.to_owned(),
        _ => format!("de {many}"),
    }
}

fn hundredths(number: u64, currency: Currency, language: Language, after_units: bool) -> String {
    match (language, currency) {
        (Language::Polish, Currency::Zloty) => {
            format!("{number} {}", counted(number, ["grosz", "grosze", "groszy"]))
        }
        (Language::Polish, Currency::Pound) => {
            format!("{number} {}", counted(number, ["pens", "pensy", "pensów"]))
        }
        (Language::Polish, _) => format!("{number} {}", counted(number, ["cent", "centy", "centów"])),
        (Language::Romanian, Currency::Leu) => {
            format!("{number} {}", romanian_counted(number, "ban", "bani"))
        }
        (Language::Romanian, _) => format!("{number} {}", romanian_counted(number, "cent", "cenți")),
        (Language::English, _) if after_units => number.to_string(),
        (Language::English, Currency::Pound) => {
            format!("{number} {}", if number == 1 { "penny" } else { "pence" })
        }
        (Language::English, _) => format!("{number} {}", if number == 1 { "cent" } else { "cents" }),
    }
}
