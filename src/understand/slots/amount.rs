//! ◆ Amounts of money: "pięć pięćdziesiąt", "două sute de lei", "two pounds fifty", "5,50 zł".

use super::found::Found;
use super::tokens::{Token, number, says_any, tokens};
use crate::language::Language;
use std::fmt;

/// Whole units beyond this are a misunderstanding.
const WHOLE_LIMIT: u64 = 100_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Currency {
    Pln,
    Ron,
    Gbp,
    Eur,
    Usd,
}

/// An amount in hundredths of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    pub hundredths: u64,
    pub currency: Currency,
}

impl Currency {
    /// ISO 4217.
    pub fn code(self) -> &'static str {
        match self {
            Currency::Pln => "PLN",
            Currency::Ron => "RON",
            Currency::Gbp => "GBP",
            Currency::Eur => "EUR",
            Currency::Usd => "USD",
        }
    }

    fn usual(language: Language) -> Currency {
        match language {
            Language::Polish => Currency::Pln,
            Language::Romanian => Currency::Ron,
            Language::English => Currency::Gbp,
        }
    }
}

/// `5.50 PLN`
impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02} {}", self.hundredths / 100, self.hundredths % 100, self.currency.code())
    }
}

const WHOLE: [(Currency, &str); 5] = [
    (Currency::Pln, "zl,zloty,zlote,zlotych,zlotego,zlotowki,zlotowek,pln,zlotys,zlotis"),
    (Currency::Ron, "lei,leu,ron,de lei,de ron,lej,leje,leilor"),
    (Currency::Gbp, "£,pound,pounds,gbp,funt,funty,funtow,lire,de lire,quid,lira sterlina,lire sterline"),
    (Currency::Eur, "€,euro,euros,eur,de euro,ojro"),
    (Currency::Usd, "$,dollar,dollars,usd,dolar,dolary,dolarow,dolari,de dolari,bucks"),
];
const HUNDREDTHS: &str =
    "gr,grosz,grosze,groszy,ban,bani,de bani,penny,pence,p,cent,cents,centow,centy,centi,de centi,pensow";

/// The amounts that the caller may mean, the likeliest first. Without a currency that of the language is
/// meant, with less confidence.
pub fn amounts(text: &str, language: Language) -> Vec<Found<Amount>> {
    let tokens = tokens(text);
    let mut found: Vec<Reading> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let reading = reading(&tokens, at, language);
        at = reading.as_ref().map_or(at + 1, |reading| reading.to);
        found.extend(reading);
    }
    let named: Vec<&Reading> = found.iter().filter(|reading| reading.currency.is_some()).collect();
    let best = named.first().copied().or(found.first());
    let Some(best) = best else { return Vec::new() };
    // A correction ("no, sixty") or two amounts: the last one stands, and is not sure.
    let last = named.last().copied().or(found.last()).unwrap_or(best);
    let several = last.from >= best.to;
    let chosen = if several { last } else { best };
    let span = (tokens[chosen.from].from, tokens[chosen.to - 1].to);
    let currency = chosen.currency.unwrap_or(Currency::usual(language));
    let doubt = if chosen.currency.is_some() { 1.0 } else { 0.85 } * if several { 0.7 } else { 1.0 };
    let value = |hundredths| Amount { hundredths, currency };
    let whole = Found { value: value(chosen.hundredths), confidence: chosen.confidence * doubt, span };
    let other = chosen.other.map(|other| Found { value: value(other), confidence: 0.3, span });
    [Some(whole), other].into_iter().flatten().collect()
}

#[derive(Debug, Clone)]
struct Reading {
    from: usize,
    to: usize,
    hundredths: u64,
    /// What else it may be, in hundredths: "two fifty" is 2.50 or 250.
    other: Option<u64>,
    currency: Option<Currency>,
    confidence: f32,
}

fn currency_at(tokens: &[Token], at: usize) -> Option<(Currency, usize)> {
    WHOLE.iter().find_map(|(currency, words)| says_any(tokens, at, words).map(|used| (*currency, used)))
}

