//! ◆ What is written to what is said: markup, digits, times, dates, money.
//!
//! Voices read `18:30`, `12,50 zł` or `12345678` in ways that callers do not follow, so these are
//! written out before. Digits that stand apart (`1 2 3`) are left as the dialog spaced them.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

mod calendar; // times and dates
mod digits; //   long numbers, digit by digit
mod markup; //   what is not to be spoken
mod money;
mod polish; //   ordinals
mod scan; //     a word with the marks around it

pub use calendar::month_name;

use crate::language::Language;
use scan::{Word, words};

/// Prepares `text` for a voice of `language`. Idempotent on plain words.
pub fn normalise(text: &str, language: Language) -> String {
    let plain = markup::stripped(text);
    let words = words(&plain);
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        let before = out.last().map(|word| word.to_lowercase()).unwrap_or_default();
        let (spoken, used) = spoken(&words[at..], &before, language);
        out.push(spoken);
        at += used;
    }
    out.join(" ")
}

/// The spoken form of the first of `words`, and how many of them it took. `before` is what was
/// said last, in lower case: Polish hours agree with it.
fn spoken(words: &[Word], before: &str, language: Language) -> (String, usize) {
    let word = &words[0];
    let next = words.get(1).filter(|_| word.tail.is_empty());
    let one = |core: Option<String>| core.map(|core| (core, 1));
    let (core, used) = money::spoken(word.core, next, language)
        .or_else(|| calendar::time(word.core, next, before, language))
        .or_else(|| one(calendar::date(word.core, language)))
        .or_else(|| one(calendar::day_of_month(word.core, next, language)))
        .or_else(|| one(digits::spoken(word.core)))
        .unwrap_or_else(|| (word.core.to_owned(), 1));
    if let Some(hour) = calendar::written_out_hour(word.core, words.get(1), before, language) {
        return (format!("{}{hour}", word.head), 1);
    }
    let last = &words[used - 1];
    // The dot of `p.m.` went with it.
    let tail =
        if used == 2 && last.core.contains('.') { last.tail.trim_start_matches('.') } else { last.tail };
    (format!("{}{core}{tail}", word.head), used)
}

#[cfg(test)]
mod tests {
    use super::normalise;
    use crate::language::Language::{self, English, Polish, Romanian};

    fn check(language: Language, table: &[(&str, &str)]) {
        for (written, said) in table {
            assert_eq!(normalise(written, language), *said, "{written:?}");
        }
    }

    #[test]
    fn markup_is_not_spoken() {
        check(
            English,
            &[
                ("Hello <b>Anna</b>,\n\twelcome", "Hello Anna, welcome"),
                ("**Bold** and `code` and _this_", "Bold and code and this"),
                ("# Title", "Title"),
                ("see [our page](https://example.org/x)", "see our page"),
                ("2 < 3 and 5 > 4", "2 < 3 and 5 > 4"),
                ("snake_case stays", "snake_case stays"),
                ("tap\u{0}\u{7}here\u{200b}", "tap here"),
                ("AT&amp;T &lt;3", "AT&T <3"),
                ("", ""),
            ],
        );
    }

    #[test]
    fn long_numbers_are_spoken_in_groups_of_digits() {
        check(
            English,
            &[
                ("12345678", "1 2 3, 4 5 6, 7 8"),
                ("Parcel 1234567.", "Parcel 1 2 3, 4 5, 6 7."),
                ("123456", "1 2 3, 4 5 6"),
                ("call +48123456789 now", "call plus 4 8 1, 2 3 4, 5 6 7, 8 9 now"),
                ("007", "0 0 7"),
                ("1 2 3 4 5", "1 2 3 4 5"),
                ("in 2026 or 1234", "in 2026 or 1234"),
                ("PL12345678", "P L 1 2 3, 4 5 6, 7 8"),
                ("1.234.567", "1.234.567"),
                ("0", "0"),
                ("0.5", "0.5"),
            ],
        );
        check(Polish, &[("+48123456789", "plus 4 8 1, 2 3 4, 5 6 7, 8 9")]);
    }

