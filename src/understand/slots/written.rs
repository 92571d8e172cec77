//! ◆ Values as they are written in a chat: what a reader takes in at a glance, not what a voice says.

use super::Kind;
use super::spoken::weekday_name;
use crate::language::Language;
use crate::speak::normalise::month_name;
use jiff::civil::Date;

impl Kind {
    /// A value in canonical form, as the bot writes it.
    pub fn written(self, value: &str, language: Language) -> String {
        match self {
            Kind::Date | Kind::PastDate => date(value, language),
            Kind::Time => time(value, language),
            Kind::DateTime => match value.split_once(' ') {
                Some((day, clock)) => format!("{}, {}", date(day, language), time(clock, language)),
                None => value.to_owned(),
            },
            Kind::Amount => amount(value, language),
            Kind::Phone => phone(value),
            Kind::PostalCode | Kind::Letters | Kind::Email | Kind::Number | Kind::Name | Kind::Street => {
                value.to_owned()
            }
        }
    }
}

/// With the weekday, which people check first.
fn date(value: &str, language: Language) -> String {
    let Ok(date) = value.parse::<Date>() else { return value.to_owned() };
    let weekday = weekday_name(date, language);
    let month = month_name(date.month().unsigned_abs(), language);
    format!("{weekday}, {} {month} {}", date.day(), date.year())
}

/// `15:30`, or from and to with an en dash; open ends in words.
fn time(value: &str, language: Language) -> String {
    let [after, before] = match language {
        Language::Polish => ["po", "przed"],
        Language::Romanian => ["după", "înainte de"],
        Language::English => ["after", "before"],
    };
    match value.split_once("..") {
        None => value.to_owned(),
        Some((from, "")) => format!("{after} {from}"),
        Some(("", to)) => format!("{before} {to}"),
        Some((from, to)) => format!("{from}–{to}"),
    }
}

fn amount(value: &str, language: Language) -> String {
    let Some((number, code)) = value.split_once(' ') else { return value.to_owned() };
    let number = number.strip_suffix(".00").unwrap_or(number);
    let number = if language == Language::English { number.to_owned() } else { number.replace('.', ",") };
    let unit = match (code, language) {
        ("PLN", Language::Polish) => "zł",
        ("RON", Language::Romanian) => "lei",
        (code, _) => code,
    };
    format!("{number} {unit}")
}

/// Without a country of ours; groups of three from the left.
fn phone(value: &str) -> String {
    let national = ["+48", "+40", "+44"].iter().find_map(|code| value.strip_prefix(code));
    let trunk = if value.starts_with("+40") || value.starts_with("+44") { "0" } else { "" };
    let plus = if national.is_some() { "" } else { "+" };
    let digits = format!("{trunk}{}", national.unwrap_or(value.trim_start_matches('+')));
    let digits: Vec<char> = digits.chars().collect();
    let groups: Vec<String> = digits.chunks(3).map(|group| group.iter().collect()).collect();
    format!("{plus}{}", groups.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Polish, Romanian};

    #[test]
    fn values_look_in_a_chat_as_people_write_them() {
        for (kind, language, value, shown) in [
            (Kind::Date, Polish, "2026-12-01", "wtorek, 1 grudnia 2026"),
            (Kind::Date, Romanian, "2026-12-01", "marți, 1 decembrie 2026"),
            (Kind::Date, English, "2026-12-01", "Tuesday, 1 December 2026"),
            (Kind::Time, Polish, "15:00..", "po 15:00"),
            (Kind::Time, Romanian, "..14:00", "înainte de 14:00"),
            (Kind::Time, English, "15:00..17:00", "15:00–17:00"),
            (Kind::DateTime, English, "2026-12-01 15:30", "Tuesday, 1 December 2026, 15:30"),
            (Kind::Amount, Polish, "5.50 PLN", "5,50 zł"),
            (Kind::Amount, Romanian, "25.00 RON", "25 lei"),
            (Kind::Amount, English, "5.50 GBP", "5.50 GBP"),
            (Kind::Phone, Polish, "+48600700800", "600 700 800"),
            (Kind::Phone, Romanian, "+40721345678", "072 134 567 8"),
            (Kind::Phone, English, "+33123456789", "+331 234 567 89"),
            (Kind::PostalCode, Polish, "00-950", "00-950"),
            (Kind::Email, English, "anna.nowak@gmail.com", "anna.nowak@gmail.com"),
        ] {
            assert_eq!(kind.written(value, language), shown, "{value}");
        }
    }
}
