//! ◆ Names and streets: free text without the phrases that carry it.

use super::found::Found;
use crate::language::Language;
use crate::understand::text::fold;

/// More words than this are a sentence, not a name.
const NAME_WORDS: usize = 4;
const STREET_WORDS: usize = 7;

/// The name of a person, each word with a capital; none when nothing but courtesies was said.
pub fn person_name(text: &str, language: Language) -> Option<Found<String>> {
    free(text, carriers(language), NAME_WORDS, false)
}

/// A street with its house number, as the caller put it.
pub fn street(text: &str, language: Language) -> Option<Found<String>> {
    free(text, streets(language), STREET_WORDS, true)
}

fn free(text: &str, carriers: &str, most: usize, numbers: bool) -> Option<Found<String>> {
    let mut words: Vec<(usize, &str)> = Vec::new();
    let mut from = 0;
    for piece in text.split_inclusive(char::is_whitespace) {
        let keep = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '/');
        let word = piece.trim_matches(|c| !keep(c));
        let offset = piece.find(word).unwrap_or(0);
        if !word.is_empty() {
            words.push((from + offset, word));
        }
        from += piece.len();
    }
    let start = past_carriers(&words, carriers);
    let mut kept = words[start..].to_vec();
    while kept.last().is_some_and(|(_, word)| TRAILERS.contains(&fold(word).as_str())) {
        kept.pop();
    }
    let (first, last) = (*kept.first()?, *kept.last()?);
    let digits = kept.iter().any(|(_, word)| word.chars().any(|c| c.is_ascii_digit()));
    let long = kept.len() > most || (digits && !numbers);
    let confidence = match (long, start > 0 || kept.len() >= 2) {
        (true, _) => 0.35,
        (false, true) => 0.8,
        (false, false) => 0.65,
    };
    let value = kept.iter().map(|(_, word)| capital(word)).collect::<Vec<_>>().join(" ");
    let has_letters = value.chars().any(char::is_alphabetic);
    has_letters.then(|| Found { value, confidence, span: (first.0, last.0 + last.1.len()) })
}

const TRAILERS: [&str; 10] =
    ["prosze", "dziekuje", "please", "thanks", "thank", "you", "multumesc", "mersi", "rog", "va"];

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str()
}

/// The index of the first word after all carriers at the beginning.
fn past_carriers(words: &[(usize, &str)], carriers: &str) -> usize {
    let folded: Vec<String> = words.iter().map(|(_, word)| fold(word).replace(' ', "")).collect();
    let mut at = 0;
    loop {
        let fits = |phrase: &str| {
            let phrase: Vec<&str> = phrase.split_whitespace().collect();
            let rest = &folded[at..];
            let here =
                rest.len() >= phrase.len() && rest.iter().zip(&phrase).all(|(word, said)| word == said);
            here.then_some(phrase.len())
        };
        match carriers.split(',').filter_map(fits).max() {
            Some(used) if used > 0 => at += used,
            _ => return at,
        }
    }
}

fn carriers(language: Language) -> &'static str {
    match language {
        Language::Polish => {
            "nazywam sie,mam na imie,jestem,moje nazwisko to,nazwisko,moje imie i nazwisko to,imie i nazwisko,z tej strony,\
            mowi,tu,tutaj,dzien dobry,tak,to,eee,yyy,no,moje imie to,imie,na nazwisko,paczka jest na,na,prosze,prosze zapisac,\
            nazwisko to,ja nazywam sie,ja jestem,moje nazwisko,a"
        }
        Language::Romanian => {
            "ma numesc,numele meu este,numele meu e,sunt,ma cheama,buna ziua,alo,da,este,pe numele,numele,numele este,\
            numele complet este,eu sunt,ma,aaa,pai,pe,prenumele meu este,eu ma numesc,imi zice"
        }
        Language::English => {
            "my name is,my names,im,i am,this is,its,it is,the name is,name is,the names,names,hello,hi,good morning,\
            yes,um,uh,well,you can call me,call me,speaking,under,under the name,the name,its under,my full name is,here is,name"
        }
    }
}