    #[test]
    fn times_are_spoken_in_english() {
        check(
            English,
            &[
                ("at 8:00.", "at 8 AM."),
                ("18:30", "6 30 PM"),
                ("from 9:05 to 17:00", "from 9 oh 5 AM to 5 PM"),
                ("12:00 and 0:15", "12 PM and 12 15 AM"),
                ("at 8:00 am", "at 8 AM"),
                ("at 8:30 p.m. today", "at 8 30 PM today"),
                ("ratio 3:1 and 25:00 and 8:75", "ratio 3:1 and 25:00 and 8:75"),
                ("9:00-17:00", "9 AM to 5 PM"),
            ],
        );
    }

    #[test]
    fn times_are_spoken_in_polish() {
        check(
            Polish,
            &[
                ("o 8:00.", "o ósmej."),
                ("o 18:30", "o osiemnastej 30"),
                ("od 8:00 do 16:05", "od ósmej do szesnastej zero 5"),
                ("jest 21:15", "jest dwudziesta pierwsza 15"),
                ("o godz. 10:00", "o godzinie dziesiątej"),
                ("do godz. 10:00 na ul. Długiej", "do godziny dziesiątej na ul. Długiej"),
                ("Godz. 10:00", "godzina dziesiąta"),
                ("przed 12:00", "przed dwunastą"),
                ("8:00-16:00", "ósma do szesnastej"),
            ],
        );
    }

    #[test]
    fn times_are_spoken_in_romanian() {
        check(
            Romanian,
            &[
                ("la ora 8:00.", "la ora 8."),
                ("la ora 18:30", "la ora 18 și 30"),
                ("ora 2:00 sau 12:05", "ora două sau douăsprezece și 5"),
                ("ora 22:00", "ora douăzeci și două"),
            ],
        );
    }

    #[test]
    fn dates_are_spoken() {
        check(English, &[("on 2026-11-21.", "on 21 November 2026."), ("01/02/2026", "1 February 2026")]);
        check(
            Polish,
            &[
                ("21.11.2026", "dwudziestego pierwszego listopada dwa tysiące dwudziestego szóstego roku"),
                ("2026-03-01", "pierwszego marca dwa tysiące dwudziestego szóstego roku"),
                ("do 3 maja", "do trzeciego maja"),
                ("30 stycznia 2027", "trzydziestego stycznia 2027"),
            ],
        );
        check(Romanian, &[("21.11.2026", "21 noiembrie 2026"), ("01.05.2026", "întâi mai 2026")]);
        check(English, &[("31.13.2026 and 2026-02-32", "31.13.2026 and 2026-02-32")]);
    }

    #[test]
    fn money_is_spoken() {
        check(
            Polish,
            &[
                ("12,50 zł", "12 złotych 50 groszy"),
                ("1 zł", "1 złoty"),
                ("2,01 zł.", "2 złote 1 grosz."),
                ("22 PLN", "22 złote"),
                ("112 zł", "112 złotych"),
                ("12500 zł", "12500 złotych"),
                ("0,99 zł", "99 groszy"),
            ],
        );
        check(
            Romanian,
            &[
                ("1 leu", "1 leu"),
                ("12,50 lei", "12 lei și 50 de bani"),
                ("25 lei", "25 de lei"),
                ("101 RON", "101 lei"),
            ],
        );
        check(
            English,
            &[("£12.50", "12 pounds 50"), ("£1", "1 pound"), ("£0.99,", "99 pence,"), ("€20", "20 euros")],
        );
        check(English, &[("1,250.00 GBP", "1250 pounds"), ("$5", "5 dollars")]);
    }

    #[test]
    fn hostile_text_does_not_panic() {
        for text in ["<<<", "[](", "::", "£", "99999999999999999999:00", "٣:٣", "1\u{301}2:00", "+", "-"] {
            for language in Language::ALL {
                normalise(text, language);
            }
        }
    }
}
