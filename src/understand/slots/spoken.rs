//! ◆ Values as they are read back, in words that a voice reads well.

use super::kind::Kind;
use crate::language::Language;
use crate::speak::normalise::normalise;
use jiff::civil::Date;

impl Kind {
    /// A value in canonical form, as the bot says it.
    pub fn spoken(self, value: &str, language: Language) -> String {
        match self {
            Kind::Date | Kind::PastDate => date(value, language),
            Kind::Time => time(value, language),
            Kind::DateTime => match value.split_once(' ') {
                Some((day, clock)) => format!("{}, {}", date(day, language), time(clock, language)),
                None => value.to_owned(),
            },
            Kind::Amount => amount(value, language),
            Kind::PostalCode | Kind::Letters => spelled(value),
            Kind::Phone => phone(value),
            Kind::Email => email(value, language),
            Kind::Number | Kind::Name | Kind::Street => value.to_owned(),
        }
    }
}

/// With the weekday, which callers check first.
fn date(value: &str, language: Language) -> String {
    let Ok(date) = value.parse::<Date>() else { return value.to_owned() };
    format!("{}, {}", weekday_name(date, language), normalise(value, language))
}

/// What the day of the week is called.
pub(super) fn weekday_name(date: Date, language: Language) -> &'static str {
    let names = match language {
        Language::Polish => ["poniedziałek", "wtorek", "środa", "czwartek", "piątek", "sobota", "niedziela"],
        Language::Romanian => ["luni", "marți", "miercuri", "joi", "vineri", "sâmbătă", "duminică"],
        Language::English => ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    };
    names[date.weekday().to_monday_zero_offset() as usize]
}

fn time(value: &str, language: Language) -> String {
    let said = match (value.split_once(".."), language) {
        (Some((from, "")), Language::Polish) => format!("po {from}"),
        (Some((from, "")), Language::Romanian) => format!("după ora {from}"),
        (Some((from, "")), Language::English) => format!("after {from}"),
        (Some(("", to)), Language::Polish) => format!("przed {to}"),
        (Some(("", to)), Language::Romanian) => format!("înainte de ora {to}"),
        (Some(("", to)), Language::English) => format!("before {to}"),
        (Some((from, to)), Language::Polish) => format!("od {from} do {to}"),
        (Some((from, to)), Language::Romanian) => format!("de la ora {from} până la ora {to}"),
        (Some((from, to)), Language::English) => format!("from {from} to {to}"),
        (None, Language::Polish) => format!("o {value}"),
        (None, Language::Romanian) => format!("la ora {value}"),
        (None, Language::English) => format!("at {value}"),
    };
    let said = said.replace(" 0", " ").replace(" :", " 0:");
    normalise(&said, language)
}

fn amount(value: &str, language: Language) -> String {
    let Some((number, code)) = value.split_once(' ') else { return value.to_owned() };
    let number = number.strip_suffix(".00").unwrap_or(number);
    normalise(&format!("{number} {code}"), language)
}

/// Character by character: `0 0, 9 5 0`.
fn spelled(value: &str) -> String {
    let groups = value
        .split(['-', ' '])
        .map(|group| group.chars().map(|c| c.to_string()).collect::<Vec<_>>().join(" "));
    groups.collect::<Vec<_>>().join(", ")
}

/// Without the country: callers know where they live. Groups of three from the left.
fn phone(value: &str) -> String {
    let national = ["+48", "+40", "+44"].iter().find_map(|code| value.strip_prefix(code));
    let plus = if national.is_some() { "" } else { "+ " };
    let trunk = if value.starts_with("+40") || value.starts_with("+44") { "0" } else { "" };
    let digits: Vec<char> =
        format!("{trunk}{}", national.unwrap_or(&value[1.min(value.len())..])).chars().collect();
    let groups =
        digits.chunks(3).map(|group| group.iter().map(char::to_string).collect::<Vec<_>>().join(" "));
    format!("{plus}{}", groups.collect::<Vec<_>>().join(", "))
}

fn email(value: &str, language: Language) -> String {
    let [at, dot, low, dash, plus] = match language {
        Language::Polish => ["małpa", "kropka", "podkreślnik", "myślnik", "plus"],
        Language::Romanian => ["arond", "punct", "linie jos", "liniuță", "plus"],
        Language::English => ["at", "dot", "underscore", "dash", "plus"],
    };
    let said = value
        .replace('.', &format!(" {dot} "))
        .replace('@', &format!(" {at} "))
        .replace('_', &format!(" {low} "))
        .replace('-', &format!(" {dash} "))
        .replace('+', &format!(" {plus} "));
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Polish, Romanian};

    #[test]
    fn values_are_read_back_as_people_say_them() {
        let table = [
            (
                Kind::Date,
                Polish,
                "2026-12-01",
                "wtorek, pierwszego grudnia dwa tysiące dwudziestego szóstego roku",
            ),
            (Kind::Date, Romanian, "2026-12-01", "marți, întâi decembrie 2026"),
            (Kind::Date, English, "2026-12-01", "Tuesday, 1 December 2026"),
            (Kind::Time, Polish, "15:00..", "po piętnastej"),
            (Kind::Time, Polish, "08:00..10:00", "od ósmej do dziesiątej"),
            (Kind::Time, Romanian, "15:30", "la ora 15 și 30"),
            (Kind::Time, Romanian, "..14:00", "înainte de ora 14"),
            (Kind::Time, English, "15:30", "at 3 30 PM"),
            (Kind::Time, English, "15:00..17:00", "from 3 PM to 5 PM"),
            (Kind::DateTime, English, "2026-12-01 15:00..", "Tuesday, 1 December 2026, after 3 PM"),
            (Kind::Amount, Polish, "5.50 PLN", "5 złotych 50 groszy"),
            (Kind::Amount, Romanian, "25.00 RON", "25 de lei"),
            (Kind::Amount, English, "5.50 GBP", "5 pounds 50"),
            (Kind::PostalCode, Polish, "00-950", "0 0, 9 5 0"),
            (Kind::PostalCode, English, "SW1A 1AA", "S W 1 A, 1 A A"),
            (Kind::Phone, Polish, "+48600700800", "6 0 0, 7 0 0, 8 0 0"),
            (Kind::Phone, Romanian, "+40721345678", "0 7 2, 1 3 4, 5 6 7, 8"),
            (Kind::Email, Polish, "anna.nowak@gmail.com", "anna kropka nowak małpa gmail kropka com"),
            (Kind::Email, Romanian, "ion_popa@yahoo.ro", "ion linie jos popa arond yahoo punct ro"),
            (Kind::Email, English, "j-b@a.org", "j dash b at a dot org"),
            (Kind::Letters, Polish, "KOW5", "K O W 5"),
            (Kind::Name, English, "Anna Smith", "Anna Smith"),
        ];
        for (kind, language, value, said) in table {
            assert_eq!(kind.spoken(value, language), said, "{value:?}");
        }
    }

    #[test]
    fn what_is_read_back_is_understood_again() {
        let today = jiff::civil::date(2026, 11, 26);
        let table = [
            (Kind::Date, "2026-12-01"),
            (Kind::Date, "2027-05-21"),
            (Kind::Time, "15:00.."),
            (Kind::Email, "anna.nowak@gmail.com"),
            (Kind::Phone, "+48600700800"),
        ];
        for (kind, value) in table {
            let heard = kind.read(&kind.spoken(value, Polish), Polish, today);
            assert_eq!(heard.first().map(|found| found.value.as_str()), Some(value));
        }
    }
}
