//! ◆ Times of day and ranges of them: "po piętnastej", "la trei și jumătate", "between 3 and 5".

use super::date;
use super::found::Found;
use super::ordinals::Ordinal;
use super::tokens::{Token, number, said_before, says_any, tokens};
use crate::language::Language;
use jiff::civil::{Date, Time, time};
use std::fmt;

/// When in the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    At(Time),
    After(Time),
    Before(Time),
    Between(Time, Time),
}

/// `15:00`, `15:00..`, `..15:00`, `15:00..17:00`.
impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hm = |time: &Time| format!("{:02}:{:02}", time.hour(), time.minute());
        match self {
            When::At(at) => f.write_str(&hm(at)),
            When::After(from) => write!(f, "{}..", hm(from)),
            When::Before(to) => write!(f, "..{}", hm(to)),
            When::Between(from, to) => write!(f, "{}..{}", hm(from), hm(to)),
        }
    }
}

/// A clock time as it was said; `twelve` when it may be in either half of the day.
#[derive(Debug, Clone, Copy)]
struct Point {
    at: usize,
    used: usize,
    hour: i8,
    minute: i8,
    twelve: bool,
    /// A preposition or "o'clock" says that it is a time.
    sure: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Night,
    Morning,
    Noon,
    Afternoon,
    Evening,
}

/// The times that the caller may mean, the likeliest first: "o trzeciej" is 15:00 or 3:00.
pub fn times(text: &str, language: Language, today: Date) -> Vec<Found<When>> {
    let tokens = tokens(text);
    times_of(&tokens, language, today)
}

fn times_of(all: &[Token], language: Language, today: Date) -> Vec<Found<When>> {
    let tokens = without_date(all, language, today);
    let part = part_of_day(&tokens, language);
    let masked = part.map_or_else(|| tokens.clone(), |(_, from, used)| masked(&tokens, from, used));
    let points = points(&masked, language);
    let part_of = part.map(|(part, ..)| part);
    let Some(last) = points.last() else {
        let Some((part, at, used)) = part else { return Vec::new() };
        let span = (tokens[at].from, tokens[at + used - 1].to);
        return vec![Found { value: range_of(part), confidence: 0.85, span }];
    };
    if let [.., first, second] = points[..]
        && is_range(&masked, &first, &second)
    {
        return between(&masked, first, second, part_of);
    }
    let bound = bound(&masked, last.at, language);
    let span = (masked[last.at].from, masked[last.at + last.used - 1].to);
    let doubt = if points.len() > 1 { 0.7 } else { 1.0 };
    let sure = if last.sure || last.used > 1 || masked.len() <= 2 { 1.0 } else { 0.8 };
    let found = readings(*last, part_of).into_iter().map(|(time, confidence)| {
        let value = match bound {
            Bound::At => When::At(time),
            Bound::After => When::After(time),
            Bound::Before => When::Before(time),
        };
        Found { value, confidence: confidence * doubt * sure, span }
    });
    found.collect()
}

/// Days and weekdays are no times.
fn without_date(all: &[Token], language: Language, today: Date) -> Vec<Token> {
    let mut tokens = all.to_vec();
    for hit in date::hits(all, language, today) {
        // "15.30" alone is a time, not the fifteenth of nothing.
        tokens = masked(&tokens, hit.at, hit.used);
    }
    for token in &mut tokens {
        if super::calendar_words::weekday(&token.text, language).is_some() {
            token.text = "\u{b7}".to_owned();
        }
    }
    tokens
}

fn masked(tokens: &[Token], from: usize, used: usize) -> Vec<Token> {
    let mut tokens = tokens.to_vec();
    for token in &mut tokens[from..from + used] {
        token.text = "\u{b7}".to_owned();
    }
    tokens
}

