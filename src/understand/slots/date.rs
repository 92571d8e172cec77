//! ◆ Dates as callers say them, seen from a day that is given.

use super::calendar_words::{Unit, day_word, month, unit, weekday};
use super::found::Found;
use super::ordinals::Ordinal;
use super::tokens::{Token, number, said_before, says_any, tokens};
use crate::language::Language;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// Months or years beyond this are no appointment.
const AHEAD_LIMIT: u64 = 400;
/// What is left of the confidence in a day to come where one that has been is asked for.
const TO_COME: f32 = 0.3;
/// Steps back to the last such day.
const BACK_LIMIT: usize = 15;

/// A date that stands in the words.
#[derive(Debug, Clone)]
pub(super) struct Hit {
    pub at: usize,
    pub used: usize,
    /// The likeliest first, each with its confidence.
    dates: Vec<(Date, f32)>,
}

/// The dates that the caller may mean, the likeliest first. Without a year the next such day on or after
/// `today` is meant.
pub fn dates(text: &str, language: Language, today: Date) -> Vec<Found<Date>> {
    let tokens = tokens(text);
    let hits = hits(&tokens, language, today);
    let Some(hit) = hits.last() else { return Vec::new() };
    let span = (tokens[hit.at].from, tokens[hit.at + hit.used - 1].to);
    let doubt = if hits.len() > 1 { 0.6 } else { 1.0 };
    let found =
        |(date, confidence): &(Date, f32)| Found { value: *date, confidence: confidence * doubt, span };
    let mut found: Vec<_> = hit.dates.iter().map(found).collect();
    if hits.len() > 1 {
        found.extend(hits.iter().rev().skip(1).filter_map(|hit| hit.dates.first()).map(|(date, _)| Found {
            value: *date,
            confidence: 0.4,
            span,
        }));
    }
    found
}

/// The same of a day that has been: what callers complain of. A day that the words put into the future for want of
/// a year or a week is the last such day; one that is said to come is hardly meant.
pub fn past_dates(text: &str, language: Language, today: Date) -> Vec<Found<Date>> {
    let tokens = tokens(text);
    let any = |fits: &dyn Fn(&str) -> bool| tokens.iter().any(|token| fits(&token.text));
    let back = if any(&|word| weekday(word, language).is_some()) {
        1.weeks()
    } else if any(&|word| month(word, language).is_some() || word.contains(['.', '/'])) {
        1.years()
    } else {
        1.months()
    };
    let soon = |at: usize| {
        let said = day_word(&tokens, at, language).is_some_and(|(days, _)| days > 0);
        said || says_any(&tokens, at, NEXT).is_some() || says_any(&tokens, at, NEXT_AFTER).is_some()
    };
    let to_come = (0..tokens.len()).any(soon);
    let past = |found: Found<Date>| match found.value {
        day if day <= today => Some(found),
        _ if to_come => Some(Found { confidence: found.confidence * TO_COME, ..found }),
        day => {
            let days = std::iter::successors(Some(day), |day| day.checked_sub(back).ok());
            let last = days.take(BACK_LIMIT).find(|day| *day <= today)?;
            Some(Found { value: last, ..found })
        }
    };
    let mut found: Vec<Found<Date>> = dates(text, language, today).into_iter().filter_map(past).collect();
    found.dedup_by_key(|found| found.value);
    found
}

type Rule = fn(&[Token], usize, Language, Date) -> Option<Hit>;

/// The best rule that fits anywhere decides; what was denied or corrected is left out.
pub(super) fn hits(tokens: &[Token], language: Language, today: Date) -> Vec<Hit> {
    let rules: [Rule; 7] = [written, day_and_month, counted, named_weekday, weekend, named_day, day_alone];
    for rule in rules {
        let mut hits: Vec<Hit> = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            match rule(tokens, at, language, today) {
                Some(hit) => {
                    at = hit.at + hit.used;
                    hits.push(hit);
                }
                None => at += 1,
            }
        }
        if !hits.is_empty() {
            return standing(tokens, hits);
        }
    }
    Vec::new()
}

const CORRECTIONS: [&str; 12] = [
    "nie",
    "nu",
    "no",
    "sorry",
    "przepraszam",
    "znaczy",
    "adica",
    "scuze",
    "pardon",
    "wait",
    "actually",
    "tylko",
];