fn streets(language: Language) -> &'static str {
    match language {
        Language::Polish => {
            "mieszkam przy,mieszkam na,przy,na,adres to,ulica,ulicy,przy ulicy,na ulicy,ul,to jest,to,tak,eee,moj adres to,\
            adres,dostawa na,dostarczyc na,prosze na,mieszkam"
        }
        Language::Romanian => {
            "locuiesc pe,stau pe,pe,adresa este,adresa mea este,adresa e,este,da,aaa,locuiesc la,la,adresa,livrare pe"
        }
        Language::English => {
            "i live at,i live on,im at,at,on,its,it is,the address is,my address is,address is,yes,um,uh,to,deliver to,\
            the street is,in"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Polish, Romanian};
    use proptest::prelude::*;

    type Read = fn(&str, Language) -> Option<Found<String>>;

    fn check(read: Read, language: Language, table: &[(&str, &str)]) {
        for (text, expected) in table {
            let heard = read(text, language).map_or_else(String::new, |found| found.value);
            assert_eq!(heard, *expected, "{text:?}");
        }
    }

    #[test]
    fn names_lose_the_phrases_around_them() {
        check(
            person_name,
            Polish,
            &[
                ("nazywam się Anna Nowak", "Anna Nowak"),
                ("Nazywam sie anna nowak.", "Anna Nowak"),
                ("Dzień dobry, mówi Jan Kowalski.", "Jan Kowalski"),
                ("Jan Kowalski, dziękuję", "Jan Kowalski"),
                ("jestem Łukasz", "Łukasz"),
                ("mam na imię Ewa", "Ewa"),
                ("moje nazwisko to Nowak-Kowalska", "Nowak-Kowalska"),
                ("tak, z tej strony Piotr Zieliński", "Piotr Zieliński"),
                ("na nazwisko Wiśniewska", "Wiśniewska"),
                ("eee, Maria Wójcik", "Maria Wójcik"),
                ("tak", ""),
                ("", ""),
            ],
        );
        check(
            person_name,
            Romanian,
            &[
                ("mă numesc Ana Popescu", "Ana Popescu"),
                ("Ma numesc ana popescu.", "Ana Popescu"),
                ("Bună ziua, sunt Ion Ionescu.", "Ion Ionescu"),
                ("Ion Ionescu, mulțumesc", "Ion Ionescu"),
                ("mă cheamă Ștefan", "Ștefan"),
                ("numele meu este Maria Popa", "Maria Popa"),
                ("pe numele Dumitrescu", "Dumitrescu"),
                ("da, numele complet este Elena Radu", "Elena Radu"),
                ("da", ""),
            ],
        );
        check(
            person_name,
            English,
            &[
                ("my name is Anna Smith", "Anna Smith"),
                ("My name's anna smith.", "Anna Smith"),
                ("Hello, this is John Brown.", "John Brown"),
                ("John Brown, please", "John Brown"),
                ("I'm Kate", "Kate"),
                ("it's O'Connor", "O'Connor"),
                ("the name is Mary-Jane Watson", "Mary-Jane Watson"),
                ("it's under the name Taylor", "Taylor"),
                ("uh, Peter Pan", "Peter Pan"),
                ("yes", ""),
            ],
        );
    }

    #[test]
    fn streets_keep_their_numbers() {
        check(
            street,
            Polish,
            &[
                ("ulica Długa 15", "Długa 15"),
                ("mieszkam przy ulicy Polnej 3/12", "Polnej 3/12"),
                ("na Marszałkowskiej 10", "Marszałkowskiej 10"),
            ],
        );
        check(
            street,
            Romanian,
            &[
                ("locuiesc pe strada Florilor 12", "Strada Florilor 12"),
                ("adresa este bulevardul Unirii 5", "Bulevardul Unirii 5"),
            ],
        );
        check(
            street,
            English,
            &[("I live at 12 Baker Street", "12 Baker Street"), ("it's 5 High Road, thanks", "5 High Road")],
        );
    }

    #[test]
    fn a_sentence_is_hardly_a_name() {
        let found = person_name("I want to know where my parcel is right now", English).unwrap();
        assert!(found.confidence < 0.5);
        assert!(person_name("my name is Anna Smith", English).unwrap().confidence > 0.75);
    }

    proptest! {
        #[test]
        fn any_text_is_survived(text in ".{0,60}") {
            for language in Language::ALL {
                for found in [person_name(&text, language), street(&text, language)].into_iter().flatten() {
                    prop_assert!(text.get(found.span.0..found.span.1).is_some());
                }
            }
        }
    }
}
