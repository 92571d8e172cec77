//! ◆ When people are there: opening times in their time zone, with public holidays.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::time::At;
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::collections::BTreeSet;

/// Opening times further away than this are none, days.
const HORIZON_DAYS: i32 = 370;

/// Public holidays of a country.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Country {
    /// Poland: Ustawa o dniach wolnych od pracy, with Christmas Eve since 2025.
    Pl,
    /// Romania: Codul muncii, art. 139, with 6 and 7 January since 2024.
    Ro,
}

/// When people are there.
#[derive(Debug, Clone, PartialEq)]
pub struct Hours {
    pub zone: TimeZone,
    pub spans: Vec<OpenSpan>,
    pub holidays: Option<Country>,
    /// Closed beside that.
    pub closed: BTreeSet<Date>,
}

/// From when to when on these days of the week; midnight at the end is the end of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenSpan {
    /// Monday first.
    pub days: [bool; 7],
    pub from: Time,
    pub to: Time,
}

/// When people are there again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opening {
    pub at: At,
    pub date: Date,
    pub time: Time,
    /// 0 is today, 1 tomorrow.
    pub in_days: i32,
}

impl Hours {
    /// When people are there next; `None` when they are there now, or not within a year.
    pub fn next_opening(&self, now: At) -> Option<Opening> {
        let local = moment(now).to_zoned(self.zone.clone());
        let (today, time) = (local.date(), local.time());
        if self.is_open(today, time) {
            return None;
        }
        (0..=HORIZON_DAYS).find_map(|in_days| {
            let date = today.checked_add(in_days.days()).ok()?;
            let begins = self.of_day(date).map(|span| span.from).filter(|from| in_days > 0 || *from > time);
            let time = begins.min()?;
            let at = date.to_datetime(time).to_zoned(self.zone.clone()).ok()?.timestamp().as_millisecond();
            Some(Opening { at: At(u64::try_from(at).ok()?), date, time, in_days })
        })
    }

    /// Whether there is any time at all.
    pub fn ever_open(&self, now: At) -> bool {
        let local = moment(now).to_zoned(self.zone.clone());
        self.is_open(local.date(), local.time()) || self.next_opening(now).is_some()
    }

    fn is_open(&self, date: Date, time: Time) -> bool {
        let within = |span: &OpenSpan| span.from <= time && (time < span.to || span.to == Time::midnight());
        self.of_day(date).any(within)
    }

    fn of_day(&self, date: Date) -> impl Iterator<Item = &OpenSpan> {
        let off =
            self.closed.contains(&date) || self.holidays.is_some_and(|country| is_holiday(country, date));
        let day = place(date.weekday());
        self.spans.iter().filter(move |span| !off && span.days[day])
    }
}

fn moment(now: At) -> Timestamp {
    let moment = i64::try_from(now.0).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    moment.unwrap_or(Timestamp::UNIX_EPOCH)
}

fn place(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or(0)
}

/// Whether nobody has to work.
pub fn is_holiday(country: Country, date: Date) -> bool {
    let fixed: &[(i8, i8)] = match country {
        Country::Pl => {
            &[(1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 24), (12, 25), (12, 26)]
        }
        Country::Ro => &[
            (1, 1),
            (1, 2),
            (1, 6),
            (1, 7),
            (1, 24),
            (5, 1),
            (6, 1),
            (8, 15),
            (11, 30),
            (12, 1),
            (12, 25),
            (12, 26),
        ],
    };
    // Days after Easter Sunday: Easter, Pentecost, and Corpus Christi or Good Friday.
    let (easter, moving): (_, &[i32]) = match country {
        Country::Pl => (western_easter(date.year()), &[0, 1, 49, 60]),
        Country::Ro => (eastern_easter(date.year()), &[-2, 0, 1, 49, 50]),
    };
    let after_easter = |days: &i32| easter.and_then(|easter| easter.checked_add(days.days()).ok());
    fixed.contains(&(date.month(), date.day())) || moving.iter().any(|days| after_easter(days) == Some(date))
}

/// Easter Sunday of the Gregorian calendar (J. Meeus, Astronomical Algorithms, chapter 8).
fn western_easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 19 * l) / 433;
    let n = (h + l - 7 * m + 90) / 25;
    let p = (h + l - 7 * m + 33 * n + 19) % 32;
    Date::new(year, i8::try_from(n).ok()?, i8::try_from(p).ok()?).ok()
}

