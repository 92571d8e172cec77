use super::*;
use Language::{English, Polish, Romanian};
use proptest::prelude::*;

fn check(language: Language, table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, expected)| {
            let heard = letters(text, language).map_or_else(String::new, |found| found.value);
            (heard != *expected).then(|| format!("{text:?}: {heard:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn polish_letters_are_heard() {
    check(
        Polish,
        &[
            ("ka o wu a el", "KOWAL"),
            ("K, O, W, A, L.", "KOWAL"),
            ("K-O-W-A-L", "KOWAL"),
            ("k jak Karol", "K"),
            ("zet jak Zenon", "Z"),
            ("z jak zebra", "Z"),
            ("zet jak zenon, a jak adam, igrek", "ZAY"),
            ("ka jak Karol, o jak Olga, wu jak Wanda", "KOW"),
            ("Adam Barbara Celina", "ABC"),
            ("adam, dorota, ewa", "ADE"),
            ("alfa bravo charlie", "ABC"),
            ("a be ce de", "ABCD"),
            ("en o wu a ka", "NOWAK"),
            ("igrek iks", "YX"),
            ("i grek zet", "YZ"),
            ("ha jot", "HJ"),
            ("gie er", "GR"),
            ("fau", "V"),
            ("Fał?", "V"),
            ("I Greg.", "Y"),
            ("ku u", "QU"),
            ("es te", "ST"),
            ("em jak Maria, en jak Natalia", "MN"),
            ("b jak Barbara 5", "B5"),
            ("wu iks pięć osiem", "WX58"),
            ("W A 1 2 3 4 5", "WA12345"),
            ("duże A, małe b", "AB"),
            ("podwójne es", "SS"),
            ("litera zet", "Z"),
            ("de jak Dorota", "D"),
            ("pe jak Paweł, er jak Roman", "PR"),
            ("te jak Tadeusz, u jak Urszula", "TU"),
            ("", ""),
        ],
    );
}

#[test]
fn romanian_letters_are_heard() {
    check(
        Romanian,
        &[
            ("pe o pe a", "POPA"),
            ("P, O, P, A.", "POPA"),
            ("P-O-P-A", "POPA"),
            ("D de la Dumitru", "D"),
            ("de de la Dumitru", "D"),
            ("be de la Barbu, a de la Ana", "BA"),
            ("B ca la Barbu", "B"),
            ("Ana Barbu Constantin", "ABC"),
            ("alfa bravo charlie", "ABC"),
            ("a be ce de", "ABCD"),
            ("i o en", "ION"),
            ("igrec ics", "YX"),
            ("i grec zet", "YZ"),
            ("has je", "HJ"),
            ("ge er", "GR"),
            ("ve", "V"),
            ("dublu ve", "W"),
            ("kiu u", "QU"),
            ("es te", "ST"),
            ("em de la Maria, en de la Nicolae", "MN"),
            ("B de la Barbu 5", "B5"),
            ("be ics cinci opt", "BX58"),
            ("B 1 2 3 A B C", "B123ABC"),
            ("dublu es", "SS"),
            ("litera zet", "Z"),
            ("ze de la Zamfir", "Z"),
            ("pe de la Petre, er de la Radu", "PR"),
            ("te de la Tudor, u de la Udrea", "TU"),
            ("Vasile Ion Elena", "VIE"),
            ("ka de la kilogram", "K"),
            ("", ""),
        ],
    );
}

#[test]
fn english_letters_are_heard() {
    check(
        English,
        &[
            ("S M I T H", "SMITH"),
            ("S, M, I, T, H.", "SMITH"),
            ("S-M-I-T-H", "SMITH"),
            ("ess em eye tee aitch", "SMITH"),
            ("B as in Bravo", "B"),
            ("b for Bravo", "B"),
            ("B like baker", "B"),
            ("D as in David, A as in apple", "DA"),
            ("alpha bravo charlie", "ABC"),
            ("Alpha, Bravo, Charlie.", "ABC"),
            ("a b c d", "ABCD"),
            ("bee see dee", "BCD"),
            ("be see", "BC"),
            ("double u", "W"),
            ("double you ex", "WX"),
            ("double l", "LL"),
            ("zed", "Z"),
            ("zee why", "ZY"),
            ("queue you", "QU"),
            ("jay kay", "JK"),
            ("M as in Mike, N as in November", "MN"),
            ("B for Bravo 5", "B5"),
            ("W X five eight", "WX58"),
            ("A B 1 2 C D E", "AB12CDE"),
            ("capital A small b", "AB"),
            ("the letter zed", "Z"),
            ("P as in Peter, R as in Robert", "PR"),
            ("T for Thomas, U for uncle", "TU"),
            ("foxtrot oscar tango", "FOT"),
            ("are ess tee", "RST"),
            ("", ""),
        ],
    );
}

#[test]
fn an_explained_letter_is_surer_than_a_bare_one_and_a_sentence_is_unsure() {
    let explained = letters("zet jak Zenon", Polish).unwrap().confidence;
    let bare = letters("zet", Polish).unwrap().confidence;
    let sentence = letters("i would like to know where my parcel is", English);
    assert!(explained > bare);
    assert!(sentence.is_none_or(|found| found.confidence < 0.4));
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "(.{0,30}|((jak|de la|as in|double|a|be|ce|5) ?){0,8})") {
        for language in Language::ALL {
            if let Some(found) = letters(&text, language) {
                prop_assert!((0.0..=1.0).contains(&found.confidence));
                prop_assert!(text.get(found.span.0..found.span.1).is_some());
            }
        }
    }
}