fn part_of_day(tokens: &[Token], language: Language) -> Option<(Part, usize, usize)> {
    let parts: &[(Part, &str)] = match language {
        Language::Polish => &[
            (Part::Morning, "rano,ranem,nad ranem,z rana,przed poludniem,przedpoludniem,do poludnia"),
            (Part::Afternoon, "po poludniu,popoludniu,popoludnie,popoludniem"),
            (Part::Evening, "wieczorem,wieczor,wieczorkiem"),
            (Part::Night, "w nocy,noca"),
        ],
        Language::Romanian => &[
            (Part::Morning, "dimineata,dimineatza,inainte de pranz,inainte de amiaza,inainte de masa"),
            (Part::Afternoon, "dupa amiaza,dupamiaza,dupa masa,dupamasa,dupa pranz,dupa amiaz"),
            (Part::Noon, "la pranz,la amiaza,pranz,amiaza"),
            (Part::Evening, "seara,diseara,spre seara"),
            (Part::Night, "noaptea"),
        ],
        Language::English => &[
            (Part::Morning, "morning,am,a m,before noon,before lunch"),
            (Part::Afternoon, "afternoon,pm,p m,after lunch"),
            (Part::Noon, "lunchtime,lunch time"),
            (Part::Evening, "evening,tonight"),
            (Part::Night, "at night"),
        ],
    };
    let at = |at: usize| {
        let fits = parts.iter().filter_map(|(part, words)| Some((*part, at, says_any(tokens, at, words)?)));
        fits.max_by_key(|(.., used)| *used)
    };
    (0..tokens.len()).find_map(at)
}

fn range_of(part: Part) -> When {
    let (from, to) = match part {
        Part::Night => (0, 6),
        Part::Morning => (6, 12),
        Part::Noon => (12, 14),
        Part::Afternoon => (12, 18),
        Part::Evening => (18, 22),
    };
    When::Between(time(from, 0, 0, 0), time(to, 0, 0, 0))
}

