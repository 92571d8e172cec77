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
            ("Jot A En", "JAN"),
            ("J, A, N.", "JAN"),
            ("J jak Jadwiga, A jak Adam, N jak Natalia", "JAN"),
            ("Jadwiga, Adam, Natalia", "JAN"),
            ("jot, a, en, i, a, ka", "JANIAK"),
            ("es zet em i de te", "SZMIDT"),
            ("S-Z-M-I-D-T", "SZMIDT"),
            ("es jak Stefan, zet jak Zenon, em jak Maria", "SZM"),
            ("gie o er a el", "GORAL"),
            ("gje jak Grażyna", "G"),
            ("wu jak Wacław, i jak Irena", "WI"),
            ("pe jak Paweł, o jak Olga, te jak Tomasz", "POT"),
            ("ef i el", "FIL"),
            ("fau jak Violetta, a, en", "VAN"),
            ("ku jak Quebec", "Q"),
            ("iks jak Xawery", "X"),
            ("igrek jak ypsylon, zet", "YZ"),
            ("moje nazwisko to ka o es", "KOS"),
            ("rejestracja wu a, jeden dwa trzy cztery pięć", "WA12345"),
            ("ka er pięć em te", "KR5MT"),
            ("seria A Be Ce, numer 123456", "ABC123456"),
            ("podwójne el, a", "LLA"),
            ("podwójne te jak Tadeusz", "TT"),
            ("duże ka, małe o, wu", "KOW"),
            ("wielkie es, potem te", "ST"),
            ("yyy, be, eee, de", "BD"),
            ("november oscar whiskey alfa kilo", "NOWAK"),
            ("en jak November, o jak Oscar", "NO"),
            ("Z jak Zofia. A jak Adam.", "ZA"),
            ("a od Adama, be od Barbary", "AB"),
            ("Łukasz, Olga", "LO"),
            ("de jak dom, o jak okno, em jak matka", "DOM"),
            ("trzy be", "3B"),
            ("dwa zera, a, be", "00AB"),
            ("nie wiem, jak to się pisze", ""),
            ("normalnie, tak jak się słyszy", ""),
            ("proszę chwilę poczekać", ""),
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
            ("i o en e es ce u", "IONESCU"),
            ("I, O, N, E, S, C, U.", "IONESCU"),
            ("I-O-N-E-S-C-U", "IONESCU"),
            ("i de la Ion, o de la Olga, en de la Nicolae", "ION"),
            ("Ion, Olga, Nicolae", "ION"),
            ("re a de u", "RADU"),
            ("R de la Radu. A de la Ana.", "RA"),
            ("de a en", "DAN"),
            ("de de la Dan, a de la Ana, ne de la Nicolae", "DAN"),
            ("es te a en", "STAN"),
            ("se te a ne", "STAN"),
            ("me i ha a i", "MIHAI"),
            ("ghe de la Gheorghe", "G"),
            ("haș de la Horia, o de la Olga", "HO"),
            ("je de la Jean, i de la Ilie", "JI"),
            ("fe el o re", "FLOR"),
            ("pe o pe e es ce u", "POPESCU"),
            ("P ca în Petre", "P"),
            ("el ca în Lazăr, u ca în Udrea", "LU"),
            ("vi de la Vasile", "V"),
            ("dublu ve de la William", "W"),
            ("ics de la Xenia", "X"),
            ("i grec de la yală", "Y"),
            ("capa a es", "KAS"),
            ("chiu de la Quebec", "Q"),
            ("zet a ha a re i a", "ZAHARIA"),
            ("B 101 A B C", "B101ABC"),
            ("be o sută unu, a be ce", "B101ABC"),
            ("ce je doisprezece a be ce", "CJ12ABC"),
            ("seria ics re, numărul 123456", "XR123456"),
            ("dublu te, i", "TTI"),
            ("majusculă de, apoi a", "DA"),
            ("ăăă, be, ăăă, ce", "BC"),
            ("papa oscar papa alfa", "POPA"),
            ("Elena Maria Ana", "EMA"),
            ("te de la Traian, ne, e", "TNE"),
            ("bravo cinci", "B5"),
            ("stați puțin", ""),
            ("un moment", ""),
            ("așa mă cheamă", ""),
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
            ("J O N E S", "JONES"),
            ("J, O, N, E, S.", "JONES"),
            ("J-O-N-E-S", "JONES"),
            ("jay oh en ee ess", "JONES"),
            ("J for Juliet, O for Oscar, N for November", "JON"),
            ("Juliet Oscar November Echo Sierra", "JONES"),
            ("H for Harry, I for India", "HI"),
            ("double l, o, y, d", "LLOYD"),
            ("L L O Y D", "LLOYD"),
            ("el el oh why dee", "LLOYD"),
            ("pee aitch eye el", "PHIL"),
            ("bee are oh double u en", "BROWN"),
            ("B R O W N, Brown", "BROWN"),
            ("it's spelled K A Y", "KAY"),
            ("that's W for whiskey, I for India", "WI"),
            ("queen uncle", "QU"),
            ("cue you eye en en", "QUINN"),
            ("Q U I double N", "QUINN"),
            ("eff are ay en kay", "FRANK"),
            ("G like George, R like Robert", "GR"),
            ("X as in x-ray", "X"),
            ("zulu yankee x-ray", "ZYX"),
            ("zed for zebra, A for apple", "ZA"),
            ("L D fifty nine, A B C", "LD59ABC"),
            ("my plate is B D 5 1 S M R", "BD51SMR"),
            ("capital m, small c", "MC"),
            ("triple seven A", "777A"),
            ("um, S, uh, T", "ST"),
            ("T as in tree, E as in egg", "TE"),
            ("S for sugar, U for uncle, E for easy", "SUE"),
            ("C as in Charlie then H", "CH"),
            ("letters M and P", "MP"),
            ("D for dog, O for orange, G for golf", "DOG"),
            ("just as it sounds", ""),
            ("exactly like that", ""),
            ("hold on please", ""),
            ("the usual spelling", ""),
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