/// Easter Sunday of the Julian calendar as a Gregorian date, 1900 to 2099 (Meeus, the same chapter).
fn eastern_easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let d = (19 * (y % 19) + 15) % 30;
    let e = (2 * (y % 4) + 4 * (y % 7) - d + 34) % 7;
    let julian = d + e + 114;
    let date = Date::new(year, i8::try_from(julian / 31).ok()?, i8::try_from(julian % 31 + 1).ok()?).ok()?;
    date.checked_add(13.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, time};

    fn hours() -> Hours {
        let workdays = [true, true, true, true, true, false, false];
        let saturday = [false, false, false, false, false, true, false];
        Hours {
            zone: TimeZone::get("Europe/Warsaw").unwrap(),
            spans: vec![
                OpenSpan { days: workdays, from: time(8, 0, 0, 0), to: time(18, 0, 0, 0) },
                OpenSpan { days: saturday, from: time(9, 0, 0, 0), to: time(13, 0, 0, 0) },
            ],
            holidays: Some(Country::Pl),
            closed: BTreeSet::new(),
        }
    }

    fn at(text: &str) -> At {
        At(text.parse::<Timestamp>().unwrap().as_millisecond() as u64)
    }

    #[test]
    fn it_is_open_from_the_first_minute_to_the_last_in_summer_and_winter() {
        let hours = hours();
        for (open, moment) in [
            (false, "2026-11-27T06:59:59Z"),
            (true, "2026-11-27T07:00:00Z"),
            (true, "2026-11-27T16:59:59Z"),
            (false, "2026-11-27T17:00:00Z"),
            (true, "2026-07-27T06:00:00Z"),
            (false, "2026-07-27T16:00:00Z"),
        ] {
            assert_eq!(hours.next_opening(at(moment)).is_none(), open, "{moment}");
        }
    }

    #[test]
    fn the_next_opening_leaves_out_nights_weekends_and_holidays() {
        let hours = hours();
        for (now, opens, in_days) in [
            ("2026-11-27T05:00:00Z", "2026-11-27T07:00:00Z", 0),
            ("2026-11-27T18:00:00Z", "2026-11-28T08:00:00Z", 1),
            ("2026-11-28T13:00:00Z", "2026-11-30T07:00:00Z", 2),
            // From Wednesday before Christmas, over the holidays, to Monday.
            ("2026-12-23T18:00:00Z", "2026-12-28T07:00:00Z", 5),
            // The night in which summer time ends.
            ("2026-10-24T12:00:00Z", "2026-10-26T07:00:00Z", 2),
        ] {
            let opening = hours.next_opening(at(now)).unwrap();
            assert_eq!((opening.at, opening.in_days), (at(opens), in_days), "{now}");
        }
    }

    #[test]
    fn a_day_to_midnight_is_open_to_its_end() {
        let days = [true; 7];
        let all_day = OpenSpan { days, from: time(0, 0, 0, 0), to: Time::midnight() };
        let always = Hours { spans: vec![all_day], holidays: None, ..hours() };
        assert_eq!(always.next_opening(at("2026-11-27T22:59:59Z")), None);
        let never = Hours { spans: Vec::new(), ..always };
        assert!(!never.ever_open(at("2026-11-27T22:59:59Z")));
    }

    #[test]
    fn moving_holidays_are_where_the_calendars_have_them() {
        for (year, west, east) in [
            (2024, (3, 31), (5, 5)),
            (2025, (4, 20), (4, 20)),
            (2026, (4, 5), (4, 12)),
            (2027, (3, 28), (5, 2)),
            (2038, (4, 25), (4, 25)),
        ] {
            assert_eq!(western_easter(year), Some(date(year, west.0, west.1)));
            assert_eq!(eastern_easter(year), Some(date(year, east.0, east.1)));
        }
        for (country, day) in [
            (Country::Pl, date(2026, 6, 4)),
            (Country::Pl, date(2026, 4, 6)),
            (Country::Ro, date(2026, 4, 10)),
            (Country::Ro, date(2026, 6, 1)),
            (Country::Ro, date(2026, 1, 24)),
        ] {
            assert!(is_holiday(country, day), "{day}");
        }
        assert!(!is_holiday(Country::Pl, date(2026, 4, 10)));
    }
}