/// The times a point may be, by the part of the day or by what offices are open.
fn readings(point: Point, part: Option<Part>) -> Vec<(Time, f32)> {
    let at = |hour: i8| time(hour, point.minute, 0, 0);
    let later = if point.hour == 12 { 12 } else { point.hour + 12 };
    let earlier = if point.hour == 12 { 0 } else { point.hour };
    if !point.twelve || point.hour > 12 || point.hour == 0 {
        return vec![(at(point.hour), 0.95)];
    }
    match part {
        Some(Part::Morning) => vec![(at(earlier), 0.95)],
        Some(Part::Afternoon | Part::Evening | Part::Noon) => vec![(at(later), 0.95)],
        Some(Part::Night) if point.hour < 6 || point.hour == 12 => vec![(at(earlier), 0.9)],
        Some(Part::Night) => vec![(at(later), 0.9)],
        None if point.hour == 12 => vec![(at(12), 0.9), (at(0), 0.1)],
        None if point.hour < 7 => vec![(at(later), 0.75), (at(earlier), 0.2)],
        None => vec![(at(earlier), 0.75), (at(later), 0.25)],
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Bound {
    At,
    After,
    Before,
}

fn bound(tokens: &[Token], at: usize, language: Language) -> Bound {
    let before = |words: &str| said_before(tokens, at, words);
    let (after, until) = match language {
        Language::Polish => (
            "po,po godzinie,od,od godziny,po godz,od godz,najwczesniej o,dopiero po,nie wczesniej niz o",
            "przed,przed godzina,do,do godziny,do godz,najpozniej o,przed godz",
        ),
        Language::Romanian => (
            "dupa,dupa ora,de la,de la ora,incepand cu,incepand cu ora,dupa orele,cel mai devreme la",
            "inainte de,inainte de ora,pana la,pana la ora,pana in,cel tarziu la,pana",
        ),
        Language::English => {
            ("after,from,any time after,not before,past,since", "before,by,until,till,no later than")
        }
    };
    match (before(after), before(until)) {
        (true, _) => Bound::After,
        (_, true) => Bound::Before,
        _ => Bound::At,
    }
}

const RANGE_LEADS: &str =
    "miedzy,pomiedzy,od,miedzy godzina,od godziny,intre,intre orele,de la,de la ora,between,from";
const RANGE_JOINTS: &str = "a,i,do,godzina,godziny,si,la,pana,pana la,ora,and,to,till,until,-";

fn is_range(tokens: &[Token], first: &Point, second: &Point) -> bool {
    let between = &tokens[first.at + first.used..second.at];
    let joined = between.iter().all(|word| RANGE_JOINTS.split(',').any(|joint| joint == word.text));
    let led = said_before(tokens, first.at, RANGE_LEADS);
    joined
        && (led
            || between
                .iter()
                .any(|word| matches!(word.text.as_str(), "do" | "to" | "la" | "pana" | "till" | "-")))
}

fn between(tokens: &[Token], first: Point, second: Point, part: Option<Part>) -> Vec<Found<When>> {
    let span = (tokens[first.at].from, tokens[second.at + second.used - 1].to);
    let (from, to) = (readings(first, part), readings(second, part));
    let mut found: Vec<Found<When>> = Vec::new();
    for (start, a) in &from {
        let fitting = to.iter().filter(|(end, _)| end > start).min_by_key(|(end, _)| *end);
        found.extend(fitting.map(|(end, b)| Found {
            value: When::Between(*start, *end),
            confidence: a.max(*b),
            span,
        }));
    }
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    found
}

/// Every clock time in the words; those without a sign of being one only when there is no other.
fn points(tokens: &[Token], language: Language) -> Vec<Point> {
    let mut points: Vec<Point> = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let found =
            turned(tokens, at, language).or_else(|| clock(tokens, at)).or_else(|| hour(tokens, at, language));
        match found {
            Some(point) => {
                at += point.used;
                points.push(point);
            }
            None => at += 1,
        }
    }
    if points.iter().any(|point| point.sure) {
        let range = points.windows(2).any(|pair| is_range(tokens, &pair[0], &pair[1]));
        points.retain(|point| point.sure || range);
    }
    points
}

/// `15:30`, `15.30`.
fn clock(tokens: &[Token], at: usize) -> Option<Point> {
    let (hour, minute) = tokens[at].text.split_once([':', '.'])?;
    if minute.len() != 2 {
        return None;
    }
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    let twelve = (1..=12).contains(&hour) && !tokens[at].text.starts_with('0');
    (hour < 24 && minute < 60).then_some(Point { at, used: 1, hour, minute, twelve, sure: true })
}

/// "wpół do czwartej", "kwadrans po trzeciej", "za pięć czwarta", "patru fără un sfert", "half past three".
fn turned(tokens: &[Token], at: usize, language: Language) -> Option<Point> {
    let small = |at: usize| {
        if let Some(used) = says_any(tokens, at, "kwadrans,a quarter,quarter,un sfert,sfert") {
            return Some((15, used));
        }
        number(tokens, at, language)
            .filter(|n| n.value < 30 && n.ordinal.is_none())
            .map(|n| (n.value as i8, n.used))
    };
    let point = |used: usize, hour: super::tokens::Number, minutes: i8| {
        let total = (hour.value as i16 * 60 + i16::from(minutes)).rem_euclid(24 * 60);
        let (hour, minute) = ((total / 60) as i8, (total % 60) as i8);
        let twelve = hour <= 12;
        let hour = if hour == 0 && twelve { 12 } else { hour };
        Some(Point { at, used, hour, minute, twelve, sure: true })
    };
    let hour_at = |at: usize| number(tokens, at, language).filter(|n| (1..=24).contains(&n.value));
    match language {
        Language::Polish => {
            if let Some(used) = says_any(tokens, at, "wpol do,w pol do,pol do") {
                let hour = hour_at(at + used)?;
                return point(used + hour.used, hour, -30);
            }
            if let Some(used) = says_any(tokens, at, "za") {
                let (minutes, taken) = small(at + used)?;
                let hour = hour_at(at + used + taken).filter(|n| n.ordinal.is_some())?;
                return point(used + taken + hour.used, hour, -minutes);
            }
            let (minutes, taken) = small(at)?;
            let joint = says_any(tokens, at + taken, "po,minut po,minuty po")?;
            let hour = hour_at(at + taken + joint).filter(|n| n.ordinal.is_some())?;
            point(taken + joint + hour.used, hour, minutes)
        }
        Language::Romanian => {
            let skip = says_any(tokens, at, "ora,orele").unwrap_or(0);
            let hour = hour_at(at + skip)?;
            let next = at + skip + hour.used;
            if let Some(used) = says_any(tokens, next, "si jumatate,jumatate,jumate,si jumate") {
                return point(skip + hour.used + used, hour, 30);
            }
            if let Some(used) = says_any(tokens, next, "fara") {
                let (minutes, taken) = small(next + used)?;
                return point(skip + hour.used + used + taken, hour, -minutes);
            }
            let used = says_any(tokens, next, "si un sfert,si sfert")?;
            point(skip + hour.used + used, hour, 15)
        }
        Language::English => {
            if let Some(used) = says_any(tokens, at, "half past,half") {
                let hour = hour_at(at + used).filter(|hour| hour.value <= 12)?;
                return point(used + hour.used, hour, 30);
            }
            let (minutes, taken) = small(at)?;
            let past = says_any(tokens, at + taken, "past,minutes past,after");
            let to = says_any(tokens, at + taken, "to,minutes to,before,till");
            let quarter = says_any(tokens, at, "a quarter,quarter").is_some();
            let led = said_before(tokens, at, "between,from");
            let (joint, minutes) = match (past, to) {
                (Some(joint), _) => (joint, minutes),
                (_, Some(joint)) if quarter || (!led && minutes % 5 == 0) => (joint, -minutes),
                _ => return None,
            };
            let hour = hour_at(at + taken + joint).filter(|hour| hour.value <= 12)?;
            point(taken + joint + hour.used, hour, minutes)
        }
    }
}

const HOUR_LEADS: &str = "o,po,przed,od,do,okolo,kolo,godzina,godzinie,godziny,godzine,godz,na,a,i,gdzies o,miedzy,pomiedzy,\
    la,ora,orele,dupa,de,pana,pe la,in jur de,intre,si,fix,at,around,about,after,before,by,from,until,till,between,and,to,for";
const HOUR_TAILS: &str = "oclock,o clock,fix,h,sharp,hours,am,pm,rano,wieczorem";

/// An hour with or without minutes: "piętnasta trzydzieści", "ora 15 și 10", "three thirty", "3".
fn hour(tokens: &[Token], at: usize, language: Language) -> Option<Point> {
    if let Some(used) = says_any(tokens, at, "poludnie,w poludnie,noon,midday,amiaza,pranz") {
        return Some(Point { at, used, hour: 12, minute: 0, twelve: false, sure: true });
    }
    if let Some(used) = says_any(tokens, at, "polnoc,polnocy,o polnocy,midnight,miezul noptii") {
        return Some(Point { at, used, hour: 0, minute: 0, twelve: false, sure: true });
    }
    let hour = number(tokens, at, language)?;
    let written = tokens[at].text.bytes().all(|b| b.is_ascii_digit());
    if written && tokens[at].text.len() == 4 && hour.value < 2400 && hour.value % 100 < 60 {
        let (hour, minute) = ((hour.value / 100) as i8, (hour.value % 100) as i8);
        return Some(Point { at, used: 1, hour, minute, twelve: (1..=12).contains(&hour), sure: true });
    }
    if hour.value > 24 || hour.ordinal == Some(Ordinal::Genitive) {
        return None;
    }
    let (minute, more) = minutes(tokens, at + hour.used, language);
    let tail = says_any(tokens, at + hour.used + more, HOUR_TAILS).unwrap_or(0);
    let led = said_before(tokens, at, HOUR_LEADS);
    let feminine = hour.ordinal == Some(Ordinal::Feminine);
    let used = hour.used + more + tail;
    let value = (hour.value % 24) as i8;
    let twelve = (1..=12).contains(&value) && !(written && tokens[at].text.starts_with('0'));
    Some(Point { at, used, hour: value, minute, twelve, sure: led || feminine || tail > 0 || more > 0 })
}

/// The minutes after an hour and the words they take.
fn minutes(tokens: &[Token], at: usize, language: Language) -> (i8, usize) {
    let joint = match language {
        Language::Polish => says_any(tokens, at, "i").unwrap_or(0),
        Language::Romanian => says_any(tokens, at, "si").unwrap_or(0),
        Language::English => 0,
    };
    let stopped = at.checked_sub(1).and_then(|before| tokens.get(before)).is_some_and(|token| token.stop);
    let Some(first) = number(tokens, at + joint, language).filter(|n| n.ordinal.is_none() && !stopped) else {
        return (0, 0);
    };
    // "zero five", "oh five"
    if first.value == 0 {
        let unit = number(tokens, at + joint + first.used, language).filter(|n| n.value < 10);
        return unit.map_or((0, 0), |unit| (unit.value as i8, joint + first.used + unit.used));
    }
    // "between three and five" is no 3:05; minutes below ten take a zero, or "minutes" after them.
    let unit = says_any(tokens, at + joint + first.used, "minut,minuty,minute,de minute,minutes");
    let possible = (10..60).contains(&first.value) || (first.value < 10 && unit.is_some());
    let joint_fits =
        joint == 0 || first.value > 24 || unit.is_some() || first.value < 10 || !led_by_range(tokens, at);
    if possible && joint_fits { (first.value as i8, joint + first.used + unit.unwrap_or(0)) } else { (0, 0) }
}

fn led_by_range(tokens: &[Token], at: usize) -> bool {
    tokens[..at].iter().any(|token| matches!(token.text.as_str(), "intre" | "miedzy" | "pomiedzy"))
}

#[cfg(test)]
#[path = "clock_tests.rs"]
mod tests;
