use super::*;
use Language::{English, Polish, Romanian};
use proptest::prelude::*;

fn all(language: Language, expected: Option<bool>, phrases: &[&str]) {
    let wrong: Vec<&&str> = phrases.iter().filter(|phrase| yes_no(phrase, language) != expected).collect();
    assert!(wrong.is_empty(), "not {expected:?}: {wrong:?}");
}

#[test]
fn polish_agreement_is_heard() {
    let phrases = [
        "Tak.",
        "tak, tak",
        "No.",
        "No tak.",
        "Jasne!",
        "no jasne",
        "Oczywiście",
        "oczywiscie ze tak",
        "Pewnie.",
        "Zgadza się.",
        "zgadzasie",
        "Nie ma sprawy.",
        "Nie ma problemu",
        "Czemu nie?",
        "Chyba tak.",
        "Okej, dobra.",
        "Dobrze.",
        "Mhm.",
        "Tak, nie mam więcej pytań, dziękuję bardzo",
        "Poproszę.",
        "Jak najbardziej",
        "Owszem, to mój adres domowy od lat",
        "Potwierdzam",
        "Wszystko się zgadza",
        "No raczej",
        "nie, to znaczy tak",
        "Tak, zgadza się.",
        "Tak, proszę.",
        "No pewnie.",
        "Bez problemu.",
        "Jasna sprawa",
        "Niech będzie.",
        "Może być.",
        "W porządku.",
        "No to dobrze",
        "Tak, dokładnie tak.",
        "Zgoda.",
        "Myślę, że tak",
        "yyy, no tak",
        "Tak, to ja",
    ];
    all(Polish, Some(true), &phrases);
}

#[test]
fn polish_refusal_is_heard() {
    let phrases = [
        "Nie.",
        "nie, nie",
        "No nie.",
        "Nie za bardzo.",
        "niezabardzo",
        "Nie bardzo",
        "Skądże!",
        "Ależ skąd",
        "W żadnym wypadku.",
        "Niestety nie.",
        "Nie, dziękuję.",
        "Nie zgadza się",
        "to się nie zgadza",
        "Absolutnie nie",
        "Chyba nie.",
        "Raczej nie.",
        "Nieprawda",
        "Nie chcę.",
        "Nie, tak nie może być, to skandal",
        "oczywiście, że nie",
        "tak, przepraszam, nie",
        "Rezygnuję.",
        "Nigdy w życiu!",
        "Jeszcze nie.",
        "Nie, nie trzeba.",
        "Nie ma mowy.",
        "Wykluczone.",
        "Nie, to pomyłka",
        "Nie teraz, dziękuję.",
        "Dziękuję, nie.",
        "Chyba jednak nie.",
        "Nie potrzebuję",
        "No, no skąd!",
    ];
    all(Polish, Some(false), &phrases);
}

#[test]
fn romanian_agreement_is_heard() {
    let phrases = [
        "Da.",
        "da, da",
        "Ba da!",
        "Sigur.",
        "Sigur că da",
        "Desigur",
        "Bineînțeles.",
        "Exact",
        "Așa e.",
        "asa este",
        "E în regulă.",
        "Cum să nu?",
        "De ce nu?",
        "Nicio problemă.",
        "nu e nicio problemă",
        "De acord.",
        "Mda.",
        "Confirm",
        "Cred că da.",
        "Bine.",
        "Da, nu mai am alte întrebări, mulțumesc",
        "nu, adică da",
        "Perfect!",
        "Da, vă rog.",
        "ok",
        "Da, corect.",
        "Da, este corect.",
        "Da, da, sigur.",
        "Evident.",
        "Firește",
        "Cu siguranță.",
        "Se poate.",
        "Sunt de acord.",
        "Ok, hai",
        "Normal.",
        "Da, asta e adresa mea",
        "Păi da, sigur.",
        "ăăă, da",
        "intr-adevar, da",
    ];
    all(Romanian, Some(true), &phrases);
}

