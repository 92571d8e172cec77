//! ◆ Times of day and dates.

use super::polish::{self, Form, ordinal};
use super::scan::Word;
use crate::language::Language;

const ENGLISH_MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const POLISH_MONTHS: [&str; 12] = [
    "stycznia",
    "lutego",
    "marca",
    "kwietnia",
    "maja",
    "czerwca",
    "lipca",
    "sierpnia",
    "września",
    "października",
    "listopada",
    "grudnia",
];
const ROMANIAN_MONTHS: [&str; 12] = [
    "ianuarie",
    "februarie",
    "martie",
    "aprilie",
    "mai",
    "iunie",
    "iulie",
    "august",
    "septembrie",
    "octombrie",
    "noiembrie",
    "decembrie",
];

/// The month, 1 to 12, as it stands in a date; the last one for anything above.
pub fn month_name(month: u8, language: Language) -> &'static str {
    let names = match language {
        Language::English => &ENGLISH_MONTHS,
        Language::Polish => &POLISH_MONTHS,
        Language::Romanian => &ROMANIAN_MONTHS,
    };
    names[usize::from(month.clamp(1, 12)) - 1]
}

/// `8:00`, `18:30`, `9:00-17:00`, in English also `8:00 am`: the spoken form and how many words it
/// took. `before` is the word in front, in lower case.
pub fn time(core: &str, next: Option<&Word>, before: &str, language: Language) -> Option<(String, usize)> {
    if let Some((from, to)) = core.split_once(['-', '–']) {
        let (from, to) = (clock(from)?, clock(to)?);
        let until = match language {
            Language::English => "to",
            Language::Polish => "do",
            Language::Romanian => "până la",
        };
        let from = time_of_day(from, None, before, language);
        return Some((format!("{from} {until} {}", time_of_day(to, None, until, language)), 1));
    }
    let clock = clock(core)?;
    let half = next.filter(|_| language == Language::English).and_then(|next| half_of_day(next.core));
    let used = if half.is_some() { 2 } else { 1 };
    Some((time_of_day(clock, half, before, language), used))
}

/// `godz.` before a time, in the case that `before` asks for.
pub fn written_out_hour(
    core: &str,
    next: Option<&Word>,
    before: &str,
    language: Language,
) -> Option<&'static str> {
    let abbreviated = language == Language::Polish && core.eq_ignore_ascii_case("godz");
    clock(next.filter(|_| abbreviated)?.core)?;
    Some(match before {
        "o" | "po" => "godzinie",
        "od" | "do" | "około" | "koło" => "godziny",
        _ => "godzina",
    })
}

fn half_of_day(word: &str) -> Option<&'static str> {
    match word.to_lowercase().as_str() {
        "am" | "a.m" => Some("AM"),
        "pm" | "p.m" => Some("PM"),
        _ => None,
    }
}

/// Hour and minute of `H:MM` or `HH:MM`.
fn clock(text: &str) -> Option<(u32, u32)> {
    let (hour, minute) = text.split_once(':')?;
    let well_formed = matches!(hour.len(), 1 | 2) && minute.len() == 2;
    let (hour, minute) = (number(hour)?, number(minute)?);
    (well_formed && hour < 24 && minute < 60).then_some((hour, minute))
}

fn number(text: &str) -> Option<u32> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

fn time_of_day(clock: (u32, u32), half: Option<&str>, before: &str, language: Language) -> String {
    match language {
        Language::English => english_time(clock, half),
        Language::Polish => polish_time(clock, before),
        Language::Romanian => romanian_time(clock),
    }
}

fn english_time((hour, minute): (u32, u32), half: Option<&str>) -> String {
    let half = half.unwrap_or(if hour < 12 { "AM" } else { "PM" });
    let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
    match minute {
        0 => format!("{hour} {half}"),
        1..=9 => format!("{hour} oh {minute} {half}"),
        _ => format!("{hour} {minute} {half}"),
    }
}

fn polish_time((hour, minute): (u32, u32), before: &str) -> String {
    let hour = ordinal(hour, polish::hour_form(before));
    match minute {
        0 => hour,
        1..=9 => format!("{hour} zero {minute}"),
        _ => format!("{hour} {minute}"),
    }
}

/// Hours are feminine: `ora două`.
fn romanian_time((hour, minute): (u32, u32)) -> String {
    let hour = match hour {
        2 => "două".to_owned(),
        12 => "douăsprezece".to_owned(),
        22 => "douăzeci și două".to_owned(),
        _ => hour.to_string(),
    };
    match minute {
        0 => hour,
        _ => format!("{hour} și {minute}"),
    }
}

/// `2026-11-21`, `21.11.2026`, `21/11/2026` (the day first, as in Poland, Romania and Britain).
pub fn date(text: &str, language: Language) -> Option<String> {
    let (year, month, day) = parts(text)?;
    let possible = (1..=12).contains(&month) && (1..=31).contains(&day) && (1900..2100).contains(&year);
    if !possible {
        return None;
    }
    let month = month as usize - 1;
    Some(match language {
        Language::English => format!("{day} {} {year}", ENGLISH_MONTHS[month]),
        Language::Romanian if day == 1 => format!("întâi {} {year}", ROMANIAN_MONTHS[month]),
        Language::Romanian => format!("{day} {} {year}", ROMANIAN_MONTHS[month]),
        Language::Polish => {
            let day = ordinal(day, Form::MasculineGenitive);
            format!("{day} {} {}", POLISH_MONTHS[month], polish_year(year))
        }
    })
}

fn parts(text: &str) -> Option<(u32, u32, u32)> {
    let separator = text.chars().find(|c| matches!(c, '-' | '.' | '/'))?;
    let mut fields = text.split(separator);
    let (first, second, third) = (fields.next()?, fields.next()?, fields.next()?);
    if fields.next().is_some() || second.len() > 2 {
        return None;
    }
    match (separator, first.len(), third.len()) {
        ('-', 4, 1 | 2) => Some((number(first)?, number(second)?, number(third)?)),
        (_, 1 | 2, 4) => Some((number(third)?, number(second)?, number(first)?)),
        _ => None,
    }
}

fn polish_year(year: u32) -> String {
    match year {
        2001..2100 => format!("dwa tysiące {} roku", ordinal(year % 100, Form::MasculineGenitive)),
        _ => format!("{year} roku"),
    }
}

/// `3 maja` is `trzeciego maja`; the other languages read it right.
pub fn day_of_month(text: &str, next: Option<&Word>, language: Language) -> Option<String> {
    let month = next.filter(|_| language == Language::Polish)?.core.to_lowercase();
    let day = number(text).filter(|day| (1..=31).contains(day))?;
    POLISH_MONTHS.contains(&month.as_str()).then(|| ordinal(day, Form::MasculineGenitive))
}