/// "nie w czwartek, w piątek": a denied one falls away; after a correction the last one stands.
fn standing(tokens: &[Token], hits: Vec<Hit>) -> Vec<Hit> {
    let denied = |hit: &Hit| {
        let before = &tokens[hit.at.saturating_sub(2)..hit.at];
        before.iter().any(|word| !word.stop && matches!(word.text.as_str(), "nie" | "nu" | "not"))
    };
    let kept: Vec<Hit> = hits.iter().filter(|hit| !denied(hit)).cloned().collect();
    let kept = if kept.is_empty() { hits } else { kept };
    let corrected = |pair: &[Hit]| {
        let between = &tokens[pair[0].at + pair[0].used..pair[1].at];
        between.iter().any(|word| CORRECTIONS.contains(&word.text.as_str()))
    };
    let from = (1..kept.len()).rev().find(|at| corrected(&kept[at - 1..=*at])).unwrap_or(0);
    kept[from..].to_vec()
}

fn hit(at: usize, used: usize, dates: Vec<(Date, f32)>) -> Option<Hit> {
    (!dates.is_empty()).then_some(Hit { at, used, dates })
}

/// `2026-05-03`, `03.05.2026`, `3/5`, `03.05.`
fn written(tokens: &[Token], at: usize, _: Language, today: Date) -> Option<Hit> {
    let text = &tokens[at].text;
    let separator = text.chars().find(|c| matches!(c, '-' | '.' | '/'))?;
    let fields: Option<Vec<u64>> = text.split(separator).map(|field| field.parse().ok()).collect();
    let found = match fields?[..] {
        [year, month, day] if year > 1900 => (exact(year, month, day)?, 0.98),
        [day, month, year] if year > 1900 => (exact(year, month, day)?, 0.98),
        [day, month, year] if year < 100 => (exact(2000 + year, month, day)?, 0.9),
        // "15.30" is a time, "3-5" a range.
        [day, month] if separator != '-' && month <= 12 => (coming(day, month, today)?, 0.85),
        _ => return None,
    };
    hit(at, 1, vec![found])
}

