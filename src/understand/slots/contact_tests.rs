use super::*;
use Language::{English, Polish, Romanian};
use proptest::prelude::*;

type Read = fn(&str, Language) -> Option<Found<String>>;

fn check(read: Read, language: Language, table: &[(&str, &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .filter_map(|(text, expected)| {
            let heard = read(text, language).map_or_else(String::new, |found| found.value);
            (heard != *expected).then(|| format!("{text:?}: {heard:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn phone_numbers_become_international() {
    check(
        phone,
        Polish,
        &[
            ("sześćset siedemset osiemset", "+48600700800"),
            ("600 700 800", "+48600700800"),
            ("600-700-800", "+48600700800"),
            ("plus czterdzieści osiem sześćset siedemset osiemset", "+48600700800"),
            ("+48 600 700 800", "+48600700800"),
            ("+48600700800", "+48600700800"),
            ("0048 600 700 800", "+48600700800"),
            ("mój numer to sześćset jeden, dwieście dwa, trzysta trzy", "+48601202303"),
            ("pięć zero jeden, dwa dwa dwa, trzy trzy trzy", "+48501222333"),
            ("dwadzieścia dwa, sześćset dwadzieścia, trzydzieści, czterdzieści", "+48226203040"),
            ("48 600 700 800", "+48600700800"),
            ("600 700 80", ""),
            ("nie pamiętam", ""),
        ],
    );
    check(
        phone,
        Romanian,
        &[
            ("zero șapte doi unu, trei patru cinci, șase șapte opt", "+40721345678"),
            ("0721 345 678", "+40721345678"),
            ("0721345678", "+40721345678"),
            ("plus patruzeci șapte doi unu trei patru cinci șase șapte opt", "+40721345678"),
            ("+40 721 345 678", "+40721345678"),
            ("0040 721 345 678", "+40721345678"),
            (
                "zero șapte douăzeci și unu, trei sute patruzeci și cinci, șase sute șaptezeci și opt",
                "+40721345678",
            ),
            ("numărul meu este zero șapte dublu doi, 111 222", "+40722111222"),
            ("40 721 345 678", "+40721345678"),
            ("721 345", ""),
            ("nu îl știu", ""),
        ],
    );
    check(
        phone,
        English,
        &[
            ("oh seven seven double oh nine hundred one two three", "+447700900123"),
            ("07700 900123", "+447700900123"),
            ("07700900123", "+447700900123"),
            ("+44 7700 900123", "+447700900123"),
            ("plus four four seven seven zero zero nine zero zero one two three", "+447700900123"),
            ("0044 7700 900 123", "+447700900123"),
            ("oh two oh seven nine four six oh nine five eight", "+442079460958"),
            ("my number is 020 7946 0958", "+442079460958"),
            ("44 7700 900123", "+447700900123"),
            ("seven seven", ""),
            ("I can't remember", ""),
        ],
    );
}

#[test]
fn postal_codes_get_their_national_form() {
    check(
        postal_code,
        Polish,
        &[
            ("zero zero dziewięćset pięćdziesiąt", "00-950"),
            ("00-950", "00-950"),
            ("00 950", "00-950"),
            ("00950", "00-950"),
            ("trzydzieści jeden, sto dwadzieścia", "31-120"),
            ("trzydzieści jeden myślnik sto dwadzieścia", "31-120"),
            ("trzydzieści jeden kreska zero zero pięć", "31-005"),
            ("osiemdziesiąt jeden siedemset czterdzieści pięć", "81-745"),
            ("kod to 81 745", "81-745"),
            ("zero dwa, sześćset siedemdziesiąt sześć", "02-676"),
            ("pięćdziesiąt zero zero jeden", "50-001"),
            ("zero zero", ""),
        ],
    );
    check(
        postal_code,
        Romanian,
        &[
            ("zero unu zero unu zero unu", "010101"),
            ("010101", "010101"),
            ("01 01 01", "010101"),
            ("400001", "400001"),
            ("patru zero zero zero zero unu", "400001"),
            ("patruzeci zero zero zero unu", "400001"),
            ("codul este 300, 223", "300223"),
            ("trei sute, două sute douăzeci și trei", "300223"),
            ("șapte zero zero doi cinci nouă", "700259"),
            ("zero unu", ""),
        ],
    );
    check(
        postal_code,
        English,
        &[
            ("SW1A 1AA", "SW1A 1AA"),
            ("sw1a 1aa", "SW1A 1AA"),
            ("S W 1 A 1 A A", "SW1A 1AA"),
            ("S, W, one, A, one, A, A.", "SW1A 1AA"),
            ("ess double u one a one a a", "SW1A 1AA"),
            ("M1 1AE", "M1 1AE"),
            ("em one one a e", "M1 1AE"),
            ("B33 8TH", "B33 8TH"),
            ("bee three three eight tee aitch", "B33 8TH"),
            ("my postcode is EC1A 1BB", "EC1A 1BB"),
            ("echo charlie one alpha one bravo bravo", "EC1A 1BB"),
            ("hello there", ""),
        ],
    );
}

#[test]
fn polish_addresses_are_heard() {
    check(
        email,
        Polish,
        &[
            ("anna kropka nowak małpa gmail kropka com", "anna.nowak@gmail.com"),
            ("Anna, kropka, Nowak, małpa, gmail, kropka, com.", "anna.nowak@gmail.com"),
            ("anna.nowak@gmail.com", "anna.nowak@gmail.com"),
            ("Anna.Nowak@gmail.com.", "anna.nowak@gmail.com"),
            ("mój mail to jan kowalski małpa wp kropka pl", "jankowalski@wp.pl"),
            ("jan podkreślnik kowalski małpa wp pl", "jan_kowalski@wp.pl"),
            ("jan myślnik kowalski małpa onet kropka pl", "jan-kowalski@onet.pl"),
            ("kowalski osiemdziesiąt dwa małpa o2 kropka pl", "kowalski82@o2.pl"),
            ("kowalski82 małpa o2 pl", "kowalski82@o2.pl"),
            ("biuro małpa firma kropka com kropka pl", "biuro@firma.com.pl"),
            ("j kropka nowak małpa interia kropka pl", "j.nowak@interia.pl"),
            ("łukasz małpa gmail kropka com", "lukasz@gmail.com"),
            ("adres to ewa małpa gazeta kropka pl", "ewa@gazeta.pl"),
            ("ewa at gmail kropka com", "ewa@gmail.com"),
            ("ewa małpa dżimejl kropka com", "ewa@gmail.com"),
            ("ewa małpa gmail kropka kom", "ewa@gmail.com"),
            ("a be ce małpa wp kropka pl", "abece@wp.pl"),
            ("ewa plus sklep małpa gmail kropka com", "ewa+sklep@gmail.com"),
            ("nie mam maila", ""),
            ("małpa", ""),
        ],
    );
}

#[test]
fn romanian_addresses_are_heard() {
    check(
        email,
        Romanian,
        &[
            ("ana punct popescu arond gmail punct com", "ana.popescu@gmail.com"),
            ("ana punct popescu a rond gmail punct com", "ana.popescu@gmail.com"),
            ("Ana.Popescu@gmail.com", "ana.popescu@gmail.com"),
            ("adresa mea este ion arond yahoo punct com", "ion@yahoo.com"),
            ("ion linie jos popa arond yahoo punct ro", "ion_popa@yahoo.ro"),
            ("ion liniuță popa arond firma punct ro", "ion-popa@firma.ro"),
            ("popa optzeci și doi arond gmail punct com", "popa82@gmail.com"),
            ("popa82 arond gmail com", "popa82@gmail.com"),
            ("contact at firma punct ro", "contact@firma.ro"),
            ("contact coada de maimuță firma punct ro", "contact@firma.ro"),
            ("ștefan arond gmail punct com", "stefan@gmail.com"),
            ("i punct popa arond outlook punct com", "i.popa@outlook.com"),
            ("e mail ul meu este ana arond iahu punct com", "ana@yahoo.com"),
            ("ana arond gimeil punct com", "ana@gmail.com"),
            ("emailul meu este ana arond yahoo com", "ana@yahoo.com"),
            ("nu am email", ""),
        ],
    );
}

#[test]
fn english_addresses_are_heard() {
    check(
        email,
        English,
        &[
            ("anna dot smith at gmail dot com", "anna.smith@gmail.com"),
            ("Anna dot Smith at Gmail dot com.", "anna.smith@gmail.com"),
            ("anna.smith@gmail.com", "anna.smith@gmail.com"),
            ("it's anna.smith@gmail.com, thanks", "anna.smith@gmail.com"),
            ("my email is john at yahoo dot co dot uk", "john@yahoo.co.uk"),
            ("john underscore smith at outlook dot com", "john_smith@outlook.com"),
            ("john dash smith at company dot org", "john-smith@company.org"),
            ("smith eighty two at gmail dot com", "smith82@gmail.com"),
            ("smith82 at gmail com", "smith82@gmail.com"),
            ("j dot smith at icloud dot com", "j.smith@icloud.com"),
            ("j smith at hotmail dot co dot uk", "jsmith@hotmail.co.uk"),
            ("info at my company dot com", "info@mycompany.com"),
            ("the address is mary at proton dot me", "mary@proton.me"),
            ("mary plus shop at gmail dot com", "mary+shop@gmail.com"),
            ("mary at g mail dot com", "mary@gmail.com"),
            ("I don't have one", ""),
            ("meet me at home", ""),
        ],
    );
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "(.{0,40}|((małpa|at|@|kropka|[a-z]{1,5}|[0-9]{1,4}) ?){0,8})") {
        for language in Language::ALL {
            for found in [phone(&text, language), postal_code(&text, language), email(&text, language)].into_iter().flatten() {
                prop_assert!((0.0..=1.0).contains(&found.confidence));
                prop_assert!(text.get(found.span.0..found.span.1).is_some());
            }
        }
    }
}
