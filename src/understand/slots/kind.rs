//! ◆ The slot types that a bot's author may name, each with its recogniser.

use super::found::Found;
use super::{
    amounts, cardinal, dates, email, letters, past_dates, person_name, phone, place, postal_code, street,
    times,
};
use crate::language::Language;
use jiff::civil::Date;

/// A type of value beside digits, yes or no, and choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `2026-05-03`
    Date,
    /// The same of a day that has been.
    PastDate,
    /// `15:00`, `15:00..`, `..15:00`, `15:00..17:00`
    Time,
    /// A date, a blank, a time.
    DateTime,
    /// `5.50 PLN`
    Amount,
    /// `00-950`, `010101`, `SW1A 1AA`
    PostalCode,
    /// `+48600700800`
    Phone,
    Email,
    /// `12`: how many, or which one
    Number,
    /// `KOWAL5`
    Letters,
    Name,
    Street,
}

impl Kind {
    /// All of them, by the name in a bot's files.
    pub const ALL: [(&str, Kind); 12] = [
        ("date", Kind::Date),
        ("past_date", Kind::PastDate),
        ("time", Kind::Time),
        ("date_time", Kind::DateTime),
        ("number", Kind::Number),
        ("amount", Kind::Amount),
        ("postal_code", Kind::PostalCode),
        ("phone", Kind::Phone),
        ("email", Kind::Email),
        ("letters", Kind::Letters),
        ("name", Kind::Name),
        ("street", Kind::Street),
    ];

    /// The type of that name.
    pub fn named(name: &str) -> Option<Kind> {
        Kind::ALL.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind)
    }

    /// The values that the words may mean in canonical form, the likeliest first.
    pub fn read(self, text: &str, language: Language, today: Date) -> Vec<Found<String>> {
        fn texts<T: ToString>(found: Vec<Found<T>>) -> Vec<Found<String>> {
            found.into_iter().map(|found| found.map(|value| value.to_string())).collect()
        }
        match self {
            Kind::Date => texts(dates(text, language, today)),
            Kind::PastDate => texts(past_dates(text, language, today)),
            Kind::Time => texts(times(text, language, today)),
            Kind::DateTime => date_times(text, language, today),
            Kind::Number => numbers(text, language),
            Kind::Amount => texts(amounts(text, language)),
            Kind::PostalCode => postal_code(text, language).into_iter().collect(),
            Kind::Phone => phone(text, language).into_iter().collect(),
            Kind::Email => email(text, language).into_iter().collect(),
            Kind::Letters => letters(text, language).into_iter().collect(),
            Kind::Name => person_name(text, language).into_iter().collect(),
            Kind::Street => street(text, language).into_iter().collect(),
        }
    }

    /// What callers say for such a value, to show the decoder the form that the recogniser reads best; empty
    /// where an example does harm.
    pub fn examples(self, language: Language) -> &'static str {
        let [polish, romanian, english] = match self {
            Kind::Date => [
                "Pojutrze. W przyszły wtorek. Trzeciego maja. 12 grudnia.",
                "Poimâine. Marțea viitoare. Pe 3 mai. 12 decembrie.",
                "The day after tomorrow. Next Tuesday. The third of May. December 12th.",
            ],
            Kind::PastDate => [
                "Wczoraj. W zeszły wtorek. Trzeciego maja. 12 grudnia.",
                "Ieri. Marțea trecută. Pe 3 mai. 12 decembrie.",
                "Yesterday. Last Tuesday. The third of May. December 12th.",
            ],
            Kind::Time => [
                "Po piętnastej. O 15:30. Wpół do czwartej. Między ósmą a dziesiątą.",
                "După ora 15. La 15:30. La trei și jumătate. Între opt și zece.",
                "After three. At 3:30. Half past three. Between eight and ten.",
            ],
            Kind::DateTime => [
                "Pojutrze po piętnastej. Trzeciego maja o 15:30. W piątek rano.",
                "Poimâine după ora 15. Pe 3 mai la 15:30. Vineri dimineața.",
                "The day after tomorrow after three. May 3rd at 3:30. Friday morning.",
            ],
            Kind::Amount => [
                "5,50 zł. 120 złotych. 20 euro. 99 groszy.",
                "5,50 lei. 120 de lei. 20 de euro. 99 de bani.",
                "£5.50. 120 pounds. 20 euros. 99 pence.",
            ],
            Kind::Number => [
                "Trzy. Dwanaście. Dwudziesty pierwszy. 125.",
                "Trei. Doisprezece. Al doilea. 125.",
                "Three. Twelve. The twenty-first. 125.",
            ],
            Kind::PostalCode => ["Kod pocztowy 00-950.", "Codul poștal 010101.", "Postcode SW1A 1AA."],
            Kind::Phone => ["Numer 600 700 800.", "Numărul 0721 345 678.", "Number 07700 900123."],
            Kind::Email => [
                "Anna kropka nowak małpa gmail kropka com. jan_kowalski@wp.pl.",
                "Ana punct popescu arond gmail punct com. ion_popa@yahoo.ro.",
                "Anna dot smith at gmail dot com. john_brown@yahoo.com.",
            ],
            // Single letters take on whatever letters stand before them: on 35 recorded Polish letters an
            // example cost three.
            Kind::Letters => ["", "", ""],
            Kind::Name => ["Nazywam się Jan Kowalski.", "Mă numesc Ion Popescu.", "My name is John Brown."],
            Kind::Street => ["Ulica Długa 15.", "Strada Florilor 12.", "12 Baker Street."],
        };
        match language {
            Language::Polish => polish,
            Language::Romanian => romanian,
            Language::English => english,
        }
    }
}

/// A cardinal or an ordinal, if there is just one.
fn numbers(text: &str, language: Language) -> Vec<Found<String>> {
    let number = place(text, language).or_else(|| cardinal(text, language));
    let found =
        number.map(|number| Found { value: number.to_string(), confidence: 0.93, span: (0, text.len()) });
    found.into_iter().collect()
}

/// A date and a time; both must be there.
fn date_times(text: &str, language: Language, today: Date) -> Vec<Found<String>> {
    let times = times(text, language, today);
    let days = dates(text, language, today);
    let mut found: Vec<Found<String>> = days
        .iter()
        .flat_map(|day| {
            times.iter().map(move |time| Found {
                value: format!("{} {}", day.value, time.value),
                confidence: day.confidence * time.confidence,
                span: (day.span.0.min(time.span.0), day.span.1.max(time.span.1)),
            })
        })
        .collect();
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    found
}