fn exact(year: u64, month: u64, day: u64) -> Option<Date> {
    Date::new(i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

/// The next such day on or after `today`; 29 February may be some years away.
fn coming(day: u64, month: u64, today: Date) -> Option<Date> {
    let year = u64::try_from(today.year()).ok()?;
    (year..year + 5).filter_map(|year| exact(year, month, day)).find(|date| *date >= today)
}

/// "trzeciego maja", "3 mai", "the 3rd of May", "May the third", "trzeciego piątego", with or without a year.
fn day_and_month(tokens: &[Token], at: usize, language: Language, today: Date) -> Option<Hit> {
    let word = |at: usize| tokens.get(at).map(|token| token.text.as_str());
    let month_at = |at: usize| month(word(at)?, language);
    if let Some(day) = day_number(tokens, at, language) {
        let mut next = at + day.used;
        next += says_any(tokens, next, "of,day of,the").unwrap_or(0);
        let named = month_at(next).map(|month| (month, 1, 0.95));
        let counted = || {
            let both = language == Language::Polish && day.ordinal == Some(Ordinal::Genitive);
            let month = number(tokens, next, language)
                .filter(|month| both && month.ordinal == Some(Ordinal::Genitive) && month.value <= 12)?;
            Some((month.value, month.used, 0.85))
        };
        let (month, used, confidence) = named.or_else(counted)?;
        return with_year(tokens, at, next + used - at, (day.value, month, confidence), language, today);
    }
    let month = month_at(at).filter(|_| language == Language::English)?;
    let skip = says_any(tokens, at + 1, "the").unwrap_or(0);
    let day = day_number(tokens, at + 1 + skip, language)?;
    with_year(tokens, at, 1 + skip + day.used, (day.value, month, 0.93), language, today)
}

fn day_number(tokens: &[Token], at: usize, language: Language) -> Option<super::tokens::Number> {
    number(tokens, at, language).filter(|day| (1..=31).contains(&day.value))
}

fn with_year(
    tokens: &[Token],
    at: usize,
    used: usize,
    (day, month, confidence): (u64, u64, f32),
    language: Language,
    today: Date,
) -> Option<Hit> {
    let next = at + used + says_any(tokens, at + used, "in,of,din,roku,rok,anul").unwrap_or(0);
    let stopped = tokens.get(at + used - 1).is_some_and(|last| last.stop);
    match year(tokens, next, language).filter(|_| !stopped || next == at + used) {
        Some((year, taken)) => hit(at, next + taken - at, vec![(exact(year, month, day)?, confidence)]),
        None => hit(at, used, vec![(coming(day, month, today)?, confidence)]),
    }
}

/// "2027", "dwa tysiące dwudziestego siódmego", "twenty twenty seven".
fn year(tokens: &[Token], at: usize, language: Language) -> Option<(u64, usize)> {
    let first = number(tokens, at, language)?;
    let second = number(tokens, at + first.used, language);
    match (first.value, second) {
        (2000, Some(rest)) if rest.ordinal.is_some() && rest.value < 100 => {
            Some((2000 + rest.value, first.used + rest.used))
        }
        (1900..2200, _) => Some((first.value, first.used)),
        (19 | 20, Some(rest)) if (10..100).contains(&rest.value) && rest.ordinal.is_none() => {
            Some((first.value * 100 + rest.value, first.used + rest.used))
        }
        _ => None,
    }
}

/// "za dwa tygodnie", "peste trei zile", "in a week", "a week from today", "dwa dni temu".
fn counted(tokens: &[Token], at: usize, language: Language, today: Date) -> Option<Hit> {
    // "Acum două zile" is two days ago; "acum" alone is now.
    let before = says_any(tokens, at, "acum").filter(|_| language == Language::Romanian);
    let lead = says_any(tokens, at, "za,peste,in,within,mai tarziu cu").or(before);
    let mut next = at + lead.unwrap_or(0);
    let article = says_any(tokens, next, "o,a,un,an,one,jeden,jakis,another");
    let count = match number(tokens, next, language).filter(|count| count.ordinal.is_none()) {
        Some(count) => {
            next += count.used;
            count.value
        }
        None => {
            next += article.unwrap_or(0);
            1
        }
    };
    next += says_any(tokens, next, "de").unwrap_or(0);
    let (unit, plural_words) = unit(tokens, next, language)?;
    next += plural_words;
    if count > AHEAD_LIMIT {
        return None;
    }
    let after = says_any(tokens, next, "from today,from now,od dzis,od dzisiaj,de azi,later,de acum");
    let ago = says_any(tokens, next, "temu,ago,in urma").or(before.map(|_| 0));
    // "Friday in a week" and "a week on Friday" name the weekday as well.
    if lead.is_none() && after.is_none() && ago.is_none() {
        return None;
    }
    let counted = i64::try_from(count).ok()?;
    let days = match unit {
        Unit::Day => counted.days(),
        Unit::Week => counted.weeks(),
        Unit::Fortnight => (2 * counted).weeks(),
        Unit::Month => counted.months(),
        Unit::Year => counted.years(),
    };
    let date = if ago.is_some() { today.checked_sub(days) } else { today.checked_add(days) }.ok()?;
    if let Some((weekday, ..)) = at.checked_sub(1).and_then(|before| weekday(&tokens[before].text, language))
    {
        let monday = monday_of(date);
        return hit(at - 1, next - at + 1, vec![(on(monday, weekday)?, 0.85)]);
    }
    let used = next + after.or(ago).unwrap_or(0) - at;
    hit(at, used, vec![(date, 0.93)])
}

fn monday_of(date: Date) -> Date {
    date.checked_sub(i64::from(date.weekday().to_monday_zero_offset()).days()).unwrap_or(date)
}

fn on(monday: Date, weekday: Weekday) -> Option<Date> {
    monday.checked_add(i64::from(weekday.to_monday_zero_offset()).days()).ok()
}

const NEXT: &str = "przyszly,przyszla,przyszle,nastepny,nastepna,nastepne,kolejny,kolejna,kolejne,next,\
    przyszlym,nastepnym,the next";
const THIS: &str = "ten,ta,te,to,najblizszy,najblizsza,najblizsze,this,this coming,coming,tym,in curand";
const NEXT_AFTER: &str = "viitoare,viitor,urmatoare,urmatoarea,urmatorul,week,saptamana viitoare,w przyszlym tygodniu,next week,\
    za tydzien,in a week,de saptamana viitoare,nastepnego tygodnia,of next week,a saptamanii viitoare";
const THIS_AFTER: &str = "asta,aceasta,acesta,w tym tygodniu,this week,saptamana asta,saptamana aceasta";

const LAST: [&str; 5] = ["zesz", "ubieg", "ostatni", "minion", "trecut"];
/// Words around a weekday in which "last" still belongs to it.
const LAST_REACH: usize = 3;

/// "w zeszły wtorek", "lunea trecută", "last Monday", "w zeszłym tygodniu we wtorek", "Friday last week".
fn last_weekday(
    tokens: &[Token],
    at: usize,
    weekday: Weekday,
    monday: Date,
    coming: Date,
) -> Option<(Date, f32)> {
    let around = at.saturating_sub(LAST_REACH)..tokens.len().min(at + 1 + LAST_REACH);
    let near = || tokens[around.clone()].iter().map(|token| token.text.as_str());
    let said = near().any(|word| word == "last" || LAST.iter().any(|stem| word.starts_with(stem)));
    if !said {
        return None;
    }
    let of_week =
        near().any(|word| ["week", "tygodni", "saptaman"].iter().any(|stem| word.starts_with(stem)));
    if of_week {
        return Some((on(monday.checked_sub(1.weeks()).ok()?, weekday)?, 0.92));
    }
    Some((coming.checked_sub(1.weeks()).ok()?, 0.9))
}

/// "w piątek", "w przyszły wtorek", "vinerea viitoare", "this Friday".
fn named_weekday(tokens: &[Token], at: usize, language: Language, today: Date) -> Option<Hit> {
    let (weekday, after) = (weekday(&tokens[at].text, language)?.0, at + 1);
    let monday = monday_of(today);
    let of_next_week = on(monday.checked_add(1.weeks()).ok()?, weekday)?;
    let ahead = i64::from(weekday.since(today.weekday()));
    let coming = today.checked_add(ahead.days()).ok()?;
    let in_a_week = coming.checked_add(1.weeks()).ok()?;
    if let Some(last) = last_weekday(tokens, at, weekday, monday, coming) {
        return hit(at, 1, vec![last]);
    }
    let (next, this) = (says_any(tokens, after, NEXT_AFTER), says_any(tokens, after, THIS_AFTER));
    if said_before(tokens, at, NEXT) || next.is_some() {
        let nearest = if ahead == 0 { in_a_week } else { coming };
        let candidates = if nearest == of_next_week {
            vec![(of_next_week, 0.92)]
        } else {
            vec![(of_next_week, 0.72), (nearest, 0.25)]
        };
        return hit(at, 1 + next.unwrap_or(0), candidates);
    }
    let candidates = match ahead {
        0 if said_before(tokens, at, THIS) || this.is_some() => vec![(coming, 0.7), (in_a_week, 0.3)],
        0 => vec![(in_a_week, 0.6), (coming, 0.4)],
        _ => vec![(coming, 0.9)],
    };
    hit(at, 1 + this.unwrap_or(0), candidates)
}

/// "w weekend": Saturday or Sunday.
fn weekend(tokens: &[Token], at: usize, _: Language, today: Date) -> Option<Hit> {
    if !matches!(tokens[at].text.as_str(), "weekend" | "weekendzie" | "weekendul" | "weekendu") {
        return None;
    }
    let monday = monday_of(today);
    let saturday = on(monday, Weekday::Saturday)?;
    let next = said_before(tokens, at, NEXT) || says_any(tokens, at + 1, NEXT_AFTER).is_some();
    let saturday = if next { saturday.checked_add(1.weeks()).ok()? } else { saturday };
    hit(at, 1, vec![(saturday.max(today), 0.5), (saturday.tomorrow().ok()?, 0.45)])
}

/// "dziś", "pojutrze", "poimâine", "the day after tomorrow".
fn named_day(tokens: &[Token], at: usize, language: Language, today: Date) -> Option<Hit> {
    let (days, used) = day_word(tokens, at, language)?;
    hit(at, used, vec![(today.checked_add(days.days()).ok()?, 0.97)])
}

/// "dwunastego", "the twelfth", "pe 12": the next such day of a month.
fn day_alone(tokens: &[Token], at: usize, language: Language, today: Date) -> Option<Hit> {
    let day = day_number(tokens, at, language)?;
    let led = said_before(tokens, at, "pe,in data de,data de,the,on the,pe data de,pe data,dnia,na dzien");
    let is_day = match language {
        Language::Polish => day.ordinal == Some(Ordinal::Genitive) || said_before(tokens, at, "dnia"),
        Language::Romanian => led,
        Language::English => {
            day.ordinal.is_some() && tokens.get(at + 1).is_none_or(|next| next.text != "one")
        }
    };
    // The thirtieth of February is no other thirtieth.
    let after = at + day.used + says_any(tokens, at + day.used, "of").unwrap_or(0);
    let of_month =
        tokens.get(after).is_some_and(|token| super::calendar_words::month(&token.text, language).is_some());
    let is_day = is_day && !of_month;
    let month = date(today.year(), today.month(), 1);
    let months = (0..13).filter_map(|ahead: i64| month.checked_add(ahead.months()).ok());
    let mut days = months.filter_map(|month| Date::new(month.year(), month.month(), day.value as i8).ok());
    let next = days.find(|date| *date >= today).filter(|_| is_day)?;
    hit(at, day.used, vec![(next, 0.8)])
}

#[cfg(test)]
#[path = "date_tests.rs"]
mod tests;
