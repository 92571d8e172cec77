//! ◆ Words of the calendar per language, folded.

use super::tokens::{Token, says_any};
use crate::language::Language;
use jiff::civil::Weekday;

/// What is counted in "za dwa tygodnie".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Day,
    Week,
    Fortnight,
    Month,
    Year,
}

const WEEKDAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

const POLISH_WEEKDAYS: [&str; 7] = [
    "poniedzialek poniedzialku pon",
    "wtorek wtorku wtorak",
    "sroda srode srody srodzie",
    "czwartek czwartku",
    "piatek piatku",
    "sobota sobote soboty sobocie",
    "niedziela niedziele niedzieli",
];
const ROMANIAN_WEEKDAYS: [&str; 7] =
    ["luni lunea", "marti martea", "miercuri miercurea", "joi joia", "vineri vinerea", "sambata", "duminica"];
const ENGLISH_WEEKDAYS: [&str; 7] = [
    "monday mondays",
    "tuesday tuesdays",
    "wednesday wednesdays wensday",
    "thursday thursdays",
    "friday fridays",
    "saturday saturdays",
    "sunday sundays",
];

const POLISH_MONTHS: [&str; 12] = [
    "stycznia styczen styczniu",
    "lutego luty lutym",
    "marca marzec marcu",
    "kwietnia kwiecien kwietniu",
    "maja maj maju",
    "czerwca czerwiec czerwcu",
    "lipca lipiec lipcu",
    "sierpnia sierpien sierpniu",
    "wrzesnia wrzesien wrzesniu",
    "pazdziernika pazdziernik pazdzierniku",
    "listopada listopad listopadzie",
    "grudnia grudzien grudniu",
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
const ENGLISH_MONTHS: [&str; 12] = [
    "january jan",
    "february feb",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august aug",
    "september sept",
    "october oct",
    "november nov",
    "december dec",
];

fn in_list(lists: &[&str], word: &str) -> Option<usize> {
    lists.iter().position(|forms| forms.split(' ').any(|form| form == word))
}

/// The weekday of a word, with its place from Monday, 0.
pub(super) fn weekday(word: &str, language: Language) -> Option<(Weekday, usize)> {
    let lists = match language {
        Language::Polish => &POLISH_WEEKDAYS,
        Language::Romanian => &ROMANIAN_WEEKDAYS,
        Language::English => &ENGLISH_WEEKDAYS,
    };
    in_list(lists, word).map(|place| (WEEKDAYS[place], place))
}

/// The month of a word, from 1.
pub(super) fn month(word: &str, language: Language) -> Option<u64> {
    let lists = match language {
        Language::Polish => &POLISH_MONTHS,
        Language::Romanian => &ROMANIAN_MONTHS,
        Language::English => &ENGLISH_MONTHS,
    };
    in_list(lists, word).map(|place| place as u64 + 1)
}

/// The unit at `at` and the words it takes.
pub(super) fn unit(tokens: &[Token], at: usize, language: Language) -> Option<(Unit, usize)> {
    let units: &[(Unit, &str)] = match language {
        Language::Polish => &[
            (Unit::Day, "dzien,dni"),
            (Unit::Week, "tydzien,tygodnie,tygodni,tygodniu"),
            (Unit::Month, "miesiac,miesiace,miesiecy"),
            (Unit::Year, "rok,lata,lat"),
        ],
        Language::Romanian => &[
            (Unit::Day, "zi,zile"),
            (Unit::Week, "saptamana,saptamani"),
            (Unit::Month, "luna,luni"),
            (Unit::Year, "an,ani"),
        ],
        Language::English => &[
            (Unit::Day, "day,days,days time"),
            (Unit::Week, "week,weeks,weeks time"),
            (Unit::Fortnight, "fortnight,fortnights time,fortnights"),
            (Unit::Month, "month,months,months time"),
            (Unit::Year, "year,years"),
        ],
    };
    units.iter().find_map(|(unit, forms)| says_any(tokens, at, forms).map(|used| (*unit, used)))
}

/// Days from today to the one named at `at`, and the words it takes.
pub(super) fn day_word(tokens: &[Token], at: usize, language: Language) -> Option<(i64, usize)> {
    let days: &[(i64, &str)] = match language {
        Language::Polish => &[
            (0, "dzis,dzisiaj,dzisiejszy"),
            (2, "pojutrze,po jutrze"),
            (1, "jutro,jutra,jutrzejszy"),
            (-2, "przedwczoraj"),
            (-1, "wczoraj"),
        ],
        Language::Romanian => &[
            (0, "azi,astazi,diseara"),
            (2, "poimaine,poi maine"),
            (1, "maine"),
            (-2, "alaltaieri"),
            (-1, "ieri"),
        ],
        Language::English => &[
            (2, "day after tomorrow,the day after tomorrow,overmorrow"),
            (0, "today,tonight,this morning,this afternoon,this evening"),
            (1, "tomorrow,tomorow"),
            (-2, "day before yesterday,the day before yesterday"),
            (-1, "yesterday"),
        ],
    };
    days.iter().find_map(|(days, forms)| says_any(tokens, at, forms).map(|used| (*days, used)))
}
