use super::*;
use Language::{English, Polish, Romanian};
use proptest::prelude::*;

/// A Thursday.
const TODAY: Date = date(2026, 11, 26);

fn check(language: Language, table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, expected)| {
            let found = dates(text, language, TODAY);
            let best = found.first().map_or_else(String::new, |found| found.value.to_string());
            (best != *expected).then(|| format!("{text:?}: {best:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn polish_dates_are_heard() {
    check(
        Polish,
        &[
            ("dzisiaj", "2026-11-26"),
            ("Dziś.", "2026-11-26"),
            ("jeszcze dzisiaj, jeśli można", "2026-11-26"),
            ("jutro", "2026-11-27"),
            ("Jutro rano.", "2026-11-27"),
            ("może być jutro po południu", "2026-11-27"),
            ("pojutrze", "2026-11-28"),
            ("pojutrze po piętnastej", "2026-11-28"),
            ("po jutrze", "2026-11-28"),
            ("wczoraj", "2026-11-25"),
            ("to było przedwczoraj", "2026-11-24"),
            ("w piątek", "2026-11-27"),
            ("W piatek.", "2026-11-27"),
            ("w najbliższy piątek", "2026-11-27"),
            ("w sobotę", "2026-11-28"),
            ("w sobote rano", "2026-11-28"),
            ("w niedzielę", "2026-11-29"),
            ("w poniedziałek", "2026-11-30"),
            ("poniedzialek o dziesiątej", "2026-11-30"),
            ("we wtorek", "2026-12-01"),
            ("w środę", "2026-12-02"),
            ("najlepiej w środę po szesnastej", "2026-12-02"),
            ("w przyszły wtorek", "2026-12-01"),
            ("w następny poniedziałek", "2026-11-30"),
            ("w przyszłą sobotę", "2026-12-05"),
            ("w przyszły piątek", "2026-12-04"),
            ("piątek w przyszłym tygodniu", "2026-12-04"),
            ("w piątek za tydzień", "2026-12-04"),
            ("w tę sobotę", "2026-11-28"),
            ("do piątku", "2026-11-27"),
            ("za tydzień", "2026-12-03"),
            ("za dwa tygodnie", "2026-12-10"),
            ("za 2 tygodnie", "2026-12-10"),
            ("za trzy dni", "2026-11-29"),
            ("za pięć dni", "2026-12-01"),
            ("za miesiąc", "2026-12-26"),
            ("za dwa miesiące", "2027-01-26"),
            ("za rok", "2027-11-26"),
            ("dwa dni temu", "2026-11-24"),
            ("tydzień temu", "2026-11-19"),
            ("trzeciego maja", "2027-05-03"),
            ("3 maja", "2027-05-03"),
            ("3-go maja", "2027-05-03"),
            ("trzeci maja", "2027-05-03"),
            ("pierwszego grudnia", "2026-12-01"),
            ("1. grudnia", "2026-12-01"),
            ("dwudziestego pierwszego grudnia", "2026-12-21"),
            ("21 grudnia 2026 roku", "2026-12-21"),
            ("dwudziestego szóstego listopada", "2026-11-26"),
            ("dwudziestego piątego listopada", "2027-11-25"),
            ("trzydziestego pierwszego stycznia dwa tysiące dwudziestego siódmego", "2027-01-31"),
            ("piętnastego lutego", "2027-02-15"),
            ("pietnastego marca", "2027-03-15"),
            ("dwunastego kwietnia o piątej", "2027-04-12"),
            ("trzeciego piątego", "2027-05-03"),
            ("trzeciego piątego dwa tysiące dwudziestego siódmego", "2027-05-03"),
            ("03.05.", "2027-05-03"),
            ("3.05.2027", "2027-05-03"),
            ("2026-12-24", "2026-12-24"),
            ("24/12", "2026-12-24"),
            ("dwunastego", "2026-12-12"),
            ("Dwudziestego ósmego.", "2026-11-28"),
            ("na dwudziestego siódmego poproszę", "2026-11-27"),
            ("w weekend", "2026-11-28"),
            ("nie w czwartek, w piątek", "2026-11-27"),
            ("nie, w poniedziałek", "2026-11-30"),
            ("jutro, nie, przepraszam, pojutrze", "2026-11-28"),
            ("w sobotę, to znaczy w niedzielę", "2026-11-29"),
            ("nie wiem", ""),
            ("trzydziestego lutego", ""),
        ],
    );
}

#[test]
fn romanian_dates_are_heard() {
    check(
        Romanian,
        &[
            ("azi", "2026-11-26"),
            ("Astăzi.", "2026-11-26"),
            ("chiar azi dacă se poate", "2026-11-26"),
            ("mâine", "2026-11-27"),
            ("maine dimineata", "2026-11-27"),
            ("mâine la trei și jumătate", "2026-11-27"),
            ("poimâine", "2026-11-28"),
            ("Poimaine după ora trei.", "2026-11-28"),
            ("ieri", "2026-11-25"),
            ("alaltăieri", "2026-11-24"),
            ("vineri", "2026-11-27"),
            ("Vinerea asta", "2026-11-27"),
            ("vineri după-amiază", "2026-11-27"),
            ("sâmbătă", "2026-11-28"),
            ("sambata dimineața", "2026-11-28"),
            ("duminică", "2026-11-29"),
            ("luni", "2026-11-30"),
            ("Luni la zece.", "2026-11-30"),
            ("lunea viitoare", "2026-11-30"),
            ("marți", "2026-12-01"),
            ("marti la ora 12", "2026-12-01"),
            ("marțea viitoare", "2026-12-01"),
            ("marțea următoare", "2026-12-01"),
            ("miercuri", "2026-12-02"),
            ("miercurea viitoare", "2026-12-02"),
            ("vinerea viitoare", "2026-12-04"),
            ("vineri săptămâna viitoare", "2026-12-04"),
            ("sâmbăta viitoare", "2026-12-05"),
            ("până vineri", "2026-11-27"),
            ("peste o săptămână", "2026-12-03"),
            ("peste două săptămâni", "2026-12-10"),
            ("peste 2 saptamani", "2026-12-10"),
            ("peste trei zile", "2026-11-29"),
            ("peste cinci zile", "2026-12-01"),
            ("în două zile", "2026-11-28"),
            ("peste o lună", "2026-12-26"),
            ("peste două luni", "2027-01-26"),
            ("peste un an", "2027-11-26"),
            ("peste douăzeci de zile", "2026-12-16"),
            ("acum nu, peste zece zile", "2026-12-06"),
            ("o săptămână de azi", "2026-12-03"),
            ("trei mai", "2027-05-03"),
            ("pe 3 mai", "2027-05-03"),
            ("pe trei mai", "2027-05-03"),
            ("întâi decembrie", "2026-12-01"),
            ("pe 1 decembrie", "2026-12-01"),
            ("1 decembrie", "2026-12-01"),
            ("douăzeci și unu decembrie", "2026-12-21"),
            ("21 decembrie 2026", "2026-12-21"),
            ("douazeci si sase noiembrie", "2026-11-26"),
            ("douăzeci și cinci noiembrie", "2027-11-25"),
            ("treizeci și unu ianuarie două mii douăzeci și șapte", "2027-01-31"),
            ("cincisprezece februarie", "2027-02-15"),
            ("cinșpe martie", "2027-03-15"),
            ("douăsprezece aprilie la cinci", "2027-04-12"),
            ("03.05.", "2027-05-03"),
            ("3.05.2027", "2027-05-03"),
            ("24/12", "2026-12-24"),
            ("pe doisprezece", "2026-12-12"),
            ("pe 28", "2026-11-28"),
            ("pe data de douăzeci și șapte", "2026-11-27"),
            ("în data de 5", "2026-12-05"),
            ("în weekend", "2026-11-28"),
            ("nu joi, vineri", "2026-11-27"),
            ("nu, luni", "2026-11-30"),
            ("mâine, nu, scuze, poimâine", "2026-11-28"),
            ("sâmbătă, adică duminică", "2026-11-29"),
            ("nu știu", ""),
            ("treizeci februarie", ""),
        ],
    );
}

#[test]
fn english_dates_are_heard() {
    check(
        English,
        &[
            ("today", "2026-11-26"),
            ("Today, please.", "2026-11-26"),
            ("tonight", "2026-11-26"),
            ("tomorrow", "2026-11-27"),
            ("tomorrow morning", "2026-11-27"),
            ("Tomorrow at three.", "2026-11-27"),
            ("the day after tomorrow", "2026-11-28"),
            ("day after tomorrow in the afternoon", "2026-11-28"),
            ("yesterday", "2026-11-25"),
            ("it was the day before yesterday", "2026-11-24"),
            ("Friday", "2026-11-27"),
            ("on Friday", "2026-11-27"),
            ("this Friday", "2026-11-27"),
            ("this coming Saturday", "2026-11-28"),
            ("Sunday", "2026-11-29"),
            ("on Monday please", "2026-11-30"),
            ("next Monday", "2026-11-30"),
            ("Tuesday", "2026-12-01"),
            ("next Tuesday afternoon", "2026-12-01"),
            ("Wednesday after four", "2026-12-02"),
            ("next Friday", "2026-12-04"),
            ("next Friday at half past three", "2026-12-04"),
            ("Friday week", "2026-12-04"),
            ("Friday next week", "2026-12-04"),
            ("a week on Friday, I mean Friday in a week", "2026-12-04"),
            ("next Saturday", "2026-12-05"),
            ("by Friday", "2026-11-27"),
            ("in a week", "2026-12-03"),
            ("in one week", "2026-12-03"),
            ("a week from today", "2026-12-03"),
            ("in two weeks", "2026-12-10"),
            ("in 2 weeks' time", "2026-12-10"),
            ("two weeks from now", "2026-12-10"),
            ("in a fortnight", "2026-12-10"),
            ("in three days", "2026-11-29"),
            ("five days from now", "2026-12-01"),
            ("in a month", "2026-12-26"),
            ("in two months", "2027-01-26"),
            ("in a year", "2027-11-26"),
            ("two days ago", "2026-11-24"),
            ("a week ago", "2026-11-19"),
            ("the third of May", "2027-05-03"),
            ("the 3rd of May", "2027-05-03"),
            ("3 May", "2027-05-03"),
            ("May 3rd", "2027-05-03"),
            ("May the third", "2027-05-03"),
            ("May 3", "2027-05-03"),
            ("third May", "2027-05-03"),
            ("the first of December", "2026-12-01"),
            ("December first", "2026-12-01"),
            ("December the twenty-first", "2026-12-21"),
            ("the twenty first of December", "2026-12-21"),
            ("21st December 2026", "2026-12-21"),
            ("December 21, 2026", "2026-12-21"),
            ("November twenty sixth", "2026-11-26"),
            ("the 25th of November", "2027-11-25"),
            ("January thirty first twenty twenty seven", "2027-01-31"),
            ("the fifteenth of February", "2027-02-15"),
            ("on the 12th of April at five", "2027-04-12"),
            ("03/05/2027", "2027-05-03"),
            ("03.05.", "2027-05-03"),
            ("24/12", "2026-12-24"),
            ("the twelfth", "2026-12-12"),
            ("on the 28th", "2026-11-28"),
            ("the twenty-seventh please", "2026-11-27"),
            ("at the weekend", "2026-11-28"),
            ("not Thursday, Friday", "2026-11-27"),
            ("no, Monday", "2026-11-30"),
            ("tomorrow, no, sorry, the day after tomorrow", "2026-11-28"),
            ("Saturday, I mean, no, Sunday", "2026-11-29"),
            ("I don't know", ""),
            ("the thirtieth of February", ""),
        ],
    );
}

#[test]
fn what_may_be_two_days_gives_both_and_says_so() {
    let next = dates("next Friday", English, TODAY);
    assert_eq!(next.iter().map(|found| found.value.day()).collect::<Vec<_>>(), [4, 27]);
    assert!(next[0].confidence < 0.8);
    let named_today = dates("w czwartek", Polish, TODAY);
    assert_eq!(named_today.iter().map(|found| found.value.day()).collect::<Vec<_>>(), [3, 26]);
    assert_eq!(dates("at the weekend", English, TODAY).len(), 2);
}

#[test]
fn the_span_is_where_the_date_stands() {
    let text = "Może jutro po piątej?";
    let found = &dates(text, Polish, TODAY)[0];
    assert_eq!(&text[found.span.0..found.span.1], "jutro");
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "(.{0,30}|([0-9]{1,20}[.:/ -]?){0,4}|za [0-9]{1,20} dni|in [0-9]{1,9} years)") {
        for language in Language::ALL {
            for found in dates(&text, language, TODAY) {
                prop_assert!((0.0..=1.0).contains(&found.confidence));
                prop_assert!(text.get(found.span.0..found.span.1).is_some());
            }
        }
    }
}

/// A Thursday is today.
#[test]
fn what_has_been_is_not_put_into_the_future() {
    let table: [(Language, &str, &str); 21] = [
        (English, "last Monday", "2026-11-23"),
        (English, "on Friday last week", "2026-11-20"),
        (English, "on Monday", "2026-11-23"),
        (English, "on Thursday", "2026-11-26"),
        (English, "the fifth of November", "2026-11-05"),
        (English, "the fifth of December", "2025-12-05"),
        (English, "this morning", "2026-11-26"),
        (English, "two days ago", "2026-11-24"),
        (English, "on the thirtieth", "2026-10-30"),
        (Polish, "w zeszły poniedziałek", "2026-11-23"),
        (Polish, "w zeszłym tygodniu we wtorek", "2026-11-17"),
        (Polish, "w ostatni piątek", "2026-11-20"),
        (Polish, "w poniedziałek", "2026-11-23"),
        (Polish, "piątego listopada", "2026-11-05"),
        (Polish, "wczoraj rano", "2026-11-25"),
        (Romanian, "lunea trecută", "2026-11-23"),
        (Romanian, "săptămâna trecută marți", "2026-11-17"),
        (Romanian, "luni", "2026-11-23"),
        (Romanian, "pe cinci noiembrie", "2026-11-05"),
        (Romanian, "acum două zile", "2026-11-24"),
        (Romanian, "ieri", "2026-11-25"),
    ];
    for (language, text, expected) in table {
        let found = past_dates(text, language, TODAY);
        assert_eq!(found.first().map(|found| found.value.to_string()).as_deref(), Some(expected), "{text}");
    }
    let tomorrow = past_dates("tomorrow", English, TODAY);
    assert!(tomorrow[0].confidence < 0.5, "it is read back: {tomorrow:?}");
}