fn reading(tokens: &[Token], at: usize, language: Language) -> Option<Reading> {
    let lead = currency_at(tokens, at);
    let start = at + lead.map_or(0, |(_, used)| used);
    let (mut hundredths, used) = quantity(tokens, start, language)?;
    let mut to = start + used;
    let mut currency = lead.map(|(currency, _)| currency);
    let reading = |hundredths, to, other, currency, confidence| {
        (hundredths <= WHOLE_LIMIT * 100).then_some(Reading {
            from: at,
            to,
            hundredths,
            other,
            currency,
            confidence,
        })
    };
    if let Some(used) = says_any(tokens, to, HUNDREDTHS).filter(|_| currency.is_none() && hundredths < 10_000)
    {
        let currency = minor_currency(&tokens[to + used - 1].text, language);
        return reading(hundredths / 100, to + used, None, Some(currency), 0.93);
    }
    if let Some((named, used)) = currency_at(tokens, to) {
        currency = Some(named);
        to += used;
        let joint = says_any(tokens, to, "i,si,and,cu").unwrap_or(0);
        if let Some(used) = says_any(tokens, to + joint, "pol,jumatate,jumate,half,a half") {
            return reading(hundredths + 50, to + joint + used, None, currency, 0.9);
        }
        let stopped = tokens[to - 1].stop;
        let minor =
            number(tokens, to + joint, language).filter(|n| n.value < 100 && n.ordinal.is_none() && !stopped);
        if let Some(minor) = minor.filter(|_| hundredths % 100 == 0) {
            let end = to + joint + minor.used;
            let unit = says_any(tokens, end, HUNDREDTHS).unwrap_or(0);
            return reading(hundredths + minor.value, end + unit, None, currency, 0.93);
        }
        return reading(hundredths, to, None, currency, 0.95);
    }
    // "pięć pięćdziesiąt": the second number is hundredths, unless the two are one number said in pairs.
    let joint = says_any(tokens, to, "i,si,and,point,przecinek,virgula,cu").unwrap_or(0);
    let stopped = tokens[to - 1].stop;
    let minor = number(tokens, to + joint, language).filter(|n| n.ordinal.is_none() && !stopped);
    if let Some(minor) =
        minor.filter(|n| (1..100).contains(&n.value) && hundredths % 100 == 0 && hundredths > 0)
    {
        let end = to + joint + minor.used;
        let after = currency_at(tokens, end);
        currency = currency.or(after.map(|(currency, _)| currency));
        let scaled = if joint > 0 && minor.value < 10 { minor.value * 10 } else { minor.value };
        let pairs = (joint == 0 && hundredths < 10_000 && minor.value >= 10)
            .then(|| hundredths * 100 + minor.value * 100);
        hundredths += scaled;
        let end = end + after.map_or(0, |(_, used)| used);
        return reading(hundredths, end, pairs, currency, if joint > 0 { 0.9 } else { 0.75 });
    }
    let confidence = if currency.is_some() { 0.95 } else { 0.85 };
    reading(hundredths, to, None, currency, confidence)
}

fn minor_currency(word: &str, language: Language) -> Currency {
    match word {
        "grosz" | "grosze" | "groszy" | "gr" => Currency::Pln,
        "bani" | "ban" => Currency::Ron,
        "pence" | "penny" | "p" | "pensow" => Currency::Gbp,
        "cent" | "cents" | "centow" | "centy" | "centi" => Currency::Eur,
        _ => Currency::usual(language),
    }
}

/// A written or spoken quantity in hundredths, and the words it takes.
fn quantity(tokens: &[Token], at: usize, language: Language) -> Option<(u64, usize)> {
    let token = tokens.get(at)?;
    if let Some(hundredths) = written(&token.text) {
        return Some(
            scaled(tokens, at + 1, hundredths).map_or((hundredths, 1), |(more, used)| (more, 1 + used)),
        );
    }
    let slang = [
        ("stowa", 100),
        ("stowke", 100),
        ("stowka", 100),
        ("dycha", 10),
        ("dyche", 10),
        ("fiver", 5),
        ("tenner", 10),
    ];
    if let Some((_, units)) = slang.iter().find(|(word, _)| *word == token.text) {
        return Some((units * 100, 1));
    }
    if let Some(used) = says_any(tokens, at, "poltora,one and a half,a pound and a half") {
        return Some((150, used));
    }
    if let Some(used) = says_any(tokens, at, "pol,half a,jumatate de") {
        currency_at(tokens, at + used)?;
        return Some((50, used));
    }
    let whole = match number(tokens, at, language) {
        Some(number) if number.ordinal.is_none() => number,
        // "un leu", "a pound"
        _ => {
            let used = says_any(tokens, at, "un,o,a,one")?;
            currency_at(tokens, at + used)?;
            return Some((100, used));
        }
    };
    let mut hundredths = whole.value.checked_mul(100)?;
    let mut used = whole.used;
    if let Some(taken) = says_any(tokens, at + used, "i pol,si jumatate,and a half") {
        hundredths += 50;
        used += taken;
    }
    if let Some((more, taken)) = scaled(tokens, at + used, hundredths) {
        return Some((more, used + taken));
    }
    Some((hundredths, used))
}

/// "5 tysięcy", "2,5 mii", "3k", "pięć stów"
fn scaled(tokens: &[Token], at: usize, hundredths: u64) -> Option<(u64, usize)> {
    let scales = [
        (1_000, "tysiac,tysiace,tysiecy,tys,mie,mii,de mii,thousand,k,grand,kola,kafli"),
        (1_000_000, "milion,miliony,milionow,milioane,de milioane,million"),
        (100, "stow,stowki,stowek"),
        (10, "dych,dychy"),
    ];
    scales.iter().find_map(|(scale, words)| {
        let used = says_any(tokens, at, words)?;
        Some((hundredths.checked_mul(*scale)?, used))
    })
}

/// Hundredths of `5`, `5,50`, `5.5`, `1.250,00`, `1,250.00`, `12 500` as one token.
fn written(text: &str) -> Option<u64> {
    if !text.starts_with(|c: char| c.is_ascii_digit()) || text.contains([':', '/', '-']) {
        return None;
    }
    let fraction_at = text.rfind([',', '.']).filter(|at| matches!(text.len() - at - 1, 1 | 2));
    let (whole, fraction) = fraction_at.map_or((text, ""), |at| (&text[..at], &text[at + 1..]));
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let whole = whole.parse::<u64>().ok().filter(|whole| *whole <= WHOLE_LIMIT)?;
    Some(whole * 100 + format!("{fraction:0<2}").parse::<u64>().ok()?)
}

#[cfg(test)]
#[path = "amount_tests.rs"]
mod tests;