#[test]
fn romanian_refusal_is_heard() {
    let phrases = [
        "Nu.",
        "nu, nu",
        "Ba nu.",
        "Nu prea.",
        "Nici vorbă!",
        "Deloc.",
        "În niciun caz",
        "Greșit.",
        "Nu e corect.",
        "nu este așa",
        "Nu, mulțumesc.",
        "Nu vreau.",
        "Sigur că nu",
        "Cred că nu.",
        "Nu sunt de acord",
        "Nu chiar",
        "da, scuze, nu",
        "Nu, coletul nu este la mine acasă",
        "Nu acum.",
        "Din păcate nu",
        "Nu, nu e corect.",
        "Nici gând!",
        "Nu încă.",
        "Mai bine nu.",
        "Nu e nevoie",
        "Nu doresc, mulțumesc.",
        "Refuz.",
        "Păi nu.",
        "Nu, e greșit",
        "Nu, lăsați.",
        "Nu mai vreau",
        "Nu, nu eu",
    ];
    all(Romanian, Some(false), &phrases);
}

#[test]
fn english_agreement_is_heard() {
    let phrases = [
        "Yes.",
        "yeah",
        "Yep!",
        "Sure.",
        "Of course.",
        "That's right.",
        "That is correct",
        "Okay.",
        "Go ahead.",
        "Why not?",
        "No problem.",
        "I think so.",
        "uh huh",
        "Right.",
        "yes, no further questions from me today",
        "Absolutely",
        "no, wait, yes",
        "Well, yes.",
        "I do.",
        "Yes please.",
        "sounds good",
        "definitely",
        "fine",
        "I guess so",
        "Sure, why not.",
        "Yes, that's right.",
        "Yeah, sure.",
        "Yup.",
        "Correct.",
        "That's it.",
        "Sure thing",
        "Please do.",
        "Yes, that's me",
        "All right then",
        "By all means.",
        "I'd love to.",
        "You bet",
        "um, yeah",
        "Yes, go on",
    ];
    all(English, Some(true), &phrases);
}

#[test]
fn english_refusal_is_heard() {
    let phrases = [
        "No.",
        "nope",
        "Nah.",
        "Not really.",
        "No way!",
        "No, thanks.",
        "I don't think so.",
        "That's not right.",
        "It isn't.",
        "Absolutely not.",
        "Of course not",
        "I'd rather not",
        "Not at all.",
        "I don't.",
        "Never.",
        "That's wrong",
        "no, I ordered two of them yesterday",
        "yes, sorry, no",
        "Not yet.",
        "Please don't.",
        "No, that's not it",
        "No, not today.",
        "Definitely not",
        "Not quite.",
        "I'm afraid not",
        "No, it's wrong.",
        "That's incorrect",
        "No, leave it",
        "I disagree",
        "Not for me, no",
        "Nothing like that",
        "uh, no",
    ];
    all(English, Some(false), &phrases);
}

#[test]
fn what_is_neither_stays_open() {
    all(
        Polish,
        None,
        &[
            "Nie wiem.",
            "no nie wiem",
            "Może.",
            "Gdzie jest moja paczka?",
            "",
            "paczka jeszcze do mnie nie przyszła",
            "tak, nie",
        ],
    );
    all(
        Romanian,
        None,
        &[
            "Nu știu.",
            "Poate.",
            "Unde este coletul meu?",
            "coletul meu nu a venit încă ieri",
            "da, nu",
            "Habar n-am.",
        ],
    );
    all(
        English,
        None,
        &[
            "I don't know.",
            "maybe",
            "where is my parcel",
            "I'm right next to the post office now",
            "yes no",
            "the parcel has not arrived here yet",
            "I'm not sure",
        ],
    );
}

proptest! {
    #[test]
    fn any_text_is_survived(text in ".{0,80}") {
        for language in Language::ALL {
            let _ = yes_no(&text, language);
        }
    }
}
